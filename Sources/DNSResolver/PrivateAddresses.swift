import DNSWire

/// The addresses that no public server has anything to say about. dnsmasq `bogus-priv` and
/// `stop-dns-rebind`; RFC 6303, RFC 6890.
enum PrivateAddresses {
    /// IPv4 networks: value, prefix length. 100.64/10 as dnsmasq since 2.92.
    private static let networks: InlineArray<11, (UInt32, Int)> = [
        (0x0000_0000, 8), (0x7F00_0000, 8), (0x0A00_0000, 8), (0xAC10_0000, 12),
        (0xC0A8_0000, 16), (0xA9FE_0000, 16), (0xC000_0200, 24), (0xC633_6400, 24),
        (0xCB00_7100, 24), (0xFFFF_FFFF, 32), (0x6440_0000, 10),
    ]

    /// Whether all addresses that begin with the first `bits` of `value` are private.
    static func containsIPv4(_ value: UInt32, bits: Int = 32) -> Bool {
        for index in networks.indices {
            let (network, length) = networks[index]
            // A partial name counts once it spells the network: 172.in-addr.arpa is not 172.16/12.
            if bits >= length, (value ^ network) >> UInt32(32 - length) == 0 { return true }
        }
        return false
    }

    /// The same for the first `bits` of an IPv6 address: fd00::/8, fe80::/10, fec0::/10,
    /// 2001:db8::/32, ::, ::1 and mapped private addresses.
    static func containsIPv6(high: UInt64, low: UInt64, bits: Int = 128) -> Bool {
        if bits >= 8, high >> 56 == 0xFD { return true }
        if bits >= 10, high >> 54 == 0xFE80 >> 6 || high >> 54 == 0xFEC0 >> 6 { return true }
        if bits >= 32, high >> 32 == 0x2001_0DB8 { return true }
        guard bits == 128, high == 0 else { return false }
        if low <= 1 { return true }
        return low >> 32 == 0xFFFF && containsIPv4(UInt32(truncatingIfNeeded: low))
    }

    static func contains(_ address: IPAddress) -> Bool {
        address.isIPv4
            ? containsIPv4(address.ipv4)
            : containsIPv6(high: address.high, low: address.low)
    }

    /// 127/8, 0/8, ::, ::1 and the mapped ones of them: what block lists answer.
    static func isLoopback(_ address: IPAddress) -> Bool {
        if !address.isIPv4 {
            guard address.high == 0 else { return false }
            if address.low <= 1 { return true }
            guard address.low >> 32 == 0xFFFF else { return false }
        }
        let first = UInt8(truncatingIfNeeded: address.low >> 24)
        return first == 127 || first == 0
    }
}
