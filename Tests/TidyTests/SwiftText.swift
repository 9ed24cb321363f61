/// A Swift source with its comments and literals set apart, so that rules see code only.
struct SwiftText {
    struct Comment: Equatable {
        /// 1-based.
        var line: Int
        /// From the first slash to the end of the line or block.
        var text: String
    }

    /// As long as the source, with the same line ends; comments and the text of literals are blank,
    /// and a name in backticks is a row of `x`. Code inside an interpolation stays.
    private(set) var code: [UInt8]
    private(set) var comments: [Comment] = []

    private let source: [UInt8]
    private var index = 0
    private var line = 1

    init(_ text: String) {
        source = Array(text.utf8)
        code = source.map { $0 == UInt8(ascii: "\n") ? $0 : UInt8(ascii: " ") }
        while index < source.count { scanCode() }
    }

    var codeLines: [Substring] {
        String(decoding: code, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
    }

    // MARK: One token of code

    private mutating func scanCode() {
        switch source[index] {
        case UInt8(ascii: "/") where starts(with: "//"): scanLineComment()
        case UInt8(ascii: "/") where starts(with: "/*"): scanBlockComment()
        case UInt8(ascii: "/") where startsRegex: scanRegex()
        case UInt8(ascii: "`"): scanRawName()
        case UInt8(ascii: "\""): scanString(hashes: 0)
        case UInt8(ascii: "#"):
            let hashes = source[index...].prefix { $0 == UInt8(ascii: "#") }.count
            if index + hashes < source.count, source[index + hashes] == UInt8(ascii: "\"") {
                skip(hashes)
                scanString(hashes: hashes)
            } else {
                keep(hashes)
            }
        default: keep(1)
        }
    }

    private func starts(with text: StaticString) -> Bool {
        let wanted = String(describing: text).utf8
        return source[index...].starts(with: wanted)
    }

    private mutating func keep(_ count: Int) {
        for _ in 0..<count where index < source.count {
            code[index] = source[index]
            skip(1)
        }
    }

    private mutating func skip(_ count: Int) {
        for _ in 0..<count where index < source.count {
            if source[index] == UInt8(ascii: "\n") { line += 1 }
            index += 1
        }
    }

    // MARK: Comments and names

    private mutating func scanLineComment() {
        let start = index
        while index < source.count, source[index] != UInt8(ascii: "\n") { skip(1) }
        comments.append(
            Comment(line: line, text: String(decoding: source[start..<index], as: UTF8.self)))
    }

    private mutating func scanBlockComment() {
        let start = index
        let firstLine = line
        var depth = 0
        repeat {
            if starts(with: "/*") {
                depth += 1
                skip(2)
            } else if starts(with: "*/") {
                depth -= 1
                skip(2)
            } else {
                skip(1)
            }
        } while depth > 0 && index < source.count
        comments.append(
            Comment(line: firstLine, text: String(decoding: source[start..<index], as: UTF8.self)))
    }

    private mutating func scanRawName() {
        skip(1)
        while index < source.count, source[index] != UInt8(ascii: "`"),
            source[index] != UInt8(ascii: "\n")
        {
            code[index] = UInt8(ascii: "x")
            skip(1)
        }
        skip(1)
    }

    // MARK: Literals

    /// A slash opens a literal where an operand is due and no blank follows it.
    private var startsRegex: Bool {
        guard index + 1 < source.count, source[index + 1] > UInt8(ascii: " ") else { return false }
        let before = source[..<index].last { $0 != UInt8(ascii: " ") }
        guard let before, "(,=:[{\n".utf8.contains(before) else { return false }
        let rest = source[(index + 1)...].prefix { $0 != UInt8(ascii: "\n") }
        return rest.contains(UInt8(ascii: "/"))
    }

    private mutating func scanRegex() {
        keep(1)
        while index < source.count, source[index] != UInt8(ascii: "/") {
            skip(source[index] == UInt8(ascii: "\\") ? 2 : 1)
        }
        keep(1)
    }

    private mutating func scanString(hashes: Int) {
        let quotes = starts(with: "\"\"\"") ? 3 : 1
        let pounds = [UInt8](repeating: UInt8(ascii: "#"), count: hashes)
        let close = [UInt8](repeating: UInt8(ascii: "\""), count: quotes) + pounds
        let escape = [UInt8(ascii: "\\")] + pounds
        keep(quotes)
        while index < source.count {
            if source[index...].starts(with: close) {
                keep(quotes)
                skip(hashes)
                return
            }
            if source[index...].starts(with: escape) {
                skip(escape.count)
                if index < source.count, source[index] == UInt8(ascii: "(") {
                    scanInterpolation()
                } else {
                    skip(1)
                }
            } else if quotes == 1, source[index] == UInt8(ascii: "\n") {
                return
            } else {
                skip(1)
            }
        }
    }

    private mutating func scanInterpolation() {
        var depth = 0
        repeat {
            if source[index] == UInt8(ascii: "(") { depth += 1 }
            if source[index] == UInt8(ascii: ")") { depth -= 1 }
            scanCode()
        } while depth > 0 && index < source.count
    }
}
