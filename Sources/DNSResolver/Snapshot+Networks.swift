package import DNSWire

extension Snapshot {
    /// Whether an address lies in a network that this machine is connected to. Cost: a scan of the
    /// addresses of all interfaces; they are few.
    package func isDirectlyConnected(_ address: IPAddress) -> Bool {
        networks.contains { $0.contains(address) }
    }

    /// The interface that has the address; 0 if none has it.
    package func interfaceIndex(of address: IPAddress) -> UInt32 {
        networks.first { $0.address == address }?.interfaceIndex ?? 0
    }

    /// Whether what arrives there is answered from `auth-zone` data only.
    package func servesWithAuthority(_ arrival: Arrival) -> Bool {
        authority.isEnabled && authority.serves(arrival)
    }
}
