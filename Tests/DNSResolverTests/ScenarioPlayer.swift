import DNSConfig
import DNSWire
import ScenarioSupport

@testable import DNSResolver

/// Plays a scenario: does its steps in order and throws where something is not as it says.
///
///     config, hosts        the text in force from the start, or from the next `reload` on
///     reload               takes both over; the cache forgets what they make untrue
///     query NAME TYPE …    a client asks: `rd=0` `cd` `ad` `z` `do` `tcp` `edns=SIZE` `version=N`
///                          `class=N` `opcode=N` `opt=CODE:HEX` `from=ADDRESS` `to=ADDRESS`
///     send HEX             a client sends octets; the block may go on
///     expect-answer RCODE  the next answer: flags, `ede=N`, `client=N`, `bare`, `set`, records
///     expect-dropped       the last message got no answer and never will
///     expect-silence       no answer so far
///     expect-upstream NAME TYPE   the next query to a server: `server=` `tcp` `plain` `do` `cd`
///                          `rd=0` `as=LABEL` `opt=CODE:HEX`, `small` in small letters
///     expect-no-upstream   no query to a server so far
///     expect-warning TEXT  the operator is told; `rebinding NAME`
///     reply, reply RCODE   the server of the last `expect-upstream`, or `to=LABEL`, answers;
///                          `letters` in capitals, `bare` with a header alone
///     spoof id|type|name|case|qr|subnet|bare|ignored   somebody else does, and is not believed
///     drop, fail           the server says nothing; its port is closed
///     advance SECONDS
///
/// Of every answer is checked without being said: id, QR, RA, RD and the question as it was
/// spelled, OPT if and only if the query had one, its length, and that each octet has its place.
struct ScenarioPlayer {
    var bench: ScenarioBench?
    private var config = ""
    private var hosts = ""
    /// Queries to servers that were looked at and whose fate is open.
    private var open: [(label: String, query: ScenarioBench.UpstreamQuery)] = []
    private var nextID: UInt16 = 0x1000

    init() {}

    static func play(_ scenario: Scenario) throws {
        var player = ScenarioPlayer()
        for step in scenario.steps { try player.perform(step) }
        try player.finish(line: scenario.steps.last?.line ?? 1)
    }

    private mutating func perform(_ step: Scenario.Step) throws {
        switch step.verb {
        case "config": config = step.text
        case "hosts": hosts = step.text
        default:
            if bench == nil { try start(step) }
            guard try performWithBench(step) else {
                throw ScenarioFailure(line: step.line, text: "there is no verb \(step.verb)")
            }
        }
    }

    private mutating func performWithBench(_ step: Scenario.Step) throws -> Bool {
        switch step.verb {
        case "reload": try start(step)
        case "query": try ask(step)
        case "send":
            let hex = (step.words + step.block.map(\.text)).joined()
            bench?.ask(TestRdata.octets(hex), step.has("tcp") ? .tcp : .udp)
        case "expect-answer": try expectAnswer(step)
        case "expect-dropped": try expectDropped(step)
        case "expect-silence": try expectNothing(step.line)
        case "expect-upstream": try expectUpstream(step)
        case "expect-no-upstream": try expectNoUpstream(step.line)
        case "expect-warning": try expectWarning(step)
        case "reply": try reply(step)
        case "spoof": try spoof(step)
        case "drop": _ = try takeOpen(step)
        case "fail":
            let attempt = try takeOpen(step).attempt
            bench?.refuse(attempt)
        case "advance":
            let seconds = try number(step.words.first, step)
            bench?.advance(milliseconds: Int64((seconds * 1000).rounded()))
        default: return false
        }
        return true
    }

    private func number(_ word: String?, _ step: Scenario.Step) throws -> Double {
        guard let word, let number = Double(word) else {
            throw ScenarioFailure(line: step.line, text: "a number is missing")
        }
        return number
    }

    // MARK: Configuration

