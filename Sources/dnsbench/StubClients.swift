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
///
/// Whoever is late asks late, too: what falls behind the rate by more than a few look-ups is left
/// out, for a burst would be another load than the one that was wanted. What arrived while this
/// program stood still is read before anything expires.
final class StubClients {
    private static let giveUpMilliseconds: Int64 = 5_000
    private static let askAgainMilliseconds: Int64 = 2_500
    private static let rounds = 2
    /// Look-ups that may begin in one turn of the loop.
    private static let burst = 64

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
    private var lateness = Lateness()
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
        lateness.begin(start)
        var isAsking = true
        var planned = 0
        var turn = 0
        while isAsking || !waiting.isEmpty {
            let now = ContinuousClock.now
            lateness.turn(at: now)
            let passed = (now - start) / .seconds(1)
            turn += 1
            isAsking = isAsking && passed < Double(plan.seconds) && (turn % 64 != 0 || isWanted)
            if isAsking { ask(until: Int(passed * Double(plan.ratePerSecond)), of: &planned) }
            let count = epoll.wait(timeoutMilliseconds: 1)
            for index in 0..<count { receive(Int32(epoll.event(index).token)) }
            // What has arrived is read first, if it takes several waits.
            if count < Limits.eventsPerWait { expire() }
        }
        report.end(.now)
        report.longestTurn = lateness.longest
        return report
    }

    /// Begins what is due, but not more at once than `burst`.
    private func ask(until due: Int, of planned: inout Int) {
        let late = max(0, due - planned - Self.burst)
        report.notAsked += late
        planned += late
        while planned < due {
            begin(planned)
            planned += 1
        }
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
            if lateness.stoodStill(after: lookup.start) { report.failedMeanwhile += 1 }
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
