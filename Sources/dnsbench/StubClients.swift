import DNSWire
import LinuxIO

/// What the stub resolvers of programs ask, of which servers, and for how long.
struct StubPlan {
    var servers: [SocketAddress] = []
    var ratePerSecond = 1_000
    var seconds = 10
    /// The run ends early when this file is gone.
    var whileFile: String?
    var questions: [DomainName] = []
}

/// Look-ups as programs make them through their C library, half as with glibc, half as with musl.
///
/// glibc asks one server after the other, each for some seconds, and the next at once when the port
/// is closed or the answer is a failure; all twice. musl asks all at once, again after 2.5 seconds,
/// and gives up after five. Every look-up has its own sockets, and its list begins with another
/// server than that of the look-up before.
final class StubClients {
    private static let giveUpMilliseconds: Int64 = 5_000
    private static let askAgainMilliseconds: Int64 = 2_500
    private static let rounds = 2

    private struct Lookup {
        var id: UInt16
        var start: ContinuousClock.Instant
        var isSequential: Bool
        var attempt = 0
        /// When the next step is due, in milliseconds of the monotonic clock.
        var due: Int64 = 0
        /// The open socket to each server, or -1.
        var sockets: [Int32]
    }

    private let plan: StubPlan
    private var epoll: Epoll
    private var waiting: [Int: Lookup] = [:]
    /// The look-up and the server of each open socket, by descriptor.
    private var owners: [Int32: (lookup: Int, server: Int)] = [:]
    private(set) var report: StubReport

    init(_ plan: StubPlan) throws(SystemError) {
        self.plan = plan
        epoll = try Epoll()
        report = StubReport(servers: plan.servers.count)
    }

    /// Asks for the planned time, then waits for the last answer or failure.
    func run() -> StubReport {
        let start = ContinuousClock.now
        report.begin(start)
        var isAsking = true
        var asked = 0
        var turn = 0
        while isAsking || !waiting.isEmpty {
            let passed = (ContinuousClock.now - start) / .seconds(1)
            turn += 1
            isAsking = isAsking && passed < Double(plan.seconds) && (turn % 64 != 0 || isWanted)
            while isAsking, Double(asked) < passed * Double(plan.ratePerSecond) {
                begin(asked)
                asked += 1
            }
            let count = epoll.wait(timeoutMilliseconds: 1)
            for index in 0..<count { receive(Int32(epoll.event(index).token)) }
            expire()
        }
        report.end(.now)
        return report
    }

    private var isWanted: Bool { plan.whileFile.map { (try? FileIO.status($0)) != nil } ?? true }

    // MARK: One look-up

    private func begin(_ number: Int) {
        report.asked += 1
        waiting[number] = Lookup(
            id: .random(in: 0...(.max)), start: .now, isSequential: number.isMultiple(of: 2),
            sockets: Array(repeating: -1, count: plan.servers.count))
        step(number)
    }

    /// Sends what is due now, or gives up.
    private func step(_ number: Int) {
        guard var lookup = waiting[number] else { return }
        let now = MonotonicClock.milliseconds()
        let count = plan.servers.count
        let limit = lookup.isSequential ? Self.rounds * count : Self.rounds
        guard lookup.attempt < limit else { return finish(number, isAnswered: false) }
        if lookup.isSequential {
            close(&lookup)
            let place = lookup.attempt % count
            // glibc, res_send.c: 5 seconds doubled for each place in the list, shared by all.
            let seconds = place == 0 ? 5 : max(1, (5 << place) / count)
            lookup.due = now + Int64(seconds) * 1_000
            lookup.attempt += 1
            guard ask(number, &lookup, (number / 2 + place) % count) else {
                waiting[number] = lookup
                return step(number)
            }
        } else {
            lookup.due = now + Self.askAgainMilliseconds
            lookup.attempt += 1
            for server in 0..<count { _ = ask(number, &lookup, server) }
        }
        waiting[number] = lookup
    }

