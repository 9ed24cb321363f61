extension IPAddress {
    /// Reads a dotted quad or an RFC 4291 §2.2 text form; nothing else (no zone, brackets, octal,
    /// short forms).
    ///
    /// What `inet_pton` accepts, which is what dnsmasq accepts in hosts files and options.
    package init?(parsing text: some StringProtocol) {
        var octets = InlineArray<48, UInt8>(repeating: 0)
        var count = 0
        for octet in text.utf8 {
            guard count < 46 else { return nil }
            octets[count] = octet
            count += 1
        }
        self.init(parsing: octets.span.extracting(0..<count))
    }

    /// Reads the same forms from ASCII octets, without making a `String`.
    package init?(parsing text: Span<UInt8>) {
        var colon = false
        for index in text.indices where text[index] == UInt8(ascii: ":") { colon = true }
        if colon {
            guard let (high, low) = Self.parseIPv6(text) else { return nil }
            self.init(high: high, low: low)
        } else {
            guard let value = Self.parseIPv4(text, from: 0) else { return nil }
            self.init(ipv4: value)
        }
    }

    private static func parseIPv4(_ text: Span<UInt8>, from start: Int) -> UInt32? {
        var value: UInt32 = 0
        var part: UInt32 = 0
        var digits = 0
        var parts = 0
        for index in start..<text.count {
            let octet = text[index]
            if octet == UInt8(ascii: ".") {
                guard digits > 0, parts < 3 else { return nil }
                value = value << 8 | part
                (part, digits, parts) = (0, 0, parts + 1)
            } else {
                guard octet >= 48, octet <= 57 else { return nil }
                // inet_pton refuses a leading zero: 010 might be octal.
                guard digits == 0 || part != 0, digits < 3 else { return nil }
                part = part * 10 + UInt32(octet - 48)
                guard part <= 255 else { return nil }
                digits += 1
            }
        }
        guard digits > 0, parts == 3 else { return nil }
        return value << 8 | part
    }

    private static func parseIPv6(_ text: Span<UInt8>) -> (UInt64, UInt64)? {
        var groups = InlineArray<8, UInt16>(repeating: 0)
        var count = 0
        var gap: Int?
        var index = 0
        if text.count >= 2, text[0] == 58, text[1] == 58 {
            gap = 0
            index = 2
        } else if text.count > 0, text[0] == 58 {
            return nil
        }
        while index < text.count {
            guard count < 8 else { return nil }
            var end = index
            var value: UInt32 = 0
            while end < text.count, let digit = hexadecimalValue(text[end]) {
                guard end - index < 4 else { return nil }
                value = value << 4 | UInt32(digit)
                end += 1
            }
            if end < text.count, text[end] == UInt8(ascii: ".") {
                guard count <= 6, let tail = parseIPv4(text, from: index) else { return nil }
                groups[count] = UInt16(tail >> 16)
                groups[count + 1] = UInt16(tail & 0xFFFF)
                count += 2
                index = text.count
                break
            }
            guard end > index else { return nil }
            groups[count] = UInt16(value)
            count += 1
            index = end
            guard index < text.count else { break }
            guard text[index] == 58 else { return nil }
            index += 1
            guard index < text.count else { return nil }
            if text[index] == 58 {
                guard gap == nil else { return nil }
                gap = count
                index += 1
            }
        }
        return join(groups, count: count, gap: gap)
    }

    private static func join(
        _ groups: InlineArray<8, UInt16>, count: Int, gap: Int?
    ) -> (UInt64, UInt64)? {
        guard gap == nil ? count == 8 : count <= 7 else { return nil }
        var full = InlineArray<8, UInt16>(repeating: 0)
        let tail = count - (gap ?? count)
        for index in 0..<(count - tail) { full[index] = groups[index] }
        for index in 0..<tail { full[8 - tail + index] = groups[count - tail + index] }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for index in 0..<4 {
            high = high << 16 | UInt64(full[index])
            low = low << 16 | UInt64(full[index + 4])
        }
        return (high, low)
    }

    /// The value of a hexadecimal digit, or nil.
    package static func hexadecimalValue(_ octet: UInt8) -> UInt8? {
        switch octet {
        case 48...57: octet - 48
        case 65...70: octet - 55
        case 97...102: octet - 87
        default: nil
        }
    }
}

extension IPAddress: CustomStringConvertible {
    /// The text that `inet_ntop` prints: dotted quad, or RFC 5952 with the longest run of zero
    /// groups cut.
    @usableFromInline package var description: String {
        if isIPv4 {
            return "\(octet(0)).\(octet(1)).\(octet(2)).\(octet(3))"
        }
        let groups = (0..<8).map { UInt16(octet($0 * 2)) << 8 | UInt16(octet($0 * 2 + 1)) }
        var best = (start: 0, length: 0)
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > best.length { best = (start, end - start) }
            start = max(end, start + 1)
        }
        let isMapped = high == 0 && low >> 32 == 0xFFFF
        if isMapped { return "::ffff:\(IPAddress(ipv4: ipv4))" }
        func text(_ range: Range<Int>) -> String {
            range.map { String(groups[$0], radix: 16) }.joined(separator: ":")
        }
        // As the C library: the deprecated IPv4-compatible form of RFC 4291 §2.5.5.1.
        let isCompatible = best.start == 0 && best.length == 6
        if isCompatible { return "::\(IPAddress(ipv4: UInt32(truncatingIfNeeded: low)))" }
        guard best.length > 1 else { return text(0..<8) }
        return text(0..<best.start) + "::" + text((best.start + best.length)..<8)
    }
}
