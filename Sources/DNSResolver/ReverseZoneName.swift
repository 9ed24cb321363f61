import DNSWire

/// Names below `in-addr.arpa` and `ip6.arpa` as addresses.
enum ReverseZoneName {
    private static let inAddr: [UInt8] = [7] + Array("in-addr".utf8) + arpa
    private static let ip6: [UInt8] = [3] + Array("ip6".utf8) + arpa
    private static let arpa: [UInt8] = [4] + Array("arpa".utf8) + [0]

    /// The address that a name in wire form spells; parts that are missing count as zero, as in
    /// dnsmasq. nil for all other names. Cost: O(labels).
    static func address(length: Int, octet: (Int) -> UInt8) -> IPAddress? {
        if endsIn(inAddr, length, octet) {
            return ipv4(end: length - inAddr.count, octet)
        }
        if endsIn(ip6, length, octet) { return ipv6(end: length - ip6.count, octet) }
        return nil
    }

    private static func endsIn(
        _ suffix: [UInt8], _ length: Int, _ octet: (Int) -> UInt8
    ) -> Bool {
        guard length > suffix.count else { return false }
        let start = length - suffix.count
        var at = 0
        // The suffix must begin where a label does.
        while at < start { at += 1 + Int(octet(at)) }
        return at == start && suffix.indices.allSatisfy { suffix[$0] == octet(start + $0) }
    }

    private static func ipv4(end: Int, _ octet: (Int) -> UInt8) -> IPAddress? {
        var value: UInt32 = 0
        var count: UInt32 = 0
        var at = 0
        while at < end {
            let length = Int(octet(at))
            guard length <= 3, count < 4 else { return nil }
            var number: UInt32 = 0
            for index in 0..<length {
                let digit = octet(at + 1 + index)
                guard digit >= 48, digit <= 57 else { return nil }
                number = number * 10 + UInt32(digit - 48)
            }
            guard number < 256 else { return nil }
            value = value >> 8 | number << 24
            count += 1
            at += 1 + length
        }
        return IPAddress(ipv4: value)
    }

    private static func ipv6(end: Int, _ octet: (Int) -> UInt8) -> IPAddress? {
        var high: UInt64 = 0
        var low: UInt64 = 0
        var at = 0
        var count = 0
        while at < end {
            guard octet(at) == 1, count < 32, let digit = hexadecimal(octet(at + 1)) else {
                return nil
            }
            low = low >> 4 | high << 60
            high = high >> 4 | digit << 60
            count += 1
            at += 2
        }
        return IPAddress(high: high, low: low)
    }

    private static func hexadecimal(_ octet: UInt8) -> UInt64? {
        switch octet {
        case 48...57: UInt64(octet - 48)
        case 97...102: UInt64(octet - 87)
        default: nil
        }
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

extension FoldedName {
    /// The address that the name spells in the reverse zones.
    var reversedAddress: IPAddress? {
        // Nearly all names are ruled out by their last label.
        guard labelCount > 2, Int(octet(at: Int(labelOffsets[labelCount - 1]))) == 4 else {
            return nil
        }
        return ReverseZoneName.address(length: length) { octet(at: $0) }
    }
}
