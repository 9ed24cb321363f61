import DNSConfig
import DNSWire

extension Explainer {
    /// Explains which rule or option decides about a name that has no local data.
    func explainRules(_ result: inout Explanation, _ end: DomainName, hops: Int) {
        let ranked = RankedRules(end, options.domainRules)
        let standard = snapshot.groups[0].servers.map { snapshot.servers[Int($0)].option }
        let winner = ranked.winner(result.type, hasStandardServers: !standard.isEmpty)
        if hops == 0, let option = filter(end, result.type, winner?.1) {
            result.expected = .filtered
            if result.decision == .denied { result.decision = .filtered }
            result.steps.append(
                Explanation.Remark(
                    text: "\(option) keeps it from servers", place: place(of: option)))
            passOver(&result, ranked.groups, "\(option) comes first")
            return
        }
        var servers = standard
        switch winner?.1 {
        case .literal: result.expected = hops == 0 || followsLiterals ? .literal : .local
        case .denied: result.expected = hops == 0 ? .denied : .local
        case .servers(let own):
            servers = own
            expectServers(&result, own, hops: hops)
        case .standardServers, nil: expectServers(&result, standard, hops: hops)
        }
        explain(&result, ranked, winner)
        guard winner == nil || winner?.1 == .standardServers else { return }
        explainStandard(&result, servers)
    }

    private var followsLiterals: Bool { !options.compatibility.contains(.literalTarget) }

    private func expectServers(
        _ result: inout Explanation, _ servers: [ServerOption], hops: Int
    ) {
        guard !servers.isEmpty else {
            result.expected = hops == 0 ? .refused : .local
            return
        }
        if hops > 0, options.compatibility.contains(.bareCNAME) {
            result.expected = .local
            result.steps.append(
                Explanation.Remark(
                    text: "compat=bare-cname: nobody is asked for the end of an alias",
                    place: place(of: "compat")))
            return
        }
        if hops > 0, snapshot.filters.hides(result.type) {
            let option = filterOption(result.type)
            result.expected = .local
            result.steps.append(
                Explanation.Remark(
                    text: "\(option): nobody is asked for \(result.type.text) behind an alias",
                    place: place(of: option)))
            return
        }
        result.expected = .servers(servers)
    }

    /// The option that keeps a question from rules and servers, as in `Resolver.filter`.
    private func filter(
        _ name: DomainName, _ type: RecordType, _ decision: RankedRules.Decision?
    ) -> String? {
        var folded = FoldedName()
        guard folded.take(name) else { return nil }
        let policy = snapshot.policy
        if policy.filtersWindows2000 {
            let isNoted = name.octets.contains(UInt8(ascii: "_"))
            if type == .soa || type == .srv || (type == .any && isNoted) { return "filterwin2k" }
        }
        if policy.hidesPrivateReverse, type == .ptr || type == .any,
            PrivateReverse.contains(folded)
        {
            if case .servers = decision { return nil }
            return "bogus-priv"
        }
        guard policy.needsDomain, name.labelCount == 1,
            type == .a || type == .aaaa || type == .any
        else { return nil }
        switch decision {
        case .literal, .denied: return nil
        case .servers, .standardServers, nil: return "domain-needed"
        }
    }

    // MARK: Words

    /// The rules of the winner, and those that it beats.
    private func explain(
        _ result: inout Explanation, _ ranked: RankedRules,
        _ winner: (index: Int, decision: RankedRules.Decision)?
    ) {
        for (index, group) in ranked.groups.enumerated() {
            guard let winner else {
                passOver(&result, [group], "says nothing about \(result.type.text)")
                continue
            }
            if index < winner.index {
                passOver(&result, [group], "says nothing about \(result.type.text)")
            } else if index > winner.index {
                passOver(&result, [group], "less specific")
            } else {
                explain(&result, group, winner.decision)
            }
        }
    }

