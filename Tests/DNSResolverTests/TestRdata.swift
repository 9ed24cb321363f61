import DNSWire

/// A cursor of the tests' own message reader.
struct TestReader {
    var octets: [UInt8]
    var offset = 0

    init(octets: [UInt8]) {
        self.octets = octets
    }

    mutating func octet() throws -> UInt8 {
        guard offset < octets.count else { throw TestMessage.Malformed(reason: "cut short") }
        offset += 1
        return octets[offset - 1]
    }

    mutating func word() throws -> UInt16 { try UInt16(octet()) << 8 | UInt16(octet()) }

    mutating func take(_ count: Int) throws -> [UInt8] {
        try (0..<count).map { _ in try octet() }
    }

    /// A name as it is spelled, with dots between its labels; `.` for the root.
    mutating func name() throws -> String {
        var labels: [String] = []
        var back: Int?
        var limit = offset
        while true {
            let length = Int(try octet())
            if length >= 0xC0 {
                let target = (length & 0x3F) << 8 | Int(try octet())
                guard target < limit else {
                    throw TestMessage.Malformed(reason: "a pointer that does not go back")
                }
                back = back ?? offset
                (offset, limit) = (target, target)
            } else if length == 0 {
                if let back { offset = back }
                return labels.isEmpty ? "." : labels.joined(separator: ".")
            } else {
                guard length < 64 else { throw TestMessage.Malformed(reason: "a long label") }
                labels.append(String(decoding: try take(length), as: UTF8.self))
            }
        }
    }

    mutating func string() throws -> String {
        "\"" + String(decoding: try take(Int(octet())), as: UTF8.self) + "\""
    }
}

/// Rdata in text: names without a final dot, strings in quotes, other types as RFC 3597 §5 says.
enum TestRdata {
    /// The fields of a type: a number of octets, a name or a string; nil for unknown types.
    private enum Field { case octet, word, long, name, string, strings, address, tag, rest }

    private static func fields(_ type: RecordType) -> [Field]? {
        switch type {
        case .a, .aaaa: [.address]
        case .ns, .cname, .ptr, .dname: [.name]
        case .soa: [.name, .name, .long, .long, .long, .long, .long]
        case .mx: [.word, .name]
        case .txt: [.strings]
        case .srv: [.word, .word, .word, .name]
        case .naptr: [.word, .word, .string, .string, .string, .name]
        case .caa: [.octet, .tag, .rest]
        default: nil
        }
    }

    /// The wire form of a name without compression.
    static func wire(_ name: String) -> [UInt8] {
        var octets: [UInt8] = []
        for label in name.split(separator: ".") {
            octets.append(UInt8(label.utf8.count))
            octets += label.utf8
        }
        return octets + [0]
    }

    static func format(_ type: RecordType, _ reader: inout TestReader, end: Int) throws -> String {
        guard let fields = fields(type), reader.offset < end else {
            let octets = try reader.take(end - reader.offset)
            return "\\# \(octets.count)" + (octets.isEmpty ? "" : " " + hex(octets))
        }
        var words: [String] = []
        for field in fields {
            switch field {
            case .octet: words.append("\(try reader.octet())")
            case .word: words.append("\(try reader.word())")
            case .long: words.append("\(try UInt32(reader.word()) << 16 | UInt32(reader.word()))")
            case .name: words.append(try reader.name())
            case .string: words.append(try reader.string())
            case .strings: while reader.offset < end { words.append(try reader.string()) }
            case .address: words.append(address(try reader.take(end - reader.offset)))
            case .tag: words.append(String(try reader.string().dropFirst().dropLast()))
            case .rest:
                let octets = try reader.take(end - reader.offset)
                words.append("\"" + String(decoding: octets, as: UTF8.self) + "\"")
            }
        }
        return words.joined(separator: " ")
    }

    static func parse(_ text: String, _ type: RecordType) -> [UInt8] {
        let words = words(text)
        if words.first == "\\#" { return octets(words.dropFirst(2).joined()) }
        var octets: [UInt8] = []
        for (index, field) in (fields(type) ?? []).enumerated() where index < words.count {
            let word = words[index]
            switch field {
            case .octet: octets.append(UInt8(word) ?? 0)
            case .word: octets.append(UInt16(word) ?? 0)
            case .long:
                let number = UInt32(word) ?? 0
                octets.append(UInt16(number >> 16))
                octets.append(UInt16(number & 0xFFFF))
            case .name: octets += wire(word)
            case .string, .tag: octets += [UInt8(word.utf8.count)] + Array(word.utf8)
            case .strings:
                for word in words { octets += [UInt8(word.utf8.count)] + Array(word.utf8) }
            case .address:
                if let address = IPAddress(parsing: word) {
                    octets += (0..<address.octetCount).map { address.octet($0) }
                }
            case .rest: octets += word.utf8
            }
        }
        return octets
    }

    private static func address(_ octets: [UInt8]) -> String {
        let number = octets.reduce((high: UInt64(0), low: UInt64(0))) {
            ($0.high << 8 | $0.low >> 56, $0.low << 8 | UInt64($1))
        }
        return octets.count == 4
            ? "\(IPAddress(ipv4: UInt32(number.low)))"
            : "\(IPAddress(high: number.high, low: number.low))"
    }

    /// Words between blanks; quotes hold one together and are left out.
    static func words(_ text: String) -> [String] {
        var words: [String] = []
        for (index, part) in text.split(separator: "\"", omittingEmptySubsequences: false)
            .enumerated()
        {
            if index % 2 == 1 {
                words.append(String(part))
            } else {
                words += part.split(separator: " ").map(String.init)
            }
        }
        return words
    }

    static func hex(_ octets: [UInt8]) -> String {
        octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Octets out of hexadecimal digits, blanks left out.
    static func octets(_ hex: String) -> [UInt8] {
        let digits = hex.filter { $0 != " " }.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map {
            UInt8(digits[$0] << 4 | digits[$0 + 1])
        }
    }
}
