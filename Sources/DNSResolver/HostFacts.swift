package import DNSWire

/// What the configuration depends on and only the machine knows.
package struct HostFacts: Sendable {
    package struct Interface: Sendable {
        package var name: String
        package var index: UInt32
        package var addresses: [IPAddress]

        package init(name: String, index: UInt32, addresses: [IPAddress]) {
            self.name = name
            self.index = index
            self.addresses = addresses
        }
    }

    /// The machine's name, the default target of `mx-host`.
    package var hostName: DomainName?
    package var interfaces: [Interface]

    package init(hostName: DomainName? = nil, interfaces: [Interface] = []) {
        self.hostName = hostName
        self.interfaces = interfaces
    }

    func addresses(ofInterface name: String) -> [IPAddress] {
        interfaces.filter { $0.name == name }.flatMap(\.addresses)
    }
}
