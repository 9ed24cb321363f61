import DNSConfig
import DNSWire
import LinuxIO

extension IPAddress {
    /// The address with a port, as the kernel wants it; only link-local ones have a scope.
    func socketAddress(port: UInt16, scope: UInt32 = 0) -> SocketAddress {
        guard !isIPv4 else { return SocketAddress(ipv4: ipv4, port: port) }
        return SocketAddress(
            ipv6High: high, low: low, port: port, scope: isLinkLocal ? scope : 0)
    }

    /// fe80::/10, which means nothing without its interface.
    var isLinkLocal: Bool { !isIPv4 && high >> 54 == 0xFE80 >> 6 }
}

extension SocketAddress {
    /// The address alone, as the resolver knows it.
    var ipAddress: IPAddress {
        isIPv4 ? IPAddress(ipv4: ipv4) : IPAddress(high: ipv6High, low: ipv6Low)
    }
}

extension ServerOption {
    /// `192.0.2.1#53`, `fe80::1%eth0#53`.
    var text: String { "\(zonedAddress)#\(port)" }

    /// The same without the usual port, as the lines of queries have it.
    var shortText: String { port == 53 ? zonedAddress : text }
}

extension [UInt8] {
    /// The octets as messages are read.
    var bytes: RawSpan {
        @_lifetime(borrow self) get {
            // Safe: the octets of an array are initialised.
            unsafe span.bytes
        }
    }
}
