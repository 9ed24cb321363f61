import DNSWire

/// Waggle and dnsmasq with one configuration and one upstream.
struct ServerPair {
    private let config: String
    /// Held, so that it answers.
    private let upstream: ScriptedUpstream?
    private let ours: ServerProcess
    private let theirs: ServerProcess
    private let startTheirs: () throws -> ServerProcess
    private let ourClient: DNSClient
    private let theirClient: DNSClient

    /// `{UP}` in the configuration is the upstream; `hosts` is the text of `{DIR}/hosts`.
    init(
        _ config: String, hosts: String, files: [String: String] = [:],
        upstream: ScriptedUpstream? = nil, dnsmasq: String
    ) throws {
        self.upstream = upstream
        let filled =
            (upstream.map { config.replacing("{UP}", with: "\($0.endpoint)") } ?? config)
            + (hosts.isEmpty ? "" : "addn-hosts={DIR}/hosts\n")
        var files = files
        self.config =
            filled
            + files.filter { !$0.value.isEmpty }.map { "--- \($0.key)\n\($0.value)" }.joined()
            + (hosts.isEmpty ? "" : "--- hosts\n" + hosts)
        files["hosts"] = hosts
        ours = try ServerProcess(filled, files: files)
        // The way back to dnsmasq's behaviour is no option of dnsmasq.
        let foreign = filled.split(separator: "\n").filter { !$0.hasPrefix("compat=") }
        startTheirs = { [files] in
            try ServerProcess(
                foreign.joined(separator: "\n") + "\n", files: files, binary: dnsmasq,
                wrapper: Self.fewFiles)
        }
        theirs = try startTheirs()
        ourClient = try DNSClient(ours.endpoint)
        theirClient = try DNSClient(theirs.endpoint)
    }

    /// dnsmasq closes every descriptor that it could have when it starts: a second for a million.
    private static let fewFiles = ["/bin/sh", "-c", "ulimit -n 1024; exec \"$0\" \"$@\""]

    /// Asks both, one after the other.
    func ask(_ query: Query) -> Comparison {
        let (theirReply, ourReply): (Reply?, Reply?)
        if query.isTCP {
            theirReply = try? StreamClient(theirs.endpoint).ask(query, within: 1000)
            ourReply = try? StreamClient(ours.endpoint).ask(query, within: 5000)
        } else {
            theirReply = theirClient.ask(query, within: 1000)
            ourReply = ourClient.ask(query, within: 5000)
        }
        return Comparison(config: config, query: query, ours: ourReply, theirs: theirReply)
    }

    /// What dnsmasq says as the first answer of its life.
    func askFresh(_ query: Query) -> Reply? {
        guard let fresh = try? startTheirs() else { return nil }
        guard !query.isTCP else {
            return try? StreamClient(fresh.endpoint).ask(query, within: 1000)
        }
        return try? fresh.ask(query, within: 1000)
    }

    /// What each of them asks upstream for a query: the options of each question; dnsmasq's first.
    func askedFor(_ query: Query) -> (theirs: [[String]?], ours: [[String]?], Comparison) {
        guard let upstream else { preconditionFailure("there is no upstream") }
        let before = upstream.queries.count
        let theirReply = theirClient.ask(query, within: 1000)
        let middle = upstream.queries.count
        let ourReply = ourClient.ask(query, within: 5000)
        let seen = upstream.queries
        return (
            seen[before..<middle].map(\.options), seen[middle...].map(\.options),
            Comparison(config: config, query: query, ours: ourReply, theirs: theirReply)
        )
    }

    /// Whether an address is one that the upstream makes up.
    static func isUpstream(_ address: String) -> Bool {
        ["198.51.100.", "2001:db8::", "8.8.", "2600:"].contains { address.hasPrefix($0) }
    }

    /// The upstream of all comparisons: what it says depends on the question alone.
    static func upstream() throws -> ScriptedUpstream {
        try ScriptedUpstream { query in
            let name = query.name.lowercased()
            if name.hasPrefix("nx") || name.contains(".nx.") { return .negative(.nameError) }
            if name.hasPrefix("fail") { return .code(.serverFailure) }
            switch query.type {
            case .a where name.hasPrefix("alias"):
                return .answer([
                    "@ 300 CNAME real.up.example", "real.up.example 200 A 198.51.100.9",
                ])
            case .a where name.hasPrefix("privatechain"):
                return .answer([
                    "@ 300 CNAME private.up.example", "private.up.example 300 A 192.168.7.7",
                ])
            case .a where name.hasPrefix("loop"): return .answer(["@ 300 A 127.0.0.1"])
            case .aaaa where name.hasPrefix("private6"):
                return .answer(["@ 300 AAAA fd00::1"])
            case .aaaa where name.hasPrefix("chain"):
                return .answer([
                    "@ 300 CNAME real.up.example", "real.up.example 200 AAAA 2001:db8::1",
                ])
            case .any where name.hasPrefix("four"): return .negative(.noError)
            case .any where name.hasPrefix("private"): return .answer(["@ 300 A 192.168.7.7"])
            case .any:
                return .answer([
                    "@ 300 A 198.51.100.1", "@ 300 A 198.51.100.2", "@ 300 AAAA 2001:db8::1",
                    "@ 300 TXT words", "@ 300 MX 10 mail.up.example",
                ])
            case .a where name.hasPrefix("private"): return .answer(["@ 300 A 192.168.7.7"])
            case .a: return .answer(["@ 300 A 198.51.100.1", "@ 300 A 198.51.100.2"])
            case .aaaa where name.hasPrefix("four"): return .negative(.noError)
            case .aaaa: return .answer(["@ 300 AAAA 2001:db8::1"])
            case .txt: return .answer(["@ 300 TXT from upstream"])
            case .mx: return .answer(["@ 300 MX 10 mail.up.example"])
            case .ptr: return .answer(["@ 300 PTR host.up.example"])
            case .srv: return .answer(["@ 300 SRV 1 2 80 web.up.example"])
            default: return .negative(.noError)
            }
        }
    }
}

extension Query {
    /// Reads `name TYPE [+edns] [+rd0] [+cd] [+ad] [+do] [+ch] [+opcode]
    /// [+small] [+large] [+version] [+z] [+tcp] [+opt=CODE:HEX]`.
    init(text: String) {
        let words = text.split(separator: " ").map(String.init)
        let type = words.count > 1 ? RecordType(parsing: words[1]) : nil
        self.init(words[0] == "." ? "" : words[0], type ?? .a)
        for word in words.dropFirst(2) {
            switch word {
            case "+edns": options = options ?? Options()
            case "+small": options = Options(udpOctets: 512)
            case "+large": options = Options(udpOctets: 4096)
            case "+version": options = Options(version: 1)
            case "+do": options = Options(isDNSSECOK: true)
            case "+tcp": isTCP = true
            case "+rd0": flags &= ~0x0100
            case "+cd": flags |= 0x0010
            case "+ad": flags |= 0x0020
            case "+z": flags |= 0x0040
            case "+ch": recordClass = 3
            case "+opcode": flags |= 0x2000
            case _ where word.hasPrefix("+opt="):
                if options == nil { options = Options() }
                options?.options.append(String(word.dropFirst(5)))
            default: preconditionFailure("no flag of a query: \(word)")
            }
        }
    }
}
