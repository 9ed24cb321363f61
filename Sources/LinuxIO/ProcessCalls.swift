import CLinux

/// What a server process asks of the C library about itself: signals, limits, local time, syslog.
package enum ProcessCalls {
    /// Signals that the control plane acts on, by their numbers on Linux.
    package static let hangup: Int32 = 1
    package static let interrupt: Int32 = 2
    package static let user1: Int32 = 10
    package static let user2: Int32 = 12
    package static let terminate: Int32 = 15

    /// The number of this process.
    package static var id: Int32 { getpid() }

    /// Ends the process.
    package static func end(status: Int32) -> Never { exit(status) }

    /// Ends the process at once, whatever its threads are at.
    package static func endNow(status: Int32) -> Never { linux_end_now(status) }

    /// Whether a TERM or INT waits to be fetched, of those that are blocked.
    ///
    /// Whoever waits for something outside gives up then: a signal always gets through.
    package static var isEnding: Bool { linux_is_ending() != 0 }

    /// Waits.
    package static func pause(milliseconds: Int64) { linux_pause(Int32(clamping: milliseconds)) }

    /// Keeps signals from interrupting anybody; they wait to be fetched.
    ///
    /// Must be called before the first thread starts: threads inherit the mask.
    package static func block(signals: [Int32]) {
        var set = sigset_t()
        // Safe: the set is a local variable.
        unsafe sigemptyset(&set)
        for number in signals { unsafe sigaddset(&set, number) }
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// From now on a fault of the program says on standard error where it was.
    package static func reportFaults() { linux_report_faults() }

    /// Writing to a closed connection is an error of that write, not the end of the process.
    package static func ignoreBrokenPipes() { linux_ignore_broken_pipes() }

    /// Allows as many descriptors as the hard limit does.
    package static func raiseDescriptorLimit() { linux_raise_descriptor_limit() }

    /// How many descriptors this process may have.
    package static var descriptorLimit: Int { Int(clamping: linux_descriptor_limit()) }

    /// Gives the memory that reading a configuration took back to the system.
    ///
    /// A block list of 100,000 lines takes some 30 MB to compile, which is not needed afterwards.
    package static func releaseMemory() { linux_release_memory() }

    /// The name of this machine or container; empty if it has none.
    package static var hostName: String {
        var octets = [CChar](repeating: 0, count: 256)
        // Safe: one octet is kept for the end.
        guard unsafe gethostname(&octets, octets.count - 1) == 0 else { return "" }
        return String(
            decoding: octets.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// `Nov  1 02:27:02`, the local time in the form of RFC 3164 §4.1.2.
    package static func timestamp(secondsSince1970 seconds: Int64) -> String {
        var time = time_t(seconds)
        // Safe: both are local variables; the fields that are numbers are all that is read.
        var fields = unsafe tm()
        unsafe localtime_r(&time, &fields)
        let day = unsafe fields.tm_mday
        let monthIndex = Int(min(max(unsafe fields.tm_mon, 0), 11))
        let clock = unsafe [fields.tm_hour, fields.tm_min, fields.tm_sec]
        let months: [String] = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        func padded(_ number: Int32, _ filler: String) -> String {
            number < 10 ? filler + String(number) : String(number)
        }
        let time24 = clock.map { padded($0, "0") }.joined(separator: ":")
        return "\(months[monthIndex]) \(padded(day, " ")) \(time24)"
    }
}

/// A way to the syslog daemon of the machine: one datagram per line.
package struct SyslogSocket: ~Copyable, Sendable {
    private let descriptor: FileDescriptor

    /// Connects to `/dev/log`; nil where nobody listens.
    package init?() {
        let fd = linux_syslog_connect()
        guard fd >= 0 else { return nil }
        descriptor = FileDescriptor(fd)
    }

    /// Sends one line; false if nobody took it.
    package func send(_ octets: [UInt8]) -> Bool {
        // Safe: the kernel reads the octets of the array.
        unsafe octets.withUnsafeBytes {
            unsafe linux_send(descriptor.rawValue, $0.baseAddress, $0.count) == Int64($0.count)
        }
    }
}
