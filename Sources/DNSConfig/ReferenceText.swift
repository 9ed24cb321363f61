/// The help and the reference of options, made of the option table.
package enum ReferenceText {
    /// What `--options` prints.
    package enum Form: String, CaseIterable, Hashable, Sendable {
        case text
        case markdown
        /// The manual page, in mdoc.
        case man
        case bash
        case zsh
        case fish
    }

    /// The reference in a form; `names` limit it, where it is text, to the rows that begin so.
    package static func reference(_ form: Form, of names: [String] = []) -> String {
        switch form {
        case .text: text(of: OptionTable.rows(beginning: names))
        case .markdown: markdown()
        case .man: manual()
        case .bash: bashCompletion()
        case .zsh: zshCompletion()
        case .fish: fishCompletion()
        }
    }

    // MARK: Sentences

    /// `port=<integer>`, `log-async[=<lines>]`, `no-hosts`.
    package static func syntax(of row: OptionRow) -> String {
        row.name + (value(of: row) ?? "")
    }

    private static func value(of row: OptionRow) -> String? {
        switch row.argument {
        case .none: nil
        case .required(let syntax): "=\(syntax)"
        case .optional(let syntax): "[=\(syntax)]"
        }
    }

    /// How to write an option on the command line: `-p`, `--port=<integer>`.
    ///
    /// The value stands behind the last one only.
    static func spellings(of row: OptionRow) -> [String] {
        let letter = row.letter.map { ["-\($0)"] } ?? []
        let names = row.names.map { "--\($0)" }
        return letter + names.dropLast() + [(names.last ?? "") + (value(of: row) ?? "")]
    }

    /// Default, repetition and reload, as sentences.
    static func facts(of row: OptionRow) -> String {
        var sentences = ["Default: \(row.defaultText)."]
        if row.letter != nil, case .optional = row.argument {
            sentences.append(
                row.letterTakesValue ? "The letter needs a value." : "The letter takes no value.")
        }
        switch row.repetition {
        case .anyNumber: sentences.append("It can be given any number of times.")
        case .oncePerSource:
            sentences.append(
                "It can be given once on the command line and once in files; the file wins.")
        case .flag: sentences.append("Giving it again changes nothing.")
        }
        switch row.reload {
        case .applied: sentences.append("A reload applies a change.")
        case .rereadsContents: sentences.append("A reload reads the contents again.")
        case .restart: sentences.append("A change takes a restart.")
        case .noEffect: break
        }
        return sentences.joined(separator: " ")
    }

    /// What becomes of an option that is not carried out in full: a title and a sentence.
    static func status(of row: OptionRow) -> (title: String, text: String)? {
        switch row.status {
        case .supported: nil
        case .acceptedWithoutEffect(let reason): ("Accepted without effect", reason + ".")
        case .refused(let reason, let instead): ("Refused", "\(reason); \(instead).")
        case .leftOut(let reason, let instead):
            ("Left out with a warning", "\(reason); \(instead).")
        }
    }

    /// The way to dnsmasq's behaviour, or why there is none, as a sentence.
    static func restoration(of departure: Departure) -> String {
        switch departure.restoration {
        case .write(let line): "To have dnsmasq's way, write `\(line)`."
        case .none(let reason): "No option restores dnsmasq's way: \(reason)."
        }
    }

    // MARK: Text

    private static let width = 78
    private static let indent = "        "

    /// The rows as text for a terminal.
    static func text(of rows: [OptionRow]) -> String {
        rows.map(text).joined(separator: "\n")
    }

    private static func text(of row: OptionRow) -> String {
        var text = "  " + spellings(of: row).joined(separator: ", ") + "\n"
        text += paragraph(row.summary)
        if row.details.hasPrefix("- ") { text += "\n" }
        for block in TextBlock.blocks(of: row.details) {
            switch block {
            case .paragraph(let line): text += "\n" + paragraph(line)
            case .item(let term, let line):
                text += Prose.wrap(
                    "\(term): \(line)", width: width, indent: indent + "  ", first: indent + "- ")
            }
        }
        text += "\n" + paragraph(facts(of: row))
        if let status = status(of: row) { text += paragraph("\(status.title): \(status.text)") }
        for departure in row.departures {
            text += "\n" + paragraph("Differs from dnsmasq: \(departure.name).")
            text += paragraph("dnsmasq: \(departure.dnsmasq)")
            text += paragraph("Waggle: \(departure.waggle)")
            text += paragraph(restoration(of: departure))
        }
        return text + "\n\(indent)Example:  \(row.example)\n"
    }

    private static func paragraph(_ text: String) -> String {
        Prose.wrap(text, width: width, indent: indent)
    }
}
