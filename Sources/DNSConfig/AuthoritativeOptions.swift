package import DNSWire

/// The zones that are served with authority, and to whom.
package struct AuthoritativeOptions: Sendable {
    /// One `auth-zone` line.
    package struct Zone: Sendable {
        package var domain: DomainName
        /// Networks whose addresses the zone may give out; nothing here and in `interfaces` means
        /// all of them.
        package var subnets: [AddressPrefix] = []
        /// Interfaces whose networks count as subnets.
        package var interfaces: [ServiceInterface] = []
        package var excluded: [AddressPrefix] = []
        package var origin: Origin

        package init(domain: DomainName, origin: Origin) {
            self.domain = domain
            self.origin = origin
        }
    }

    /// `auth-server`: the name of this server in SOA and NS records.
    package var server: DomainName?
    package var zones: [Zone] = []
    /// `auth-sec-servers`, in the order of the configuration.
    package var secondaries: [DomainName] = []
    /// `auth-peer`: who may transfer zones; empty: everybody, if there are secondaries.
    package var peers: [IPAddress] = []
    package var ttlSeconds: UInt32 = 600
    /// nil: the time of the start.
    package var serial: UInt32?
    /// nil: `hostmaster` below the name of the server.
    package var hostmaster: DomainName?
    // dnsmasq config.h: SOA_REFRESH, SOA_RETRY, SOA_EXPIRY.
    package var refreshSeconds: UInt32 = 1_200
    package var retrySeconds: UInt32 = 180
    package var expirySeconds: UInt32 = 1_209_600

    package init() {}

    /// Refused to all unless somebody was named. dnsmasq.
    package var allowsTransfers: Bool { !secondaries.isEmpty || !peers.isEmpty }

    /// Whether this address may transfer zones.
    package func allowsTransfer(to address: IPAddress) -> Bool {
        allowsTransfers && (peers.isEmpty || peers.contains(address))
    }
}

/// An interface by its name, for one address family or both: `eth0`, `eth0/4`.
package struct ServiceInterface: Hashable, Sendable {
    package var name: String
    package var families: RecordOption.Families

    package init(name: String, families: RecordOption.Families) {
        self.name = name
        self.families = families
    }

    package func includes(_ address: IPAddress) -> Bool {
        families == .both || (families == .ipv4) == address.isIPv4
    }
}

/// Where queries arrive that are answered with authority only. dnsmasq `auth-server`.
package enum AuthoritativeService: Hashable, Sendable {
    case address(IPAddress)
    case interface(ServiceInterface)
}
