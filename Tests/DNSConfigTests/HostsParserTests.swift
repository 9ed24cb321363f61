import DNSConfig
import DNSWire
import Testing

@Suite struct HostsParserTests {
    /// Entries as `address name`, in order.
    private func read(
        _ text: String, expanding domains: [LocalDomain]? = nil
    ) -> (entries: [String], diagnostics: [Diagnostic], count: Int) {
        var options = HostsOptions()
        options.expands = domains != nil
        options.domains = domains ?? []
        var table = HostsTable()
        let diagnostics = HostsParser.parse(
            Array(text.utf8), path: "/h", options: options, into: &table)
        let entries = table.entries.map { entry in
            "\(entry.address) \(DomainName(wire: Array(table.name(of: entry))) ?? .root)"
        }
        return (entries, diagnostics, table.files[0].nameCount)
    }

    private func check(_ text: String, _ expected: [String]) {
        #expect(read(text).entries == expected)
    }

    private func domain(_ text: String, _ range: String? = nil) -> LocalDomain {
        let text = "domain=\(text)" + (range.map { "," + $0 } ?? "")
        return load(text).options.hosts.domains[0]
    }

    @Test func `a line has an address and names`() {
        check(
            "10.0.0.1 a.test b.test\n10.0.0.2\tc",
            ["10.0.0.1 a.test", "10.0.0.1 b.test", "10.0.0.2 c"])
        check("  fd00::1   A.Test.  \r\n", ["fd00::1 a.test"])
        check("10.0.0.1\n\n \t\n", [])
        check(
            "10.0.0.1 -dash bad!name under_score *.star",
            [
                "10.0.0.1 -dash", "10.0.0.1 bad!name", "10.0.0.1 under_score", "10.0.0.1 *.star",
            ])
        check("::ffff:10.0.0.1 m", ["::ffff:10.0.0.1 m"])
    }

    @Test func `a number sign ends the line even inside a word`() {
        check("# 10.0.0.1 a\n10.0.0.1 a#x b\n10.0.0.2 #c\n#\n", ["10.0.0.1 a"])
    }

    @Test(arguments: [
        "10.0.0", "10.0.0.256", "010.0.0.1", "fe80::1%lo", "[::1]", "a.test", "1.2.3.4/8",
    ])
    func `a bad address leaves out the line`(address: String) {
        let result = read("\n\(address) a.test\n10.0.0.1 b\n")
        #expect(result.entries == ["10.0.0.1 b"])
        #expect(result.diagnostics.map(\.message) == ["bad address at /h line 2"])
        #expect(result.diagnostics.first?.line == 2)
        #expect(result.diagnostics.first?.severity == .warning)
    }

    @Test func `a bad name leaves the others of its line`() {
        let long = String(repeating: "a", count: 64)
        let result = read("10.0.0.1 a \(long) b x\(String(repeating: "a", count: 62))\n")
        #expect(result.entries.count == 3)
        #expect(result.diagnostics.map(\.message) == ["bad name at /h line 1"])
        #expect(result.diagnostics.first?.column == 12)
    }

    @Test func `names that can never match count but are not kept`() {
        let result = read("10.0.0.1 a..b .c ok\n")
        #expect(result.entries == ["10.0.0.1 ok"])
        #expect(result.count == 3)
    }

    @Test func `names beyond ASCII get their xn form`() {
        check("10.0.0.1 Groß.Test", ["10.0.0.1 xn--gro-7ka.test"])
    }

    @Test func `a dotless name is entered qualified first`() {
        let result = read("10.0.0.1 a b.test\n", expanding: [domain("lan")])
        #expect(result.entries == ["10.0.0.1 a.lan", "10.0.0.1 a", "10.0.0.1 b.test"])
        #expect(result.count == 3)
    }

    @Test func `the domain depends on the address`() {
        let domains = [
            domain("lan"), domain("nine.test", "10.9.0.0/24"), domain("six", "fd00::/64"),
        ]
        let result = read("10.0.0.1 a\n10.9.0.7 b\nfd00::5 c\n10.9.1.0 d\n", expanding: domains)
        #expect(
            result.entries.filter {
                $0.contains(".lan") || $0.contains(".test") || $0.contains(".six")
            }
                == ["10.0.0.1 a.lan", "10.9.0.7 b.nine.test", "fd00::5 c.six", "10.9.1.0 d.lan"])
    }

    @Test func `without a domain nothing is expanded`() {
        #expect(read("10.0.0.1 a\n", expanding: []).entries == ["10.0.0.1 a"])
    }

    @Test func `a name too long to be qualified stays as it is`() {
        let label = String(repeating: "a", count: 63)
        let long = [label, label, label].joined(separator: ".") + ".bbbb"
        #expect(read("10.0.0.1 \(label)\n", expanding: [domain(long)]).entries.count == 1)
    }

    @Test func `files share one table`() {
        var table = HostsTable()
        for path in ["/a", "/b"] {
            _ = HostsParser.parse(
                Array("10.0.0.1 x\n".utf8), path: path, options: HostsOptions(), into: &table)
        }
        #expect(table.entries.map(\.file) == [0, 1])
        #expect(table.files.map(\.path) == ["/a", "/b"])
    }

    @Test func `a wrong file does not flood the log`() {
        let limit = ConfigLimits.diagnosticsPerHostsFile
        #expect(read(String(repeating: "x y\n", count: limit)).diagnostics.count == limit)
        let more = read(String(repeating: "x y\n", count: limit + 2)).diagnostics
        #expect(more.count == limit + 1)
        #expect(more.last?.message == "and 2 more faults in /h")
    }

    @Test func `a hundred thousand lines`() {
        var text = ""
        for index in 0..<100_000 {
            text += "10.\(index >> 16).\(index >> 8 & 255).\(index & 255) host\(index).test\n"
        }
        let result = read(text)
        #expect(result.count == 100_000)
        #expect(result.entries.last == "10.1.134.159 host99999.test")
    }
}
