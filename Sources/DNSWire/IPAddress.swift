/// An IPv4 or IPv6 address. Trivial: copies cost two registers and no reference counting.
@frozen @usableFromInline
package struct IPAddress: Hashable, Sendable {
    /// The upper 64 bits of an IPv6 address, host byte order; 0 for IPv4.
    @usableFromInline package let high: UInt64
    /// The lower 64 bits; for IPv4 the address is 0...0xFFFF_FFFF here.
    @usableFromInline package let low: UInt64
    @usableFromInline package let isIPv4: Bool

    @inlinable package init(ipv4: UInt32) {
        high = 0
        low = UInt64(ipv4)
        isIPv4 = true
    }

    @inlinable package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
        isIPv4 = false
    }

    /// The IPv4 address as a number, 127.0.0.1 being 0x7F00_0001. Meaningful only if `isIPv4`.
    @inlinable package var ipv4: UInt32 { UInt32(truncatingIfNeeded: low) }

    /// How many octets the address has on the wire: 4 or 16.
    @inlinable package var octetCount: Int { isIPv4 ? 4 : 16 }

    /// Octet `index` in network order, 0..<octetCount.
    @inlinable package func octet(_ index: Int) -> UInt8 {
        if isIPv4 { return UInt8(truncatingIfNeeded: low >> UInt64(24 - 8 * index)) }
        let half = index < 8 ? high : low
        return UInt8(truncatingIfNeeded: half >> UInt64(56 - 8 * (index & 7)))
    }

    /// Whether the first `prefixLength` bits equal those of `network`, which must be of the same
    /// family.
    @inlinable package func isInside(_ network: IPAddress, prefixLength: Int) -> Bool {
        guard isIPv4 == network.isIPv4 else { return false }
        if isIPv4 {
            guard prefixLength > 0 else { return true }
            return (ipv4 ^ network.ipv4) >> UInt32(32 - min(prefixLength, 32)) == 0
        }
        let upper = min(prefixLength, 64)
        if upper > 0, (high ^ network.high) >> UInt64(64 - upper) != 0 { return false }
        let lower = min(prefixLength, 128) - 64
        return lower <= 0 || (low ^ network.low) >> UInt64(64 - lower) == 0
    }
}

extension IPAddress {
    @inlinable package static var ipv4Any: IPAddress { IPAddress(ipv4: 0) }
    @inlinable package static var ipv6Any: IPAddress { IPAddress(high: 0, low: 0) }
    @inlinable package static var ipv4Loopback: IPAddress { IPAddress(ipv4: 0x7F00_0001) }
    @inlinable package static var ipv6Loopback: IPAddress { IPAddress(high: 0, low: 1) }
}
