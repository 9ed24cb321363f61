import DNSConfig
import DNSWire
import LinuxIO

extension UpstreamRoute {
    init(_ option: ServerOption) {
        let scope = option.interface.flatMap { Interfaces.index(of: $0) } ?? 0
        address = SocketAddress(option.address, port: option.port, scope: scope)
        source = option.sourceAddress.map {
            SocketAddress($0, port: option.sourcePort ?? 0, scope: scope)
        }
        // A link-local address names its interface by the scope alone.
        device = address.isLinkLocal ? nil : option.interface
    }
}

extension SocketAddress {
    init(_ address: IPAddress, port: UInt16, scope: UInt32 = 0) {
        if address.isIPv4 {
            self.init(ipv4: address.ipv4, port: port)
        } else {
            self.init(
                ipv6High: address.high, low: address.low, port: port,
                scope: address.high >> 54 == 0xFE80 >> 6 ? scope : 0)
        }
    }

    var isLinkLocal: Bool { isIPv6 && ipv6High >> 54 == 0xFE80 >> 6 }
}
