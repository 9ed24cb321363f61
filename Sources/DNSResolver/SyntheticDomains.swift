import DNSConfig
import DNSWire

/// The names and addresses that `synth-domain` makes up for each other.
///
/// Shape: the last configured domain comes first, as dnsmasq looks at them. Names and prefixes lie
/// in `octets`, folded. Cost of a lookup: a scan of the domains; they are few. No allocation.
struct SyntheticDomains: ~Copyable {
    struct Domain: Sendable {
        var first: IPAddress
        var last: IPAddress
        /// `prefix*`: names carry the place of the address in the range.
        var isCounted: Bool
        /// Wire octets of the domain, with the root label.
        var suffix: Range<Int>
        /// Whole labels of a prefix with dots, without the root label.
        var lead: Range<Int>
        /// What stands in front of the address in its label.
        var prefix: Range<Int>
    }

    private let domains: [Domain]
    private let octets: FrozenOctets
    let ttlSeconds: UInt32

    init(_ options: Options) {
        var domains: [Domain] = []
        var octets: [UInt8] = []
        func add(_ part: some Collection<UInt8>) -> Range<Int> {
            let start = octets.count
            octets += part
            return start..<octets.count
        }
        for option in options.hosts.synthetic.reversed() {
            var labels = option.prefix.split(
                separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            let last = labels.popLast() ?? []
            domains.append(
                Domain(
                    first: option.range.first, last: option.range.last,
                    isCounted: option.isCounted, suffix: add(option.domain.octets),
                    lead: add(labels.flatMap { [UInt8($0.count)] + $0 }), prefix: add(last)))
        }
        self.domains = domains
        self.octets = FrozenOctets(octets)
        ttlSeconds = options.answers.localTTLSeconds
    }

    var isEmpty: Bool { domains.isEmpty }

    /// Whether the name stands for an address of either family.
    func contains(_ name: borrowing FoldedName) -> Bool {
        if isEmpty { return false }
        if address(of: name, isIPv4: true) != nil { return true }
        return address(of: name, isIPv4: false) != nil
    }

    // MARK: Name to address

    /// The address of one family that the name stands for.
    func address(of name: borrowing FoldedName, isIPv4: Bool) -> IPAddress? {
        for domain in domains where domain.first.isIPv4 == isIPv4 {
            if let address = address(of: name, in: domain) { return address }
        }
        return nil
    }

    private func address(of name: borrowing FoldedName, in domain: Domain) -> IPAddress? {
        let at = domain.lead.count
        guard name.length > at + domain.suffix.count, isEqual(name, at: 0, to: domain.lead) else {
            return nil
        }
        let label = Int(name.octet(at: at))
        let end = at + 1 + label
        let start = at + 1 + domain.prefix.count
        guard label >= domain.prefix.count, name.length - end == domain.suffix.count,
            isEqual(name, at: end, to: domain.suffix),
            isEqual(name, at: at + 1, to: domain.prefix)
        else { return nil }
        return domain.isCounted
            ? countedAddress(name, start..<end, domain)
            : spelledAddress(name, start..<end, domain)
    }

    private func isEqual(
        _ name: borrowing FoldedName, at offset: Int, to part: Range<Int>
    ) -> Bool {
        let bytes = octets.bytes
        for index in 0..<part.count
        where name.octet(at: offset + index) != bytes.octet(at: part.lowerBound + index) {
            return false
        }
        return true
    }

    /// dnsmasq: no digits at all are the first address.
    private func countedAddress(
        _ name: borrowing FoldedName, _ digits: Range<Int>, _ domain: Domain
    ) -> IPAddress? {
        var number: UInt64 = 0
        for index in digits {
            let digit = name.octet(at: index)
            guard digit >= 48, digit <= 57 else { return nil }
            let (tens, isHigh) = number.multipliedReportingOverflow(by: 10)
            let (sum, isOver) = tens.addingReportingOverflow(UInt64(digit - 48))
            guard !isHigh, !isOver else { return nil }
            number = sum
        }
        // A counted range of IPv6 lies within one /64.
        guard domain.last.low >= domain.first.low, number <= domain.last.low - domain.first.low
        else { return nil }
        let low = domain.first.low + number
        return domain.first.isIPv4
            ? IPAddress(ipv4: UInt32(truncatingIfNeeded: low))
            : IPAddress(high: domain.first.high, low: low)
    }

    /// `10-0-0-1`, `fd00--1`, `--ffff-10-0-0-1`: hyphens for what an address has between.
    private func spelledAddress(
        _ name: borrowing FoldedName, _ label: Range<Int>, _ domain: Domain
    ) -> IPAddress? {
        var text = InlineArray<48, UInt8>(repeating: 0)
        guard label.count <= 45 else { return nil }
        let isIPv4 = domain.first.isIPv4
        let dotsFrom = isIPv4 ? 0 : Self.mappedStart(name, label)
        for (index, place) in label.enumerated() {
            let octet = name.octet(at: place)
            if octet == UInt8(ascii: "-") {
                text[index] = index >= dotsFrom ? UInt8(ascii: ".") : UInt8(ascii: ":")
            } else {
                let limit: UInt8 = isIPv4 ? 9 : 15
                guard let digit = IPAddress.hexadecimalValue(octet), digit <= limit else {
                    return nil
                }
                text[index] = octet
            }
        }
        guard let address = IPAddress(parsing: text.span.extracting(0..<label.count)),
            address.isIPv4 == isIPv4, Self.contains(domain, address)
        else { return nil }
        return address
    }

    /// `--ffff-`
    fileprivate static let mapped: InlineArray<7, UInt8> = [
        0x2D, 0x2D, 0x66, 0x66, 0x66, 0x66, 0x2D,
    ]

    /// Where the dotted quad of an IPv4-mapped address starts, counted from the start of the label.
    ///
    /// Without a prefix the label starts with a zero, for names cannot start with a hyphen.
    private static func mappedStart(_ name: borrowing FoldedName, _ label: Range<Int>) -> Int {
        var at = label.lowerBound
        if label.count > 0, name.octet(at: at) == UInt8(ascii: "0") { at += 1 }
        let mapped = mapped
        guard label.upperBound - at > mapped.count else { return .max }
        for index in mapped.indices where name.octet(at: at + index) != mapped[index] {
            return .max
        }
        return at + mapped.count - label.lowerBound
    }

    /// // Differs: of ranges of IPv6 addresses dnsmasq compares the lower halves only.
    private static func contains(_ domain: Domain, _ address: IPAddress) -> Bool {
        address.isIPv4 == domain.first.isIPv4
            && (address.high, address.low) >= (domain.first.high, domain.first.low)
            && (address.high, address.low) <= (domain.last.high, domain.last.low)
    }

    // MARK: Address to name

    /// Writes the name that an address has; false if it has none.
    func writeName(of address: IPAddress, into name: inout NameBuffer) -> Bool {
        for domain in domains where Self.contains(domain, address) {
            return write(address, domain, into: &name)
        }
        return false
    }

    private func write(
        _ address: IPAddress, _ domain: Domain, into name: inout NameBuffer
    ) -> Bool {
        name = NameBuffer()
        append(domain.lead, to: &name)
        let start = name.length
        name.append(0)
        append(domain.prefix, to: &name)
        if domain.isCounted {
            name.append(decimal: address.low - domain.first.low)
        } else {
            let isFirst = name.length == start + 1
            name.append(hyphenated: address)
            // A label cannot start with a hyphen.
            if isFirst, name.octets[start + 1] == UInt8(ascii: "-") {
                name.length = start + 1
                name.append(UInt8(ascii: "0"))
                name.append(hyphenated: address)
            }
        }
        let label = name.length - start - 1
        guard label <= WireLimits.labelOctets,
            name.length + domain.suffix.count <= WireLimits.nameOctets
        else { return false }
        name.octets[start] = UInt8(label)
        append(domain.suffix, to: &name)
        return true
    }

    private func append(_ part: Range<Int>, to name: inout NameBuffer) {
        let bytes = octets.bytes
        for index in part { name.append(bytes.octet(at: index)) }
    }
}

extension NameBuffer {
    /// Appends an octet; beyond the room of a name nothing happens, and the length shows it.
    fileprivate mutating func append(_ octet: UInt8) {
        guard length < 256 else { return }
        octets[length] = octet
        length += 1
    }

