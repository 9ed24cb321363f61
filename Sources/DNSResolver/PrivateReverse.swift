import DNSWire

/// The reverse zones of addresses that no public server knows. dnsmasq `bogus-priv`; RFC 6303.
enum PrivateReverse {
    /// Whether the name lies in the reverse zone of a private network. Names of partial addresses
    /// (`168.192.in-addr.arpa`) count.
    static func contains(_ name: borrowing FoldedName) -> Bool {
        if let (value, bits) = ipv4Prefix(name) {
            return PrivateAddresses.containsIPv4(value, bits: bits)
        }
        return isPrivateIPv6(name)
    }

    // Labels with their length octets, as they lie in a little-endian word.
    private static let arpa: UInt64 = 0x61_70_72_61_04
    private static let inAddr: UInt64 = 0x72_64_64_61_2D_6E_69_07
    private static let ip6: UInt64 = 0x36_70_69_03

    /// How many labels stand in front of `zone` and `arpa`; nil for names elsewhere.
    private static func labels(of name: borrowing FoldedName, inFrontOf zone: UInt64) -> Int? {
        let count = name.labelCount - 2
        guard count >= 1, name.word(at: Int(name.labelOffsets[count + 1])) == arpa else {
            return nil
        }
        let word = name.word(at: Int(name.labelOffsets[count]))
        return (zone == ip6 ? word & 0xFFFF_FFFF : word) == zone ? count : nil
    }

    /// The leading octets that `d.c.b.a.in-addr.arpa` spells, and how many bits they are; nil for
    /// other names.
    private static func ipv4Prefix(_ name: borrowing FoldedName) -> (UInt32, Int)? {
        guard let count = labels(of: name, inFrontOf: inAddr), count <= 4 else { return nil }
        var value: UInt32 = 0
        for index in (0..<count).reversed() {
            let offset = Int(name.labelOffsets[index])
            let length = Int(name.octet(at: offset))
            var octet: UInt32 = 0
            guard length <= 3 else { return nil }
            for digit in 1...length {
                let character = name.octet(at: offset + digit)
                guard character >= 48, character <= 57 else { return nil }
                octet = octet * 10 + UInt32(character - 48)
            }
            guard octet <= 255 else { return nil }
            value = value << 8 | octet
        }
        return (value << UInt32(8 * (4 - count)), 8 * count)
    }

    /// Whether the name spells the leading digits of private addresses only.
    private static func isPrivateIPv6(_ name: borrowing FoldedName) -> Bool {
        guard let count = labels(of: name, inFrontOf: ip6), count <= 32 else { return false }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for index in (0..<count).reversed() {
            let offset = Int(name.labelOffsets[index])
            guard name.octet(at: offset) == 1,
                let digit = IPAddress.hexadecimalValue(name.octet(at: offset + 1))
            else { return false }
            let position = count - 1 - index
            if position < 16 {
                high |= UInt64(digit) << UInt64(60 - 4 * position)
            } else {
                low |= UInt64(digit) << UInt64(60 - 4 * (position - 16))
            }
        }
        return PrivateAddresses.containsIPv6(high: high, low: low, bits: 4 * count)
    }
}
