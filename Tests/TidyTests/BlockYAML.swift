/// The part of YAML that the stack files use: nested blocks of `key: value` and `- item`.
///
/// A value is found by its path: `services.dns.ports[0].target`. Anything else of YAML (flow
/// collections, anchors, texts over several lines) is refused.
struct BlockYAML {
    struct Refused: Error, Equatable {
        /// 1-based.
        var line: Int
    }

    private struct Line {
        var number: Int
        var column: Int
        var text: Substring

        var isItem: Bool { text.hasPrefix("- ") }
    }

    private var values: [String: String] = [:]
    private var lines: [Line] = []
    private var next = 0

    init(_ text: String) throws(Refused) {
        for (offset, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let column = line.prefix { $0 == " " }.count
            let rest = Self.withoutComment(line.dropFirst(column))
            if !rest.isEmpty { lines.append(Line(number: offset + 1, column: column, text: rest)) }
        }
        try readBlock(path: "")
        if next < lines.count { throw Refused(line: lines[next].number) }
    }

    subscript(path: String) -> String? { values[path] }

    /// The items of a list of plain values, in order.
    func list(_ path: String) -> [String] {
        var items: [String] = []
        while let item = values["\(path)[\(items.count)]"] { items.append(item) }
        return items
    }

    /// The keys of the mapping at the path, sorted.
    func names(under path: String) -> [String] {
        let names = values.keys.filter { $0.hasPrefix(path + ".") }
            .map { $0.dropFirst(path.count + 1).prefix { $0 != "." && $0 != "[" } }
        return Set(names.map(String.init)).sorted()
    }

    /// This text with what another one says in its place.
    func overlaid(with other: BlockYAML) -> BlockYAML {
        var result = self
        result.values.merge(other.values) { $1 }
        return result
    }

    /// Whether anything stands at the path or below.
    func holds(_ path: String) -> Bool {
        values.keys.contains { $0 == path || $0.hasPrefix(path + ".") || $0.hasPrefix(path + "[") }
    }

    /// Reads the block that begins at the next line, a mapping or a list.
    private mutating func readBlock(path: String) throws(Refused) {
        guard next < lines.count else { return }
        let column = lines[next].column
        var count = 0
        while next < lines.count, lines[next].column == column {
            if lines[next].isItem {
                try readItem(path: "\(path)[\(count)]")
                count += 1
            } else {
                if count > 0 { return }
                try readPair(path: path)
            }
        }
        if next < lines.count, lines[next].column > column {
            throw Refused(line: lines[next].number)
        }
    }

    private mutating func readItem(path: String) throws(Refused) {
        let line = lines[next]
        let content = line.text.dropFirst().drop { $0 == " " }
        if Self.key(of: content) == nil {
            values[path] = try Self.scalar(content, line: line.number)
            next += 1
        } else {
            // The pairs of an item stand in the column after its dash.
            let column = line.column + line.text.count - content.count
            lines[next] = Line(number: line.number, column: column, text: content)
            try readBlock(path: path)
        }
    }

    private mutating func readPair(path: String) throws(Refused) {
        let line = lines[next]
        guard let key = Self.key(of: line.text) else { throw Refused(line: line.number) }
        let inner = path.isEmpty ? String(key) : "\(path).\(key)"
        let value = line.text.dropFirst(key.count + 1).drop { $0 == " " }
        next += 1
        if value.isEmpty {
            if next < lines.count, lines[next].column > line.column { try readBlock(path: inner) }
        } else {
            values[inner] = try Self.scalar(value, line: line.number)
        }
    }

    /// The text before a colon that a blank or the end follows.
    private static func key(of text: Substring) -> Substring? {
        text.prefixMatch(of: /([\w-]+):(?: |$)/)?.1
    }

    private static func scalar(_ text: Substring, line: Int) throws(Refused) -> String {
        if let match = text.wholeMatch(of: /"([^"\\]*)"/) { return String(match.1) }
        if text.contains(/^[\[{&*!|>'"%@]/) { throw Refused(line: line) }
        return String(text)
    }

    /// Cuts a `#` that begins the text or follows a blank, outside quotes.
    private static func withoutComment(_ text: Substring) -> Substring {
        var isQuoted = false
        var before: Character = " "
        for index in text.indices {
            if text[index] == "\"" { isQuoted.toggle() }
            if text[index] == "#", before == " ", !isQuoted { return trimmed(text[..<index]) }
            before = text[index]
        }
        return trimmed(text)
    }

    private static func trimmed(_ text: Substring) -> Substring {
        text.last == " " ? trimmed(text.dropLast()) : text
    }
}
