import DNSConfig
import DNSWire
import LinuxIO

/// The addresses that the options want to be bound, on the interfaces as they are now.
///
/// `listen-address` is exactly that address; `interface` is the addresses of the interface and of
/// the loopback; with neither, `bind-interfaces` is every address and the default is the wildcard
/// address of both families.
///
/// Differs: dnsmasq without `bind-interfaces` binds the wildcard address all the same and drops
/// what came to another one; here nothing arrives that is not wanted, and another server can hold
/// the other addresses.
struct ListenPlan: Sendable {
    private(set) var addresses: [SocketAddress] = []
    /// Those of `listen-address`.
    private(set) var explicit: Set<SocketAddress> = []
    private(set) var isWildcard = false
    private(set) var warnings: [String] = []
    /// With `bind-interfaces`, a name that is no interface: an error.
    private(set) var unknownInterface: String?
    private var interfaces: [InterfaceAddress]

    init(_ options: ListenOptions, interfaces: [InterfaceAddress]) {
        self.interfaces = interfaces
        guard options.port != 0 else { return }
        addOrdinary(options, interfaces)
        // The wildcard address takes what comes in by any other one as well.
        if !isWildcard { addAuthoritative(options, interfaces) }
    }

    private mutating func addOrdinary(
        _ options: ListenOptions, _ interfaces: [InterfaceAddress]
    ) {
        let isRestricted = !options.addresses.isEmpty || !options.interfaces.isEmpty
        for address in options.addresses { add(address, options) }
        if isRestricted {
            noteUnknown(options, interfaces)
            guard !options.interfaces.isEmpty else { return }
            add(interfaces, port: options.port) { interface in
                (interface.isLoopback || options.wants(interface.name))
                    && !options.excepts(interface.name)
            }
        } else if options.effectiveLocalService == .host {
            add(interfaces, port: options.port) { $0.isLoopback }
        } else if options.binding == .wildcard {
            isWildcard = true
            addresses = [
                SocketAddress(ipv4: 0, port: options.port),
                SocketAddress(ipv6High: 0, low: 0, port: options.port),
            ]
        } else {
            add(interfaces, port: options.port) {
                !options.excepts($0.name)
            }
        }
    }

    /// The interface that has the address; 0 if none has it.
    func interfaceIndex(of address: SocketAddress) -> UInt32 {
        interfaces.first { $0.address.hasSameAddress(as: address) }?.index ?? 0
    }

    /// `auth-server`: served whatever the other options say. dnsmasq.
    private mutating func addAuthoritative(
        _ options: ListenOptions, _ interfaces: [InterfaceAddress]
    ) {
        for service in options.authoritative {
            switch service {
            case .address(let address):
                let wanted = address.socketAddress(port: options.port)
                // Every address of 127.0.0.0/8 is one of the loopback.
                guard
                    address.isIPv4 && address.ipv4 >> 24 == 127
                        || interfaces.contains(where: { $0.address.hasSameAddress(as: wanted) })
                else {
                    warnings.append(
                        "auth-server address \(address) is not of this machine and is not served")
                    continue
                }
                addOnce(wanted)
            case .interface(let named):
                add(interfaces, port: options.port) {
                    $0.name == named.name && named.includes($0.address.ipAddress)
                }
            }
        }
    }

    private mutating func add(_ address: ListenAddress, _ options: ListenOptions) {
        let scope = address.scope.flatMap { Interfaces.index(of: $0) } ?? 0
        var wanted = [address.address.socketAddress(port: options.port, scope: scope)]
        if scope == 0, address.address.isLinkLocal {
            // It takes an interface, which is the one that has it: dnsmasq.
            let found = interfaces.filter { $0.address.ipAddress == address.address }
            if found.isEmpty, options.binding != .interfaces {
                warnings.append("\(address.address) is not there yet")
            }
            if !found.isEmpty || options.binding != .interfaces {
                wanted = found.map {
                    address.address.socketAddress(port: options.port, scope: $0.index)
                }
            }
        }
        explicit.formUnion(wanted)
        for address in wanted { addOnce(address) }
    }

    private mutating func add(
        _ interfaces: [InterfaceAddress], port: UInt16, where isWanted: (InterfaceAddress) -> Bool
    ) {
        for interface in interfaces where isWanted(interface) {
            var address = interface.address
            address.port = port
            addOnce(address)
        }
    }

    private mutating func addOnce(_ address: SocketAddress) {
        if !addresses.contains(address) { addresses.append(address) }
    }

    private mutating func noteUnknown(_ options: ListenOptions, _ interfaces: [InterfaceAddress]) {
        for name in options.interfaces {
            let isPattern = name.hasSuffix("*")
            let isKnown = interfaces.contains { interface in
                isPattern ? interface.name.hasPrefix(name.dropLast()) : interface.name == name
            }
            if isKnown { continue }
            if !isPattern, Interfaces.index(of: name) != nil {
                warnings.append("interface \(name) has no address and is not served")
            } else if options.binding == .interfaces {
                unknownInterface = unknownInterface ?? name
            } else {
                warnings.append("warning: interface \(name) does not currently exist")
            }
        }
    }
}
