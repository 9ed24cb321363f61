import DNSWire

/// The reference as a page.
extension ReferenceText {
    private static let width = 100

    static func markdown() -> String {
        var text = "# Options of Waggle\n\n"
        text += "<!-- `make reference` writes this page from the option table. -->\n\n"
        text += introduction
        text += "\n## Contents\n\n" + contents
        for theme in OptionTheme.all where !theme.isOutsideDNS {
            text += "\n## \(theme.title)\n" + paragraphs(theme.introduction)
            for row in theme.rows { text += section(row) }
        }
        text += "\n## \(outsideTitle)\n" + paragraphs(outsideIntroduction)
        for theme in OptionTheme.all where theme.isOutsideDNS {
            text += "\n### \(theme.title)\n" + paragraphs(theme.introduction) + table(theme.rows)
        }
        return text + ednsOptions + differences
    }

    // MARK: Before the options

    private static let introduction: String = """
        Waggle reads the configuration of dnsmasq. This page holds every option of dnsmasq 2.90 to
        2.93: what it does here, how it is written, and [where Waggle does otherwise than
        dnsmasq](#differences-from-dnsmasq). `waggle --help NAME` prints the same about one option.

        In a file, each line holds one option: its long name, and after `=` its value. On the
        command line the same option has two hyphens before it, and a unique beginning of its name
        is enough. Some options have a letter as well, which takes the value from the rest of the
        word or from the next one.

            # a file: comments stand alone or after a blank
            cache-size=10000
            txt-record=lan,"text, with a comma"

            # the command line
            waggle --cache-size=10000 -D

        In what follows, `<name>` stands for a value of yours, `[...]` for what can be left out,
        `...` for more of the same, and `|` for a choice. Blanks around `=` and after a comma do
        not count. Quotes keep commas, blanks and `#`. The examples are lines of a file, and each of
        them is read by a test.

        A reload is what the signal `HUP` causes: the configuration is read again, and if there is a
        fault in it, everything stays as it was.

        """

    private static var contents: String {
        var text = ""
        for theme in OptionTheme.all where !theme.isOutsideDNS {
            let links = theme.rows.map { "[\($0.name)](#\($0.name.lowercased()))" }
            text += Prose.wrap(
                "[\(theme.title)](#\(anchor(theme.title))): " + links.joined(separator: ", "),
                width: width, indent: "  ", first: "- ")
        }
        for title in [outsideTitle, optionsTitle, differencesTitle] {
            text += "- [\(title)](#\(anchor(title)))\n"
        }
        return text
    }

    /// What the link to a heading is called.
    private static func anchor(_ title: String) -> String {
        String(
            title.lowercased().compactMap { character in
                switch character {
                case " ": "-"
                case ",", ".": nil
                case let other: other
                }
            })
    }

    // MARK: Options

    private static func section(_ row: OptionRow) -> String {
        var text = "\n### \(row.name)\n\n"
        text += "    " + spellings(of: row).joined(separator: ", ") + "\n"
        text += paragraphs(row.summary + (row.details.isEmpty ? "" : "\n" + row.details))
        if let status = status(of: row) {
            text += "\n" + Prose.wrap("**\(status.title):** " + marked(status.text), width: width)
        }
        text += paragraphs(facts(of: row)) + "\n    \(row.example)\n"
        for departure in row.departures {
            text += "\n"
            text += Prose.wrap(
                "**Differs from dnsmasq: \(departure.name).** "
                    + marked("dnsmasq: \(departure.dnsmasq) Waggle: \(departure.waggle) ")
                    + marked(restoration(of: departure)), width: width, indent: "> ")
        }
        return text
    }

    /// Paragraphs and lists, each paragraph with an empty line before it.
    private static func paragraphs(_ text: String) -> String {
        var result = ""
        var isList = false
        for block in TextBlock.blocks(of: text) {
            switch block {
            case .paragraph(let line):
                result += "\n" + Prose.wrap(marked(line), width: width)
                isList = false
            case .item(let term, let line):
                if !isList { result += "\n" }
                result += Prose.wrap(
                    marked("\(term): \(line)"), width: width, indent: "  ", first: "- ")
                isList = true
            }
        }
        return result
    }

