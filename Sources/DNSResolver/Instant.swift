/// A point on the monotonic clock. The resolver never reads a clock: whoever calls hands it in.
package struct Instant: Hashable, Comparable, Sendable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package static func < (left: Instant, right: Instant) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// Whole seconds: the unit in which TTLs count down. Wraps after 136 years.
    package var seconds: UInt32 { UInt32(truncatingIfNeeded: milliseconds / 1000) }

    package func advanced(byMilliseconds delta: Int64) -> Instant {
        Instant(milliseconds: milliseconds + delta)
    }
}
