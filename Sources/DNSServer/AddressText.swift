import DNSConfig
import DNSWire
import LinuxIO

extension IPAddress {
    /// The address with a port, as the kernel wants it.
    func socketAddress(port: UInt16, scope: UInt32 = 0) -> SocketAddress {
        isIPv4
            ? SocketAddress(ipv4: ipv4, port: port)
            : SocketAddress(ipv6High: high, low: low, port: port, scope: scope)
    }
}

extension SocketAddress {
    /// The address alone, as the resolver knows it.
    var ipAddress: IPAddress {
        isIPv4 ? IPAddress(ipv4: ipv4) : IPAddress(high: ipv6High, low: ipv6Low)
    }
}

extension ServerOption {
    /// `192.0.2.1#53`.
    var text: String { "\(address)#\(port)" }

    /// The same without the usual port, as the lines of queries have it.
    var shortText: String { port == 53 ? "\(address)" : text }
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
