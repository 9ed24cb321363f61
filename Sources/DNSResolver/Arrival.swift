package import DNSWire

/// Where a query came in and from whom, as far as an answer can depend on it. Trivial.
package struct Arrival: Sendable {
    /// The local address that was asked; `::` where nobody knows.
    package var local: IPAddress
    /// Who asked.
    package var client: IPAddress
    /// The interface that the query came in by, or the one that has the local address; 0 where
    /// nobody knows.
    package var interfaceIndex: UInt32

    package init(
        local: IPAddress = .ipv6Any, client: IPAddress = .ipv6Any, interfaceIndex: UInt32 = 0
    ) {
        self.local = local
        self.client = client
        self.interfaceIndex = interfaceIndex
    }
}
