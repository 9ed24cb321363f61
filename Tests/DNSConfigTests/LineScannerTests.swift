import DNSConfig
import Testing

@Suite struct LineScannerTests {
    /// The line as `name=value`, `name` alone, "" for a blank line, or `!column` for an open quote.
    private func check(_ line: String, _ expected: String) {
        let octets = Array(line.utf8)
        let text =
            switch LineScanner.scan(octets[...]) {
            case .blank: ""
            case .missingQuote(let column): "!\(column)"
            case .statement(let name, let value):
                name.string + (value.isAbsent ? "" : "=" + value.string)
            }
        #expect(text == expected)
    }

    @Test(arguments: [
        ("", ""), ("   \t ", ""), ("# port=53", ""), ("  # x", ""), ("port", "port"),
        ("port=53", "port=53"), (" port = 53 ", "port=53"), ("port\t=\t53\r", "port=53"),
        ("port=", "port="), ("port = ", "port="), ("port=5=3", "port=5=3"), ("=x", "=x"),
    ])
    func `blanks around a statement and its equals sign do not count`(
        line: String, expected: String
    ) { check(line, expected) }

    @Test(arguments: [
        ("port=53 # x", "port=53"), ("port=53#x", "port=53#x"),
        ("domain-needed # \"", "domain-needed"),
        ("txt-record=t,a#b", "txt-record=t,a#b"), ("txt-record=t,\"a # b\"", "txt-record=t,a # b"),
    ])
    func `a comment begins after white space only`(line: String, expected: String) {
        check(line, expected)
    }

    @Test(arguments: [
        (#""port"=53"#, "port=53"), (#""port=53""#, "port=53"), (#"a="b c""#, "a=b c"),
        (#"a="b"#, "!3"), (#"a="x""y""#, "!8"), (#"a="x\"y""#, #"a=x"y"#), (#"a="\\""#, #"a=\"#),
        (#"a="\t\n\b\r\e""#, "a=\t\n\u{8}\r\u{1B}"), (#"a="\q""#, #"a=\q"#), (#"a=\t"#, #"a=\t"#),
        (#"a="b\"#, "!3"), (#"a="b\""#, "!3"), (#"a="" # c"#, "a="),
    ])
    func `quotes and escapes`(line: String, expected: String) { check(line, expected) }

    @Test func `quotes hide separators`() throws {
        let line = Array(#"a="b,c" , d,"e""#.utf8)
        guard case .statement(_, let value) = LineScanner.scan(line[...]) else {
            Issue.record("no statement")
            return
        }
        #expect(value.pieces().map(\.string) == ["b,c", "d", "e"])
        #expect(value.pieces().map(\.column) == [4, 11, 14])
    }

    @Test func `a final backslash continues nothing`() {
        #expect(load("port=\\\n5353").errors.map(\.line) == [1, 2])
    }

    @Test(arguments: [("", 0), ("a", 1), ("a\n", 1), ("a\n\n", 2), ("\n", 1), ("a\r\nb", 2)])
    func `lines end with a line feed or the text`(text: String, count: Int) {
        #expect(LineScanner.lines(of: Array(text.utf8)).count == count)
    }

    @Test func `a line may have 65536 octets and no more`() {
        let text = "txt-record=a,"
        let fill = ConfigLimits.lineOctets - text.utf8.count
        #expect(load(text + String(repeating: "x", count: fill)).diagnostics.isEmpty)
        let long = load("port=1\n" + text + String(repeating: "x", count: fill + 1))
        #expect(long.errors.map(\.line) == [2])
    }
}
