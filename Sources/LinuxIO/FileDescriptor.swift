import CLinux

/// An open file, socket or event source that is closed exactly once, when its owner goes.
package struct FileDescriptor: ~Copyable, Sendable {
    /// The number the kernel knows it by; 0 or above.
    ///
    /// Borrowed: never close it.
    package let rawValue: Int32

    /// Takes over a descriptor that nobody else closes.
    package init(_ rawValue: Int32) {
        precondition(rawValue >= 0, "a descriptor is never negative")
        self.rawValue = rawValue
    }

    deinit {
        _ = linux_close(rawValue)
    }

    /// Gives the descriptor away: the caller closes it.
    package consuming func release() -> Int32 {
        let value = rawValue
        discard self
        return value
    }
}
