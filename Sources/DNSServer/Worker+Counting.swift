import DNSResolver
import LinuxIO

// What a worker counts beside the resolver: how long answers take, and how it stands.

/// The answers of one wake-up that nobody waited for, if this wake-up is one that is timed.
///
/// One wake-up in sixteen is: so a query pays one test, and one in sixteen a look at the clock.
struct DurationSample {
    private static let interval: UInt32 = 16

    private(set) var isTaken = true
    private var wakeUps: UInt32 = 0
    private(set) var local: UInt64 = 0
    private(set) var cached: UInt64 = 0

    /// What has no source is a probe of ourselves, and does not count.
    mutating func note(_ source: AnswerSource) {
        guard source != .none else { return }
        switch Counters.Timing(source) {
        case .cache: cached &+= 1
        case .local, .upstream: local &+= 1
        }
    }

    /// Empties it for the next wake-up. One without queries does not use the turn up.
    mutating func begin() {
        guard isTaken, local &+ cached == 0 else {
            local = 0
            cached = 0
            wakeUps &+= 1
            isTaken = wakeUps & (Self.interval - 1) == 0
            return
        }
    }
}

extension Worker {
    /// Reads both clocks at once.
    mutating func readClock() {
        nowMicroseconds = MonotonicClock.microseconds()
        now = Instant(milliseconds: Int64(nowMicroseconds / 1_000))
    }

    /// Ends a wake-up: what was answered in it has been sent by now.
    mutating func noteWakeUp() {
        if sample.isTaken, sample.local &+ sample.cached > 0 {
            let taken = MonotonicClock.microseconds() &- nowMicroseconds
            setup.counters.noteDuration(.local, microseconds: taken, count: sample.local)
            setup.counters.noteDuration(.cache, microseconds: taken, count: sample.cached)
        }
        sample.begin()
        if forwarder.evictions != countedEvictions {
            // Safe: it only grows.
            setup.counters.add(.givenUp, forwarder.evictions &- countedEvictions)
            countedEvictions = forwarder.evictions
            warnOverloaded(limit: forwarder.maximumFlights)
        }
        setup.counters.noteWakeUp(waiting: forwarder.waitingCount, streams: streams.count)
    }

    /// Counts an answer that a client has waited for; `flags` are its second word.
    func noteLate(_ waiter: Waiter, flags: UInt16) {
        setup.counters.noteResponse(resolver.source, flags: flags)
        setup.counters.noteDuration(
            .upstream, microseconds: nowMicroseconds &- waiter.arrivalMicroseconds)
    }
}
