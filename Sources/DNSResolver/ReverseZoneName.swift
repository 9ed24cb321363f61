import DNSWire

/// Names below `in-addr.arpa` and `ip6.arpa` as addresses, in part too.
enum ReverseZoneName {
    // Labels with their length octets, as they lie in a little-endian word.
    private static let arpa: UInt64 = 0x61_70_72_61_04
    private static let inAddr: UInt64 = 0x72_64_64_61_2D_6E_69_07
    private static let ip6: UInt64 = 0x36_70_69_03

    /// The address that a name spells; parts that are missing count as zero, as in dnsmasq. nil for
    /// all other names. Cost: O(labels).
    static func address(_ name: borrowing FoldedName) -> IPAddress? {
        let count = name.labelCount - 2
        // The root label follows, and zeros behind it.
        guard count > 0, name.word(at: Int(name.labelOffsets[count + 1])) == arpa else {
            return nil
        }
        let word = name.word(at: Int(name.labelOffsets[count]))
        if word == inAddr { return ipv4(name, labels: count) }
        return word & 0xFFFF_FFFF == ip6 ? ipv6(name, labels: count) : nil
    }

    private static func ipv4(_ name: borrowing FoldedName, labels: Int) -> IPAddress? {
        guard labels <= 4 else { return nil }
        var value: UInt32 = 0
        for label in 0..<labels {
            let offset = Int(name.labelOffsets[label])
            let length = Int(name.octet(at: offset))
            guard length <= 3 else { return nil }
            var number: UInt32 = 0
            for index in 1...length {
                let digit = name.octet(at: offset + index)
                guard digit >= 48, digit <= 57 else { return nil }
                number = number * 10 + UInt32(digit - 48)
            }
            guard number < 256 else { return nil }
            value = value >> 8 | number << 24
        }
        return IPAddress(ipv4: value)
    }

    private static func ipv6(_ name: borrowing FoldedName, labels: Int) -> IPAddress? {
        guard labels <= 32 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for label in 0..<labels {
            let offset = Int(name.labelOffsets[label])
            guard name.octet(at: offset) == 1,
                let digit = IPAddress.hexadecimalValue(name.octet(at: offset + 1))
            else { return nil }
            low = low >> 4 | high << 60
            high = high >> 4 | UInt64(digit) << 60
        }
        return IPAddress(high: high, low: low)
    }

    /// The reverse zone of a network, cut as dnsmasq cuts it: at whole octets of IPv4, one at
    /// least and three at most, and at whole digits of IPv6.
    static func zone(of address: IPAddress, length: Int) -> DomainName {
        let whole = DomainName(reverseOf: address)
        let count = address.isIPv4 ? (length >= 24 ? 3 : length >= 16 ? 2 : 1) : (length + 3) / 4
        var name = whole
        while name.labelCount > count + 2, let parent = name.parent { name = parent }
        return name
    }
}