    private mutating func start(_ step: Scenario.Step) throws {
        var files = OneFile(octets: Array(config.utf8))
        let loaded = ConfigLoader.load(arguments: [], files: &files)
        if let fault = loaded.diagnostics.first(where: { $0.severity == .error }) {
            throw ScenarioFailure(line: step.line, text: "config line: \(fault.message)")
        }
        var table = HostsTable()
        let faults = HostsParser.parse(
            Array(hosts.utf8), path: "/etc/hosts",
            options: ScenarioBench.facts.resolve(loaded.options.hosts), into: &table)
        if let fault = faults.first {
            throw ScenarioFailure(line: step.line, text: fault.message)
        }
        if bench == nil {
            bench = ScenarioBench(loaded.options, table)
        } else {
            bench?.reload(loaded.options, table)
        }
    }

    // MARK: Clients

    private mutating func ask(_ step: Scenario.Step) throws {
        guard step.words.count >= 2, let type = RecordType(parsing: step.words[1]) else {
            throw ScenarioFailure(line: step.line, text: "query NAME TYPE …")
        }
        var message = TestMessage()
        nextID += 1
        message.id = nextID
        message.name = step.words[0]
        message.type = type
        message.recordClass = try UInt16(number(step.value("class") ?? "1", step))
        message.flags = step.value("rd") == "0" ? 0 : 0x0100
        message.flags |= try UInt16(number(step.value("opcode") ?? "0", step)) << 11
        for (bit, word) in TestMessage.flagNames where step.has(word) { message.flags |= bit }
        let options = step.values("opt")
        let size = step.value("edns") ?? (step.has("do") || !options.isEmpty ? "1232" : nil)
        if let size {
            message.opt = TestMessage.OPT(
                udpOctets: UInt16(try number(size, step)),
                version: UInt8(try number(step.value("version") ?? "0", step)),
                isDNSSECOK: step.has("do"), options: options)
        }
        let local = step.value("to").flatMap { IPAddress(parsing: $0) } ?? .ipv6Any
        bench?.ask(
            message.octets, step.has("tcp") ? .tcp : .udp, Arrival(local: local),
            from: step.value("from").flatMap { IPAddress(parsing: $0) })
    }

    // MARK: Servers

    private mutating func expectUpstream(_ step: Scenario.Step) throws {
        guard let query = bench?.upstream.first else {
            throw ScenarioFailure(line: step.line, text: "nothing was asked of a server")
        }
        bench?.upstream.removeFirst()
        let message = try TestMessage(octets: query.octets)
        var words = [message.name ?? "", message.type.mnemonic ?? "TYPE\(message.type.rawValue)"]
        if step.value("server") != nil { words.append("server=\(query.server)") }
        if query.attempt.transport == .tcp { words.append("tcp") }
        if message.opt == nil { words.append("plain") }
        if message.opt?.isDNSSECOK == true { words.append("do") }
        words += message.flagText + (message.opt?.options ?? []).map { "opt=\($0)" }
        if message.flags & 0x0100 == 0 { words.append("rd=0") }
        if step.has("small"), words[0].lowercased() != words[0] {
            throw ScenarioFailure(line: step.line, text: "\(words[0]) has capital letters")
        }
        var expected = step.words.filter { !$0.hasPrefix("as=") && $0 != "small" }
        // Questions have random letters unless the configuration forbids it.
        if !config.contains("no-0x20-encode") {
            words[0] = words[0].lowercased()
            expected[0] = expected[0].lowercased()
        }
        guard Set(expected) == Set(words), expected.prefix(2) == words.prefix(2) else {
            throw ScenarioFailure(
                line: step.line,
                text: """
                    expected upstream query: \(expected.joined(separator: " "))
                    actual upstream query:   \(words.joined(separator: " "))
                    """)
        }
        open.append((step.value("as") ?? "", query))
    }

    /// The query that a step is about: the one with its label, else the last one.
    private func find(_ step: Scenario.Step) throws -> Int {
        let index =
            step.value("to").map { label in open.firstIndex { $0.label == label } }
            ?? (open.isEmpty ? nil : open.count - 1)
        guard let index else {
            throw ScenarioFailure(line: step.line, text: "no query to a server is open")
        }
        return index
    }

