package import DNSWire

/// What a running server knows of a question without answering it: the answer to
/// `explain.waggle CH TXT`, by which `waggle explain --live` looks into the cache.
///
/// Travels as character strings of one TXT record: each item is a word that names it, a blank and
/// numbers; names follow as strings of their own, in wire form, and the message comes last, in as
/// many strings as it takes.
package struct LiveState: Sendable, Equatable {
    /// The EDNS option of the question that carries what is to be explained: `[type u16][name]`. Of
    /// the range for local use. RFC 6891 §9.
    package static let optionCode: UInt16 = 65_313
    /// `explain.waggle`.
    package static let name = DomainName(parsing: "explain.waggle") ?? .root

    /// What the cache has of a question.
    package enum Freshness: String, Sendable {
        case fresh
        /// Its time is over; it is given where nobody has a better answer, or at once with
        /// `use-stale-cache`.
        case stale
        case none
        /// Answers of the type are not kept, or there is no cache.
        case never
    }

    package struct Entry: Sendable, Equatable {
        package var name: DomainName
        package var type: RecordType
        package var freshness: Freshness
        package var ageSeconds: UInt32 = 0
        /// How long it was to be kept when it came.
        package var ttlSeconds: UInt32 = 0
        package var code = ResponseCode.noError
        package var recordCount = 0

        package init(name: DomainName, type: RecordType, freshness: Freshness) {
            self.name = name
            self.type = type
            self.freshness = freshness
        }

        /// Until its time is over; 0 where it is.
        package var leftSeconds: UInt32 { ttlSeconds > ageSeconds ? ttlSeconds - ageSeconds : 0 }
        /// Whether it says that there is no such name, or no such data.
        package var isNegative: Bool { recordCount == 0 || code != .noError }
    }

    package struct Server: Sendable, Equatable {
        /// `ADDRESS#PORT`.
        package var text: String
        /// 0 before its first answer.
        package var roundTripMilliseconds: UInt64
        package var isFailing: Bool
        package var sent: UInt64
        package var failed: UInt64
        /// Whether a question is likely to go to it first.
        package var isFirst: Bool
    }

    /// Of the configuration.
    package var identity = ""
    /// Who answers at once; nil where a server has to be asked.
    package var source: AnswerSource?
    package var entries: [Entry] = []
    package var servers: [Server] = []
    /// What a client gets at once, if it gets anything; else what the cache has. It has no question
    /// of its own id.
    package var message: [UInt8] = []

    package init() {}

    // MARK: On the wire

    package var strings: [[UInt8]] {
        var strings = [Self.string("waggle 1 \(identity)")]
        if let source { strings.append(Self.string("source \(source.rawValue)")) }
        for entry in entries {
            let numbers = [
                UInt32(entry.type.rawValue), entry.ageSeconds, entry.ttlSeconds,
                UInt32(entry.code.rawValue), UInt32(entry.recordCount),
            ]
            strings.append(
                Self.string("cache \(entry.freshness.rawValue)" + numbers.map { " \($0)" }.joined())
            )
            strings.append(entry.name.octets)
        }
        for server in servers {
            strings.append(
                Self.string(
                    "server \(server.text) \(server.roundTripMilliseconds) "
                        + "\(server.isFailing ? 1 : 0) \(server.sent) \(server.failed) "
                        + "\(server.isFirst ? 1 : 0)"))
        }
        guard !message.isEmpty else { return strings }
        strings.append(Self.string("message"))
        for start in stride(from: 0, to: message.count, by: 255) {
            strings.append(Array(message[start..<min(start + 255, message.count)]))
        }
        return strings
    }

    private static func string(_ text: String) -> [UInt8] { Array(text.utf8) }

    /// Reads the rdata of a TXT record; nil if it is of somebody else.
    package init?(rdata: [UInt8]) {
        var strings: [[UInt8]] = []
        var rest = rdata[...]
        while let count = rest.popFirst() {
            guard rest.count >= Int(count) else { return nil }
            strings.append(Array(rest.prefix(Int(count))))
            rest = rest.dropFirst(Int(count))
        }
        var left = strings[...]
        var isOurs = false
        while let string = left.popFirst() {
            let words = String(decoding: string, as: UTF8.self).split(separator: Character(" "))
                .map(String.init)
            switch words.first {
            case "waggle" where words.count > 1 && words[1] == "1":
                isOurs = true
                identity = words.count > 2 ? words[2] : ""
            case "source":
                guard words.count == 2, let number = UInt8(words[1]) else { return nil }
                source = AnswerSource(rawValue: number)
            case "cache":
                guard let name = left.popFirst(), let entry = Entry(words, name: name) else {
                    return nil
                }
                entries.append(entry)
            case "server":
                guard let server = Server(words) else { return nil }
                servers.append(server)
            case "message":
                message = Array(left.joined())
                left = []
            default: return nil
            }
        }
        guard isOurs else { return nil }
    }
}

extension LiveState.Entry {
    fileprivate init?(_ words: [String], name octets: [UInt8]) {
        let numbers = words.dropFirst(2).compactMap { UInt32($0) }
        guard words.count == 7, numbers.count == 5,
            let freshness = LiveState.Freshness(rawValue: words[1]),
            let name = DomainName(wire: octets)
        else { return nil }
        self.init(
            name: name, type: RecordType(UInt16(truncatingIfNeeded: numbers[0])),
            freshness: freshness)
        (ageSeconds, ttlSeconds) = (numbers[1], numbers[2])
        code = ResponseCode(rawValue: UInt8(truncatingIfNeeded: numbers[3]))
        recordCount = Int(numbers[4])
    }
}

extension LiveState.Server {
    fileprivate init?(_ words: [String]) {
        let numbers = words.dropFirst(2).compactMap { UInt64($0) }
        guard words.count == 7, numbers.count == 5 else { return nil }
        text = words[1]
        roundTripMilliseconds = numbers[0]
        isFailing = numbers[1] != 0
        (sent, failed) = (numbers[2], numbers[3])
        isFirst = numbers[4] != 0
    }
}
