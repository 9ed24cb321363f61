public import CLinux  // Inlinable code may name only what is imported so.

/// What a descriptor is watched for.
@frozen @usableFromInline
package struct Interest: OptionSet, Sendable {
    @usableFromInline package let rawValue: UInt32

    /// Takes the kernel's bits.
    @inlinable package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Something can be read, or the peer has ended its side.
    ///
    /// EPOLLIN | EPOLLRDHUP.
    @inlinable package static var read: Interest { Interest(rawValue: 0x2001) }
    /// Something can be written, or a connection is complete.
    ///
    /// EPOLLOUT.
    @inlinable package static var write: Interest { Interest(rawValue: 4) }
}

/// One thing that happened on a watched descriptor.
@frozen @usableFromInline
package struct Event: Sendable {
    /// What was given when the descriptor was added.
    @usableFromInline package let token: UInt64
    @usableFromInline let flags: UInt32

    @inlinable init(token: UInt64, flags: UInt32) {
        self.token = token
        self.flags = flags
    }

    /// Something can be read, the end of a stream included.
    @inlinable package var isReadable: Bool { flags & 0x2001 != 0 }
    /// Something can be written.
    @inlinable package var isWritable: Bool { flags & 4 != 0 }
    /// The connection is gone or the socket has an error to report.
    ///
    /// EPOLLERR | EPOLLHUP.
    @inlinable package var isHangup: Bool { flags & 0x18 != 0 }
}

/// Waits for many descriptors at once.
///
/// Level-triggered: what is not drained is told again.
@safe @frozen @usableFromInline
package struct Epoll: ~Copyable {
    @usableFromInline let fd: Int32
    @usableFromInline let events: UnsafeMutablePointer<linux_event>
    @usableFromInline var count: Int

    /// Opens an epoll instance with room for `Limits.eventsPerWait` events.
    package init() throws(SystemError) {
        fd = try checked("epoll_create1", linux_epoll_create())
        unsafe events = UnsafeMutablePointer.allocate(capacity: Limits.eventsPerWait)
        unsafe events.initialize(repeating: linux_event(), count: Limits.eventsPerWait)
        count = 0
    }

    deinit {
        _ = linux_close(fd)
        unsafe events.deallocate()
    }

    /// Watches a descriptor; errors: ENOMEM, ENOSPC.
    package func add(_ fd: Int32, token: UInt64, for interest: Interest) throws(SystemError) {
        try checked("epoll_ctl", linux_epoll_add(self.fd, fd, interest.rawValue, token))
    }

    /// Changes what a watched descriptor is watched for.
    package func modify(_ fd: Int32, token: UInt64, for interest: Interest) throws(SystemError) {
        try checked("epoll_ctl", linux_epoll_modify(self.fd, fd, interest.rawValue, token))
    }

    /// Stops watching; closing a descriptor does as much.
    package func remove(_ fd: Int32) {
        _ = linux_epoll_remove(self.fd, fd)
    }

    /// Waits until something happens or the time is over; answers how many events there are.
    ///
    /// A negative time waits for ever, 0 not at all. A signal ends the wait with 0 events.
    @inline(never)
    package mutating func wait(timeoutMilliseconds: Int32) -> Int {
        let room = Int32(Limits.eventsPerWait)
        let result = unsafe linux_epoll_wait(fd, events, room, timeoutMilliseconds)
        precondition(result >= 0 || result == -EINTR, "epoll_wait failed")
        count = max(0, Int(result))
        return count
    }

    /// An event of the last wait.
    @inlinable package func event(_ index: Int) -> Event {
        precondition(index >= 0 && index < count, "no such event")
        // Safe: index was compared; count never exceeds the room.
        return unsafe Event(
            token: linux_event_token(events, index), flags: linux_event_flags(events, index))
    }
}
