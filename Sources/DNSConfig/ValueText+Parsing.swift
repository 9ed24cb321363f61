package import DNSWire

/// What a piece of configuration is as a name.
package enum ParsedName: Hashable, Sendable {
    case name(DomainName)
    /// Nothing was written.
    case empty
    /// dnsmasq takes it, but no question can ever ask for it; the text says why.
    case unmatchable(String)
    /// No name at all; the text says why.
    case invalid(String)
}

extension ValueText {
    /// The number in decimal digits alone; nothing is 0, as in dnsmasq; nil for anything else.
    ///
    /// Saturates.
    package var number: Int? {
        var value = 0
        for glyph in glyphs {
            guard glyph.octet >= 48, glyph.octet <= 57 else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Int(glyph.octet) - 48)
            value = overflow || carry ? Int.max : sum
        }
        return value
    }

    /// The number if it fits 16 bits.
    ///
    /// Differs: dnsmasq takes the lower 32 bits first.
    package var number16: UInt16? { number.flatMap(UInt16.init(exactly:)) }

    package var address: IPAddress? {
        // The longest text is that of a mapped IPv6 address.
        guard glyphs.count <= 45 else { return nil }
        let octets = octets
        return IPAddress(parsing: octets.span)
    }

    package var name: ParsedName { parseName(octets) }
}

/// Reads a name as dnsmasq's configuration writes it: folded, one final dot allowed, nothing
/// escaped.
///
/// Labels over 63 octets, control characters and names of blanks alone are invalid; empty labels
/// and names beyond 255 wire octets are accepted by dnsmasq and can never match. Names beyond ASCII
/// become their `xn--` form.
package func parseName(_ text: [UInt8]) -> ParsedName {
    guard !text.isEmpty else { return .empty }
    guard text.count <= ConfigLimits.nameTextOctets else { return .invalid("is too long") }
    if text.contains(where: { $0 >= 0x80 }) {
        guard let ascii = internationalName(text) else { return .invalid("is not UTF-8 text") }
        return parseName(ascii)
    }
    var rest = text[...]
    if rest.last == UInt8(ascii: ".") { rest.removeLast() }
    guard !text.allSatisfy({ $0 == 0x20 }) else { return .invalid("consists of blanks") }
    guard !rest.isEmpty else { return .unmatchable("is empty") }
    var wire: [UInt8] = []
    wire.reserveCapacity(rest.count + 2)
    var hasEmptyLabel = false
    for label in rest.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
        guard label.count <= WireLimits.labelOctets else {
            return .invalid("has a label of \(label.count) octets, at most 63 are possible")
        }
        guard label.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            return .invalid("contains a control character")
        }
        hasEmptyLabel = hasEmptyLabel || label.isEmpty
        wire.append(UInt8(label.count))
        wire += label
    }
    wire.append(0)
    if hasEmptyLabel { return .unmatchable("has an empty label") }
    guard let name = DomainName(wire: wire) else {
        return .unmatchable("is longer than 255 octets")
    }
    return .name(name)
}

/// The name with every label that goes beyond ASCII in its `xn--` form.
///
/// RFC 5891, without normalisation.
private func internationalName(_ text: [UInt8]) -> [UInt8]? {
    guard let string = String(validating: text, as: UTF8.self) else { return nil }
    var result: [UInt8] = []
    for (index, label) in string.unicodeScalars.map(LetterCase.small).split(
        separator: ".", omittingEmptySubsequences: false
    ).enumerated() {
        if index > 0 { result.append(UInt8(ascii: ".")) }
        if label.allSatisfy(\.isASCII) {
            result += label.map { UInt8(truncatingIfNeeded: $0.value) }
        } else {
            result += Array("xn--".utf8) + punycode(Array(label))
        }
    }
    return result
}

/// The ASCII form of a label.
///
/// RFC 3492 §6.3.
private func punycode(_ scalars: [Unicode.Scalar]) -> [UInt8] {
    var output = scalars.filter(\.isASCII).map { UInt8(truncatingIfNeeded: $0.value) }
    let basicCount = output.count
    if basicCount > 0 { output.append(UInt8(ascii: "-")) }
    var (next, delta, bias, handled) = (128, 0, 72, basicCount)
    while handled < scalars.count {
        let smallest = scalars.map { Int($0.value) }.filter { $0 >= next }.min() ?? next
        delta += (smallest - next) * (handled + 1)
        next = smallest
        for scalar in scalars {
            if Int(scalar.value) < next { delta += 1 }
            guard Int(scalar.value) == next else { continue }
            appendVariableLength(delta, bias: bias, to: &output)
            bias = adaptedBias(delta, points: handled + 1, isFirst: handled == basicCount)
            delta = 0
            handled += 1
        }
        delta += 1
        next += 1
    }
    return output
}

private func appendVariableLength(_ delta: Int, bias: Int, to output: inout [UInt8]) {
    func digit(_ value: Int) -> UInt8 { UInt8(value < 26 ? value + 97 : value + 22) }
    var (rest, base) = (delta, 36)
    while true {
        let threshold = min(max(base - bias, 1), 26)
        guard rest >= threshold else { break }
        output.append(digit(threshold + (rest - threshold) % (36 - threshold)))
        rest = (rest - threshold) / (36 - threshold)
        base += 36
    }
    output.append(digit(rest))
}

private func adaptedBias(_ delta: Int, points: Int, isFirst: Bool) -> Int {
    var rest = isFirst ? delta / 700 : delta / 2
    rest += rest / points
    var base = 0
    while rest > 455 {
        rest /= 35
        base += 36
    }
    return base + 36 * rest / (rest + 38)
}
