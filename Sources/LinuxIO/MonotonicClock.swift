import CLinux

/// The clocks of the program.
///
/// Read them once per wake-up: each reading costs some 40 ns.
package enum MonotonicClock {
    /// Milliseconds since some moment of the past; never goes back.
    ///
    /// CLOCK_MONOTONIC.
    @inline(never)
    package static func milliseconds() -> Int64 { linux_monotonic_milliseconds() }

    /// The same clock in microseconds.
    @inline(never)
    package static func microseconds() -> UInt64 {
        UInt64(truncatingIfNeeded: linux_monotonic_microseconds())
    }

    /// Processor time that all threads of this process have used, in microseconds.
    package static func processorMicroseconds() -> Int64 { linux_processor_microseconds() }

    /// Microseconds since 1970, for logs only: it may jump.
    package static func wallMicroseconds() -> Int64 { linux_wall_microseconds() }

    /// Seconds since 1970, for logs only: it may jump.
    ///
    /// CLOCK_REALTIME.
    @inline(never)
    package static func wallSeconds() -> Int64 { linux_wall_seconds() }
}
