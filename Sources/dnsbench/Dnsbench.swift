import DNSWire
import LinuxIO

/// Load generator and scripted upstream: tools of the project that are never shipped.
@main enum Dnsbench {
    private static let help = """
        usage: dnsbench upstream [--listen ADDRESS#PORT] [--script FILE] [--seconds N]
               dnsbench load [--server ADDRESS#PORT] [--queries N] [--in-flight N] [--rate N]
                             [--timeout MS] [--ask NAME[/TYPE]]...
               dnsbench stub --servers ADDRESS#PORT,... [--rate N] [--seconds N] [--while FILE]
                             [--ask NAME]...

        upstream  answers by a script: one rule a line, `name type action…`, the first that fits.
                  name: a domain name, *.suffix or *; type: A, AAAA, … or *
                  answers: a=, aaaa=, cname=, txt=, ptr= (commas between several), records=N,
                    chain=N, ttl=S, rcode=NAME, no-soa, lie=NAME,ADDRESS
                  delivery: delay=MS, jitter=MS, drop[=PERCENT], lose=N (the first N),
                    flap=UP,DOWN (ms), reorder=N, copies=N, truncate, oversize,
                    stream-delay=MS, close, fold-question, formerr-edns, garbage, spoof=KIND[,N]
                  forged answers ahead of the true one, KIND: id, port, question, letters,
                    query, opcode, no-question, header, empty, short, trash, pointer, count,
                    length, formerr, servfail, refused
        load      asks by UDP and counts; a % in a name becomes the number of the query.
                  Exit status 1 if an answer was lost.
        stub      looks up as glibc and musl do with a list of servers, and says how long each
                  server was silent; until N seconds are over or FILE is gone.
                  Exit status 1 if a look-up failed, 3 if that was only while this program
                  stood still for more than a second: then the servers cannot be judged.

        """

    static func main() {
        do {
            try run(Array(CommandLine.arguments.dropFirst()))
        } catch {
            fail("\(error)")
        }
    }

    private static func run(_ arguments: [String]) throws {
        switch arguments.first {
        case "upstream": try upstream(Array(arguments.dropFirst()))
        case "load": try load(Array(arguments.dropFirst()))
        case "stub": try stub(Array(arguments.dropFirst()))
        case "--help", "-h", "help": print(help, terminator: "")
        default: fail("`upstream`, `load` or `stub` is wanted; see dnsbench --help")
        }
    }

    private static func upstream(_ arguments: [String]) throws {
        var address = SocketAddress(ipv4: 0x7F00_0001, port: 5311)
        var text = UpstreamScript.plain
        var seconds: Int?
        for (name, value) in pairs(arguments) {
            switch name {
            case "--listen": address = endpoint(value)
            case "--script":
                text = String(decoding: try FileIO.read(value).octets, as: UTF8.self)
            case "--seconds": seconds = number(value)
            default: fail("no such option: \(name)")
            }
        }
        let server = try UpstreamServer(address, try UpstreamScript(text))
        try server.run(seconds: seconds)
        print("\(server.questions) questions")
    }

    private static func load(_ arguments: [String]) throws {
        var plan = LoadPlan()
        var asked: [(name: String, type: RecordType)] = []
        for (name, value) in pairs(arguments) {
            switch name {
            case "--server": plan.server = endpoint(value)
            case "--queries": plan.queries = number(value)
            case "--in-flight": plan.inFlight = number(value)
            case "--rate": plan.ratePerSecond = number(value)
            case "--timeout": plan.timeoutMilliseconds = number(value)
            case "--ask":
                let parts = value.split(separator: "/")
                guard let first = parts.first, parts.count < 3,
                    let type = RecordType(parsing: parts.count > 1 ? parts[1] : "A")
                else { fail("no question: \(value)") }
                asked.append((String(first), type))
            default: fail("no such option: \(name)")
            }
        }
        if !asked.isEmpty { plan.questions = asked }
        let generator = try LoadGenerator(plan)
        let report = try generator.run()
        print(report.text, terminator: "")
        if report.lost > 0 { ProcessCalls.end(status: 1) }
    }

    private static func stub(_ arguments: [String]) throws {
        var plan = StubPlan()
        var servers: [String] = []
        for (name, value) in pairs(arguments) {
            switch name {
            case "--servers": servers = value.split(separator: ",").map(String.init)
            case "--rate": plan.ratePerSecond = number(value)
            case "--seconds": plan.seconds = number(value)
            case "--while": plan.whileFile = value
            case "--ask":
                guard let question = DomainName(parsing: value) else { fail("no name: \(value)") }
                plan.questions.append(question)
            default: fail("no such option: \(name)")
            }
        }
        plan.servers = servers.map { endpoint($0) }
        guard !plan.servers.isEmpty, !plan.questions.isEmpty else {
            fail("stub: --servers and --ask are wanted")
        }
        let report = try StubClients(plan).run()
        print(report.text(servers), terminator: "")
        if report.failed > 0 {
            ProcessCalls.end(status: report.failed == report.failedMeanwhile ? 3 : 1)
        }
    }

    // MARK: Arguments

    private static func pairs(_ arguments: [String]) -> [(String, String)] {
        guard arguments.count.isMultiple(of: 2) else { fail("every option has a value") }
        return stride(from: 0, to: arguments.count, by: 2).map {
            (arguments[$0], arguments[$0 + 1])
        }
    }

    /// Loopback, and the three managers of `make test-swarm`: this tool makes floods.
    private static func endpoint(_ text: String) -> SocketAddress {
        let parts = text.split(separator: "#")
        guard parts.count == 2, let address = IPAddress(parsing: parts[0]),
            let port = UInt16(parts[1])
        else { fail("`\(text)` is not ADDRESS#PORT") }
        guard
            address.isIPv4
                ? address.ipv4 >> 24 == 127 || address.ipv4 >> 8 == 0x0A_4D_00
                : address.high == 0 && address.low == 1
        else { fail("`\(text)`: only loopback addresses are asked and served") }
        return address.isIPv4
            ? SocketAddress(ipv4: address.ipv4, port: port)
            : SocketAddress(ipv6High: address.high, low: address.low, port: port)
    }

    private static func number(_ text: String) -> Int {
        guard let number = Int(text), number >= 0 else { fail("`\(text)` is no number") }
        return number
    }

    private static func fail(_ text: String) -> Never {
        _ = try? FileIO.write(2, Array("dnsbench: \(text)\n".utf8))
        ProcessCalls.end(status: 2)
    }
}
