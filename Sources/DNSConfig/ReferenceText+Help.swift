extension ReferenceText {
    private static let helpWidth = 80
    /// Where sentences begin; one moves to its own line where the syntax is long.
    private static let helpColumn = 33

    private static let examples = [
        (
            "check a configuration, with the names of a stack",
            "waggle check -C dnsmasq.conf --stack dns.yml"
        ),
        ("say why a name answers what it answers", "waggle explain www.home.lan -C dnsmasq.conf"),
        (
            "serve on another port, and log to the terminal",
            "waggle --port=5353 --log-facility=- --log-queries"
        ),
        ("read about some options", "waggle --help cache"),
    ]

    /// What `--help` prints: a line or two for each option that does something, the names of the
    /// others, examples; 80 columns.
    package static func help(program: String = "waggle") -> String {
        var text =
            "Usage: \(program) [options]\n"
            + "       \(program) <command> [--help] [options]\n\nCommands; without one it serves:\n"
        for command in Subcommand.all { text += entry("  " + command.name, command.summary) }
        for theme in OptionTheme.all {
            let rows = theme.rows.filter { $0.status == .supported }
            if rows.isEmpty { continue }
            text += "\n\(theme.title):\n"
            for row in rows { text += entry(for: row) }
        }
        text += list("Left out with a warning") {
            if case .leftOut = $0.status { true } else { false }
        }
        text += list("Refused") {
            if case .refused = $0.status { true } else { false }
        }
        text += list("Accepted without effect") {
            if case .acceptedWithoutEffect = $0.status { true } else { false }
        }
        text += "\nExamples:\n"
        for (purpose, command) in examples { text += "  \(purpose):\n    \(command)\n" }
        return text + "\nMore about an option: \(program) --help NAME. "
            + "About all of them: \(program) --options.\n"
    }

    /// `-p, --port=<integer>      Listens …`.
    static func entry(for row: OptionRow) -> String {
        entry(
            (row.letter.map { "-\($0), " } ?? "    ") + "--" + syntax(of: row),
            Prose.plain(row.summary))
    }

    private static func entry(_ term: String, _ sentence: String) -> String {
        let gap = helpColumn - term.unicodeScalars.count
        let indent = String(repeating: " ", count: helpColumn)
        guard gap < 2 else {
            return Prose.wrap(
                sentence, width: helpWidth, indent: indent,
                first: term + String(repeating: " ", count: gap))
        }
        return broken(term) + Prose.wrap(sentence, width: helpWidth, indent: indent)
    }

    /// A long syntax in lines, broken where a part in brackets begins.
    private static func broken(_ term: String) -> String {
        var lines = ""
        var line = ""
        for piece in pieces(term) {
            if !line.isEmpty, line.count + piece.count > helpWidth {
                lines += line + "\n"
                line = "          "
            }
            line += piece
        }
        return lines + line + "\n"
    }

    private static func pieces(_ term: String) -> [Substring] {
        var pieces: [Substring] = []
        var start = term.startIndex
        for index in term.indices.dropFirst()
        where term[index] == Character("[") || term[index] == Character("|") {
            pieces.append(term[start..<index])
            start = index
        }
        return pieces + [term[start...]]
    }

    /// Names in lines of at most 78 octets; nothing if there are none.
    private static func list(_ title: String, _ isWanted: (OptionRow) -> Bool) -> String {
        let names = OptionTable.rows.filter(isWanted).map(\.name).sorted()
        guard !names.isEmpty else { return "" }
        return "\n\(title):\n"
            + Prose.wrap(names.joined(separator: " "), width: 78, indent: "    ")
    }
}
