import DNSConfig
import Testing

@Suite struct ReferenceTextTests {
    @Test func `the help names every option once`() {
        let help = ReferenceText.help()
        #expect(
            help.hasPrefix("Usage: waggle [options]\n\nValid options are:\n-a, --listen-address="))
        let words = help.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "-" })
        for row in OptionTable.rows {
            let spelled = row.status == .supported ? "--" + row.name : row.name
            #expect(words.contains { $0 == spelled }, "\(row.name)")
        }
    }

    @Test func `a line has letter, syntax and sentence`() throws {
        let row = try #require(OptionTable.byName["port"])
        #expect(
            ReferenceText.line(for: row)
                == "-p, --port=<integer>                                   "
                + "Listens for questions on this port; 0 switches DNS off.")
        let flag = try #require(OptionTable.byName["all-servers"])
        #expect(ReferenceText.line(for: flag).hasPrefix("    --all-servers   "))
    }

    @Test func `the reference has a table for each kind`() {
        let page = ReferenceText.markdown()
        for category in OptionRow.Category.allCases {
            #expect(page.contains("\n## \(category.rawValue)\n"))
        }
        #expect(
            page.split(separator: "\n").filter { $0.hasPrefix("| `") }.count
                == OptionTable.rows.count)
    }
}
