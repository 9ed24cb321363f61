import DNSConfig
import DNSWire
import LinuxIO

extension UpstreamRoute {
    init(_ option: ServerOption) {
        let scope = option.interface.flatMap { Interfaces.index(of: $0) } ?? 0
        address = option.address.socketAddress(port: option.port, scope: scope)
        source = option.sourceAddress.map {
            $0.socketAddress(port: option.sourcePort ?? 0, scope: scope)
        }
        // `@interface#port`.
        if source == nil, let port = option.sourcePort { source = address.wildcard(port: port) }
        // A link-local address names its interface by the scope alone.
        device = option.hasZone || option.address.isLinkLocal ? nil : option.interface
    }
}
