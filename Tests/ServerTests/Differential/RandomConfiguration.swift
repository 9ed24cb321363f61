import DNSWire

/// A configuration of options that both servers have, and questions about it.
struct RandomConfiguration {
    private(set) var config = "server={UP}\n"
    private(set) var hosts = ""
    private var defined: [String] = []
    private var aliases: Set<String> = []
    private var serviceNames = ["_web._tcp.test", "_ldap._tcp.a.test"]

    private static let names = [
        "a.test", "b.test", "www.a.test", "c.example", "d.e.test", "host", "server.lan", "nx.lan",
        "four.example", "printer", "deep.er.b.test",
    ]
    private static let domains = ["test", "a.test", "example", "lan", "e.test", "er.b.test"]
    private static let addresses = [
        "10.0.0.1", "10.0.0.2", "192.168.1.3", "172.16.5.4", "8.8.4.4", "fd00::1", "fd00::2",
        "2001:db8:1::5",
    ]

    init(_ random: inout Seeded) {
        for _ in 0..<Int.random(in: 0...8, using: &random) { addHosts(&random) }
        for _ in 0..<Int.random(in: 1...8, using: &random) { addLine(&random) }
        for _ in 0..<Int.random(in: 0...2, using: &random) { addAlias(&random) }
        for option in ["domain-needed", "bogus-priv", "expand-hosts\ndomain=test"]
        where Int.random(in: 0..<3, using: &random) == 0 { config += option + "\n" }
        if Bool.random(using: &random) {
            config += "local-ttl=\(Int.random(in: 0...90, using: &random))\n"
        }
        if Bool.random(using: &random) { config += "neg-ttl=60\n" }
    }

    private func one(_ items: [String], _ random: inout Seeded) -> String {
        items.randomElement(using: &random) ?? ""
    }

    private mutating func addHosts(_ random: inout Seeded) {
        let name = one(Self.names, &random)
        hosts += "\(one(Self.addresses, &random)) \(name)\n"
        defined.append(name)
    }

    private mutating func addLine(_ random: inout Seeded) {
        let name = one(Self.names, &random)
        let domain = one(Self.domains, &random)
        switch Int.random(in: 0..<11, using: &random) {
        case 0:
            config += "host-record=\(name),\(one(Self.addresses, &random))\n"
            defined.append(name)
        case 1: config += "address=/\(domain)/\(one(Self.addresses, &random))\n"
        case 2: config += "address=/\(domain)/#\n"
        case 3: config += "local=/\(domain)/\n"
        case 4: config += "server=/\(domain)/{UP}\n"
        case 5: config += "txt-record=\(name),text,\"more, text\"\n"
        case 6: config += "ptr-record=1.0.0.10.in-addr.arpa,\(name)\n"
        case 7: config += "mx-host=\(name),\(one(Self.names, &random)),10\n"
        case 8: config += "srv-host=\(one(serviceNames, &random)),\(name),80,1,2\n"
        case 9: config += "naptr-record=\(name),10,20,s,SIP+D2U,,_sip._udp.\(domain)\n"
        default: config += "caa-record=\(name),0,issue,\(domain)\n"
        }
    }

    private mutating func addAlias(_ random: inout Seeded) {
        let alias = "alias\(aliases.count).\(one(Self.domains, &random))"
        guard let target = defined.randomElement(using: &random) else { return }
        config += "cname=\(alias),\(target)\n"
        aliases.insert(alias)
    }

    /// Questions about names that are there, above, below and beside them.
    func queries(_ count: Int, _ random: inout Seeded) -> [Query] {
        let types: [RecordType] = [
            .a, .a, .a, .aaaa, .aaaa, .txt, .mx, .srv, .naptr, .caa, .cname, .any, .https, .soa,
        ]
        return (0..<count).map { _ in
            var query = Query("", types.randomElement(using: &random) ?? .a)
            query.id = UInt16.random(in: 0...UInt16.max, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0, 1:
                let address = IPAddress(parsing: one(Self.addresses, &random))
                query.name = address.map { "\(DomainName(reverseOf: $0))" } ?? ""
                query.type = .ptr
            case 2: query.name = one(Self.domains, &random)
            case 3: query.name = "x." + one(Self.names, &random)
            case 4: query.name = aliases.sorted().randomElement(using: &random) ?? "none.test"
            case 5: query.name = one(serviceNames, &random)
            case 6: query.name = one(Self.names, &random).uppercased()
            default: query.name = one(Self.names, &random)
            }
            if Int.random(in: 0..<3, using: &random) == 0 { query.options = Query.Options() }
            return query
        }
    }
}
