import DNSWire
import LinuxIO

/// What a load generator asks, and how fast.
struct LoadPlan {
    var server = SocketAddress(ipv4: 0x7F00_0001, port: 5353)
    var queries = 10_000
    var inFlight = 64
    /// Queries a second; 0 asks as soon as an answer has come.
    var ratePerSecond = 0
    var timeoutMilliseconds = 5_000
    /// Asked in turn; `%` becomes the number of the query.
    var questions: [(name: String, type: RecordType)] = [("git.athome.ga", .a)]
    var sockets = 8
}

/// What came of a load.
struct LoadReport {
    var sent = 0
    var lost = 0
    /// Answers by rcode.
    var codes: [UInt8: Int] = [:]
    var latenciesMicroseconds: [Int] = []
    var seconds = 0.0

    var answered: Int { latenciesMicroseconds.count }

    /// One line a figure, for people and for scripts.
    var text: String {
        let sorted = latenciesMicroseconds.sorted()
        func percentile(_ share: Double) -> Int {
            sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
        }
        let rcodes = codes.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        return """
            sent \(sent), answered \(answered), lost \(lost)
            rcodes \(rcodes.joined(separator: ", "))
            latency µs p50 \(percentile(0.5)) p90 \(percentile(0.9)) p99 \(percentile(0.99)) \
            max \(sorted.last ?? 0)
            \(Int(Double(answered) / max(seconds, 0.000_001))) answers a second

            """
    }
}

/// Asks questions by UDP and keeps so many in flight.
final class LoadGenerator {
    /// A question that waits for its answer; its index is its id.
    private struct Open {
        var sent: ContinuousClock.Instant
        var isWaiting = false
    }

    private let plan: LoadPlan
    private var epoll: Epoll
    private var sockets: [Int32] = []
    private var open: [Open] = []
    private var free: [Int] = []
    /// Sent questions in the order of their time; the first ones time out first.
    private var order: [(id: Int, sent: ContinuousClock.Instant)] = []
    private var oldest = 0
    private var report = LoadReport()

    init(_ plan: LoadPlan) throws(SystemError) {
        self.plan = plan
        epoll = try Epoll()
        for _ in 0..<plan.sockets {
            switch Sockets.udpConnected(to: plan.server) {
            case .open(let fd):
                try epoll.add(fd, token: UInt64(fd), for: .read)
                sockets.append(fd)
            case .portBusy: continue
            case .failed(let error): throw error
            }
        }
        // One id stands for one question in flight, whatever the socket: late answers are seen.
        let places = min(max(plan.inFlight, 1), 65_536)
        open = Array(repeating: Open(sent: .now), count: places)
        free = Array((0..<places).reversed())
    }

    /// Asks everything, waits for the last answer or its timeout, and closes the sockets.
    func run() throws(SystemError) -> LoadReport {
        let start = ContinuousClock.now
        while report.sent < plan.queries || free.count < open.count {
            let now = ContinuousClock.now
            while report.sent < plan.queries, !free.isEmpty, isDue(since: start, now) { ask(now) }
            let count = epoll.wait(timeoutMilliseconds: plan.ratePerSecond > 0 ? 1 : 20)
            for index in 0..<count { receive(Int32(epoll.event(index).token)) }
            expire()
        }
        for fd in sockets { Sockets.close(fd) }
        report.seconds = Double((ContinuousClock.now - start) / .microseconds(1)) / 1e6
        return report
    }

    private func isDue(
        since start: ContinuousClock.Instant, _ now: ContinuousClock.Instant
    ) -> Bool {
        guard plan.ratePerSecond > 0 else { return true }
        return Double(report.sent) < (now - start) / .seconds(1) * Double(plan.ratePerSecond)
    }

    private func ask(_ now: ContinuousClock.Instant) {
        guard let id = free.popLast() else { return }
        let question = plan.questions[report.sent % plan.questions.count]
        let text = question.name.split(separator: "%", omittingEmptySubsequences: false)
            .joined(separator: "\(report.sent)")
        var octets = [UInt8(id >> 8), UInt8(id & 0xFF), 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        octets += DomainName(parsing: text)?.octets ?? [0]
        octets += [UInt8(question.type.rawValue >> 8), UInt8(question.type.rawValue & 0xFF), 0, 1]
        open[id] = Open(sent: now, isWaiting: true)
        order.append((id, now))
        _ = Sockets.send(sockets[id % sockets.count], octets.span.bytes)
        report.sent += 1
    }

    private func receive(_ fd: Int32) {
        var octets = [UInt8](repeating: 0, count: 4_096)
        while true {
            var span = octets.mutableSpan
            var memory = span.mutableBytes
            guard case .octets(let count) = Sockets.receiveDatagram(fd, into: &memory) else {
                return
            }
            guard count >= 12 else { continue }
            let id = Int(octets[0]) << 8 | Int(octets[1])
            guard id < open.count, open[id].isWaiting, sockets[id % sockets.count] == fd else {
                continue
            }
            open[id].isWaiting = false
            free.append(id)
            report.codes[octets[3] & 15, default: 0] += 1
            report.latenciesMicroseconds.append(
                Int((ContinuousClock.now - open[id].sent) / .microseconds(1)))
        }
    }

    private func expire() {
        let limit = ContinuousClock.now - .milliseconds(plan.timeoutMilliseconds)
        while oldest < order.count {
            let (id, sent) = order[oldest]
            let isWaiting = open[id].isWaiting && open[id].sent == sent
            guard !isWaiting || sent < limit else { return }
            oldest += 1
            guard isWaiting else { continue }
            open[id].isWaiting = false
            free.append(id)
            report.lost += 1
        }
    }
}
