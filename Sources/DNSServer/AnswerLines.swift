import DNSConfig
import DNSResolver
import DNSWire

/// The lines that dnsmasq writes about one answer: a line for each record, or one that says what is
/// missing.
struct AnswerLines {
    /// In the order of the records.
    private(set) var texts: [String] = []
    /// Whether the answer has nothing of what was asked for: NXDOMAIN, NODATA or an error.
    private(set) var isFailure = true

    private let octets: [UInt8]
    private let source: AnswerSource
    private let snapshot: Snapshot

    init(_ entry: QueryLog.Entry, _ snapshot: Snapshot) {
        octets = entry.octets
        source = entry.source
        self.snapshot = snapshot
        guard let header = MessageHeader(octets.bytes), let question = Question(octets) else {
            return
        }
        let code = header.responseCode
        if source == .rebinding {
            // The warning says it; dnsmasq.
            texts = []
        } else if source.isUpstream, header.isTruncated {
            texts = ["reply is truncated"]
        } else if code == .nameError {
            texts = ["\(label) \(deniedName(question, header)) is NXDOMAIN"]
        } else if code != .noError {
            texts = [failure(code, header)]
        } else if source == .zone, question.type == .axfr || question.type == .ixfr {
            // One line for the whole zone.
            texts = ["auth \(question.name.logText) is <\(QueryLogFormatter.text(question.type))>"]
        } else {
            texts = records(header, question)
        }
    }

    // MARK: Failures

    /// The name that there is not, or the address that has none.
    ///
    /// dnsmasq: an address for PTR, and for what `bogus-priv` denies, but not for `local=`.
    private func deniedName(_ question: Question, _ header: MessageHeader) -> String {
        let isBogus = source == .rule && header.flags & MessageHeader.Flags.authoritative != 0
        guard isBogus || question.type == .ptr && source != .rule,
            let address = question.name.reversedAddress
        else { return question.name.logText }
        return "\(address)"
    }

    private func failure(_ code: ResponseCode, _ header: MessageHeader) -> String {
        let word =
            switch code {
            case .serverFailure: "SERVFAIL"
            case .refused: "REFUSED"
            case .notImplemented: "not implemented"
            default: code.text
            }
        let reason = extendedError(header).map { " (EDE: \($0))" } ?? ""
        return "\(label) error is \(word)\(reason)"
    }

    /// The first extended error of the OPT record.
    ///
    /// RFC 8914 §2.
    private func extendedError(_ header: MessageHeader) -> String? {
        var reader = WireReader(octets.bytes, at: WireLimits.headerOctets)
        for _ in 0..<header.questionCount {
            guard reader.skipName(), reader.skip(4) else { return nil }
        }
        let count =
            Int(header.answerCount) + Int(header.authorityCount) + Int(header.additionalCount)
        for _ in 0..<count {
            guard let record = reader.readRecord() else { return nil }
            guard record.type == .opt else { continue }
            var options = WireReader(octets.bytes, at: record.rdataOffset)
            while options.offset < record.endOffset, let code = options.readUInt16(),
                let length = options.readUInt16()
            {
                if code == 15, length >= 2, let number = options.readUInt16() {
                    return Self.text(ExtendedError(rawValue: number))
                }
                guard options.skip(Int(length)) else { return nil }
            }
        }
        return nil
    }

    private static func text(_ error: ExtendedError) -> String {
        switch error {
        case .stale: "stale answer"
        case .notReady: "not ready"
        case .blocked: "blocked"
        case .filtered: "filtered"
        case .noReachableAuthority: "no reachable authority"
        case .networkError: "network error"
        default: "\(error.rawValue)"
        }
    }

    // MARK: Records

    /// Where the answer came from, but for hosts files.
    private var label: String {
        switch source {
        case .upstream, .filtered, .rebinding: "reply"
        case .cache, .cachedFiltered: "cached"
        case .stale: "cached-stale"
        case .zone: "auth"
        case .none, .local, .rule, .bogus, .error, .chaos: "config"
        }
    }

    private mutating func records(
        _ header: MessageHeader, _ question: Question
    ) -> [String] {
        var texts: [String] = []
        var reader = WireReader(octets.bytes, at: question.endOffset)
        var last = question.name
        var isAnswered = question.type == .any && header.answerCount > 0
        for _ in 0..<header.answerCount {
            guard let record = reader.readRecord() else { break }
            var owner = NameBuffer()
            var names = WireReader(octets.bytes, at: record.ownerOffset)
            guard names.readName(into: &owner) else { break }
            if record.type == question.type { isAnswered = true }
            texts += lines(for: record, owner)
            guard record.type == .cname else { continue }
            var target = WireReader(octets.bytes, at: record.rdataOffset)
            _ = target.readName(into: &last)
        }
        isFailure = !isAnswered
        guard !isAnswered else { return texts }
        let family =
            switch question.type {
            case .a: "-IPv4"
            case .aaaa: "-IPv6"
            default: ""
            }
        // That there is nothing is the filter's word, and not the server's.
        let isHidden = source == .filtered || source == .cachedFiltered
        return texts + ["\(isHidden ? "config" : label) \(last.logText) is NODATA\(family)"]
    }

    /// One line, but a line for each string of a TXT record that is not local.
    private func lines(for record: RecordHeader, _ owner: NameBuffer) -> [String] {
        let isLocal = source == .local || source == .zone && record.isZoneData
        let found =
            isLocal ? snapshot.source(of: owner, type: record.type) ?? "config" : label
        switch record.type {
        case .a, .aaaa:
            guard let address = address(record) else { break }
            return ["\(found) \(owner.logText) is \(address)"]
        case .txt where !isLocal && source != .chaos:
            return strings(record).map { "\(found) \(owner.logText) is \($0)" }
        case .ptr where found != "config" || !snapshot.isPointerRecord(owner):
            var name = NameBuffer()
            var reader = WireReader(octets.bytes, at: record.rdataOffset)
            guard let address = owner.reversedAddress, reader.readName(into: &name) else { break }
            return ["\(found) \(address) is \(name.logText)"]
        default: break
        }
        return ["\(found) \(owner.logText) is <\(QueryLogFormatter.text(record.type))>"]
    }

    private func address(_ record: RecordHeader) -> IPAddress? {
        let bytes = octets.bytes
        let at = record.rdataOffset
        switch record.rdataLength {
        case 4: return IPAddress(ipv4: bytes.uint32(at: at))
        case 16:
            let words = (0..<4).map { UInt64(bytes.uint32(at: at + 4 * $0)) }
            return IPAddress(high: words[0] << 32 | words[1], low: words[2] << 32 | words[3])
        default: return nil
        }
    }

    /// The strings of a TXT record; what is no text becomes a dot.
    private func strings(_ record: RecordHeader) -> [String] {
        var strings: [String] = []
        var at = record.rdataOffset
        while at < record.endOffset {
            let end = min(at + 1 + Int(octets[at]), record.endOffset)
            let text = octets[(at + 1)..<end].map { $0 >= 0x20 && $0 < 0x7F ? $0 : 0x2E }
            strings.append(String(decoding: text, as: UTF8.self))
            at = end
        }
        return strings
    }
}

extension RecordHeader {
    /// Whether it comes from local data, not from the zone as such.
    fileprivate var isZoneData: Bool { type != .soa && type != .ns }
}
