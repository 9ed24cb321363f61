import Testing

@testable import DNSConfig

@Suite struct ReferenceTextTests {
    @Test func `the help names every option once`() {
        let help = ReferenceText.help()
        #expect(help.hasPrefix("Usage: waggle [options]\n       waggle <command> [--help] "))
        for command in ["check", "explain", "hash", "healthcheck"] {
            #expect(help.contains("\n  \(command) "))
        }
        #expect(help.split(separator: "\n").allSatisfy { $0.count <= 80 })
        let words = help.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "-" })
        for row in OptionTable.rows {
            let spelled = row.status == .supported ? "--" + row.name : row.name
            #expect(words.contains { $0 == spelled }, "\(row.name)")
        }
        for theme in OptionTheme.all where theme.rows.contains(where: { $0.status == .supported }) {
            #expect(help.contains("\n\n\(theme.title):\n"))
        }
        #expect(!help.contains("`"))
    }

    @Test func `a line has letter, syntax and sentence`() throws {
        let row = try #require(OptionTable.byName["port"])
        #expect(
            ReferenceText.entry(for: row) == """
                -p, --port=<integer>             Listens for questions on this port; 0 switches
                                                 DNS off.

                """)
        let flag = try #require(OptionTable.byName["all-servers"])
        #expect(ReferenceText.entry(for: flag).hasPrefix("    --all-servers   "))
    }

    @Test func `the text says all about a row`() throws {
        let text = ReferenceText.reference(.text, of: ["max-tcp"])
        let row = try #require(OptionTable.byName["max-tcp-connections"])
        #expect(text.hasPrefix("  --max-tcp-connections=<integer>\n        Serves at most"))
        let words = words(of: text)
        for departure in row.departures {
            #expect(words.contains(self.words(of: departure.dnsmasq)))
            #expect(words.contains(self.words(of: departure.waggle)))
        }
        #expect(words.contains("write `max-tcp-connections=20`."))
        #expect(words.contains(self.words(of: row.details)))
        #expect(text.hasSuffix("Example:  max-tcp-connections=200\n"))
        for line in text.split(separator: "\n") { #expect(line.count <= 78) }
    }

    @Test(arguments: [ReferenceText.Form.text, .markdown])
    func `every row is there in full`(form: ReferenceText.Form) {
        let text = words(of: ReferenceText.reference(form))
        for row in OptionTable.rows {
            #expect(text.contains(row.name), "\(row.name)")
            let example = form == .markdown ? escaped(row.example) : row.example
            #expect(text.contains(example) || text.contains(row.example), "\(row.example)")
        }
    }

    @Test func `every link of the page leads to one heading`() {
        let page = ReferenceText.reference(.markdown)
        let headings = page.split(separator: "\n").filter { $0.hasPrefix("#") }.map { line in
            line.drop { $0 == "#" || $0 == " " }.lowercased()
                .filter { $0.isLetter || $0.isNumber || $0 == "-" || $0 == " " || $0 == "_" }
                .map { $0 == " " ? "-" : String($0) }.joined()
        }
        #expect(headings.count == Set(headings).count)
        let links = page.matches(of: /\]\(#([^)]*)\)/).map { String($0.1) }
        #expect(links.count > 100)
        #expect(Set(links).subtracting(headings) == [])
    }

    @Test func `the table of differences has every departure`() {
        let page = ReferenceText.reference(.markdown)
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("| ") }
        for departure in Departure.all {
            #expect(rows.count { $0.hasPrefix("| \(departure.name) | ") } == 1)
        }
    }

    /// The text with single blanks only.
    private func words(of text: String) -> String {
        text.split(whereSeparator: { $0 == " " || $0 == "\n" }).joined(separator: " ")
    }

    /// As a cell of a table holds it.
    private func escaped(_ text: String) -> String {
        text.map { $0 == "|" ? "\\|" : String($0) }.joined()
    }
}
