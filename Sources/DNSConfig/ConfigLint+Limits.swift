import DNSWire

extension ConfigLint {
    /// What is right but beyond a limit, so that a part of it has no effect.
    ///
    /// Cost: one pass over the aliases, with up to `ConfigLimits.aliasChain` lookups for each that
    /// no other leads to, and one over the domain rules.
    package static func limits(_ options: Options) -> [Diagnostic] {
        longChains(options) + crowdedDomains(options)
    }

    private static func longChains(_ options: Options) -> [Diagnostic] {
        guard options.cnames.count > ConfigLimits.aliasChain else { return [] }
        var targets: [DomainName: DomainName] = [:]
        for cname in options.cnames { targets[cname.alias] = cname.target }
        let inner = Set(options.cnames.map(\.target))
        return options.cnames.filter { !inner.contains($0.alias) }.compactMap { cname in
            var name = cname.alias
            for _ in 0...ConfigLimits.aliasChain {
                guard let next = targets[name] else { return nil }
                name = next
            }
            return ConfigCheck.place(cname.origin, options).with(
                .warning,
                "cname \(cname.alias) leads over more than \(ConfigLimits.aliasChain) aliases: its"
                    + " end is not answered",
                hint: "let it lead to a later one of them")
        }
    }

    private static func crowdedDomains(_ options: Options) -> [Diagnostic] {
        var counts: [DomainRule.Match: Int] = [:]
        return options.domainRules.compactMap { rule in
            guard case .server = rule.action else { return nil }
            counts[rule.match, default: 0] += 1
            guard counts[rule.match] == ConfigLimits.serversPerDomain + 1 else { return nil }
            return ConfigCheck.place(rule.origin, options).with(
                .warning,
                "more than \(ConfigLimits.serversPerDomain) servers for one domain: this one and"
                    + " those after it are never asked",
                hint: "take some out")
        }
    }
}
