import CLinux

/// An ICMP error, and what it quotes of the datagram that it is about.
package struct DatagramError: Sendable {
    /// Octets that are quoted: anything from none to the whole datagram.
    package let octets: Int
    /// Where the datagram was sent.
    package let peer: SocketAddress
    /// Whether it says that nobody listens there, or that a filter lets nothing through.
    ///
    /// What may pass by itself (no route, too long) says nothing for sure.
    package let isRefusal: Bool
}

// One socket that talks to many servers.

extension Sockets {
    /// Opens a datagram socket on a port that is nobody else's, for datagrams to many peers.
    ///
    /// A port that anybody holds is busy, and nobody can bind it beside this one: SO_REUSEADDR and
    /// SO_REUSEPORT would let others take what comes. It takes datagrams from everybody, so whoever
    /// reads looks who sent them. ICMP errors wait in a queue of their own. `wantsPacketInfo`:
    /// whether it is told where datagrams arrive. Eight system calls at most.
    package static func udpShared(
        on local: SocketAddress, device: String? = nil, wantsPacketInfo: Bool = false
    ) -> ConnectedSocket {
        let fd = linux_socket(local.family, linux_datagram)
        guard fd >= 0 else { return .failed(SystemError(call: "socket", errno: -fd)) }
        if let device {
            // Safe: the string is terminated and only read.
            let result = unsafe linux_set_device(fd, device)
            if result < 0 { return refused("setsockopt(SO_BINDTODEVICE)", fd, -result) }
        }
        if local.isIPv6 { _ = linux_set_option(fd, linux_only_ipv6, 1) }
        let errors = local.isIPv4 ? linux_receive_errors_4 : linux_receive_errors_6
        _ = linux_set_option(fd, errors, 1)
        if wantsPacketInfo {
            let option = local.isIPv4 ? linux_packet_info_4 : linux_packet_info_6
            let result = linux_set_option(fd, option, 1)
            if result < 0 { return refused("setsockopt", fd, -result) }
        }
        enlargeBuffers(fd)
        var local = local
        let length = local.length
        // Safe: the octets are 28, length is at most that.
        let result = unsafe local.lend { unsafe linux_bind(fd, $0, length) }
        return result < 0 ? refused("bind", fd, -result) : .open(fd)
    }

    /// Sends one datagram to the peer of `way`, from its local address and by its interface where
    /// it has them.
    @inline(never)
    package static func send(_ fd: Int32, _ octets: RawSpan, to way: ReplyAddress) -> Transfer {
        var (peer, local) = (way.peer, way.local)
        let count = octets.byteCount
        let result = unsafe octets.withUnsafeBytes { buffer in
            // Safe: the kernel reads the octets of the span and of the two addresses.
            repeatInterrupted {
                unsafe withUnsafePointer(to: &peer.words) { address in
                    unsafe linux_send_to(
                        fd, buffer.baseAddress, count, address, way.peer.length, &local)
                }
            }
        }
        return outcome(result)
    }

    /// Reads one datagram and says who sent it, and where it arrived if the socket tells.
    ///
    /// An ICMP error is `failed`, once; what it is about is in the queue.
    @inline(never)
    package static func receiveDatagram(
        _ fd: Int32, into memory: inout MutableRawSpan, from way: inout ReplyAddress
    ) -> Transfer {
        let room = memory.byteCount
        var (peer, local) = (InlineArray<7, UInt32>(repeating: 0), linux_local())
        let result = unsafe memory.withUnsafeMutableBytes { buffer in
            // Safe: the kernel writes at most the octets of the span and 28 of the address.
            repeatInterrupted {
                unsafe withUnsafeMutablePointer(to: &peer) { address in
                    unsafe linux_receive_from(fd, buffer.baseAddress, room, address, &local)
                }
            }
        }
        // Safe: the array has 28 octets.
        unsafe withUnsafePointer(to: &peer) { unsafe way.peer = SocketAddress(kernel: $0) }
        way.local = local
        return result > Int64(room) ? .truncated : outcome(result)
    }

    /// Takes one error out of the queue of a socket, and what it quotes into `memory`; nil if there
    /// is none.
    @inline(never)
    package static func receiveError(
        _ fd: Int32, into memory: inout MutableRawSpan
    ) -> DatagramError? {
        let room = memory.byteCount
        var peer = InlineArray<7, UInt32>(repeating: 0)
        var error: Int32 = 0
        let result = unsafe memory.withUnsafeMutableBytes { buffer in
            // Safe: the kernel writes at most the octets of the span and 28 of the address.
            repeatInterrupted {
                unsafe withUnsafeMutablePointer(to: &peer) { address in
                    unsafe linux_receive_error(fd, buffer.baseAddress, room, address, &error)
                }
            }
        }
        guard result >= 0 else { return nil }
        // Safe: the array has 28 octets.
        let about = unsafe withUnsafePointer(to: &peer) { unsafe SocketAddress(kernel: $0) }
        return DatagramError(
            octets: Int(result), peer: about,
            isRefusal: error == ECONNREFUSED || error == EACCES)
    }
}
