import DNSWire

extension NameBuffer {
    /// The labels as they are spelled, with dots; `.` for the root.
    var text: String {
        var text = ""
        var offset = 0
        while offset < length, octets[offset] != 0 {
            let end = offset + 1 + Int(octets[offset])
            text += String(decoding: (offset + 1..<end).map { octets[$0] }, as: UTF8.self) + "."
            offset = end
        }
        return text.isEmpty ? "." : text
    }
}

extension RawSpan {
    func hexadecimal(_ range: Range<Int>) -> String {
        range.map { index in
            guard index < byteCount else { return "??" }
            let digits = String(octet(at: index), radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}

extension Record {
    /// Reads a record; nil if its data is malformed.
    init?(_ header: RecordHeader, _ message: RawSpan) {
        var reader = WireReader(message, at: header.ownerOffset)
        var name = NameBuffer()
        guard reader.readName(into: &name), let data = Self.data(header, message) else {
            return nil
        }
        owner = name.text
        ttlSeconds = header.ttlSeconds
        type = header.type
        recordClass = header.recordClass.rawValue
        self.data = data
    }

    private static func data(_ header: RecordHeader, _ message: RawSpan) -> String? {
        let range = header.rdataOffset..<header.endOffset
        var reader = WireReader(message, at: range.lowerBound)
        var parts: [String] = []
        switch header.type {
        case .a: return address(message, range, octets: 4)
        case .aaaa: return address(message, range, octets: 16)
        case .cname, .ptr, .ns: parts = names(1, &reader)
        case .mx: parts = numbers(1, &reader) + names(1, &reader)
        case .srv: parts = numbers(3, &reader) + names(1, &reader)
        case .soa:
            parts = names(2, &reader)
            for _ in 0..<5 { parts.append(reader.readUInt32().map { "\($0)" } ?? "?") }
        case .naptr:
            parts = numbers(2, &reader)
            for _ in 0..<3 { parts.append(string(&reader)) }
            parts += names(1, &reader)
        case .txt:
            while reader.offset < range.upperBound { parts.append(string(&reader)) }
        default: return "\\# \(range.count) " + message.hexadecimal(range)
        }
        return reader.offset == range.upperBound ? parts.joined(separator: " ") : nil
    }

    private static func address(
        _ message: RawSpan, _ range: Range<Int>, octets: Int
    ) -> String? {
        guard range.count == octets else { return nil }
        if octets == 4 { return "\(IPAddress(ipv4: message.uint32(at: range.lowerBound)))" }
        var halves: [UInt64] = [0, 0]
        for index in 0..<16 {
            let octet = UInt64(message.octet(at: range.lowerBound + index))
            halves[index / 8] = halves[index / 8] << 8 | octet
        }
        return "\(IPAddress(high: halves[0], low: halves[1]))"
    }

    private static func numbers(_ count: Int, _ reader: inout WireReader) -> [String] {
        var parts: [String] = []
        for _ in 0..<count { parts.append(reader.readUInt16().map { "\($0)" } ?? "?") }
        return parts
    }

    private static func names(_ count: Int, _ reader: inout WireReader) -> [String] {
        var parts: [String] = []
        for _ in 0..<count {
            var name = NameBuffer()
            parts.append(reader.readName(into: &name) ? name.text : "?")
        }
        return parts
    }

    private static func string(_ reader: inout WireReader) -> String {
        guard let length = reader.readUInt8() else { return "?" }
        var octets: [UInt8] = []
        for _ in 0..<length { octets.append(reader.readUInt8() ?? 63) }
        return "\"" + String(decoding: octets, as: UTF8.self) + "\""
    }
}
