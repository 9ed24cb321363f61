package import DNSConfig
package import DNSWire

/// What the configuration depends on and only the machine knows.
package struct HostFacts: Hashable, Sendable {
    package struct Interface: Hashable, Sendable {
        package var name: String
        package var index: UInt32
        package var addresses: [IPAddress]
        /// Of the addresses, in the same order; addresses beyond its end have no network.
        package var prefixLengths: [Int]

        package init(
            name: String, index: UInt32, addresses: [IPAddress], prefixLengths: [Int] = []
        ) {
            self.name = name
            self.index = index
            self.addresses = addresses
            self.prefixLengths = prefixLengths
        }
    }

    /// An address of this machine with the network that it lies in. Trivial.
    struct Network: Sendable {
        var address: IPAddress
        var prefixLength: Int
        var interfaceIndex: UInt32

        /// `dynamic-host`: the bits of the network, and for the rest those of `host`.
        func combined(withHost host: IPAddress) -> IPAddress {
            let range = AddressRange(network: address, prefixLength: prefixLength)
            guard !address.isIPv4 else {
                let free = range.first.ipv4 ^ range.last.ipv4
                return IPAddress(ipv4: range.first.ipv4 | host.ipv4 & free)
            }
            return IPAddress(
                high: range.first.high | host.high & (range.first.high ^ range.last.high),
                low: range.first.low | host.low & (range.first.low ^ range.last.low))
        }

        func contains(_ other: IPAddress) -> Bool {
            other.isInside(address, prefixLength: prefixLength)
        }
    }

    /// The machine's name, the default target of `mx-host`.
    package var hostName: DomainName?
    package var interfaces: [Interface]
    /// When the process started, in seconds since 1970: the serial of zones that have none.
    package var startSeconds: UInt32 = 1

    package init(hostName: DomainName? = nil, interfaces: [Interface] = []) {
        self.hostName = hostName
        self.interfaces = interfaces
    }

    /// Every address with its network.
    var networks: [Network] {
        interfaces.flatMap { interface in
            interface.addresses.enumerated().map { index, address in
                Network(
                    address: address,
                    prefixLength: index < interface.prefixLengths.count
                        ? interface.prefixLengths[index] : address.octetCount * 8,
                    interfaceIndex: interface.index)
            }
        }
    }

    /// The options with the networks of interfaces in the place of `domain=x,eth0`.
    package func resolve(_ hosts: HostsOptions) -> HostsOptions {
        guard hosts.domains.contains(where: { $0.interface != nil }) else { return hosts }
        var hosts = hosts
        hosts.domains = hosts.domains.flatMap { domain -> [LocalDomain] in
            guard let name = domain.interface else { return [domain] }
            guard let index = interfaces.first(where: { $0.name == name })?.index else { return [] }
            return networks.filter { $0.interfaceIndex == index }.map { network in
                LocalDomain(
                    name: domain.name,
                    range: AddressRange(
                        network: network.address, prefixLength: network.prefixLength),
                    origin: domain.origin)
            }
        }
        return hosts
    }

    /// The interfaces of `except-interface` where the wildcard address is listened on.
    func excluded(by options: ListenOptions) -> [UInt32] {
        guard options.addresses.isEmpty, options.interfaces.isEmpty,
            !options.exceptInterfaces.isEmpty
        else { return [] }
        return interfaces.filter { options.excepts($0.name) }.map(\.index)
    }

    /// The addresses that names of an interface have: not those that hold on one link only.
    func networks(ofInterface name: String) -> [Network] {
        guard let index = interfaces.first(where: { $0.name == name })?.index else { return [] }
        return networks.filter { $0.interfaceIndex == index && !$0.address.isLinkLocal }
    }
}

extension IPAddress {
    /// fe80::/10
    fileprivate var isLinkLocal: Bool { !isIPv4 && high >> 54 == 0xFE80 >> 6 }
}
