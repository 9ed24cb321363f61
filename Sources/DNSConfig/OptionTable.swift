/// Every option of dnsmasq 2.90 to 2.93, and a few of our own, one row each.
///
/// To add an option, write one row in the file of its theme and, if it needs more than a line, one
/// function beside it.
package enum OptionTable {
    package static let rows: [OptionRow] = OptionTheme.all.flatMap(\.rows)

    /// Rows by every long spelling.
    package static let byName: [String: OptionRow] = Dictionary(
        rows.flatMap { row in row.names.map { ($0, row) } }, uniquingKeysWith: { first, _ in first }
    )

    /// The row that a line of a file names.
    ///
    /// dnsmasq does not know a name again in which it has hidden something: `"port"` is one, and
    /// `"user"`, which has a hexadecimal digit, is not.
    package static func row(named name: ValueText) -> OptionRow? {
        name.glyphs.contains(where: \.isQuoted) ? nil : byName[name.string]
    }

    /// Rows by their letter on the command line.
    package static let byLetter: [Unicode.Scalar: OptionRow] = Dictionary(
        rows.compactMap { row in row.letter.map { ($0, row) } },
        uniquingKeysWith: { first, _ in first })

    /// The rows that an abbreviation of the command line may mean; one if it is clear.
    package static func rows(abbreviated text: String) -> [OptionRow] {
        if let exact = byName[text] { return [exact] }
        return rows.filter { row in row.names.contains { $0.hasPrefix(text) } }
    }

    /// The rows that the words name, or begin the name of; all without a word.
    package static func rows(beginning words: [String]) -> [OptionRow] {
        guard !words.isEmpty else { return rows }
        let names = Set(words.flatMap { rows(abbreviated: $0).map(\.name) })
        return rows.filter { names.contains($0.name) }
    }

    /// The long option that is spelled most like `text`, if any is near.
    package static func nearestName(to text: String) -> String? {
        EditDistance.nearest(to: text, among: byName.keys.sorted())
    }

    /// What an option does that means nothing here.
    ///
    /// Differs: dnsmasq looks at the values of options for DHCP and the like.
    package static func ignore(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {}
}
