import CLinux

/// Whether a listener is alone on its port.
package enum PortSharing: Sendable {
    /// One socket holds the port; a second bind fails.
    case exclusive
    /// The first of several workers: fails like `exclusive` if anybody holds the port, and lets the
    /// others join afterwards.
    case first
    /// One more worker: joins the socket that was opened as `first`.
    case joining
}

/// How a listener is to be opened.
package struct ListenerOptions: Sendable {
    /// Whether other workers of this process listen on the same address and port.
    package var sharing: PortSharing = .exclusive
    /// Whether datagrams tell where they were sent to; needed on wildcard addresses only.
    package var wantsPacketInfo = false
    /// The only interface that is listened on, nil for all.
    package var device: String?

    /// Plain options: exclusive, no packet information, all interfaces.
    package init() {}

    /// Options for a worker on an address.
    package init(sharing: PortSharing, wantsPacketInfo: Bool = false, device: String? = nil) {
        self.sharing = sharing
        self.wantsPacketInfo = wantsPacketInfo
        self.device = device
    }
}

extension Sockets {
    /// Opens a datagram socket on an address.
    ///
    /// Port 0: ask `localAddress` which it became.
    ///
    /// A port that somebody holds is always an error (`isPortBusy`). SO_REUSEPORT at bind would
    /// hide a holder of the same user that has set it too; so the first worker binds without it,
    /// and sets it only once the port is its own; the others set it first and join. SO_REUSEADDR
    /// is never set: on datagram sockets it hides a holder as well.
    package static func udpListener(
        _ address: SocketAddress, _ options: ListenerOptions = ListenerOptions()
    ) throws(SystemError) -> Int32 {
        let socket = try listener(address, linux_datagram, options)
        if options.wantsPacketInfo {
            let option = address.isIPv4 ? linux_packet_info_4 : linux_packet_info_6
            try checked("setsockopt", linux_set_option(socket.rawValue, option, 1))
        }
        try bind(socket.rawValue, address, options.sharing)
        return socket.release()
    }

    /// Opens a stream socket on an address and listens.
    ///
    /// A busy port is an error, as for datagrams.
    ///
    /// SO_REUSEADDR only lets a restart pass the connections that are still being wound up. Its
    /// connections inherit how much the kernel keeps for them, and for how long.
    package static func tcpListener(
        _ address: SocketAddress, _ options: ListenerOptions = ListenerOptions()
    ) throws(SystemError) -> Int32 {
        let socket = try listener(address, linux_stream, options)
        try checked("setsockopt", linux_set_option(socket.rawValue, linux_reuse_address, 1))
        limitBuffers(socket.rawValue)
        _ = linux_set_option(socket.rawValue, linux_user_timeout, Limits.unreadMilliseconds)
        try bind(socket.rawValue, address, options.sharing)
        try checked("listen", linux_listen(socket.rawValue, Limits.listenBacklog))
        return socket.release()
    }

    private static func listener(
        _ address: SocketAddress, _ kind: linux_kind, _ options: ListenerOptions
    ) throws(SystemError) -> FileDescriptor {
        let fd = try checked("socket", linux_socket(address.family, kind))
        let socket = FileDescriptor(fd)
        if address.isIPv6 {
            try checked("setsockopt", linux_set_option(fd, linux_only_ipv6, 1))
        }
        if let device = options.device { try restrict(fd, to: device) }
        if kind == linux_datagram { enlargeBuffers(fd) }
        return socket
    }

    private static func bind(
        _ fd: Int32, _ address: SocketAddress, _ sharing: PortSharing
    ) throws(SystemError) {
        if sharing == .joining {
            try checked("setsockopt", linux_set_option(fd, linux_reuse_port, 1))
        }
        try bind(fd, address)
        if sharing == .first {
            try checked("setsockopt", linux_set_option(fd, linux_reuse_port, 1))
        }
    }

    static func bind(_ fd: Int32, _ address: SocketAddress) throws(SystemError) {
        var address = address
        let length = address.length
        // Safe: the octets are 28, length is at most that.
        try checked("bind", unsafe address.lend { unsafe linux_bind(fd, $0, length) })
    }

    static func restrict(_ fd: Int32, to device: String) throws(SystemError) {
        // Safe: the string is terminated and only read.
        try checked("setsockopt(SO_BINDTODEVICE)", unsafe linux_set_device(fd, device))
    }

    /// Keeps the kernel from making the buffers of a stream larger than this.
    static func limitBuffers(_ fd: Int32) {
        _ = linux_set_option(fd, linux_send_buffer, Limits.streamSendOctets)
        _ = linux_set_option(fd, linux_receive_buffer, Limits.streamReceiveOctets)
    }

    /// Asks for larger buffers than the system allows (needs CAP_NET_ADMIN), then for what it
    /// allows.
    static func enlargeBuffers(_ fd: Int32) {
        let octets = Limits.socketBufferOctets
        if linux_set_option(fd, linux_receive_buffer_force, octets) < 0 {
            _ = linux_set_option(fd, linux_receive_buffer, octets)
        }
        if linux_set_option(fd, linux_send_buffer_force, octets) < 0 {
            _ = linux_set_option(fd, linux_send_buffer, octets)
        }
    }
}