    /// Prose in which nothing but backticks means something.
    private static func marked(_ text: String) -> String {
        Prose.spans(of: text).map { span in
            span.isCode
                ? "`\(span.text)`"
                : Prose.escape(span.text, escapes)
        }
        .joined()
    }

    private static let escapes: [Character: String] = [
        "<": "&lt;", "*": "\\*", "_": "\\_", "[": "\\[", "]": "\\]",
    ]

    // MARK: Tables

    private static let outsideTitle = "DHCP, router advertisement, PXE and TFTP"
    private static let outsideIntroduction: String = """
        Waggle is the DNS half of dnsmasq. Options that would switch on another half are refused, \
        so that nobody waits for addresses in vain. The others are accepted, so that a \
        configuration need not be edited, and one warning names all that were met. They have no \
        default, and a reload does nothing about them.
        """

    /// One row for each option: what cannot be carried out here needs no section.
    private static func table(_ rows: [OptionRow]) -> String {
        var text = "\n| option | what dnsmasq does | how often | here | example |\n"
        text += "|---|---|---|---|---|\n"
        for row in rows {
            let spellings = spellings(of: row).map { code($0) }.joined(separator: ", ")
            let often: String =
                switch row.repetition {
                case .anyNumber: "any number"
                case .oncePerSource: "once"
                case .flag: "flag"
                }
            let status = status(of: row).map { "\($0.title): \($0.text)" } ?? ""
            text += "| \(spellings) | \(cell(row.summary)) | \(often) | \(cell(status)) |"
            text += " \(code(row.example)) |\n"
        }
        return text
    }

    private static let optionsTitle = "EDNS options of clients and servers"

    private static var ednsOptions: String {
        var text = "\n## \(optionsTitle)\n"
        text += paragraphs(
            """
            Most EDNS options are for one hop, and stay there. What a server's option says comes \
            down with the fresh answer only: answers of the configuration and of the cache have \
            none but an extended error of Waggle's own. Waggle has no cookie \
            and no keepalive of its own, for clients or for servers, so that all answers of one \
            server are alike; a server that says BADCOOKIE is asked by TCP. Options that stay are \
            no reason to ask a server twice.
            """)
        text += "\n| code | option | from a client | from a server | why | source |\n"
        text += "|---|---|---|---|---|---|\n"
        for option in EDNSOption.allCases {
            let words = EDNSOptionText(option)
            text += "| \(option.rawValue) | \(words.name) | \(option.goesUp ? "goes on" : "stays")"
            text += " | \(option.comesDown ? "comes down" : "stays") | \(cell(words.reason))"
            text += " | \(words.source) |\n"
        }
        text += "| | any other | goes on | comes down | dnsmasq passes on all options; the answer "
        return text + "is for this client only, and not kept | |\n"
    }

    private static let differencesTitle = "Differences from dnsmasq"

    private static var differences: String {
        var text = "\n## \(differencesTitle)\n"
        text += paragraphs(
            """
            Waggle answers as dnsmasq 2.90 does, but for what this table lists. Tests ask both \
            servers the same questions and hold the answers against it.
            """)
        text += "\n| what | dnsmasq 2.90 | Waggle | dnsmasq's way |\n|---|---|---|---|\n"
        for chapter in Departure.chapters {
            text += "| **\(chapter.title)** | | | |\n"
            for departure in chapter.departures {
                let way: String =
                    switch departure.restoration {
                    case .write(let line): "`\(line)`"
                    case .none(let reason): "No option: \(reason)."
                    }
                text += "| \(departure.name) | \(cell(departure.dnsmasq)) |"
                text += " \(cell(departure.waggle)) | \(cell(way)) |\n"
            }
        }
        return text
    }

    private static func code(_ text: String) -> String { cell("`\(text)`") }

    private static func cell(_ text: String) -> String {
        Prose.escape(marked(text), ["|": "\\|"])
    }
}
