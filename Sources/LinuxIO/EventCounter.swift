import CLinux

/// Wakes a thread that waits in `Epoll`: any thread signals, the waiting one drains.
package struct EventCounter: ~Copyable, Sendable {
    private let descriptor: FileDescriptor

    /// Opens an eventfd.
    package init() throws(SystemError) {
        descriptor = FileDescriptor(try checked("eventfd", linux_eventfd()))
    }

    /// What to add to an `Epoll`, for reading.
    package var rawValue: Int32 { descriptor.rawValue }

    /// Wakes the waiting thread; many signals before it drains are one.
    package func signal() {
        var one: UInt64 = 1
        // Safe: eight octets of a local variable. A counter at its maximum wakes as well.
        _ = unsafe linux_write(rawValue, &one, 8)
    }

    /// Takes all signals at once; false if there was none.
    @discardableResult
    package func drain() -> Bool {
        var sum: UInt64 = 0
        // Safe: eight octets of a local variable.
        return unsafe linux_read(rawValue, &sum, 8) == 8
    }
}
