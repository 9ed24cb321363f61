import DNSWire

extension ConfigLint {
    /// Rules that no question can reach, and servers that are this server.
    package static func rules(_ options: Options) -> [Diagnostic] {
        repeatedRules(options) + overruledRules(options) + ownServers(options)
            + repeatedRecords(options) + starredRecords(options)
    }

    /// Records of a name with a star, which answer for that very name only.
    private static func starredRecords(_ options: Options) -> [Diagnostic] {
        options.records.compactMap { record in
            guard record.owner.octets.starts(with: [1, UInt8(ascii: "*")]) else { return nil }
            let parent = record.owner.parent ?? .root
            return ConfigCheck.place(record.origin, options).with(
                .warning, "the star in \(record.owner) stands for no other names",
                hint: "address=/\(parent)/ADDRESS covers \(parent) and all names below it")
        }
    }

    /// The same rule twice.
    private static func repeatedRules(_ options: Options) -> [Diagnostic] {
        struct Key: Hashable {
            var match: DomainRule.Match
            var action: String
        }
        var first: [Key: Origin] = [:]
        return options.domainRules.compactMap { rule in
            let key = Key(match: rule.match, action: "\(rule.action)")
            guard let earlier = first[key] else {
                first[key] = rule.origin
                return nil
            }
            // rev-server and several domains on a line make rules of one origin.
            guard earlier.line != rule.origin.line || earlier.source != rule.origin.source else {
                return nil
            }
            return ConfigCheck.place(rule.origin, options).with(
                .warning, "this says the same as \(reference(earlier, from: rule.origin, options))",
                hint: "take one of them out")
        }
    }

    /// `local=/d/` beside a server for the same domain, `address=/#/` beside a default server: the
    /// server wins, as in dnsmasq 2.90.
    private static func overruledRules(_ options: Options) -> [Diagnostic] {
        var servers: [DomainRule.Match: Origin] = [:]
        for rule in options.domainRules {
            switch rule.action {
            case .server, .standardServers:
                if servers[rule.match] == nil { servers[rule.match] = rule.origin }
            case .address, .zeros, .local: continue
            }
        }
        return options.domainRules.compactMap { rule in
            guard rule.action == .local, let winner = servers[rule.match] else { return nil }
            return ConfigCheck.place(rule.origin, options).with(
                .warning,
                "this is never reached: \(reference(winner, from: rule.origin, options)) names a"
                    + " server for the same domain",
                hint: "take one of them out")
        }
    }

    /// Servers that are this server's own address and port, which would ask itself.
    private static func ownServers(_ options: Options) -> [Diagnostic] {
        options.domainRules.compactMap { rule in
            guard case .server(let server) = rule.action, isOwn(server, options) else { return nil }
            return ConfigCheck.place(rule.origin, options).with(
                .warning, "\(server.address) port \(server.port) is this server itself",
                hint: "name the address of another server")
        }
    }

    /// Whether questions to the server come back here.
    static func isOwn(_ server: ServerOption, _ options: Options) -> Bool {
        let isListed = options.listen.addresses.contains { $0.address == server.address }
        guard server.port == options.listen.port, server.address.isLoopback || isListed else {
            return false
        }
        // Another loopback address is another server where only some addresses are bound.
        return options.listen.binding != .interfaces || options.listen.addresses.isEmpty || isListed
    }

    /// The same record twice: it is answered once.
    private static func repeatedRecords(_ options: Options) -> [Diagnostic] {
        struct Key: Hashable {
            var owner: DomainName
            var data: RecordOption.Data
        }
        var first: [Key: Origin] = [:]
        return options.records.compactMap { record in
            let key = Key(owner: record.owner, data: record.data)
            guard let earlier = first[key] else {
                first[key] = record.origin
                return nil
            }
            return ConfigCheck.place(record.origin, options).with(
                .warning,
                "\(record.owner): this record stands in"
                    + " \(reference(earlier, from: record.origin, options)) already",
                hint: "take one of them out")
        }
    }

    /// `line 7`, with its file where that is another one.
    private static func reference(
        _ place: Origin, from other: Origin, _ options: Options
    ) -> String {
        let file =
            place.source == other.source ? "" : " of \(options.sources[Int(place.source)])"
        return "line \(place.line)\(file)"
    }
}
