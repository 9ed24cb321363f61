import LinuxIO
import Synchronization

/// Ends the process where the control plane does not: a TERM or INT gets through although that
/// thread hangs in a system call that nothing can bound, as of a file on a dead disk.
///
/// A thread that sleeps until such a signal comes; in general the control plane has fetched it
/// before the second look.
final class EndGuard: Sendable {
    /// From the signal to the end of the process: `drain` is not counted, for the control plane has
    /// heard the signal then. Docker kills ten seconds after a TERM.
    private static let patienceMilliseconds: Int64 = 5_000
    private static let lookMilliseconds: Int64 = 100
    private static let stackOctets = 65_536
    private static let status: Int32 = 5

    private let signals: SignalQueue
    private let wake: EventCounter
    /// When the process ends at the latest, milliseconds.
    private let due = Atomic<Int64>(.max)

    init() throws(SystemError) {
        signals = try SignalQueue([ProcessCalls.terminate, ProcessCalls.interrupt])
        wake = try EventCounter()
    }

    func start() throws(SystemError) {
        let own = self
        try Thread.start(name: "end guard", stackOctets: Self.stackOctets) { own.run() }
    }

    /// From now on the process is to end.
    func arm() {
        due.store(
            MonotonicClock.milliseconds() + Self.patienceMilliseconds, ordering: .releasing)
        wake.signal()
    }

    private func run() {
        guard var epoll = try? Epoll(),
            (try? epoll.add(signals.rawValue, token: 0, for: .read)) != nil,
            (try? epoll.add(wake.rawValue, token: 1, for: .read)) != nil
        else { return }
        while true {
            _ = epoll.wait(timeoutMilliseconds: -1)
            wake.drain()
            var heard = due.load(ordering: .acquiring)
            if heard == .max { heard = MonotonicClock.milliseconds() + Self.patienceMilliseconds }
            while ProcessCalls.isEnding || due.load(ordering: .acquiring) != .max {
                let last = min(heard, due.load(ordering: .acquiring))
                guard MonotonicClock.milliseconds() < last else {
                    ProcessCalls.endNow(status: Self.status)
                }
                ProcessCalls.pause(milliseconds: Self.lookMilliseconds)
            }
        }
    }
}
