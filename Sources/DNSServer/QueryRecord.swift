import DNSConfig
import DNSResolver
import DNSWire

/// A query and its answer as one JSON object: what `log-format=json` writes with `log-queries`.
///
/// The members are described at the option, `OptionDetails.logFormat`.
struct QueryRecord {
    /// What is known of the query; nil where its event was lost.
    struct Origin {
        var number: UInt64
        var microseconds: UInt32
    }

    /// The members from `event` on.
    private(set) var members = JSONText()

    init(
        _ entry: QueryLog.Entry, _ client: (address: IPAddress, port: UInt16), _ origin: Origin?,
        _ snapshot: Snapshot
    ) {
        members.add("event", "query")
        if let origin { members.add("id", origin.number) }
        members.add("client", "\(client.address)")
        members.add("client_port", UInt64(client.port))
        members.add("proto", entry.transport == .udp ? "udp" : "tcp")
        let octets = entry.octets
        let question = Question(octets)
        if let question {
            members.add("name", question.name.zoneText)
            members.add("type", question.type.zoneText)
        }
        if let header = MessageHeader(octets.bytes) {
            members.add("rcode", header.responseCode.text)
        }
        members.add("source", entry.source.text)
        if entry.source.isUpstream, snapshot.servers.indices.contains(Int(entry.server)) {
            members.add("server", snapshot.servers[Int(entry.server)].option.text)
        }
        if let origin {
            // Both are the lower half of the same clock.
            members.add(
                "duration_ms", microseconds: UInt64(entry.microseconds &- origin.microseconds))
        }
        members.add("answers", question.map { Self.answers(octets, from: $0.endOffset) } ?? [])
    }

    /// The records of the answer section, as far as the message was kept.
    private static func answers(_ octets: [UInt8], from offset: Int) -> [String] {
        guard let header = MessageHeader(octets.bytes) else { return [] }
        var answers: [String] = []
        var reader = WireReader(octets.bytes, at: offset)
        for _ in 0..<header.answerCount {
            guard let record = reader.readRecord() else { break }
            answers.append(text(record, octets))
        }
        return answers
    }

    /// The data of a record: an address, a name, text, or the type in angle brackets.
    private static func text(_ record: RecordHeader, _ octets: [UInt8]) -> String {
        let at = record.rdataOffset
        switch (record.type, record.rdataLength) {
        case (.a, 4): return "\(IPAddress(ipv4: octets.bytes.uint32(at: at)))"
        case (.aaaa, 16):
            let words = (0..<4).map { UInt64(octets.bytes.uint32(at: at + 4 * $0)) }
            return "\(IPAddress(high: words[0] << 32 | words[1], low: words[2] << 32 | words[3]))"
        case (.cname, _), (.ptr, _), (.ns, _): return name(octets, at)
        case (.mx, 3...): return "\(octets.bytes.uint16(at: at)) " + name(octets, at + 2)
        case (.srv, 7...):
            let numbers = (0..<3).map { "\(octets.bytes.uint16(at: at + 2 * $0)) " }
            return numbers.joined() + name(octets, at + 6)
        case (.txt, 1...): return strings(octets[at..<record.endOffset])
        default: return "<\(record.type.zoneText)>"
        }
    }

    private static func name(_ octets: [UInt8], _ offset: Int) -> String {
        var name = NameBuffer()
        var reader = WireReader(octets.bytes, at: offset)
        return reader.readName(into: &name) ? name.zoneText : "<malformed>"
    }

    /// The strings of a TXT record, one behind the other.
    private static func strings(_ octets: ArraySlice<UInt8>) -> String {
        var text = ""
        var at = octets.startIndex
        while at < octets.endIndex {
            let end = min(at + 1 + Int(octets[at]), octets.endIndex)
            text += octets[(at + 1)..<end].zoneText(escaping: [UInt8(ascii: "\\")])
            at = end
        }
        return text
    }
}

extension NameBuffer {
    /// The name as zone files have it, without the final dot but for the root. RFC 1035 §5.1.
    var zoneText: String {
        var text = ""
        var at = 0
        while at < length, octets[at] != 0 {
            let end = min(at + 1 + Int(octets[at]), length)
            if at > 0 { text += "." }
            let label = ((at + 1)..<end).map { octets[$0] }
            text += label[...].zoneText(escaping: [UInt8(ascii: "\\"), UInt8(ascii: ".")])
            at = end
        }
        return text.isEmpty ? "." : text
    }
}

extension ArraySlice<UInt8> {
    /// Printing ASCII as it is, some octets behind a backslash, all others as `\DDD`.
    fileprivate func zoneText(escaping special: [UInt8]) -> String {
        var text: [UInt8] = []
        for octet in self {
            if special.contains(octet) {
                text += [UInt8(ascii: "\\"), octet]
            } else if octet >= 0x20, octet < 0x7F {
                text.append(octet)
            } else {
                text += "\\\("\(1_000 + Int(octet))".dropFirst())".utf8
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension RecordType {
    /// `A`, or `TYPE65400` for a number without a name. RFC 3597 §5.
    fileprivate var zoneText: String { mnemonic.map { "\($0)" } ?? "TYPE\(rawValue)" }
}

extension AnswerSource {
    /// As metrics and logs call it.
    fileprivate var text: String {
        switch self {
        case .none: "none"
        case .local: "local"
        case .rule: "rule"
        case .cache: "cache"
        case .stale: "stale"
        case .upstream: "upstream"
        case .filtered, .cachedFiltered: "filtered"
        case .bogus: "bogus"
        case .rebinding: "rebinding"
        case .error: "error"
        case .chaos: "chaos"
        case .zone: "zone"
        }
    }
}
