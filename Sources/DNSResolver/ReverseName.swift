import DNSWire

/// The address whose reverse name a name is. RFC 1035 §3.5, RFC 3596 §2.5.
enum ReverseName {
    /// The address; nil for other names and for the names of networks.
    ///
    /// // Differs: dnsmasq takes the name of a network for that of its first address.
    static func address(_ name: borrowing FoldedName) -> IPAddress? {
        switch name.labelCount {
        case 6: ipv4(name)
        case 34: ipv6(name)
        default: nil
        }
    }

    // Labels with their length octets, as they lie in a little-endian word.
    private static let arpa: UInt64 = 0x61_70_72_61_04
    private static let inAddr: UInt64 = 0x72_64_64_61_2D_6E_69_07
    private static let ip6: UInt64 = 0x36_70_69_03

    private static func ipv4(_ name: borrowing FoldedName) -> IPAddress? {
        guard name.word(at: Int(name.labelOffsets[4])) == inAddr,
            name.word(at: Int(name.labelOffsets[5])) == arpa
        else { return nil }
        var value: UInt32 = 0
        for label in 0..<4 {
            let offset = Int(name.labelOffsets[label])
            let length = Int(name.octet(at: offset))
            guard length <= 3 else { return nil }
            var octet: UInt32 = 0
            for index in 1...length {
                let digit = name.octet(at: offset + index)
                guard digit >= 48, digit <= 57 else { return nil }
                octet = octet * 10 + UInt32(digit - 48)
            }
            guard octet <= 255 else { return nil }
            value |= octet << UInt32(8 * label)
        }
        return IPAddress(ipv4: value)
    }

    private static func ipv6(_ name: borrowing FoldedName) -> IPAddress? {
        guard name.word(at: Int(name.labelOffsets[32])) & 0xFFFF_FFFF == ip6,
            name.word(at: Int(name.labelOffsets[33])) == arpa
        else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for label in 0..<32 {
            let offset = Int(name.labelOffsets[label])
            guard name.octet(at: offset) == 1,
                let digit = IPAddress.hexadecimalValue(name.octet(at: offset + 1))
            else { return nil }
            if label < 16 {
                low |= UInt64(digit) << UInt64(4 * label)
            } else {
                high |= UInt64(digit) << UInt64(4 * (label - 16))
            }
        }
        return IPAddress(high: high, low: low)
    }
}
