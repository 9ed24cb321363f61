import DNSConfig
import DNSWire

/// The lines of the log that say which server is asked for what.
struct ServerReport {
    /// dnsmasq's LOCALS_LOGGED and SERVERS_LOGGED: a long list would hide the rest of the log.
    private static let localsLogged = 8
    private static let serversLogged = 30

    private(set) var lines: [Log.Line] = []

    init(
        rules: [DomainRule], resolvServers: [ServerOption], looping: Set<ServerOption>,
        isOwn: (ServerOption) -> Bool
    ) {
        var servers: [(server: ServerOption, suffix: String)] = rules.compactMap { rule in
            guard case .server(let server) = rule.action else { return nil }
            return (server, Self.suffix(rule.match))
        }
        servers += resolvServers.map { ($0, "") }
        var shown = 0
        for (server, suffix) in servers {
            if suffix.isEmpty, looping.contains(server) {
                add("NOT using nameserver \(server.text) - query loop detected")
                continue
            }
            if isOwn(server) {
                add("ignoring nameserver \(server.address) - local interface", .warning)
                continue
            }
            shown += 1
            guard shown <= Self.serversLogged else { continue }
            let via = server.hasZone ? "" : server.interface.map { "(via \($0))" } ?? ""
            add("using nameserver \(server.text)\(via)\(suffix)")
        }
        if shown > Self.serversLogged { add("more servers are defined but not logged") }
        addLocals(rules)
    }

    /// The blank at the end is dnsmasq's.
    private static func suffix(_ match: DomainRule.Match) -> String {
        switch match {
        case .domain(let name) where name.isRoot: ""
        case .dotless: " for unqualified names "
        default: " for domain \(text(match)) "
        }
    }

    private static func text(_ match: DomainRule.Match) -> String {
        switch match {
        case .domain(let name): name.description
        case .below(let name): "*.\(name)"
        case .textSuffix(let octets): "*" + String(decoding: octets, as: UTF8.self)
        case .dotless: "unqualified names"
        }
    }

    /// Domains without a server of their own; the last of the configuration comes first, as in
    /// dnsmasq.
    private mutating func addLocals(_ rules: [DomainRule]) {
        var count = 0
        for rule in rules.reversed() {
            let text: String
            switch rule.action {
            case .local: text = "using only locally-known addresses for \(Self.text(rule.match))"
            case .standardServers: text = "using standard nameservers for \(Self.text(rule.match))"
            case .address, .zeros, .server: continue
            }
            count += 1
            if count <= Self.localsLogged { add(text) }
        }
        if count > Self.localsLogged {
            add("using \(count - Self.localsLogged) more local addresses")
        }
    }

    private mutating func add(_ text: String, _ priority: Log.Priority = .info) {
        lines.append(Log.Line(priority, text))
    }
}
