import DNSConfig
import DNSWire

/// Puts the packed answers of one name of a zone together.
struct AuthoritativeAnswer {
    /// nil: a wildcard, whose question has a length that nobody knows yet.
    let owner: DomainName?
    let zone: DomainName
    /// For the authority section; none where it stays empty.
    let nameServers: [DomainName]
    let ttlSeconds: UInt32

    /// The records of one type with the servers of the zone.
    func answer(of set: RecordSet) -> AnswerParts {
        var parts = AnswerParts(type: set.type)
        parts.header.source = set.source
        parts.header.answerCount = set.append(to: &parts, owner: RecordSet.question)
        appendAuthority(to: &parts)
        return parts
    }

    /// An alias with the data of its target; without, it is the answer for all other types.
    func chain(to target: DomainName, _ set: RecordSet?) -> AnswerParts {
        var parts = AnswerParts(type: set?.type ?? RecordType(0))
        var alias = RecordSet(type: .cname)
        alias.records = [RecordSet.Record(ttlSeconds: ttlSeconds, rdata: target.octets)]
        parts.header.answerCount = alias.append(to: &parts, owner: RecordSet.question)
        if var set {
            let name = targetOwner(target)
            // The stride of a packed answer has eight bits.
            if name.count + 10 + (set.records.first?.rdata.count ?? 0) > 255 { set.counter = nil }
            parts.header.source = set.source
            let added = set.append(to: &parts, owner: name)
            parts.header.answerCount = added > 0 ? parts.header.answerCount + added : 0
        }
        appendAuthority(to: &parts)
        return parts
    }

    private func targetOwner(_ target: DomainName) -> [UInt8] {
        guard let owner else { return target.octets }
        // Behind header, question and the fixed part of the alias.
        return RecordSet.pointer(to: WireLimits.headerOctets + owner.octets.count + 4 + 12)
    }

    private func appendAuthority(to parts: inout AnswerParts) {
        guard parts.header.answerCount > 0 else { return }
        var set = Self.nameServerSet(nameServers, ttlSeconds)
        // The number of them has eight bits.
        set.records = Array(set.records.prefix(255))
        parts.header.authorityCount = set.append(to: &parts, owner: apexOwner)
    }

    private var apexOwner: [UInt8] {
        guard let owner else { return zone.octets }
        guard owner.isInside(zone) else { return zone.octets }
        return RecordSet.pointer(
            to: WireLimits.headerOctets + owner.octets.count - zone.octets.count)
    }

    /// SOA and NS of the zone itself; the servers are named to local clients too. dnsmasq.
    func apexAnswers(soa: RecordSet, nameServers: [DomainName]) -> [AnswerParts] {
        let named = AuthoritativeAnswer(
            owner: owner, zone: zone, nameServers: nameServers, ttlSeconds: ttlSeconds)
        var servers = AnswerParts(type: .ns)
        servers.header.answerCount = Self.nameServerSet(nameServers, ttlSeconds)
            .append(to: &servers, owner: RecordSet.question)
        return [named.answer(of: soa), servers]
    }

    static func nameServerSet(_ names: [DomainName], _ ttlSeconds: UInt32) -> RecordSet {
        var set = RecordSet(type: .ns)
        set.records = names.map {
            RecordSet.Record(ttlSeconds: ttlSeconds, rdata: $0.octets)
        }
        return set
    }
}
