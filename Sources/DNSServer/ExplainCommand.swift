import DNSConfig
import DNSResolver
import DNSWire
import LinuxIO

/// `waggle explain NAME [TYPE]`: what would be answered, and which line of which file says so.
///
/// Reads files as the server does and asks the resolver itself. Only `--live` sends anything: it
/// asks the running server what it would answer and what its cache has, which changes nothing
/// there.
struct ExplainCommand {
    private let name: DomainName
    private let type: RecordType
    private let printsJSON: Bool
    private let isLive: Bool
    private let server: SocketAddress?
    private var inputs: OfflineInputs

    /// Reads the arguments behind `explain`.
    init(_ words: [String]) throws(Diagnostic) {
        var rest: [String] = []
        var server: SocketAddress?
        var left = words[...]
        while let word = left.popFirst() {
            switch word {
            case "--json", "--live": break
            case "--server": server = try Self.address(left.popFirst() ?? "")
            default: rest.append(word)
            }
        }
        printsJSON = words.contains("--json")
        isLive = words.contains("--live") || server != nil
        self.server = server
        guard let text = rest.first, !text.hasPrefix("-") else {
            throw Self.fault("the name has to come first", hint: "waggle explain NAME [TYPE]")
        }
        var options = rest.dropFirst()
        var type: RecordType?
        if let word = options.first, !word.hasPrefix("-") {
            guard let known = RecordType(parsing: word) else {
                throw Self.fault("'\(word)' is no record type", hint: "A, AAAA, PTR, TXT, TYPE65 …")
            }
            type = known
            options.removeFirst()
        }
        if let address = IPAddress(parsing: text), type ?? .ptr == .ptr {
            name = DomainName(reverseOf: address)
            self.type = .ptr
        } else {
            var parsed = DomainName(parsing: text)
            // As the configuration has names beyond ASCII.
            if case .name(let name) = parseName(Array(text.utf8)) { parsed = name }
            guard let parsed else {
                throw Self.fault("'\(text)' is no name", hint: "labels of 1 to 63 octets, dots")
            }
            name = parsed
            self.type = type ?? .a
        }
        inputs = try OfflineInputs(Array(options), command: "explain")
    }

    private static func fault(_ message: String, hint: String) -> Diagnostic {
        Diagnostic(.error, source: "waggle explain", message: message, hint: hint)
    }

    /// `ADDRESS`, `ADDRESS#PORT`.
    private static func address(_ text: String) throws(Diagnostic) -> SocketAddress {
        let parts = text.split(separator: Character("#"), maxSplits: 1)
        guard let first = parts.first, let address = IPAddress(parsing: first),
            let port = parts.count > 1 ? UInt16(parts[1]) : 53
        else {
            throw fault("'\(text)' is no address of a server", hint: "--server 127.0.0.1#53")
        }
        return address.socketAddress(port: port)
    }

    /// What was found, as text or JSON; throws what keeps it from being found.
    mutating func run(_ files: inout FileSystem) throws(Diagnostic) -> String {
        inputs.read(&files, keepsPlaces: true)
        guard let config = inputs.config, config.failure == nil else {
            throw inputs.diagnostics.first { $0.severity == .error }
                ?? Self.fault("the configuration has faults", hint: "waggle check")
        }
        var whole = Inputs(config, hosts: inputs.hosts)
        let interfaces = (try? Interfaces.list()) ?? []
        _ = whole.setFacts(interfaces)
        let plan = ListenPlan(config.options.listen, interfaces: interfaces)
        whole.setOwn(addresses: plan.addresses, interfaces: interfaces)
        _ = whole.readServersFile(&files)
        _ = whole.readResolv(&files)
        let explainer = Explainer(
            options: whole.effectiveOptions, hosts: inputs.hosts, names: inputs.names,
            places: config.places,
            serverPlaces: Dictionary(
                zip(whole.resolvServers, whole.resolvPlaces),
                uniquingKeysWith: { first, _ in first }
            ),
            snapshot: whole.snapshot(seed: Entropy.word(), generation: 1, previous: nil))
        var report = ExplanationReport(
            explanation: explainer.explain(name, type), identity: inputs.identity)
        if isLive { report.live = askLive(plan, config.options.listen.port) }
        return printsJSON ? report.json(&files) : report.text(&files)
    }

    // MARK: Live

    /// Asks the running server what it knows of the question. One that does not tell, because it is
    /// another machine or another program, is asked the question itself, as a client would.
    private func askLive(_ plan: ListenPlan, _ port: UInt16) -> ExplanationReport.Live {
        guard let address = server ?? HealthCommand.address(of: plan, port: port) else {
            return ExplanationReport.Live(server: "none", fault: "no address to ask")
        }
        var live = ExplanationReport.Live(server: "\(address.ipAddress)#\(address.port)")
        let id = UInt16(truncatingIfNeeded: Entropy.word())
        if let state = Self.state(address, Explainer.liveQuery(name, type, id: id)) {
            live.identity = state.identity
            live.records = Explanation.answers(in: state.message) ?? []
            live.code = MessageHeader(state.message.bytes)?.responseCode
            live.state = state
            return live
        }
        switch DirectQuery.ask(address, Explainer.query(name, type, id: id), isTCP: true) {
        case .fault(let fault): live.fault = fault
        case .answer(let message):
            live.code = MessageHeader(message.bytes)?.responseCode
            live.records = Explanation.answers(in: message) ?? []
        }
        guard let own = DomainName(parsing: "config.waggle"),
            case .answer(let message) = DirectQuery.ask(
                address, Explainer.query(own, .txt, recordClass: .chaos, id: id), isTCP: true),
            let text = Explanation.answers(in: message)?.first?.rdata.dropFirst()
        else { return live }
        live.identity = String(decoding: text, as: UTF8.self)
        return live
    }

    /// By UDP, which counts no connection; by TCP what is too long for that.
    private static func state(_ address: SocketAddress, _ query: [UInt8]) -> LiveState? {
        for isTCP in [false, true] {
            guard case .answer(let message) = DirectQuery.ask(address, query, isTCP: isTCP),
                let header = MessageHeader(message.bytes)
            else { return nil }
            if header.isTruncated, !isTCP { continue }
            return Explanation.answers(in: message)?.first.flatMap { LiveState(rdata: $0.rdata) }
        }
        return nil
    }
}
