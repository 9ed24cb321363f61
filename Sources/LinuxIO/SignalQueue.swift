import CLinux

/// Signals as something to read: those that `ProcessCalls.block` keeps from interrupting anybody.
package struct SignalQueue: ~Copyable, Sendable {
    private let descriptor: FileDescriptor

    /// Opens a signalfd for these signals.
    package init(_ signals: [Int32]) throws(SystemError) {
        // Safe: the kernel reads as many numbers as there are.
        let fd = unsafe signals.withUnsafeBufferPointer {
            unsafe linux_signals($0.baseAddress, Int32($0.count))
        }
        descriptor = FileDescriptor(try checked("signalfd", fd))
    }

    /// What to add to an `Epoll`, for reading.
    package var rawValue: Int32 { descriptor.rawValue }

    /// The next signal that has come, or nil; several of a kind may be one.
    package func next() -> Int32? {
        let number = linux_next_signal(rawValue)
        return number > 0 ? number : nil
    }
}