    /// Whether the question could be sent.
    private func ask(_ number: Int, _ lookup: inout Lookup, _ server: Int) -> Bool {
        if lookup.sockets[server] < 0 {
            guard case .open(let fd) = Sockets.udpConnected(to: plan.servers[server]) else {
                return false
            }
            guard (try? epoll.add(fd, token: UInt64(fd), for: .read)) != nil else {
                Sockets.close(fd)
                return false
            }
            lookup.sockets[server] = fd
            owners[fd] = (number, server)
        }
        let question = plan.questions[number % plan.questions.count]
        var octets = [UInt8(lookup.id >> 8), UInt8(lookup.id & 0xFF), 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        octets += question.octets + [0, UInt8(RecordType.a.rawValue), 0, 1]
        guard case .octets = Sockets.send(lookup.sockets[server], octets.span.bytes) else {
            return false
        }
        return true
    }

    private func receive(_ fd: Int32) {
        guard let (number, server) = owners[fd], let lookup = waiting[number] else { return }
        var octets = [UInt8](repeating: 0, count: 2_048)
        var span = octets.mutableSpan
        var memory = span.mutableBytes
        switch Sockets.receiveDatagram(fd, into: &memory) {
        case .octets(let count):
            guard count >= 12, UInt16(octets[0]) << 8 | UInt16(octets[1]) == lookup.id else {
                return
            }
            report.note(server, at: .now)
            let code = octets[3] & 15
            if code == 0 || code == 3 {
                report.codes[code, default: 0] += 1
                finish(number, isAnswered: true)
            } else if lookup.isSequential {
                step(number)
            }
        case .failed, .ended:
            // The port is closed. musl does not connect its socket and never hears of it.
            if lookup.isSequential { step(number) }
        case .wouldBlock, .truncated: return
        }
    }

    private func finish(_ number: Int, isAnswered: Bool) {
        guard var lookup = waiting.removeValue(forKey: number) else { return }
        close(&lookup)
        if isAnswered {
            report.latenciesMicroseconds.append(
                Int((ContinuousClock.now - lookup.start) / .microseconds(1)))
        } else {
            report.failed += 1
        }
    }

    private func close(_ lookup: inout Lookup) {
        for index in lookup.sockets.indices where lookup.sockets[index] >= 0 {
            owners[lookup.sockets[index]] = nil
            Sockets.close(lookup.sockets[index])
            lookup.sockets[index] = -1
        }
    }

    private func expire() {
        let now = MonotonicClock.milliseconds()
        for (number, lookup) in waiting where lookup.due <= now { step(number) }
    }
}

/// What came of the look-ups, and how long each server was silent.
struct StubReport {
    var asked = 0
    var failed = 0
    /// Answers by rcode.
    var codes: [UInt8: Int] = [:]
    var latenciesMicroseconds: [Int] = []
    private var servers: [(answers: Int, last: ContinuousClock.Instant, gap: Duration)]

    init(servers count: Int) {
        servers = Array(repeating: (0, .now, .zero), count: count)
    }

    mutating func begin(_ now: ContinuousClock.Instant) {
        for index in servers.indices { servers[index].last = now }
    }

    mutating func note(_ server: Int, at now: ContinuousClock.Instant) {
        servers[server].answers += 1
        servers[server].gap = max(servers[server].gap, now - servers[server].last)
        servers[server].last = now
    }

    /// A server that is silent at the end was so since its last answer.
    mutating func end(_ now: ContinuousClock.Instant) {
        for index in servers.indices {
            servers[index].gap = max(servers[index].gap, now - servers[index].last)
        }
    }

    /// One line a figure, for people and for scripts.
    func text(_ addresses: [String]) -> String {
        let sorted = latenciesMicroseconds.sorted()
        func percentile(_ share: Double) -> Int {
            sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
        }
        let rcodes = codes.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        let slow = sorted.count { $0 > 1_000_000 }
        var text = """
            asked \(asked), answered \(sorted.count), lost \(failed); slower than a second \(slow)
            rcodes \(rcodes.joined(separator: ", ")); latency µs p50 \(percentile(0.5)) \
            p99 \(percentile(0.99)) max \(sorted.last ?? 0)

            """
        for (address, server) in zip(addresses, servers) {
            let gap = Int(server.gap / .milliseconds(1))
            text += "\(address): \(server.answers) answers, longest silence \(gap) ms\n"
        }
        return text
    }
}
