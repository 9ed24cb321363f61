import CLinux

/// What opening a socket to a server came to.
///
/// Trivial: no error is boxed on the way.
package enum ConnectedSocket: Sendable {
    /// The socket is open; whoever takes it closes it.
    ///
    /// A stream may still be connecting.
    case open(Int32)
    /// The wanted source port, or every one of them, is in use: try another.
    case portBusy
    /// It cannot be opened: no route, no such device, out of descriptors.
    case failed(SystemError)

    /// Whether it failed for want of ports or descriptors, and not for the way to the server.
    package var isOurFault: Bool {
        switch self {
        case .open: false
        case .portBusy: true
        case .failed(let error): error.isExhaustion
        }
    }
}

extension Sockets {
    /// Opens a datagram socket that talks to one server only: the kernel drops what others send.
    ///
    /// `source` is the local address (its port is ignored), `port` the source port, 0 for one of
    /// the kernel's choice, `device` the only interface to be used. Four system calls at most.
    package static func udpConnected(
        to server: SocketAddress, from source: SocketAddress? = nil, port: UInt16 = 0,
        device: String? = nil
    ) -> ConnectedSocket {
        connected(linux_datagram, server, source, port, device)
    }

    /// Lets a socket of `udpConnected` keep no more than a datagram or two that nobody has read.
    package static func limitDatagrams(_ fd: Int32) {
        _ = linux_set_option(fd, linux_receive_buffer, Limits.questionReceiveOctets)
    }

    /// Begins a connection to a server; wait until it is writable, then ask `pendingError`.
    ///
    /// It breaks by itself when the server acknowledges nothing for
    /// `Limits.unacknowledgedMilliseconds`.
    package static func tcpConnecting(
        to server: SocketAddress, from source: SocketAddress? = nil, device: String? = nil
    ) -> ConnectedSocket {
        connected(linux_stream, server, source, 0, device)
    }

    @inline(never)
    private static func connected(
        _ kind: linux_kind, _ server: SocketAddress, _ source: SocketAddress?, _ port: UInt16,
        _ device: String?
    ) -> ConnectedSocket {
        let fd = linux_socket(server.family, kind)
        guard fd >= 0 else { return .failed(SystemError(call: "socket", errno: -fd)) }
        if let device {
            // Safe: the string is terminated and only read.
            let result = unsafe linux_set_device(fd, device)
            if result < 0 { return refused("setsockopt(SO_BINDTODEVICE)", fd, -result) }
        }
        if kind == linux_stream {
            _ = linux_set_option(fd, linux_no_delay, 1)
            _ = linux_set_option(fd, linux_user_timeout, Limits.unacknowledgedMilliseconds)
            limitBuffers(fd)
        }
        if source != nil || port != 0 {
            var local = source ?? server.wildcard(port: 0)
            local.port = port
            let length = local.length
            // Safe: the octets are 28, length is at most that.
            let result = unsafe local.lend { unsafe linux_bind(fd, $0, length) }
            if result < 0 { return refused("bind", fd, -result) }
        }
        var remote = server
        let length = remote.length
        // Safe: the octets are 28, length is at most that.
        let result = unsafe remote.lend { unsafe linux_connect(fd, $0, length) }
        if result == 0 || result == -EINPROGRESS || result == -EINTR { return .open(fd) }
        return refused("connect", fd, -result)
    }

    static func refused(
        _ call: StaticString, _ fd: Int32, _ errno: Int32
    ) -> ConnectedSocket {
        _ = linux_close(fd)
        // Connecting chooses the port where bind did not: then EAGAIN (datagrams) and EADDRNOTAVAIL
        // (streams) mean that none is left. From bind, the latter says that `source` is not ours.
        let hasNoPort = errno == EAGAIN || errno == EADDRNOTAVAIL && call.description == "connect"
        if hasNoPort || errno == EADDRINUSE { return .portBusy }
        return .failed(SystemError(call: call, errno: errno))
    }
}
