import DNSWire
import Synchronization

/// What the upstream servers of a round know: names, chains and faults that a number makes up.
///
/// The same question always gets the same answer, a chain ends in what its end would answer
/// alone, and an address tells by its third number which server gave it.
struct UpstreamWorld: Sendable, Hashable {
    /// 0 is a world in which only the first label of a name decides what becomes of it.
    var salt: UInt64 = 0

    /// What becomes of all questions about a name.
    private enum Fate {
        case data
        case nameError(soa: String?)
        case noData(soa: String?)
        case alias(of: String)
        case code(ResponseCode)
        case truncated
        case brief
        case privateAddresses
        case ipv4Only
    }

    func action(_ query: UpstreamQuery, server: Int) -> UpstreamAction {
        let name = query.name.lowercased()
        if server == Upstreams.refusing { return .code(.refused) }
        if server == Upstreams.failing { return .code(.serverFailure) }
        switch fate(of: name) {
        case .code(let code): return .code(code)
        case .truncated: return .truncated(.message(sections(name, query.type, server)))
        default: return .message(sections(name, query.type, server))
        }
    }

    private func number(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ salt
        for octet in text.utf8 { hash = (hash ^ UInt64(octet)) &* 0x100_0000_01B3 }
        var random = Seeded(state: hash)
        return random.next()
    }

    private func fate(of name: String) -> Fate {
        let labels = name.split(separator: ".").map(String.init)
        guard let first = labels.first else { return .data }
        if first.hasPrefix("hop"), labels.count > 2, let hop = Int(first.dropFirst(3)) {
            if hop > 0 { return .alias(of: "hop\(hop - 1)." + rest(name)) }
            switch labels[1] {
            case "nx": return .nameError(soa: "example")
            case "none": return .noData(soa: "example")
            case "bare": return .noData(soa: nil)
            default: return .data
            }
        }
        if first.hasPrefix("nx") { return .nameError(soa: ".") }
        if first.hasPrefix("fail") { return .code(.serverFailure) }
        if first.hasPrefix("alias") { return .alias(of: "hop0.data.c0.example") }
        if first.hasPrefix("private") { return .privateAddresses }
        if first.hasPrefix("four") { return .ipv4Only }
        return salt == 0 || name.hasSuffix(".arpa") ? .data : randomFate(of: name)
    }

    /// The name in lower case, and those that CNAMEs lead to from it.
    func chain(from name: String) -> [String] {
        var names = [name]
        while names.count < 8, let last = names.last, case .alias(let target) = fate(of: last) {
            names.append(target)
        }
        return names
    }

    private func randomFate(of name: String) -> Fate {
        let number = number(name)
        let end = "c\(number >> 32 & 1).example"
        switch number % 32 {
        case 0, 1: return .nameError(soa: ".")
        case 2: return .nameError(soa: rest(name))
        case 3: return .nameError(soa: nil)
        case 4: return .nameError(soa: "elsewhere.example")
        case 5: return .noData(soa: ".")
        case 6: return .noData(soa: nil)
        case 7: return .alias(of: "hop0.data.\(end)")
        case 8: return .alias(of: "hop2.data.\(end)")
        case 9: return .alias(of: "hop0.nx.\(end)")
        case 10: return .alias(of: "hop1.none.\(end)")
        case 11: return .alias(of: "hop0.bare.\(end)")
        case 12: return name == "a.test" ? .data : .alias(of: "a.test")
        case 13: return .code(.serverFailure)
        case 14: return .code(.refused)
        case 15: return .code(number >> 40 & 1 == 0 ? .notImplemented : .formatError)
        case 16, 17: return .truncated
        case 18, 19: return .brief
        case 20, 21: return .privateAddresses
        case 22, 23: return .ipv4Only
        default: return .data
        }
    }

    private func rest(_ name: String) -> String {
        name.firstIndex(of: ".").map { String(name[name.index(after: $0)...]) } ?? "."
    }

