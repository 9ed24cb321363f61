import DNSConfig
import DNSWire

extension Explainer {
    /// Explains what a zone answers: which one, and what it has the records from.
    func explainZone(_ result: inout Explanation) {
        let zone = options.authoritative.zones.filter { result.name.isInside($0.domain) }
            .max { $0.domain.labelCount < $1.domain.labelCount }
        result.expected = .zone
        guard let zone else {
            result.steps.append(
                Explanation.Remark(
                    text: "the name of an address in a subnet of an auth-zone",
                    place: options.authoritative.zones.first.flatMap { place($0.origin) }))
            return explainZoneRecords(&result)
        }
        result.steps.append(
            Explanation.Remark(
                text: "auth-zone \(zone.domain) is answered with authority",
                place: place(zone.origin)))
        explainZoneRecords(&result)
    }

    /// The lines that the records of the answer come from, in the order of the answer.
    private func explainZoneRecords(_ result: inout Explanation) {
        var seen: Set<DomainName> = []
        for record in result.records where seen.insert(record.owner).inserted {
            let given = result.records.filter { $0.owner == record.owner }
            if record.type == .cname, let cname = alias(of: record.owner, isQuestion: true) {
                result.steps.append(
                    Explanation.Remark(
                        text: "\(record.owner) is an alias of \(cname.target)",
                        place: place(cname.origin)))
            }
            for definition in definitions(of: record.owner)
            where given.contains(where: definition.gives) {
                result.steps.append(
                    Explanation.Remark(text: definition.text, place: definition.place))
            }
            for (type, option) in Self.zoneOptions where given.contains(where: { $0.type == type })
            {
                guard let place = place(of: option) else { continue }
                result.steps.append(
                    Explanation.Remark(text: "\(type.text) is made of \(option)", place: place))
            }
        }
    }

    private static let zoneOptions: [(RecordType, String)] = [
        (.soa, "auth-soa"), (.ns, "auth-server"), (.ns, "auth-sec-servers"),
    ]
}
