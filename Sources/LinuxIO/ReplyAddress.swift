public import CLinux  // Inlinable code may name only what is imported so.

/// Where a datagram came from and which local address it was sent to: all that a reply needs.
///
/// The local address is known only on sockets of a wildcard address, and only there it matters:
/// the reply must leave from the address that was asked. 52 octets, copied like any number.
@frozen @usableFromInline
package struct ReplyAddress: Sendable {
    /// Who asked, and who is to be answered.
    @usableFromInline package var peer: SocketAddress
    @usableFromInline var local: linux_local

    /// A peer on a socket that is bound to one address.
    @inlinable package init(peer: SocketAddress) {
        self.peer = peer
        local = linux_local()
    }

    /// A peer that is answered from the given local address.
    @inlinable package init(peer: SocketAddress, from source: SocketAddress) {
        self.peer = peer
        local = linux_local()
        local.family = UInt32(source.words[0] & 0xffff)
        if source.isIPv4 { local.address.0 = source.words[1] }
        if source.isIPv6 {
            local.address = (source.words[2], source.words[3], source.words[4], source.words[5])
            local.interface = source.words[6]
        }
    }

    /// A server that is asked from a local address and by an interface; nil and 0 leave them to
    /// the route.
    package init(server: SocketAddress, from source: SocketAddress?, interface: UInt32) {
        let any = server.wildcard(port: 0)
        self.init(peer: server, from: source ?? any)
        if interface != 0 { local.interface = interface }
        if source == nil, interface == 0 { local = linux_local() }
    }

    /// Whether a datagram that came so is from the peer of `way`, to the local address and by the
    /// interface that `way` names.
    package func isFrom(_ way: ReplyAddress) -> Bool {
        guard peer == way.peer else { return false }
        guard way.local.family != 0 else { return true }
        guard way.local.interface == 0 || way.local.interface == local.interface else {
            return false
        }
        let (wanted, found) = (way.local.address, local.address)
        return wanted == (0, 0, 0, 0) || wanted == found
    }

    /// Whether the local address is known.
    @inlinable package var hasDestination: Bool { local.family != 0 }

    /// The interface the datagram came in by; 0 if unknown.
    @inlinable package var interfaceIndex: UInt32 { local.interface }

    /// The local address that the datagram was sent to, port 0; nil on sockets bound to one
    /// address.
    ///
    /// Of a datagram to a broadcast address it is the address of the interface.
    @inlinable package var destination: SocketAddress? {
        switch local.family {
        case 2: return SocketAddress(ipv4: UInt32(bigEndian: local.address.0), port: 0)
        case 10:
            var address = SocketAddress(ipv6High: 0, low: 0, port: 0)
            address.words[2] = local.address.0
            address.words[3] = local.address.1
            address.words[4] = local.address.2
            address.words[5] = local.address.3
            // fe80::/10 means nothing without its interface.
            if local.address.0 & UInt32(bigEndian: 0xffc0_0000) == UInt32(bigEndian: 0xfe80_0000) {
                address.words[6] = local.interface
            }
            return address
        default: return nil
        }
    }

    /// All of it in seven words, for those who keep it without knowing what it is.
    @inlinable package var packed: InlineArray<7, UInt64> {
        let peer = peer.words
        return [
            UInt64(peer[0]) | UInt64(peer[1]) << 32,
            UInt64(peer[2]) | UInt64(peer[3]) << 32,
            UInt64(peer[4]) | UInt64(peer[5]) << 32,
            UInt64(peer[6]) | UInt64(local.family) << 32,
            UInt64(local.interface),
            UInt64(local.address.0) | UInt64(local.address.1) << 32,
            UInt64(local.address.2) | UInt64(local.address.3) << 32,
        ]
    }

    /// Takes back what `packed` gave.
    @inlinable package init(packed: InlineArray<7, UInt64>) {
        peer = SocketAddress()
        for index in 0..<3 {
            peer.words[index &* 2] = UInt32(truncatingIfNeeded: packed[index])
            peer.words[index &* 2 &+ 1] = UInt32(truncatingIfNeeded: packed[index] >> 32)
        }
        peer.words[6] = UInt32(truncatingIfNeeded: packed[3])
        local = linux_local()
        local.family = UInt32(truncatingIfNeeded: packed[3] >> 32)
        local.interface = UInt32(truncatingIfNeeded: packed[4])
        local.address.0 = UInt32(truncatingIfNeeded: packed[5])
        local.address.1 = UInt32(truncatingIfNeeded: packed[5] >> 32)
        local.address.2 = UInt32(truncatingIfNeeded: packed[6])
        local.address.3 = UInt32(truncatingIfNeeded: packed[6] >> 32)
    }
}
