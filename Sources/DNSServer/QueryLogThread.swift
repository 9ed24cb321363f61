import DNSConfig
import DNSResolver
import LinuxIO
import Synchronization

/// The thread that writes what workers have noted: warnings, and queries where those are logged.
///
/// It waits until a ring that was empty is no longer so, then writes in blocks of lines.
final class QueryLogThread: Sendable {
    /// Lines that are written at once.
    private static let linesPerWrite = 256
    private static let stackOctets = 524_288
    /// How often it looks whether the process ends while a log takes nothing.
    private static let lookMilliseconds: Int64 = 100

    let rings: [QueryLog]
    private let wake: Wake
    private let log: Log
    /// Lost lines that the log was last told of, or was tried to be.
    private let told = Atomic<UInt64>(0)
    private let isEnding = Atomic<Bool>(false)
    private let hasEnded = Atomic<Bool>(false)

    init(workers: Int, takesQueries: Bool, log: Log) throws(SystemError) {
        let wake = try Wake()
        rings = (0..<workers).map { _ in QueryLog(takesQueries: takesQueries, wake: wake) }
        self.wake = wake
        self.log = log
    }

    func start(_ state: ServerState) throws(SystemError) {
        let reader = self
        try Thread.start(name: "log", stackOctets: Self.stackOctets) { reader.run(state) }
    }

    /// Events that were lost since the start because a ring was full, and lines of others that the
    /// log had no room for.
    var lostCount: UInt64 {
        rings.reduce(log.lost.load(ordering: .relaxed)) { $0 + $1.lostCount }
    }

    /// Lets the log say how many lines of others were lost, where no event wakes the thread.
    func tellLosses() {
        guard log.lost.load(ordering: .relaxed) != told.load(ordering: .relaxed) else { return }
        wake.event.signal()
    }

    /// Asks the thread to write what is left and end; whether it has.
    func end() -> Bool {
        isEnding.store(true, ordering: .releasing)
        wake.event.signal()
        return hasEnded.load(ordering: .acquiring)
    }

    private func run(_ state: ServerState) {
        defer { hasEnded.store(true, ordering: .releasing) }
        guard var epoll = try? Epoll() else { return }
        do throws(SystemError) {
            try epoll.add(wake.event.rawValue, token: 0, for: .read)
        } catch {
            return log.write(.error, "workers cannot log: \(error)")
        }
        var formatter = QueryLogFormatter(
            workers: rings.count, isJSON: log.format == .json)
        var said = [UInt64](repeating: 0, count: rings.count + 1)
        while true {
            let isLast = isEnding.load(ordering: .acquiring)
            wake.event.drain()
            while write(&formatter, &said, state.snapshots.value) {}
            if isLast { return }
            _ = epoll.wait(timeoutMilliseconds: timeout(formatter))
        }
    }

    /// Until a warning that was kept back is to be told of; -1 for ever.
    private func timeout(_ formatter: QueryLogFormatter) -> Int32 {
        guard let due = formatter.repeats.nextDue else { return -1 }
        return Int32(clamping: max(0, due - MonotonicClock.milliseconds()) + 1)
    }

    /// Writes one block; false if there was nothing to write.
    ///
    /// `said` is how many lost events of each worker, and lost lines of others, were spoken of.
    private func write(
        _ formatter: inout QueryLogFormatter, _ said: inout [UInt64], _ snapshot: Snapshot
    ) -> Bool {
        var lines: [Log.Line] = []
        var now = said
        var found = false
        for (worker, ring) in rings.enumerated() {
            while lines.count < Self.linesPerWrite, let entry = ring.next() {
                found = true
                if let text = formatter.warning(for: entry) {
                    lines.append(Log.Line(.warning, text, event: entry.event.name))
                    continue
                }
                lines += formatter.lines(for: entry, worker: worker, snapshot: snapshot)
            }
            add(ring.lostCount, &now[worker], to: &lines)
        }
        add(log.lost.load(ordering: .relaxed), &now[rings.count], to: &lines)
        for text in formatter.repeats.takeDue(now: MonotonicClock.milliseconds()) {
            lines.append(Log.Line(.warning, text, event: "repeated"))
        }
        // What could not be written will be told again.
        if writeAll(lines) == 0 { said = now }
        told.store(now[rings.count], ordering: .relaxed)
        return found
    }

    private func add(_ lost: UInt64, _ said: inout UInt64, to lines: inout [Log.Line]) {
        guard lost > said else { return }
        lines.append(
            Log.Line(
                .warning, "\(lost - said) events were not logged", event: "log_overflow"))
        said = lost
    }

    /// Waits until all lines are taken, for the rings keep what comes meanwhile; only the end of
    /// the process does not wait. Answers how many were lost.
    private func writeAll(_ lines: [Log.Line]) -> Int {
        var rest = lines[...]
        var failed = 0
        while !rest.isEmpty {
            let offer = log.offer(rest, within: Self.lookMilliseconds)
            rest = rest.dropFirst(offer.taken)
            failed += offer.failed
            if isEnding.load(ordering: .acquiring) { return failed + rest.count }
        }
        return failed
    }
}