    private mutating func takeOpen(
        _ step: Scenario.Step
    ) throws -> ScenarioBench.UpstreamQuery {
        open.remove(at: try find(step)).query
    }

    private mutating func reply(_ step: Scenario.Step) throws {
        let query = try takeOpen(step)
        var message = try answer(to: query, step)
        if step.has("letters") { message.name = message.name?.uppercased() }
        let octets =
            step.has("bare")
            ? message.octets[..<4] + [UInt8](repeating: 0, count: 8) : message.octets
        guard bench?.receive(octets, for: query.attempt) == true else {
            throw ScenarioFailure(line: step.line, text: "the reply was not believed")
        }
    }

    private mutating func spoof(_ step: Scenario.Step) throws {
        let query = open[try find(step)].query
        var message = try answer(to: query, step)
        let name = message.name ?? ""
        switch step.words.first {
        case "id": message.id ^= 1
        case "type": message.type = message.type == .a ? .aaaa : .a
        case "name": message.name = "x" + name.dropFirst()
        case "case":
            message.name = name.lowercased() == name ? name.uppercased() : name.lowercased()
        case "qr": message.flags ^= 0x8000
        case "ignored": break
        case "bare":
            let octets = message.octets[..<3] + [2] + [UInt8](repeating: 0, count: 8)
            _ = bench?.receive(octets, for: query.attempt)
            return
        case "subnet": message.opt?.options = ["8:000118000a01ff"]
        default: throw ScenarioFailure(line: step.line, text: "spoof what?")
        }
        guard bench?.receive(message.octets, for: query.attempt) == false else {
            throw ScenarioFailure(line: step.line, text: "the forged reply was believed")
        }
    }

    /// A reply with the question of the query, and what the step says.
    private func answer(
        to query: ScenarioBench.UpstreamQuery, _ step: Scenario.Step
    ) throws -> TestMessage {
        var message = try TestMessage(octets: query.octets)
        if message.opt != nil {
            let echoed = step.has("echo") ? message.opt?.options ?? [] : []
            message.opt = TestMessage.OPT(
                udpOctets: 1232, extendedError: step.value("ede").flatMap { UInt16($0) },
                options: echoed + step.values("opt"))
        }
        message.flags = 0x8080 | message.flags & 0x0110
        for (bit, word) in TestMessage.flagNames where step.has(word) { message.flags |= bit }
        if step.has("no-ra") { message.flags &= ~0x0080 }
        for word in step.words {
            if let code = TestMessage.codes.firstIndex(of: word) { message.flags |= UInt16(code) }
        }
        (message.sections, message.rawAnswers) = try Self.records(step)
        return message
    }

    // MARK: The end

    private mutating func finish(line: Int) throws {
        guard bench != nil else {
            throw ScenarioFailure(line: line, text: "nothing was asked")
        }
        // Nothing may come later on its own.
        bench?.advance(milliseconds: 60_000)
        try expectNothing(line)
        try expectNoUpstream(line)
        if let warning = bench?.warnings.first {
            throw ScenarioFailure(line: line, text: "a warning that nobody expects: \(warning)")
        }
        guard let waiting = bench?.waiting, waiting.isEmpty else {
            throw ScenarioFailure(line: line, text: "a client was never answered")
        }
        guard open.isEmpty else {
            throw ScenarioFailure(
                line: line, text: "a query to a server has neither reply, drop nor fail")
        }
    }
}

/// A world with one file, the configuration.
struct OneFile: FileSource {
    var octets: [UInt8]

    func read(_ path: String) throws(FileError) -> FileContent {
        guard path == "/etc/dnsmasq.conf" else {
            throw FileError(reason: "No such file or directory", isMissing: true)
        }
        return FileContent(octets: octets, identity: FileIdentity(device: 1, inode: 1))
    }

    func list(_ path: String) throws(FileError) -> [DirectoryEntry] { [] }
    func isDirectory(_ path: String) -> Bool { false }
    func run(_ command: String) throws(FileError) -> (output: [UInt8], status: Int32) { ([], 1) }
    func interfaceIndex(_ name: String) -> UInt32? { name == "lo" ? 1 : nil }
}
