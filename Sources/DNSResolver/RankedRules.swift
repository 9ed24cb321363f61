import DNSConfig
import DNSWire

/// The `address=`, `local=`, `server=` and `rev-server=` lines that are for a name, the most
/// specific first: the order in which `DomainTable` tries them.
///
/// Cost: one pass over all rules. `DomainTable` decides about questions; this says why.
struct RankedRules {
    /// All rules with one domain.
    struct Group {
        var match: DomainRule.Match
        var rules: [DomainRule] = []
        /// The label of the name that the domain starts at, then the kind, then the length.
        var key: (label: Int, kind: Int, length: Int)
    }

    enum Decision: Equatable {
        case literal
        case denied
        case standardServers
        case servers([ServerOption])
    }

    private(set) var groups: [Group] = []

    init(_ name: DomainName, _ rules: [DomainRule]) {
        var indexes: [DomainRule.Match: Int] = [:]
        for rule in rules {
            if let index = indexes[rule.match] {
                groups[index].rules.append(rule)
            } else if let key = Self.key(rule.match, name) {
                indexes[rule.match] = groups.count
                groups.append(Group(match: rule.match, rules: [rule], key: key))
            }
        }
        groups.sort { $0.key < $1.key }
        // As in dnsmasq, where a domain has rules the same text as a suffix is not looked at.
        let domains = groups.compactMap { group in
            if case .domain(let domain) = group.match { domain } else { nil }
        }
        groups.removeAll { group in
            guard case .textSuffix = group.match, let text = group.match.name else { return false }
            return domains.contains(text)
        }
    }

    private static func key(
        _ match: DomainRule.Match, _ name: DomainName
    ) -> (label: Int, kind: Int, length: Int)? {
        switch match {
        case .domain(let domain):
            guard name.isInside(domain) else { return nil }
            return (name.labelCount - domain.labelCount, 1, 0)
        case .below(let domain):
            guard name != domain, name.isInside(domain) else { return nil }
            return (name.labelCount - domain.labelCount, 0, 0)
        case .dotless: return name.labelCount == 1 ? (0, 3, 0) : nil
        case .textSuffix:
            guard let text = match.name else { return nil }
            let (labels, tail) = (name.labels, text.labels)
            let start = labels.count - tail.count
            guard start >= 0, let first = tail.first,
                labels[start].reversed().starts(with: first.reversed()),
                labels[(start + 1)...].elementsEqual(tail.dropFirst(), by: ==)
            else { return nil }
            return (start, 2, -text.octets.count)
        }
    }

    /// What the rules of one domain say about a type; nil if they leave it to a shorter domain.
    static func decision(_ group: Group, _ type: RecordType) -> Decision? {
        var servers: [ServerOption] = []
        var (isStandard, isLocal) = (false, false)
        for rule in group.rules {
            switch rule.action {
            case .address(let address):
                if type == .any || type == (address.isIPv4 ? .a : .aaaa) { return .literal }
            case .zeros: if type == .any || type == .a || type == .aaaa { return .literal }
            case .standardServers: isStandard = true
            case .local: isLocal = true
            case .server(let server): if !servers.contains(server) { servers.append(server) }
            }
        }
        if isStandard { return .standardServers }
        if !servers.isEmpty {
            return group.match == .domain(.root) ? .standardServers : .servers(servers)
        }
        return isLocal ? .denied : nil
    }

    /// The group that decides, and what it says; nil leaves the name to the default servers.
    ///
    /// `hasStandardServers`: servers of resolv.conf count as rules for everything.
    func winner(_ type: RecordType, hasStandardServers: Bool) -> (index: Int, Decision)? {
        for (index, group) in groups.enumerated() {
            let decision = Self.decision(group, type)
            if group.match == .domain(.root), hasStandardServers, decision == .denied {
                return (index, .standardServers)
            }
            if let decision { return (index, decision) }
        }
        return nil
    }

    /// Whether a rule takes part in what its group decides.
    static func takesPart(
        _ rule: DomainRule, of group: Group, in decision: Decision, _ type: RecordType
    ) -> Bool {
        switch (rule.action, decision) {
        case (.address(let address), .literal): families(group, type).contains(address.isIPv4)
        case (.zeros, .literal):
            // They stand in for a family without addresses.
            families(group, type).contains { !addressFamilies(group).contains($0) }
        case (.local, .denied), (.server, .servers), (.standardServers, .standardServers): true
        case (.server, .standardServers): rule.match == .domain(.root)
        default: false
        }
    }

    /// The families that are answered, true for IPv4: of ANY one only, but with `#` both. dnsmasq.
    private static func families(_ group: Group, _ type: RecordType) -> Set<Bool> {
        guard type == .any else { return [type == .a] }
        let hasZeros = group.rules.contains { $0.action == .zeros }
        return hasZeros ? [true, false] : addressFamilies(group).contains(false) ? [false] : [true]
    }

    private static func addressFamilies(_ group: Group) -> Set<Bool> {
        Set(
            group.rules.compactMap { rule in
                if case .address(let address) = rule.action { address.isIPv4 } else { nil }
            })
    }
}

extension DomainRule.Match {
    /// The domain, or the text of a suffix as a name; nil for names without dots.
    fileprivate var name: DomainName? {
        switch self {
        case .domain(let name), .below(let name): name
        case .textSuffix(let text): DomainName(parsing: String(decoding: text, as: UTF8.self))
        case .dotless: nil
        }
    }

    /// As the configuration writes it, between its slashes.
    var text: String {
        switch self {
        case .domain(let name): name.isRoot ? "#" : "\(name)"
        case .below(let name): "*.\(name)"
        case .textSuffix(let octets): "*" + String(decoding: octets, as: UTF8.self)
        case .dotless: ""
        }
    }
}

extension DomainRule {
    /// As the configuration may write it.
    var text: String {
        let domain = isRootServer ? "" : "/\(match.text)/"
        return switch action {
        case .address(let address): "address=\(domain)\(address)"
        case .zeros: "address=\(domain)#"
        case .local: "local=\(domain)"
        case .standardServers: "server=\(domain)#"
        case .server(let server): "server=\(domain)\(server.placeText)"
        }
    }

    private var isRootServer: Bool {
        if case .server = action { match == .domain(.root) } else { false }
    }
}

extension ServerOption {
    /// `address`, or `address#port` for another port than 53.
    package var placeText: String { zonedAddress + (port == 53 ? "" : "#\(port)") }
}
