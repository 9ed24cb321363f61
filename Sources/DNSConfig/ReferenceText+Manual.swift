/// The manual page, in the mdoc language of mandoc(1) and groff(1).
extension ReferenceText {
    static func manual() -> String {
        var text = manualHead + synopses() + manualDescription + manualCommands()
        text += manualOptions
        for theme in OptionTheme.all where !theme.isOutsideDNS {
            text += ".Ss \(theme.title)\n" + paragraphs(theme.introduction)
            text += ".Bl -tag -width Ds\n"
            for row in theme.rows { text += item(row) }
            text += ".El\n"
        }
        text += ".Ss Options of dnsmasq's other half\n" + paragraphs(otherHalf)
        text += names(of: "Refused are") { if case .refused = $0 { true } else { false } }
        text += names(of: "Without effect are") {
            if case .acceptedWithoutEffect = $0 { true } else { false }
        }
        return text + manualTail + manualDifferences + manualReferences
    }

    private static let otherHalf: String = """
        Waggle is the DNS half of dnsmasq. Options that would switch on DHCP, router \
        advertisement, PXE or TFTP are refused, so that nobody waits for it in vain. The others \
        are accepted without effect, and one warning names all that were met.
        """

    // MARK: Options

    private static func item(_ row: OptionRow) -> String {
        var text = ".It " + spellings(of: row).map(flag).joined(separator: " , ") + "\n"
        text += prose(row.summary) + blocks(row.details, after: true)
        if let status = status(of: row) {
            text += ".Pp\n" + prose("\(status.title): \(status.text)")
        }
        text += ".Pp\n" + prose(facts(of: row))
        if !row.departures.isEmpty {
            let names = row.departures.map(\.name).joined(separator: "; ")
            text += ".Pp\n" + prose("Differs from dnsmasq: \(names).")
        }
        return text + display(row.example)
    }

    /// A line as it has to be written. What is longer than the page may not be filled.
    static func display(_ line: String) -> String {
        let text = argument(line, isWord: false)
        return line.count < 70
            ? ".Dl \(text)\n" : ".Bd -literal -offset indent\n\(text)\n.Ed\n"
    }

    /// The macros for `--name=<value>` or `-n <value>`.
    private static func flag(_ spelling: String) -> String {
        let body = spelling.dropFirst()
        let end = body.firstIndex { " =[".contains($0) } ?? body.endIndex
        var text = "Fl \(body[..<end])"
        var rest = body[end...]
        if rest.first == Character(" ") {
            rest = rest.dropFirst()
        } else if !rest.isEmpty {
            text += " Ns"
        }
        return text + syntax(rest)
    }

    /// Whether a character is a letter or a digit.
    private static func isWord(_ character: Character) -> Bool {
        switch character {
        case "a"..."z", "A"..."Z", "0"..."9": true
        default: false
        }
    }

    /// Placeholders as arguments, words as commands, the rest as it is; nothing between them.
    private static func syntax(_ text: Substring) -> String {
        var result = ""
        var rest = text
        while let first = rest.first {
            if !result.isEmpty { result += " Ns" }
            if first == Character("<"), let end = rest.firstIndex(of: Character(">")) {
                result += " Ar \(argument(rest[rest.index(after: rest.startIndex)..<end]))"
                rest = rest[rest.index(after: end)...]
                continue
            }
            let isWord = Self.isWord(first)
            let end =
                rest.firstIndex { $0 == Character("<") || Self.isWord($0) != isWord }
                ?? rest.endIndex
            result += (isWord ? " Cm " : " No ") + argument(rest[..<end])
            rest = rest[end...]
        }
        return result
    }

    /// A list of names, five words before it.
    private static func names(
        of title: String, _ isWanted: (OptionRow.Status) -> Bool
    ) -> String {
        let names = OptionTable.rows.filter { $0.category.isOutsideDNS && isWanted($0.status) }
            .map(\.name).sorted()
        var text = ".Pp\n\(title)\n"
        for (index, name) in names.enumerated() {
            let end = index == names.count - 1 ? " ." : " ,"
            text += (index == names.count - 1 ? "and\n" : "") + ".Fl \("-" + name)\(end)\n"
        }
        return text
    }

    // MARK: Text

    private static func paragraphs(_ text: String) -> String { blocks(text, after: false) }

    /// Paragraphs and lists; `after` whether text stands before them.
    private static func blocks(_ text: String, after: Bool) -> String {
        var result = ""
        var isList = false
        for (index, block) in TextBlock.blocks(of: text).enumerated() {
            switch block {
            case .paragraph(let line):
                if isList { result += ".El\n" }
                isList = false
                if after || index > 0 { result += ".Pp\n" }
                result += prose(line)
            case .item(let term, let line):
                if !isList { result += ".Bl -tag -width Ds\n" }
                isList = true
                result += ".It " + head(term) + "\n" + prose(capitalized(line))
            }
        }
        return result + (isList ? ".El\n" : "")
    }

    /// The text of an item stands below its head here, and so is a sentence.
    private static func capitalized(_ text: String) -> String {
        text.prefix(1).uppercased() + text.dropFirst()
    }

    /// The head of an item, on one line.
    private static func head(_ term: String) -> String {
        Prose.spans(of: term).filter { !$0.text.isEmpty }.map { span in
            span.isCode
                ? "Cm \(argument(span.text))"
                : "No \(argument(span.text.drop { $0 == Character(" ") }))"
        }
        .joined(separator: " ")
    }

    /// Running text: a line for each sentence at least, and a macro for what stands in backticks.
    static func prose(_ text: String) -> String {
        var result = ""
        var line = ""
        var spans = Prose.spans(of: text)
        for index in spans.indices {
            let span = spans[index]
            guard span.isCode else {
                line += span.text
                continue
            }
            var opening = ""
            if line.last == Character("(") {
                line.removeLast()
                opening = "( "
            }
            result += sentences(line)
            line = ""
            var macro = ".Ql \(opening)\(argument(span.text))"
            // What closes the code belongs to the macro.
            var next = index + 1 < spans.count ? spans[index + 1].text : ""
            while let mark = next.first, ",.;:)?!".contains(mark) {
                macro += " \(mark)"
                next = next.dropFirst()
            }
            precondition(
                next.isEmpty || next.first == Character(" "), "a word sticks to `\(span.text)`")
            if index + 1 < spans.count { spans[index + 1].text = next }
            result += macro + "\n"
        }
        return result + sentences(line)
    }

    /// Lines of plain text, a new one for each sentence.
    private static func sentences(_ text: String) -> String {
        var lines = ""
        var sentence = ""
        for word in text.split(separator: Character(" ")) {
            sentence += sentence.isEmpty ? String(word) : " " + word
            if let last = word.last, ".?!:)".contains(last) {
                lines += textLine(sentence)
                sentence = ""
            }
        }
        return lines + (sentence.isEmpty ? "" : textLine(sentence))
    }

    /// Text that begins with what is a macro to the formatter is protected from it.
    private static func textLine(_ text: String) -> String {
        let escaped = Prose.escape(text, ["\\": "\\e", "…": "..."])
        let isMacro = escaped.first == Character(".") || escaped.first == Character("'")
        return Prose.wrap((isMacro ? "\\&" : "") + escaped, width: 78)
    }

    /// An argument of a macro, which must not be taken for a macro or a delimiter.
    private static func argument(_ text: some StringProtocol, isWord: Bool = true) -> String {
        let escaped = Prose.escape(text, ["\\": "\\e", "\"": "\\(dq", "…": "..."])
        return isWord ? "\"\\&\(escaped)\\&\"" : escaped
    }
}
