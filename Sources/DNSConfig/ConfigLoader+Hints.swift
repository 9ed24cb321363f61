import DNSWire

extension ConfigLoader {
    /// What is said of a statement whose name no option has.
    static func unknownOption(_ name: ValueText) -> (message: String, hint: String?) {
        let octets = name.octets
        if octets.starts(with: [0xEF, 0xBB, 0xBF]) {
            return (
                "bad option: the file begins with a byte order mark", "save it as UTF-8 without BOM"
            )
        }
        let text = name.string
        if octets.starts(with: Array("--".utf8)) {
            return (
                "bad option: '\(text)'", "write \(text.dropFirst(2)), without hyphens, in files"
            )
        }
        if let hint = hint(forStatement: text) { return ("bad option: '\(text)'", hint) }
        if OptionTable.byName[text] != nil {
            return ("bad option: '\(text)' in quotes", "write \(text) without quotes")
        }
        let scalars = Array(text.unicodeScalars)
        if let letter = scalars.last,
            scalars.count == 1 || (scalars.count == 2 && text.hasPrefix("-")),
            let row = OptionTable.byLetter[letter]
        {
            return ("bad option: '\(text)'", "write \(row.name), letters are for the command line")
        }
        return (
            "bad option: '\(text)'",
            OptionTable.nearestName(to: text).map { "did you mean \($0)?" }
        )
    }

    /// How to write what was meant: a comment, an option without its equals sign, one beside a
    /// blank that is none.
    private static func hint(forStatement text: String) -> String? {
        if text.hasPrefix(";") || text.hasPrefix("//") { return "a comment begins with #" }
        let plain = text.filter { !LineScanner.isForeignBlank($0) }
        if plain != text, OptionTable.byName[plain] != nil {
            return "the blank beside \(plain) is a special one: type it anew"
        }
        let end = text.firstIndex { $0 == " " || $0 == ":" || $0 == "\t" } ?? text.endIndex
        guard end < text.endIndex, OptionTable.byName[String(text[..<end])] != nil else {
            return nil
        }
        let value = text[end...].drop { $0 == " " || $0 == ":" || $0 == "\t" }
        return value.isEmpty ? "write \(text[..<end])" : "write \(text[..<end])=\(value)"
    }
}
