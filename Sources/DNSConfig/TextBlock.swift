/// A paragraph of the reference, or an item of a list in it.
enum TextBlock: Hashable, Sendable {
    case paragraph(String)
    case item(term: String, text: String)

    /// The blocks of a text: each line is one, empty lines are none.
    static func blocks(of text: String) -> [TextBlock] {
        text.split(separator: Character("\n")).map { line in
            guard line.hasPrefix("- ") else { return .paragraph(String(line)) }
            let item = line.dropFirst(2)
            var index = item.startIndex
            while let colon = item[index...].firstIndex(of: Character(":")) {
                let next = item.index(after: colon)
                if next < item.endIndex, item[next] == Character(" ") {
                    return .item(
                        term: String(item[..<colon]),
                        text: String(item[item.index(after: next)...]))
                }
                index = next
            }
            return .paragraph(String(line))
        }
    }
}

/// Helpers for running text.
package enum Prose {
    /// A piece of a text: prose, or what stood between backticks.
    struct Span {
        var text: Substring
        var isCode: Bool
    }

    /// The text in pieces, prose and code in turn; an empty piece where two meet.
    static func spans(of text: some StringProtocol) -> [Span] {
        Substring(text).split(separator: Character("`"), omittingEmptySubsequences: false)
            .enumerated().map { Span(text: $1, isCode: $0 % 2 == 1) }
    }

    /// The text without backticks.
    static func plain(_ text: String) -> String { text.filter { $0 != Character("`") } }

    /// Lines of at most `width` characters, broken at blanks.
    ///
    /// `indent` stands before every line, `first` in its place before the first one.
    package static func wrap(
        _ text: String, width: Int, indent: String = "", first: String? = nil
    ) -> String {
        var lines = ""
        var line = first ?? indent
        var hasWord = false
        for word in text.split(separator: Character(" ")) {
            if hasWord, line.count + 1 + word.count > width {
                lines += line + "\n"
                line = indent
                hasWord = false
            }
            line += hasWord ? " " + word : String(word)
            hasWord = true
        }
        return lines + line + "\n"
    }

    /// Characters replaced by texts.
    static func escape(_ text: some StringProtocol, _ table: [Character: String]) -> String {
        var result = ""
        for character in text {
            if let replacement = table[character] {
                result += replacement
            } else {
                result.append(character)
            }
        }
        return result
    }
}
