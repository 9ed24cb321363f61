import DNSWire

/// A question as it reached the scripted upstream.
struct UpstreamQuestion {
    /// The whole query.
    var message: [UInt8]
    var name: NameBuffer
    var folded: DomainName
    var type: RecordType
    /// Octets of header and question.
    var end: Int
    var hasEDNS: Bool
    var isTCP: Bool

    /// Reads a query; nil for what is none.
    init?(_ octets: [UInt8], isTCP: Bool) {
        let message = octets.span.bytes
        guard let header = MessageHeader(message), !header.isResponse, header.questionCount == 1
        else { return nil }
        var reader = WireReader(message, at: WireLimits.headerOctets)
        var name = NameBuffer()
        guard reader.readName(into: &name), let type = reader.readUInt16(),
            reader.readUInt16() != nil, let folded = name.domainName
        else { return nil }
        self.message = octets
        self.name = name
        self.folded = folded
        self.type = RecordType(type)
        self.isTCP = isTCP
        end = reader.offset
        hasEDNS = header.additionalCount > 0
    }
}

/// Builds the answer of a rule.
struct UpstreamReply {
    private var octets: [UInt8]
    /// Answer, authority, additional.
    private var sections: [[UInt8]] = [[], [], []]
    private var counts: [UInt16] = [0, 0, 0]

    /// The whole answer to `question`; by UDP it is cut at `limit` octets and marked TC.
    static func octets(
        to question: UpstreamQuestion, by rule: UpstreamRule, limit: Int
    ) -> [UInt8] {
        if rule.sendsGarbage { return [UInt8](question.message.prefix(12)) + [0xC0, 0xFF, 1] }
        let empty = UpstreamReply(question, rule)
        if rule.truncates && !question.isTCP { return empty.finished(isTruncated: true) }
        var reply = empty
        reply.addAnswers(question, rule)
        let octets = reply.finished(isTruncated: false)
        return octets.count <= limit ? octets : empty.finished(isTruncated: true)
    }

    /// FORMERR as a server gives it that does not know EDNS: a bare header.
    static func formatError(_ question: UpstreamQuestion) -> [UInt8] {
        [question.message[0], question.message[1], 0x81, 0x81] + [UInt8](repeating: 0, count: 8)
    }

    private init(_ question: UpstreamQuestion, _ rule: UpstreamRule) {
        octets = Array(question.message.prefix(question.end))
        if rule.foldsQuestion {
            octets.replaceSubrange(12..<(question.end - 4), with: question.folded.octets)
        }
        octets[2] = 0x80 | question.message[2] & 0x01
        octets[3] = 0x80 | question.message[3] & 0x10 | rule.code.rawValue
    }

    private func finished(isTruncated: Bool) -> [UInt8] {
        var octets = octets
        if isTruncated { octets[2] |= 0x02 }
        for (index, count) in counts.enumerated() {
            octets[6 + 2 * index] = UInt8(count >> 8)
            octets[7 + 2 * index] = UInt8(count & 0xFF)
        }
        return octets + sections.joined()
    }

    private mutating func addAnswers(_ question: UpstreamQuestion, _ rule: UpstreamRule) {
        var owner = question.folded
        for link in 0..<rule.chain {
            guard let label = DomainName(parsing: "c\(link)"),
                let next = label.appending(question.folded)
            else { break }
            add(owner, .cname, rule.ttlSeconds, next.octets, to: 0)
            owner = next
        }
        if rule.code == .noError {
            for (type, text) in rule.answers { add(owner, type, rule.ttlSeconds, text) }
            for index in 0..<rule.records {
                let number = 0x0A00_0001 + UInt32(index)
                add(owner, .a, rule.ttlSeconds, Self.bigEndian(number), to: 0)
            }
        }
        if let lie = rule.lie {
            let rdata = (0..<(lie.address.isIPv4 ? 4 : 16)).map { lie.address.octet($0) }
            let type: RecordType = lie.address.isIPv4 ? .a : .aaaa
            add(lie.name, type, rule.ttlSeconds, rdata, to: 0)
            add(lie.name, type, rule.ttlSeconds, rdata, to: 2)
        }
        let isAnswered = rule.code == .noError || rule.code == .nameError
        if counts[0] == UInt16(rule.chain), rule.hasSOA, isAnswered {
            let root = DomainName.root
            let numbers: [UInt32] = [1, 2, 3, 4, 60]
            add(
                root, .soa, rule.ttlSeconds,
                root.octets + root.octets + numbers.flatMap(Self.bigEndian), to: 1)
        }
    }

    private mutating func add(
        _ owner: DomainName, _ type: RecordType, _ ttlSeconds: UInt32, _ text: String
    ) {
        let rdata: [UInt8]
        switch type {
        case .a, .aaaa:
            guard let address = IPAddress(parsing: text) else { return }
            rdata = (0..<(address.isIPv4 ? 4 : 16)).map { address.octet($0) }
        case .txt: rdata = [UInt8(min(255, text.utf8.count))] + text.utf8.prefix(255)
        default: rdata = DomainName(parsing: text)?.octets ?? [0]
        }
        add(owner, type, ttlSeconds, rdata, to: 0)
    }

    private mutating func add(
        _ owner: DomainName, _ type: RecordType, _ ttlSeconds: UInt32, _ rdata: [UInt8],
        to section: Int
    ) {
        sections[section] += owner.octets
        sections[section] += [UInt8(type.rawValue >> 8), UInt8(type.rawValue & 0xFF), 0, 1]
        sections[section] += Self.bigEndian(ttlSeconds)
        sections[section] += [UInt8(rdata.count >> 8), UInt8(rdata.count & 0xFF)] + rdata
        counts[section] += 1
    }

    private static func bigEndian(_ number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * UInt32($0))) }
    }
}
