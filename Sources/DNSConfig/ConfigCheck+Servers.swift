import DNSWire

extension ConfigCheck {
    /// More servers, or sets of servers, than there are numbers for: an error at the first line
    /// that is too many.
    static func servers(_ options: Options) -> [Diagnostic] {
        guard let fault = excess(options.domainRules) else { return [] }
        return [
            place(options.domainRules[fault.index].origin, options).with(
                .error, fault.message, hint: fault.hint)
        ]
    }

    /// The first of the rules of a servers-file that is one too many beside those of the
    /// configuration; nil if there is room for all.
    package static func serversFile(
        _ rules: [DomainRule], after configured: [DomainRule], path: String
    ) -> Diagnostic? {
        guard let fault = excess(configured + rules) else { return nil }
        let index = fault.index - configured.count
        let origin = index >= 0 ? rules[index].origin : nil
        return Diagnostic(
            .error, source: path, line: origin.map { Int($0.line) } ?? 0,
            column: origin.map { Int($0.column) } ?? 0, message: fault.message, hint: fault.hint)
    }

    /// How many different servers the rules name.
    package static func serverCount(_ rules: [DomainRule]) -> Int {
        var servers: Set<ServerOption> = []
        for rule in rules {
            if case .server(let server) = rule.action { servers.insert(server) }
        }
        return servers.count
    }

    private struct Excess {
        var index: Int
        var message: String
        var hint: String
    }

    /// The first rule that is one too many. Cost: nothing where there are not that many rules, else
    /// O(rules).
    private static func excess(_ rules: [DomainRule]) -> Excess? {
        guard rules.count >= min(ConfigLimits.servers, ConfigLimits.serverGroups) else {
            return nil
        }
        var servers: Set<ServerOption> = []
        var sets: [DomainRule.Match: [ServerOption]] = [:]
        var order: [(match: DomainRule.Match, index: Int)] = []
        for (index, rule) in rules.enumerated() {
            guard case .server(let server) = rule.action else { continue }
            if servers.insert(server).inserted, servers.count > ConfigLimits.servers {
                return Excess(
                    index: index, message: "there are too many servers",
                    hint: "at most \(ConfigLimits.servers) different ones can be asked")
            }
            guard rule.match != .domain(.root) else { continue }
            if sets[rule.match] == nil { order.append((rule.match, index)) }
            sets[rule.match, default: []].append(server)
        }
        // Domains with the same servers share a group; the default servers are one.
        var groups: Set<[ServerOption]> = []
        for (match, index) in order {
            groups.insert(sets[match] ?? [])
            guard groups.count < ConfigLimits.serverGroups else {
                return Excess(
                    index: index, message: "there are too many different sets of servers",
                    hint: "at most \(ConfigLimits.serverGroups) can be told apart: let domains "
                        + "have the same servers")
            }
        }
        return nil
    }
}
