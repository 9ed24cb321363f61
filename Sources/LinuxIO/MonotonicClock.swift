import CLinux

/// The two clocks of the program.
///
/// Read them once per wake-up: each reading costs some 40 ns.
package enum MonotonicClock {
    /// Milliseconds since some moment of the past; never goes back.
    ///
    /// CLOCK_MONOTONIC.
    @inline(never)
    package static func milliseconds() -> Int64 { linux_monotonic_milliseconds() }

    /// Seconds since 1970, for logs only: it may jump.
    ///
    /// CLOCK_REALTIME.
    @inline(never)
    package static func wallSeconds() -> Int64 { linux_wall_seconds() }
}
