import DNSWire

/// Warnings about configuration that is right but hardly meant.
package enum ConfigLint {
    /// Aliases of names that nobody defines, though their neighbours are defined here.
    ///
    /// Looks only at targets inside a domain that `local=` closes, or that stand above or beside a
    /// local name, unless a server is named for them. Cost: one pass over the hosts table if there
    /// is such an alias.
    package static func danglingAliases(_ options: Options, hosts: HostsTable) -> [Diagnostic] {
        guard !options.cnames.isEmpty else { return [] }
        var missing = Set(options.cnames.map(\.target))
        missing.subtract(options.cnames.map(\.alias))
        for record in options.records { missing.remove(record.owner) }
        missing = missing.filter { !isAnsweredByRule($0, options) && !isCovered($0, options) }
        var wanted: [[UInt8]: DomainName] = [:]
        for name in missing { wanted[name.octets] = name }
        for entry in hosts.entries where !wanted.isEmpty {
            if let name = wanted.removeValue(forKey: Array(hosts.name(of: entry))) {
                missing.remove(name)
            }
        }
        guard !missing.isEmpty else { return [] }
        let compared = options.cnames.map(\.target).filter(missing.contains)
        let neighbours = neighbours(
            of: Set(compared.prefix(ConfigLimits.comparedAliases)), options, hosts)
        return options.cnames.filter { missing.contains($0.target) }.compactMap { cname in
            let target = cname.target
            let near = neighbours[target] ?? []
            let closed = closingDomain(target, options)
            guard !near.isEmpty || closed != nil, !isForwarded(target, options) else { return nil }
            let proposal =
                nearest(to: target, among: near)
                ?? closed.flatMap { mistyped(target, in: $0, options, hosts) }
            let reason = closed.map { "which local=/\($0)/ keeps from being asked elsewhere" }
            return ConfigCheck.place(cname.origin, options).with(
                .warning,
                "cname \(cname.alias) leads to \(target), which nothing here defines"
                    + (reason.map { ", in a domain " + $0 } ?? ""),
                hint: proposal.map { "did you mean \($0)?" })
        }
    }

    /// Whether an `address=` rule gives the name an address.
    private static func isAnsweredByRule(_ name: DomainName, _ options: Options) -> Bool {
        options.domainRules.contains { rule in
            switch rule.action {
            case .address, .zeros: matches(rule.match, name)
            case .local, .standardServers, .server: false
            }
        }
    }

    /// Whether an alias with a star, or `synth-domain`, may stand for the name.
    private static func isCovered(_ name: DomainName, _ options: Options) -> Bool {
        let parents = options.cnames.compactMap(\.wildcardParent)
        return (parents + options.hosts.synthetic.map(\.domain)).contains {
            name != $0 && name.isInside($0)
        }
    }

    static func matches(_ match: DomainRule.Match, _ name: DomainName) -> Bool {
        switch match {
        case .domain(let domain): name.isInside(domain)
        case .below(let domain): name != domain && name.isInside(domain)
        case .textSuffix(let suffix):
            name.description.utf8.reversed().starts(with: suffix.reversed())
        case .dotless: name.labelCount == 1
        }
    }

    /// The closed domain that the name lies in.
    private static func closingDomain(_ name: DomainName, _ options: Options) -> DomainName? {
        for rule in options.domainRules where rule.action == .local {
            if case .domain(let domain) = rule.match, !domain.isRoot, name.isInside(domain) {
                return domain
            }
        }
        return options.hosts.domains.first { $0.isLocal && name.isInside($0.name) }?.name
    }

    /// Whether a server is named for the domain of the name, so that it may exist elsewhere.
    private static func isForwarded(_ name: DomainName, _ options: Options) -> Bool {
        options.domainRules.contains { rule in
            guard case .server = rule.action, case .domain(let domain) = rule.match else {
                return false
            }
            return !domain.isRoot && name.isInside(domain)
        }
    }

    /// Local names above, below and beside each target, at most 1000.
    private static func neighbours(
        of targets: Set<DomainName>, _ options: Options, _ hosts: HostsTable
    ) -> [DomainName: [DomainName]] {
        var found: [DomainName: [DomainName]] = [:]
        func consider(_ name: DomainName) {
            for target in targets where isNear(name, target) && found[target]?.count ?? 0 < 1000 {
                found[target, default: []].append(name)
            }
        }
        for record in options.records { consider(record.owner) }
        for cname in options.cnames { consider(cname.alias) }
        for entry in hosts.entries {
            if let name = DomainName(wire: Array(hosts.name(of: entry))) { consider(name) }
        }
        return found
    }

    /// Below the target, or with the same parent of at least two labels.
    private static func isNear(_ name: DomainName, _ target: DomainName) -> Bool {
        if name.isInside(target) { return true }
        guard let parent = target.parent, parent.labelCount > 1 else { return false }
        return name.parent == parent
    }

    /// A local name that is spelled nearly as the target, the closed domain aside that both lie in.
    private static func mistyped(
        _ target: DomainName, in domain: DomainName, _ options: Options, _ hosts: HostsTable
    ) -> DomainName? {
        var fronts: Set<String> = []
        func consider(_ name: DomainName) {
            guard name != domain, name.isInside(domain), fronts.count < ConfigLimits.comparedNames
            else { return }
            fronts.insert(front(name, domain))
        }
        for record in options.records { consider(record.owner) }
        for cname in options.cnames { consider(cname.alias) }
        for entry in hosts.entries {
            if let name = DomainName(wire: Array(hosts.name(of: entry))) { consider(name) }
        }
        let near = EditDistance.nearest(to: front(target, domain), among: fronts.sorted())
        return near.flatMap { DomainName(parsing: "\($0).\(domain)") }
    }

    /// What stands before the domain.
    private static func front(_ name: DomainName, _ domain: DomainName) -> String {
        String("\(name)".dropLast("\(domain)".count + 1))
    }

    /// A name below the target before one beside it, then the one with the fewest changes.
    private static func nearest(to target: DomainName, among names: [DomainName]) -> DomainName? {
        names.min { one, other in
            let keys = [one, other].map { name in
                (
                    name.isInside(target) ? 0 : 1,
                    EditDistance.between(name.octets, target.octets), name.description
                )
            }
            return keys[0] < keys[1]
        }
    }
}

extension HostsTable {
    /// The wire octets of an entry's name.
    package func name(of entry: Entry) -> ArraySlice<UInt8> {
        octets[Int(entry.nameOffset)..<(Int(entry.nameOffset) + Int(entry.nameLength))]
    }
}
