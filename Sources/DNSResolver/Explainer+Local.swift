import DNSConfig
import DNSWire

extension Explainer {
    /// One thing that hosts files or the configuration say of a name.
    struct Definition {
        var text: String
        var types: [RecordType]
        /// nil where only the running machine knows.
        var rdata: [UInt8]?
        var place: Explanation.Place?

        func gives(_ record: Explanation.Record) -> Bool {
            types.contains(record.type) && (rdata.map { $0 == record.rdata } ?? true)
        }
    }

    /// Explains what hosts files and records say of the end of the chain; true if that is the
    /// answer.
    func explainLocal(_ result: inout Explanation, _ end: DomainName, hops: Int) -> Bool {
        let node = find(end)
        let records = result.records.filter { $0.owner == end && $0.type != .cname }
        let isHidden =
            hops == 0 && snapshot.policy.filtersTypes && node?.flags.contains(.isHost) ?? false
            && snapshot.filters.hides(result.type)
        let definitions = definitions(of: end)
        let given = result.decision == .local ? records : []
        var isAnswer = false
        for definition in definitions {
            if given.contains(where: definition.gives) {
                isAnswer = true
                result.steps.append(
                    Explanation.Remark(text: definition.text, place: definition.place))
            } else {
                let why = reason(definition, result.type)
                result.passedOver.append(
                    Explanation.Remark(
                        text: "\(definition.text): \(why)", place: definition.place))
            }
        }
        if isAnswer || !given.isEmpty {
            result.expected = .local
            if !isAnswer { explainMail(&result, end) }
            passOver(&result, RankedRules(end, options.domainRules).groups, "local data come first")
            return true
        }
        if isHidden {
            let option = filterOption(result.type)
            result.expected = .filtered
            result.steps.append(
                Explanation.Remark(
                    text: "\(option) hides \(result.type.text) of names with an address here",
                    place: place(of: option)))
            return true
        }
        guard hops > 0, node?.flags.contains(.isKnown) ?? isMadeUp(end) else { return false }
        result.expected = .local
        result.steps.append(
            Explanation.Remark(text: "\(end) is known here, without \(result.type.text)"))
        return true
    }

    private func reason(_ definition: Definition, _ type: RecordType) -> String {
        if type != .any, !definition.types.contains(type) { return "not the type asked for" }
        if type == .ptr { return "another name of the address comes first" }
        return "something else comes first"
    }

    private func explainMail(_ result: inout Explanation, _ end: DomainName) {
        let option = options.mail.addsSelfMX ? "selfmx" : "localmx"
        result.steps.append(
            Explanation.Remark(
                text: "\(option) gives \(end) a mail exchanger", place: place(of: option)))
    }

    /// Whether `synth-domain` stands for the name.
    func isMadeUp(_ name: DomainName) -> Bool {
        var folded = FoldedName()
        return folded.take(name) && snapshot.synthetics.contains(folded)
    }

    /// The option that hides a type.
    func filterOption(_ type: RecordType) -> String {
        if type == .a, options.answers.filtersA { return "filter-A" }
        if type == .aaaa, options.answers.filtersAAAA { return "filter-AAAA" }
        return "filter-rr"
    }

    // MARK: Definitions

    /// Everything that is said of a name, but for aliases.
    func definitions(of name: DomainName) -> [Definition] {
        var folded = FoldedName()
        guard folded.take(name) else { return [] }
        var found: [Definition] = []
        for located in names where full(located).contains(name) {
            found.append(Self.address(located.address, name, place(located)))
        }
        for record in options.records where record.owner == name {
            found += definitions(record)
        }
        if let address = ReverseName.address(folded) { found += reverse(address) }
        found += synthetic(name, folded)
        return found
    }

    /// The names that a name of a hosts file stands for: with `expand-hosts` two.
    private func full(_ located: LocatedName) -> [DomainName] {
        guard options.hosts.expands, located.name.labelCount == 1,
            let domain = options.hosts.domain(for: located.address),
            let long = located.name.appending(domain)
        else { return [located.name] }
        return [long, located.name]
    }

    private static func address(
        _ address: IPAddress, _ name: DomainName, _ place: Explanation.Place?
    ) -> Definition {
        let type: RecordType = address.isIPv4 ? .a : .aaaa
        return Definition(
            text: "\(name) has \(type.text) \(address)", types: [type],
            rdata: (0..<address.octetCount).map(address.octet), place: place)
    }

    private func definitions(_ record: RecordOption) -> [Definition] {
        let place = place(record.origin)
        switch record.data {
        case .host(let addresses, _):
            return addresses.map { Self.address($0, record.owner, place) }
        case .interface(let interface, let families, _, _):
            let types: [RecordType] =
                families == .both ? [.a, .aaaa] : families == .ipv4 ? [.a] : [.aaaa]
            return [
                Definition(
                    text: "\(record.owner) has the addresses of \(interface)", types: types,
                    rdata: nil, place: place)
            ]
        default:
            guard
                let (type, rdata) = LocalRecords.rdata(
                    of: record.data, mailTarget: options.mail.target ?? .root)
            else { return [] }
            var hasTarget = true
            if case .mx(_, nil) = record.data { hasTarget = options.mail.target != nil }
            return [
                Definition(
                    text: "\(record.owner) has \(type.text)", types: [type],
                    rdata: hasTarget ? rdata : nil, place: place)
            ]
        }
    }

    /// Who has an address, in the order in which the first one wins.
    private func reverse(_ address: IPAddress) -> [Definition] {
        var found: [Definition] = []
        for record in options.records {
            let place = place(record.origin)
            switch record.data {
            case .interface(let interface, _, nil, nil):
                found.append(
                    Definition(
                        text: "addresses of \(interface) are \(record.owner)", types: [.ptr],
                        rdata: record.owner.octets, place: place))
            case .host(let addresses, ownsReverse: true) where addresses.contains(address):
                found.append(Self.owner(address, record.owner, place))
            default: break
            }
        }
        for located in names where located.address == address {
            for name in full(located) { found.append(Self.owner(address, name, place(located))) }
        }
        return found
    }

    private static func owner(
        _ address: IPAddress, _ name: DomainName, _ place: Explanation.Place?
    ) -> Definition {
        Definition(
            text: "\(address) is \(name)", types: [.ptr], rdata: name.octets, place: place)
    }

    private func synthetic(_ name: DomainName, _ folded: borrowing FoldedName) -> [Definition] {
        guard !snapshot.synthetics.isEmpty else { return [] }
        var found: [Definition] = []
        for isIPv4 in [true, false] {
            guard let address = snapshot.synthetics.address(of: folded, isIPv4: isIPv4) else {
                continue
            }
            let option = options.hosts.synthetic.last {
                name.isInside($0.domain) && $0.range.contains(address)
            }
            var made = Self.address(address, name, option.flatMap { place($0.origin) })
            made.text = "synth-domain: \(made.text)"
            found.append(made)
        }
        guard let address = ReverseName.address(folded) else { return found }
        let option = options.hosts.synthetic.last { $0.range.contains(address) }
        guard let option else { return found }
        return found + [
            Definition(
                text: "synth-domain makes up a name in \(option.domain)", types: [.ptr],
                rdata: nil, place: place(option.origin))
        ]
    }
}
