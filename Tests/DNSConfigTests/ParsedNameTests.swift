import DNSConfig
import DNSWire
import Testing

@Suite struct ParsedNameTests {
    private func check(_ text: String, _ expected: String) {
        let result =
            switch parseName(Array(text.utf8)) {
            case .name(let name): name.description
            case .empty: "empty"
            case .unmatchable: "unmatchable"
            case .invalid: "invalid"
            }
        #expect(result == expected, "\(text)")
    }

    @Test(arguments: [
        ("a", "a"), ("A.B", "a.b"), ("a.", "a"), ("a b", "a b"), ("_x.*.y", "_x.*.y"),
        ("", "empty"),
        (".", "unmatchable"), ("a..b", "unmatchable"), (".a", "unmatchable"), (" ", "invalid"),
        ("a\tb", "invalid"), ("a\u{7F}", "invalid"),
    ])
    func `names are folded and stay what they are`(text: String, expected: String) {
        check(text, expected)
    }

    @Test(arguments: [
        ("Groß.Test", "xn--gro-7ka.test"), ("bücher.example", "xn--bcher-kva.example"),
        ("例え.jp", "xn--r8jz45g.jp"), ("ÄÖÜ", "xn--4ca0bs"), ("ПРИМЕР", "xn--e1afmkfd"),
    ])
    func `names beyond ASCII get their xn form`(text: String, expected: String) {
        check(text, expected)
    }

    @Test(arguments: [(63, "63"), (64, "invalid")])
    func `a label has at most 63 octets`(length: Int, expected: String) {
        let label = String(repeating: "a", count: length)
        check(label, expected == "invalid" ? expected : label)
    }

    @Test func `a name has at most 255 octets on the wire`() {
        // Four labels of 1 + 63 octets and the root are 257, with one of 61 they are 255.
        let full = Array(repeating: String(repeating: "a", count: 63), count: 3)
        let fits = (full + [String(repeating: "b", count: 61)]).joined(separator: ".")
        check(fits, fits)
        check(fits + "b", "unmatchable")
        check(String(repeating: "a.", count: 513), "invalid")
    }

    @Test func `octets that are not UTF-8 are no name`() {
        #expect(parseName([0xFF, 0x61]) == .invalid("is not UTF-8 text"))
    }
}
