import Foundation

/// A point in time until which something is waited for.
struct Deadline: Sendable {
    private let end: ContinuousClock.Instant

    init(milliseconds: Int) {
        end = .now + .milliseconds(milliseconds)
    }

    init(until end: ContinuousClock.Instant) {
        self.end = end
    }

    /// What is left, at least 0, as poll(2) wants it.
    var milliseconds: Int32 {
        let left = ContinuousClock.now.duration(to: end)
        return Int32(clamping: max(0, left.milliseconds))
    }

    var isOver: Bool { ContinuousClock.now >= end }
}

extension Duration {
    /// Whole milliseconds, rounded up.
    var milliseconds: Int64 {
        components.seconds * 1000 + (components.attoseconds + 999_999_999_999_999)
            / 1_000_000_000_000_000
    }
}

/// Whether the condition holds before the time is over; looked at every two milliseconds.
func eventually(
    within milliseconds: Int = 3000, _ condition: () throws -> Bool
) rethrows -> Bool {
    let deadline = Deadline(milliseconds: milliseconds)
    while true {
        if try condition() { return true }
        if deadline.isOver { return false }
        usleep(2000)
    }
}

/// The shortest of several tries: other work on the machine only ever adds.
func shortest(of tries: Int, _ work: () throws -> Void) rethrows -> Duration {
    var best = Duration.seconds(1_000_000)
    for _ in 0..<tries { best = min(best, try ContinuousClock().measure(work)) }
    return best
}

/// What a test could not do.
struct Unexpected: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Says that a test cannot be run here, and why.
func skip(_ why: String) {
    print("skipped: \(why)")
}
