import DNSWire

extension ConfigLint {
    /// Aliases of names that have addresses: the addresses are never seen, because a CNAME stands
    /// alone. RFC 1034 §3.6.2.
    package static func shadowedNames(
        _ options: Options, names: [LocatedName]
    ) -> [Diagnostic] {
        var first: [DomainName: LocatedName] = [:]
        for name in names where first[name.name] == nil { first[name.name] = name }
        return options.cnames.compactMap { cname in
            guard let name = first[cname.alias] else { return nil }
            return ConfigCheck.place(cname.origin, options).with(
                .warning,
                "cname \(cname.alias) hides the address \(name.address) that the name has in"
                    + " \(name.source) line \(name.line)",
                hint: "take the name out of one of the two")
        }
    }

    /// Names whose other types go upstream, because no `local=` closes their domain: one warning
    /// for each domain, at its first name.
    ///
    /// Loopback names and names of `local` use (RFC 6762, RFC 6761) stay unsaid.
    package static func leakingNames(
        _ options: Options, names: [LocatedName]
    ) -> [Diagnostic] {
        let forwards = options.domainRules.contains { rule in
            if case .server = rule.action { true } else { false }
        }
        guard forwards || !options.resolv.paths.isEmpty else { return [] }
        var leaks: [DomainName: (first: LocatedName, others: Set<DomainName>)] = [:]
        var order: [DomainName] = []
        for name in names where !name.address.isLoopback && !isClosed(name.name, options) {
            let domain = name.name.parent ?? .root
            if leaks[domain] == nil { order.append(domain) }
            leaks[domain, default: (name, [])].others.insert(name.name)
        }
        return order.compactMap { domain in
            guard let (first, names) = leaks[domain] else { return nil }
            let others = names.count > 1 ? " and \(names.count - 1) more in \(domain)" : ""
            return first.warning(
                "\(first.name)\(others): questions for other types, as AAAA, go to the upstream"
                    + " servers",
                hint: domain.isRoot
                    ? "domain-needed keeps names without dots at home"
                    : "local=/\(domain)/ keeps them at home")
        }
    }

    /// Whether a rule for a domain keeps the name from the default servers.
    private static func isClosed(_ name: DomainName, _ options: Options) -> Bool {
        if options.answers.needsDomain, name.labelCount == 1 { return true }
        if options.hosts.domains.contains(where: { $0.isLocal && name.isInside($0.name) }) {
            return true
        }
        return options.domainRules.contains { rule in
            switch rule.action {
            case .address, .zeros: false
            case .local: matches(rule.match, name)
            // Somebody else's name here: whoever names a server for it knows that.
            case .server, .standardServers:
                rule.match != .domain(.root) && matches(rule.match, name)
            }
        }
    }

    /// Names that look like addresses with a letter in the wrong place.
    package static func mistypedAddresses(
        _ options: Options, names: [LocatedName]
    ) -> [Diagnostic] {
        let fromFiles = names.filter { isLikeAddress($0.name) }.map {
            $0.warning("the name \($0.name) looks like a mistyped address", hint: nil)
        }
        let fromConfig = options.cnames.flatMap { cname in
            [cname.alias, cname.target].filter(isLikeAddress).map { name in
                ConfigCheck.place(cname.origin, options).with(
                    .warning, "the name \(name) looks like a mistyped address",
                    hint: "a cname leads to a name; host-record gives a name an address")
            }
        }
        let fromRecords = options.records.filter { record in
            guard case .host = record.data else { return false }
            return isLikeAddress(record.owner)
        }.map { record in
            ConfigCheck.place(record.origin, options).with(
                .warning, "the name \(record.owner) looks like a mistyped address", hint: nil)
        }
        return fromFiles + fromConfig + fromRecords
    }

    /// Four labels, of which three or more are numbers below 1000 and the rest nearly so.
    private static func isLikeAddress(_ name: DomainName) -> Bool {
        let labels = name.labels
        guard labels.count == 4 else { return false }
        let numbers = labels.count { label in
            label.count <= 3 && label.allSatisfy { (0x30...0x39).contains($0) }
        }
        let near = labels.allSatisfy { label in
            label.count <= 4 && label.contains { (0x30...0x39).contains($0) }
        }
        return numbers >= 3 && near
    }
}

extension IPAddress {
    /// 127.0.0.0/8 and ::1.
    var isLoopback: Bool { isIPv4 ? ipv4 >> 24 == 127 : high == 0 && low == 1 }
}
