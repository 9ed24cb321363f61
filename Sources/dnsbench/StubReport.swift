/// How late a loop is: the longest time between two turns of it, and when it last stood still.
struct Lateness {
    /// From here on a look-up that failed meanwhile says nothing about the servers.
    static let standstill: Duration = .seconds(1)

    private(set) var longest: Duration = .zero
    private var last: ContinuousClock.Instant = .now
    private var lastStandstill: ContinuousClock.Instant?

    mutating func begin(_ now: ContinuousClock.Instant) { last = now }

    /// To be called in every turn.
    mutating func turn(at now: ContinuousClock.Instant) {
        let passed = now - last
        longest = max(longest, passed)
        if passed > Self.standstill { lastStandstill = now }
        last = now
    }

    /// Whether a standstill ended after that moment.
    func stoodStill(after start: ContinuousClock.Instant) -> Bool {
        lastStandstill.map { $0 > start } ?? false
    }
}

/// What came of the look-ups, and how long each server was silent.
struct StubReport {
    var asked = 0
    /// Left out, because this program was late.
    var notAsked = 0
    var failed = 0
    /// Those of the failed in whose life this program stood still.
    var failedMeanwhile = 0
    var longestTurn: Duration = .zero
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
            the generator stood still for \(Int(longestTurn / .milliseconds(1))) ms at most; \
            lost meanwhile \(failedMeanwhile), not asked \(notAsked)

            """
        for (address, server) in zip(addresses, servers) {
            let gap = Int(server.gap / .milliseconds(1))
            text += "\(address): \(server.answers) answers, longest silence \(gap) ms\n"
        }
        return text
    }
}
