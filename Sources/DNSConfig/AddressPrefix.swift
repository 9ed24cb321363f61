package import DNSWire

/// A network: the first `length` bits of an address.
package struct AddressPrefix: Hashable, Sendable {
    package var address: IPAddress
    package var length: Int

    package init(address: IPAddress, length: Int) {
        self.address = address
        self.length = length
    }
}
