/// Finds the functions of a Swift source and how many lines each has, by counting braces.
enum FunctionScanner {
    struct Function: Equatable {
        var name: String
        /// 1-based, of the line with the keyword.
        var line: Int
        /// From the keyword to the closing brace.
        var lines: Int
    }

    private enum Token: Equatable {
        case word(String)
        case mark(UInt8)
    }

    /// Functions, initializers, subscripts and computed properties, outer ones with what they hold.
    static func functions(of text: String) -> [Function] {
        let tokens = tokens(of: SwiftText(text).code)
        return tokens.indices.compactMap { index in
            guard case .word(let keyword) = tokens[index].token,
                declares(keyword, at: index, tokens),
                let open = body(after: index, keyword, tokens),
                let close = closing(of: open, tokens)
            else { return nil }
            return Function(
                name: name(at: index, keyword, tokens), line: tokens[index].line,
                lines: tokens[close].line - tokens[index].line + 1)
        }
    }

    private static func declares(
        _ keyword: String, at index: Int, _ tokens: [(token: Token, line: Int)]
    ) -> Bool {
        guard ["func", "init", "deinit", "subscript", "var"].contains(keyword) else { return false }
        // `.init(…)` is a call.
        return index == 0 || tokens[index - 1].token != .mark(UInt8(ascii: "."))
    }

    private static func name(
        at index: Int, _ keyword: String, _ tokens: [(token: Token, line: Int)]
    ) -> String {
        if ["func", "var"].contains(keyword), index + 1 < tokens.count,
            case .word(let name) = tokens[index + 1].token
        {
            return name
        }
        return keyword
    }

    /// The brace that opens the body; nil for a requirement, a stored property, a call.
    private static func body(
        after index: Int, _ keyword: String, _ tokens: [(token: Token, line: Int)]
    ) -> Int? {
        var depth = 0
        for next in tokens.indices.dropFirst(index + 1) {
            switch tokens[next].token {
            case .mark(UInt8(ascii: "(")), .mark(UInt8(ascii: "[")): depth += 1
            case .mark(UInt8(ascii: ")")), .mark(UInt8(ascii: "]")): depth -= 1
            case .mark(UInt8(ascii: "{")) where depth == 0: return next
            case .mark(UInt8(ascii: "}")) where depth == 0: return nil
            case .mark(UInt8(ascii: "=")) where depth == 0 && keyword == "var": return nil
            case .word(let word) where depth == 0 && endsDeclaration.contains(word): return nil
            default: break
            }
            if depth < 0 { return nil }
        }
        return nil
    }

    /// Words that only a new declaration or statement can begin with.
    private static let endsDeclaration: Set<String> = [
        "func", "init", "deinit", "subscript", "var", "let", "case", "struct", "enum", "class",
        "extension", "typealias", "return", "if", "guard", "for", "while", "switch", "static",
        "package", "private", "mutating", "associatedtype", "protocol",
    ]

    private static func closing(of open: Int, _ tokens: [(token: Token, line: Int)]) -> Int? {
        var depth = 0
        for index in tokens.indices.dropFirst(open) {
            if tokens[index].token == .mark(UInt8(ascii: "{")) { depth += 1 }
            if tokens[index].token == .mark(UInt8(ascii: "}")) { depth -= 1 }
            if depth == 0 { return index }
        }
        return nil
    }

    /// Words and the marks that matter, each with its line.
    private static func tokens(of code: [UInt8]) -> [(token: Token, line: Int)] {
        var tokens: [(token: Token, line: Int)] = []
        var line = 1
        var index = 0
        while index < code.count {
            let octet = code[index]
            if octet == UInt8(ascii: "\n") { line += 1 }
            let word = code[index...].prefix(while: isWord)
            if word.isEmpty {
                if "(){}[]=.".utf8.contains(octet) { tokens.append((.mark(octet), line)) }
                index += 1
            } else {
                tokens.append((.word(String(decoding: word, as: UTF8.self)), line))
                index += word.count
            }
        }
        return tokens
    }

    private static func isWord(_ octet: UInt8) -> Bool {
        octet == UInt8(ascii: "_") || octet >= 0x80
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(octet | 0x20)
    }
}
