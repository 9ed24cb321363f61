import DNSWire

extension OptionRow {
    /// What a shell can propose for the value of an option.
    enum ValueKind: Hashable {
        case flag
        /// Nothing that a shell could know.
        case text
        case files
        case directories
        case interfaces
        case users
        case groups
        case words([String])
    }

    /// What its syntax says of the value.
    var valueKind: ValueKind {
        let syntax: String
        switch argument {
        case .none: return .flag
        case .required(let text), .optional(let text): syntax = text
        }
        let placeholder = syntax.prefix { $0 != Character(">") }
        switch placeholder {
        case "<path", "<file": return .files
        case "<facility": return .files
        case "<directory": return .directories
        case "<interface": return .interfaces
        case "<username": return .users
        case "<groupname": return .groups
        case "<difference": return .words(Compatibility.names.map(\.name))
        case "<type": return .words(Self.types)
        case let other where other.contains(Character("<")): return .text
        case let words: return .words(words.split(separator: Character("|")).map(String.init))
        }
    }

    /// Whether a shell proposes the option: those that do nothing here are not worth typing.
    var isProposed: Bool {
        if case .refused = status { return false }
        return !category.isOutsideDNS
    }

    /// Whether the value may be the next word.
    var longTakesNextWord: Bool {
        if case .required = argument { true } else { false }
    }

    private static let types: [String] = (1...260).compactMap { RecordType(UInt16($0)).mnemonic }
}
