import CLinux

/// Opens, uses and closes sockets.
///
/// All of them never wait and are closed in child processes.
///
/// Sockets are raw numbers here, because workers keep them in tables; `FileDescriptor` owns one
/// where one owner is enough.
package enum Sockets {}

/// What a read or a write came to.
@frozen @usableFromInline
package enum Transfer: Equatable, Sendable {
    /// So many octets were moved; above 0, except for an empty datagram.
    case octets(Int)
    /// The datagram was longer than the memory; its end is lost.
    case truncated
    /// Nothing to read, or no room to write: wait for the event.
    case wouldBlock
    /// The peer has ended its side of the stream.
    case ended
    /// The connection is broken, or an ICMP error came for a connected datagram socket: the errno.
    case failed(Int32)
}

/// What `accept` found.
@frozen @usableFromInline
package enum Accepted: Sendable {
    /// A new connection: whoever takes it closes it.
    case connection(fd: Int32, peer: SocketAddress)
    /// Nobody is waiting.
    case none
    /// This process or machine is out of descriptors or memory: the errno.
    ///
    /// Close something first.
    case exhausted(Int32)
}

extension Sockets {
    /// Reads from a stream, as much as there is room for.
    @inline(never)
    package static func receive(_ fd: Int32, into memory: inout MutableRawSpan) -> Transfer {
        let room = memory.byteCount
        precondition(room > 0, "no room to read into")
        let result = unsafe memory.withUnsafeMutableBytes { buffer in
            // Safe: the kernel writes at most the octets of the span.
            repeatInterrupted { unsafe linux_receive(fd, buffer.baseAddress, room) }
        }
        return result == 0 ? .ended : outcome(result)
    }

    /// Reads one datagram from a connected socket; its errors (ICMP) are `failed`, once each.
    @inline(never)
    package static func receiveDatagram(
        _ fd: Int32, into memory: inout MutableRawSpan
    ) -> Transfer {
        let room = memory.byteCount
        let result = unsafe memory.withUnsafeMutableBytes { buffer in
            // Safe: the kernel writes at most the octets of the span.
            repeatInterrupted { unsafe linux_receive_datagram(fd, buffer.baseAddress, room) }
        }
        return result > Int64(room) ? .truncated : outcome(result)
    }

    /// Writes to a stream (perhaps not all of it) or sends one datagram of a connected socket.
    @inline(never)
    package static func send(_ fd: Int32, _ octets: RawSpan) -> Transfer {
        let count = octets.byteCount
        let result = unsafe octets.withUnsafeBytes { buffer in
            // Safe: the kernel reads the octets of the span.
            repeatInterrupted { unsafe linux_send(fd, buffer.baseAddress, count) }
        }
        return outcome(result)
    }

    /// Takes one waiting connection of a listener, without delay of small writes (TCP_NODELAY).
    @inline(never)
    package static func accept(_ listener: Int32) -> Accepted {
        // Connections that died while they waited are skipped, so many of them per call.
        for _ in 0..<Limits.skippedErrors {
            var peer = SocketAddress()
            var length: UInt32 = 28
            // Safe: the octets are 28.
            let result = unsafe peer.lend { unsafe linux_accept(listener, $0, &length) }
            if result >= 0 {
                _ = linux_set_option(result, linux_no_delay, 1)
                return .connection(fd: result, peer: peer)
            }
            switch -result {
            case EAGAIN: return .none
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted(-result)
            case EBADF, EFAULT, EINVAL, ENOTSOCK: preconditionFailure("accept on a bad socket")
            default: continue
            }
        }
        return .none
    }

    /// Closes a socket that nobody owns otherwise.
    package static func close(_ fd: Int32) {
        let result = linux_close(fd)
        precondition(result != -EBADF, "closed twice")
    }

    /// Closes a stream at once, with all that the kernel has of it; the peer is told by a reset.
    ///
    /// Otherwise the kernel goes on to send what a peer does not read, and keeps it meanwhile.
    package static func reset(_ fd: Int32) {
        let result = linux_reset(fd)
        precondition(result != -EBADF, "closed twice")
    }

    /// Octets that the kernel keeps at most of what came to a socket and was not read.
    package static func receiveBufferOctets(_ fd: Int32) -> Int {
        max(0, Int(linux_receive_buffer_octets(fd)))
    }

    /// Octets of a stream that the kernel has, because the peer has not acknowledged them.
    package static func unsentOctets(_ fd: Int32) -> Int { max(0, Int(linux_unsent(fd))) }

    /// The error that a socket holds, taken off it: 0 after a connection has come about.
    package static func pendingError(_ fd: Int32) -> Int32 { linux_pending_error(fd) }

    /// The address a socket is bound to.
    package static func localAddress(_ fd: Int32) -> SocketAddress {
        var address = SocketAddress()
        var length: UInt32 = 28
        // Safe: the octets are 28.
        let result = unsafe address.lend { unsafe linux_local_address(fd, $0, &length) }
        return result < 0 ? SocketAddress() : address
    }

    /// The address a socket is connected to; family 0 if it is not.
    package static func peerAddress(_ fd: Int32) -> SocketAddress {
        var address = SocketAddress()
        var length: UInt32 = 28
        // Safe: the octets are 28.
        let result = unsafe address.lend { unsafe linux_peer_address(fd, $0, &length) }
        return result < 0 ? SocketAddress() : address
    }

    static func outcome(_ result: Int64) -> Transfer {
        if result >= 0 { return .octets(Int(result)) }
        switch Int32(-result) {
        case EAGAIN, ENOBUFS: return .wouldBlock
        case EBADF, EFAULT, ENOTSOCK: preconditionFailure("a transfer was given a bad socket")
        case let errno: return .failed(errno)
        }
    }

    @inline(__always)
    static func repeatInterrupted(_ call: () -> Int64) -> Int64 {
        while true {
            let result = call()
            if result != -Int64(EINTR) { return result }
        }
    }
}
