import DNSWire

/// Makes a case of options that both servers have, and questions about it.
struct RandomConfiguration {
    var made = DifferentialCase()
    var random: Seeded
    /// Names that lines so far gave data, and that aliases may lead to.
    var defined: [String] = []
    /// No name may have two aliases, and none may lead back.
    var aliases: [String] = []
    private var once: Set<String> = []

    static let names = [
        "a.test", "b.test", "www.a.test", "x.y.a.test", "c.example", "d.e.test", "host", "printer",
        "server.lan", "h1.lan", "nx.lan", "four.example", "deep.er.b.test", "www.up.example",
        "nx.up.example", "Mixed.Case.test", "under_score.test", "-dash.test", "one.up.example",
        "two.up.example", "three.up.example", "private.up.example", "fail.up.example",
        "alias.up.example", "lan", "test", "com", "a.b.c.d.e.f.test",
    ]
    static let domains = [
        "test", "a.test", "b.test", "y.a.test", "example", "up.example", "lan", "e.test",
        "er.b.test", "com", "10.in-addr.arpa", "Case.Test", "www.up.example",
    ]
    static let addresses = [
        "10.0.0.1", "10.0.0.2", "10.1.2.3", "192.168.1.3", "172.16.5.4", "8.8.4.4", "127.0.0.1",
        "fd00::1", "fd00::2", "fe80::5", "2a00:1::5", "169.254.3.4", "100.64.1.1",
    ]
    static let serviceNames = [
        "_web._tcp.test", "_ldap._tcp.a.test", "_sip._udp.up.example", "_x._tcp",
    ]

    init(seed: UInt64, options: [[String]]) {
        random = Seeded(state: seed)
        if chance(6, of: 7) { add("server={UP}") }
        made.world.salt = chance(1, of: 4) ? 0 : seed | 1
        for _ in 0..<number(0...8) { addHosts() }
        for _ in 0..<number(1...9) { addLine() }
        for _ in 0..<number(0...2) { addAlias() }
        for _ in 0..<number(0...4) {
            for line in options.randomElement(using: &random) ?? [] { addOption(line) }
        }
        made.lines.shuffle(using: &random)
        addQueries(number(8...16))
        if chance(1, of: 5) { addFailingServer() }
        if chance(1, of: 4) { moveLines() }
    }

    // MARK: Choices

    mutating func number(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &random) }
    mutating func chance(_ part: Int, of whole: Int) -> Bool { number(1...whole) <= part }
    mutating func one(_ items: [String]) -> String { items.randomElement(using: &random) ?? "" }
    mutating func address() -> String { one(Self.addresses) }
    mutating func domain() -> String { one(Self.domains) }

    mutating func name() -> String {
        if chance(1, of: 3), !defined.isEmpty { return one(defined) }
        return one(Self.names)
    }

    mutating func newName() -> String {
        let name = name()
        defined.append(name)
        return name
    }

    // MARK: Lines

    mutating func add(_ line: String) { made.lines.append(line) }
    mutating func add(_ line: String, at index: Int) { made.lines.insert(line, at: index) }

    /// Adds an option unless it stands already.
    private mutating func addOption(_ line: String) {
        let name = line.prefix { $0 != "=" }
        guard once.insert(String(name)).inserted || line.contains("/") else { return }
        add(line.replacing("{NUMBER}", with: "\(number(0...90))"))
    }

    private mutating func addHosts() {
        var line = address() + (chance(1, of: 8) ? "\t" : " ") + newName()
        while chance(1, of: 4) { line += " " + newName() }
        if chance(1, of: 12) { line += " # said twice" }
        made.hosts.append(line)
    }

    private mutating func addAlias() {
        let alias =
            chance(1, of: 6) ? name().lowercased() : "alias\(aliases.count).\(domain())"
        let target = chance(1, of: 4) ? one(Self.names) : one(defined + aliases)
        guard !target.isEmpty, !aliases.contains(alias.lowercased()),
            target.lowercased() != alias, !leads(target.lowercased(), to: alias)
        else { return }
        let more = chance(1, of: 8) ? ",second\(aliases.count).test" : ""
        add("cname=\(alias)\(more),\(target)" + (chance(1, of: 4) ? ",\(number(0...99))" : ""))
        aliases.append(alias.lowercased())
        targets[alias.lowercased()] = target.lowercased()
    }

    private var targets: [String: String] = [:]

    private func leads(_ name: String, to end: String) -> Bool {
        var name = name
        while let next = targets[name] {
            if next == end { return true }
            name = next
        }
        return name == end
    }

    // MARK: Questions

    private static let types = [
        "A", "A", "A", "A", "AAAA", "AAAA", "AAAA", "TXT", "MX", "SRV", "NAPTR", "CAA", "CNAME",
        "ANY", "HTTPS", "SOA", "NS", "PTR", "DS", "TYPE65400",
    ]
    private static let flags = [
        "+edns", "+edns", "+edns", "+do", "+cd", "+ad", "+rd0", "+z", "+tcp", "+small", "+large",
    ]

    /// Questions about names that are there, above, below and beside them, some of them twice.
    private mutating func addQueries(_ count: Int) {
        while made.queries.count < count {
            if chance(1, of: 3), !made.queries.isEmpty {
                let earlier = one(made.queries)
                let words = earlier.split(separator: " ")
                let type = chance(1, of: 4) ? one(Self.types) : String(words[1])
                let name = chance(1, of: 6) ? words[0].uppercased() : String(words[0])
                made.queries.append("\(name) \(type)" + flags())
                continue
            }
            made.queries.append(question() + flags())
        }
    }

    private mutating func flags() -> String {
        var text = ""
        while text.count < 20, chance(1, of: 3) {
            let flag = " " + one(Self.flags)
            if !text.contains(flag) { text += flag }
        }
        return text
    }

    private mutating func question() -> String {
        let type = one(Self.types)
        switch number(0...13) {
        case 0, 1:
            let address = IPAddress(parsing: address())
            let name = address.map { "\(DomainName(reverseOf: $0))" } ?? ""
            return name + (chance(3, of: 4) ? " PTR" : " \(type)")
        case 2: return "\(domain()) \(type)"
        case 3: return "x.\(name()) \(type)"
        case 4, 5: return "\(aliases.isEmpty ? name() : one(aliases)) \(type)"
        case 6: return one(Self.serviceNames) + (chance(1, of: 2) ? " SRV" : " \(type)")
        case 7: return "x\(domain()) \(type)"
        case 8: return "\(one(["w1", "w2", "w3", "w4", "w5"])).up.example \(type)"
        case 9: return "\(one(["hop0", "hop1", "hop2"])).data.c0.example \(type)"
        case 10: return one([".", "10.in-addr.arpa", "168.192.in-addr.arpa"]) + " \(type)"
        default: return "\(name()) \(type)"
        }
    }
}
