/// The octet in lower case if it is an ASCII letter. RFC 4343 §3.
@inlinable
package func foldedOctet(_ octet: UInt8) -> UInt8 {
    octet &- 65 < 26 ? octet | 0x20 : octet
}

/// Eight octets with ASCII capitals in lower case: bit 5 is set in each of them at once.
///
/// Length octets of names are at most 63, below "A", and so stay as they are.
@inlinable
package func foldedWord(_ word: UInt64) -> UInt64 {
    let low7 = word & 0x7F7F_7F7F_7F7F_7F7F
    // Safe: in each octet the sums stay below 256, so that none carries into the next.
    let atLeastA = low7 &+ 0x3F3F_3F3F_3F3F_3F3F  // bit 7 if >= 0x41
    let aboveZ = low7 &+ 0x2525_2525_2525_2525  // bit 7 if >= 0x5B
    let isCapital = (atLeastA & ~aboveZ & ~word) & 0x8080_8080_8080_8080
    return word | isCapital >> 2
}

/// A domain name that is owned, valid and folded to lower case.
///
/// Shape: wire form without compression, `[length][label]…[0]`, 1...255 octets, labels 1...63
/// octets of any value. Used for configuration and compilation; the query path works on
/// `NameBuffer` and never makes one.
package struct DomainName: Hashable, Sendable {
    /// The wire octets with the final root label; ASCII letters are lower case. RFC 4343 §3.
    package let octets: [UInt8]

    /// The root name.
    package static let root = DomainName(validated: [0])

    private init(validated octets: [UInt8]) {
        self.octets = octets
    }

    /// Takes wire octets that are already known to be valid, and folds them.
    package init?(wire octets: [UInt8]) {
        var offset = 0
        while offset < octets.count, octets[offset] != 0 {
            guard octets[offset] <= WireLimits.labelOctets else { return nil }
            offset += 1 + Int(octets[offset])
        }
        guard offset == octets.count - 1, octets.count <= WireLimits.nameOctets else { return nil }
        self.octets = octets.map(foldedOctet)
    }

    /// Reads presentation text: labels between dots, one final dot allowed.
    ///
    /// No escapes: in dnsmasq's files every octet but the dot stands for itself. Empty labels
    /// inside a name, which dnsmasq accepts and can never match, are refused; so are labels over 63
    /// and names over 255 octets.
    package init?(parsing text: some StringProtocol) {
        var octets: [UInt8] = []
        octets.reserveCapacity(text.utf8.count + 2)
        var labelStart = 0
        octets.append(0)
        for octet in text.utf8 {
            if octet == UInt8(ascii: ".") {
                let length = octets.count - labelStart - 1
                guard length > 0, length <= WireLimits.labelOctets else {
                    if text == "." { break }
                    return nil
                }
                octets[labelStart] = UInt8(length)
                labelStart = octets.count
                octets.append(0)
            } else {
                octets.append(foldedOctet(octet))
            }
        }
        let length = octets.count - labelStart - 1
        guard length <= WireLimits.labelOctets else { return nil }
        octets[labelStart] = UInt8(length)
        if length > 0 { octets.append(0) }
        guard octets.count <= WireLimits.nameOctets else { return nil }
        self.octets = octets
    }

    /// The labels without the root, first label first.
    package var labels: [ArraySlice<UInt8>] {
        var labels: [ArraySlice<UInt8>] = []
        var offset = 0
        while octets[offset] != 0 {
            let end = offset + 1 + Int(octets[offset])
            labels.append(octets[(offset + 1)..<end])
            offset = end
        }
        return labels
    }

    /// How many labels the name has without the root; 0 for the root itself.
    package var labelCount: Int { labels.count }

    package var isRoot: Bool { octets.count == 1 }

    /// The name without its first label, or nil for the root.
    package var parent: DomainName? {
        isRoot ? nil : DomainName(validated: Array(octets[(1 + Int(octets[0]))...]))
    }

    /// Whether the name equals `ancestor` or lies below it.
    package func isInside(_ ancestor: DomainName) -> Bool {
        var offset = 0
        while octets.count - offset > ancestor.octets.count { offset += 1 + Int(octets[offset]) }
        return octets[offset...].elementsEqual(ancestor.octets)
    }

    /// The name followed by `suffix`, or nil if that would exceed 255 octets.
    package func appending(_ suffix: DomainName) -> DomainName? {
        let joined = octets.dropLast() + suffix.octets
        return joined.count <= WireLimits.nameOctets ? DomainName(validated: Array(joined)) : nil
    }

    /// The name in `in-addr.arpa` or `ip6.arpa` that maps the address back. RFC 1035 §3.5, RFC 3596
    /// §2.5.
    package init(reverseOf address: IPAddress) {
        var octets: [UInt8] = []
        if address.isIPv4 {
            for index in (0..<4).reversed() {
                let text = Array(String(address.octet(index)).utf8)
                octets.append(UInt8(text.count))
                octets += text
            }
            octets += [7] + Array("in-addr".utf8)
        } else {
            let digits = Array("0123456789abcdef".utf8)
            for index in (0..<16).reversed() {
                let octet = address.octet(index)
                octets += [1, digits[Int(octet & 15)], 1, digits[Int(octet >> 4)]]
            }
            octets += [3] + Array("ip6".utf8)
        }
        octets += [4] + Array("arpa".utf8) + [0]
        self.octets = octets
    }
}

extension DomainName: CustomStringConvertible {
    /// The labels with dots between them and no final dot; `.` for the root. Octets as they are,
    /// not escaped.
    package var description: String {
        guard !isRoot else { return "." }
        return labels.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ".")
    }
}