    fileprivate mutating func append(decimal value: UInt64) {
        var divisor: UInt64 = 1
        while value / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(48 + value / divisor % 10))
            divisor /= 10
        }
    }

    /// What `inet_ntop` prints, with hyphens for dots and colons.
    fileprivate mutating func append(hyphenated address: IPAddress) {
        if address.isIPv4 { return append(quad: address.ipv4) }
        let (gap, length) = Self.zeroRun(of: address)
        let tail = UInt32(truncatingIfNeeded: address.low)
        if address.high == 0, address.low >> 32 == 0xFFFF {
            let mapped = SyntheticDomains.mapped
            for index in mapped.indices { append(mapped[index]) }
            return append(quad: tail)
        }
        // The deprecated IPv4-compatible form of RFC 4291 §2.5.5.1, as the C library prints it.
        if gap == 0, length == 6 {
            append(UInt8(ascii: "-"))
            append(UInt8(ascii: "-"))
            return append(quad: tail)
        }
        var index = 0
        while index < 8 {
            if index == gap, length > 1 {
                append(UInt8(ascii: "-"))
                index += length
                if index == 8 { append(UInt8(ascii: "-")) }
                continue
            }
            if index > 0 { append(UInt8(ascii: "-")) }
            append(hexadecimal: Self.group(index, of: address))
            index += 1
        }
    }

    private mutating func append(quad value: UInt32) {
        for index in 0..<4 {
            if index > 0 { append(UInt8(ascii: "-")) }
            append(decimal: UInt64(value >> UInt32(24 - 8 * index) & 0xFF))
        }
    }

    private mutating func append(hexadecimal value: UInt16) {
        var shift = 12
        while shift > 0, value >> UInt16(shift) == 0 { shift -= 4 }
        while shift >= 0 {
            let digit = UInt8(truncatingIfNeeded: value >> UInt16(shift) & 0xF)
            append(digit < 10 ? 48 + digit : 87 + digit)
            shift -= 4
        }
    }

    private static func group(_ index: Int, of address: IPAddress) -> UInt16 {
        UInt16(address.octet(index * 2)) << 8 | UInt16(address.octet(index * 2 + 1))
    }

    /// The first of the longest runs of zero groups.
    private static func zeroRun(of address: IPAddress) -> (start: Int, length: Int) {
        var best = (start: 0, length: 0)
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, group(end, of: address) == 0 { end += 1 }
            if end - start > best.length { best = (start, end - start) }
            start = max(end, start + 1)
        }
        return best
    }
}
