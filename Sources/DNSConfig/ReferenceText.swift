/// The help and the reference of options, made of the option table.
package enum ReferenceText {
    private static let column = 55

    /// What `--help` prints.
    package static func help(program: String = "waggle") -> String {
        var text = "Usage: \(program) [options]\n\nValid options are:\n"
        for row in sortedRows where row.status == .supported { text += line(for: row) + "\n" }
        text += "\nNot yet supported:\n"
        text += list { if case .notYetSupported = $0.status { true } else { false } }
        text += "\nRefused, for Waggle is the DNS half of dnsmasq:\n"
        text += list { if case .refused = $0.status { true } else { false } }
        text += "\nAccepted without effect:\n"
        text += list { if case .acceptedWithoutEffect = $0.status { true } else { false } }
        return text
    }

    /// By letter as dnsmasq lists them, the rows without one after those with one.
    private static var sortedRows: [OptionRow] {
        OptionTable.rows.sorted { one, other in
            let keys = [one, other].map { row in
                (
                    row.letter.map { $0.value < 65 ? "~\($0)" : "\($0)".lowercased() } ?? "~~",
                    row.letter.map { $0.value < 97 ? 1 : 0 } ?? 0, row.name
                )
            }
            return keys[0] < keys[1]
        }
    }

    /// `-p, --port=<integer>      Listens …`; the sentence moves to its own line where the syntax
    /// is long.
    package static func line(for row: OptionRow) -> String {
        let usage = (row.letter.map { "-\($0), " } ?? "    ") + "--" + syntax(of: row)
        let gap = column - usage.unicodeScalars.count
        let space = String(repeating: " ", count: gap > 0 ? gap : column)
        return usage + (gap > 0 ? "" : "\n") + space + row.summary
    }

    /// `port=<integer>`, `log-async[=<lines>]`, `no-hosts`.
    package static func syntax(of row: OptionRow) -> String {
        switch row.argument {
        case .none: row.name
        case .required(let syntax): "\(row.name)=\(syntax)"
        case .optional(let syntax): "\(row.name)[=\(syntax)]"
        }
    }

    /// Names in lines of at most 78 octets.
    private static func list(_ isWanted: (OptionRow) -> Bool) -> String {
        var text = ""
        var line = ""
        for name in OptionTable.rows.filter(isWanted).map(\.name).sorted() {
            if line.utf8.count + name.utf8.count > 74 {
                text += "    \(line)\n"
                line = ""
            }
            line += line.isEmpty ? name : " " + name
        }
        return text + (line.isEmpty ? "" : "    \(line)\n")
    }

    /// The reference page: one table for each kind of option.
    package static func markdown() -> String {
        var text = "# Options\n"
        for category in OptionRow.Category.allCases {
            let rows = OptionTable.rows.filter { $0.category == category }
            text += "\n## \(category.rawValue)\n\n"
            text += "| option | default | what it does | reload |\n|---|---|---|---|\n"
            for row in rows {
                let spelling = "`\(syntax(of: row))`"
                    .split(separator: Character("|"), omittingEmptySubsequences: false)
                    .joined(separator: "\\|")
                text += "| \(spelling) | \(row.defaultText) | \(row.summary)\(note(row.status)) |"
                text += " \(row.reload.rawValue) |\n"
            }
        }
        return text
    }

    private static func note(_ status: OptionRow.Status) -> String {
        switch status {
        case .supported: ""
        case .acceptedWithoutEffect(let reason): " **No effect**: \(reason)."
        case .refused(let reason, let instead): " **Refused**: \(reason); \(instead)."
        case .notYetSupported(let isFatal):
            isFatal ? " **Not yet supported**: an error." : " **Not yet supported**: ignored."
        }
    }
}