    private func sections(
        _ name: String, _ type: RecordType, _ server: Int, depth: Int = 0
    ) -> UpstreamSections {
        switch fate(of: name) {
        case .nameError(let soa):
            return UpstreamSections(code: .nameError, authority: soa.map { [self.soa($0)] } ?? [])
        case .noData(let soa):
            return UpstreamSections(authority: soa.map { [self.soa($0)] } ?? [])
        case .alias(let target):
            let ttl = [30, 300, 600][Int(number(name + " CNAME") % 3)]
            let link = "\(name) \(ttl) CNAME \(target)"
            guard type != .cname, depth < 6 else { return UpstreamSections(answers: [link]) }
            var sections = sections(target, type, server, depth: depth + 1)
            sections.answers.insert(link, at: 0)
            return sections
        case .brief: return data(name, type, server, ttl: 0)
        case .privateAddresses:
            let address = ["10.1.2.3", "127.0.0.1", "192.168.7.7", "172.16.9.9", "169.254.1.1"]
            if type == .a {
                let picked = address[Int(number(name) >> 8 % 5)]
                return UpstreamSections(answers: [
                    "\(name) 300 A \(picked)", "\(name) 300 A 8.8.8.8",
                ])
            }
            if type == .aaaa { return UpstreamSections(answers: ["\(name) 300 AAAA fd12::7"]) }
            return data(name, type, server)
        case .ipv4Only where type == .aaaa:
            return UpstreamSections(authority: [soa(".")])
        default: return data(name, type, server)
        }
    }

    private func soa(_ owner: String) -> String {
        let number = number("SOA " + owner)
        let (ttl, minimum) = ([60, 300, 40][Int(number % 3)], [60, 30, 900][Int(number >> 8 % 3)])
        return "\(owner) \(ttl) SOA ns.example host.example 1 2 3 4 \(minimum)"
    }

    private func data(
        _ name: String, _ type: RecordType, _ server: Int, ttl: Int? = nil
    ) -> UpstreamSections {
        let number = number("\(type.rawValue) \(name)")
        let life = ttl ?? [300, 60, 86_400, 40][Int(number % 4)]
        let low = number >> 16 & 0x3F + 1
        let count = Int(number >> 24 % 3) + 1
        let owner = name.isEmpty ? "." : name
        let lines: [String]
        switch type {
        case .a: lines = (0..<count).map { "\(life) A 8.8.\(server).\(Int(low) + $0)" }
        case .aaaa:
            lines = (0..<count).map { "\(life) AAAA 2600:\(server)::\(Int(low) + $0)" }
        case .txt: lines = ["\(life) TXT from \(server)"]
        case .mx: lines = ["\(life) MX 10 mail\(server).example"]
        case .ptr: lines = ["\(life) PTR host\(server).example"]
        case .srv: lines = ["\(life) SRV 1 2 80 web\(server).example"]
        case .ns: lines = ["\(life) NS ns\(server).example"]
        case .soa where owner == ".": return UpstreamSections(answers: [soa(".")])
        case .any: lines = ["\(life) A 8.8.\(server).\(low)", "\(life) TXT any"]
        default: return UpstreamSections(authority: [soa(".")])
        }
        return UpstreamSections(answers: lines.map { "\(owner) \($0)" })
    }
}

/// The upstream servers of all rounds; what they know can be exchanged.
final class Upstreams: Sendable {
    static let refusing = 3
    static let failing = 4
    private static let places = ["{UP}", "{UP2}", "{UP3}", "{REFUSING}", "{FAILING}"]

    private final class Holder: Sendable {
        let world = Mutex(UpstreamWorld())
    }

    private let holder = Holder()
    private let servers: [ScriptedUpstream]

    init() throws {
        let holder = holder
        servers = try Self.places.indices.map { index in
            try ScriptedUpstream { query in
                holder.world.withLock { $0 }.action(query, server: index)
            }
        }
    }

    func set(_ world: UpstreamWorld) {
        holder.world.withLock { $0 = world }
    }

    /// The text with the addresses of the servers in their places.
    func fill(_ text: String) -> String {
        zip(Self.places, servers).reduce(text) { $0.replacing($1.0, with: "\($1.1.endpoint)") }
    }
}