    private func explain(
        _ result: inout Explanation, _ group: RankedRules.Group,
        _ decision: RankedRules.Decision
    ) {
        for rule in group.rules {
            guard RankedRules.takesPart(rule, of: group, in: decision, result.type) else {
                passOver(&result, rule, "another line for the same names comes first")
                continue
            }
            let what =
                switch decision {
                case .literal: "gives the address"
                case .denied: "keeps it from servers"
                case .servers, .standardServers: "says who is asked"
                }
            result.steps.append(
                Explanation.Remark(text: "\(rule.text) \(what)", place: place(rule.origin)))
        }
    }

    private func explainStandard(_ result: inout Explanation, _ servers: [ServerOption]) {
        guard !servers.isEmpty else {
            result.steps.append(
                Explanation.Remark(
                    text: options.resolv.isUsed
                        ? "there is no server to ask" : "no-resolv, and there is no server to ask",
                    place: place(of: "no-resolv")))
            return
        }
        let named = options.domainRules.filter { $0.match == .domain(.root) }
        for rule in named {
            guard case .server = rule.action else { continue }
            let remark = Explanation.Remark(
                text: "\(rule.text) is asked for everything else", place: place(rule.origin))
            guard !result.steps.contains(where: { $0.place == remark.place }) else { continue }
            result.steps.append(remark)
        }
        let known = named.compactMap { rule in
            if case .server(let server) = rule.action { server } else { nil }
        }
        for server in servers where !known.contains(server) {
            result.steps.append(
                Explanation.Remark(
                    text: "nameserver \(server.placeText) is asked for everything else",
                    place: serverPlaces[server]))
        }
    }

    func passOver(_ result: inout Explanation, _ groups: [RankedRules.Group], _ reason: String) {
        for group in groups {
            for rule in group.rules { passOver(&result, rule, reason) }
        }
    }

    private func passOver(
        _ result: inout Explanation, _ rule: DomainRule, _ reason: String
    ) {
        result.passedOver.append(
            Explanation.Remark(text: "\(rule.text): \(reason)", place: place(rule.origin)))
    }

    // MARK: What is missing

    /// Why the answer is empty, and which name may have been meant.
    func explainWhatIsMissing(_ result: inout Explanation, _ end: DomainName) {
        let isEmpty = !result.records.contains { $0.type != .cname }
        let isKnown = find(end)?.flags.contains(.isKnown) ?? false
        let isUndefined =
            definitions(of: end).isEmpty && !options.cnames.contains { $0.alias == end }
        switch result.decision {
        case .servers:
            if snapshot.filters.hides(result.type) {
                let option = filterOption(result.type)
                result.steps.append(
                    Explanation.Remark(
                        text: "\(option) takes \(result.type.text) out of their answer",
                        place: place(of: option)))
            }
            if isUndefined { result.proposal = near(end, onlyMistyped: true) }
        case .denied, .filtered, .local, .refused:
            guard isEmpty else { return }
            if result.code == .nameError {
                result.steps.append(Explanation.Remark(text: "nothing here defines \(end)"))
            } else if result.code == .noError, result.decision == .denied {
                let why = isKnown ? "it, or a name below it, is defined here" : "it has an address"
                result.steps.append(Explanation.Remark(text: "\(end) exists: \(why)"))
            }
            if isUndefined { result.proposal = near(end, onlyMistyped: false) }
        case .literal, .zone: return
        }
    }

    /// The local name that may have been meant: one below, one that goes on where this one ends,
    /// else one that is spelled much the same.
    private func near(_ name: DomainName, onlyMistyped: Bool) -> DomainName? {
        guard !name.isRoot else { return nil }
        var local = options.cnames.map(\.alias) + options.records.map(\.owner)
        for entry in hosts.entries {
            if let name = DomainName(wire: Array(hosts.name(of: entry))) { local.append(name) }
        }
        local.removeAll { $0 == name || $0.octets.starts(with: [1, UInt8(ascii: "*")]) }
        if !onlyMistyped, let below = local.first(where: { $0.isInside(name) }) { return below }
        if !onlyMistyped || name.labelCount == 1 {
            let start = name.octets.dropLast()
            if let longer = local.first(where: { $0.octets.starts(with: start) }) { return longer }
        }
        let text = EditDistance.nearest(
            to: "\(name)", among: Set(local.map(\.description)).sorted())
        return text.flatMap { DomainName(parsing: $0) }
    }
}
