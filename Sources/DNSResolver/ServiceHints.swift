import DNSWire

// The addresses in SVCB and HTTPS records: a client may connect to them without asking for A or
// AAAA, so what is said of addresses holds for them. RFC 9460 §7.3.
//
// Differs: dnsmasq does not look into these records.

/// A parameter of such a record. RFC 9460 §2.2.
private struct ServiceParameter {
    static let mandatory: UInt16 = 0
    static let ipv4Hint: UInt16 = 4
    static let ipv6Hint: UInt16 = 6

    var key: UInt16
    /// Where its value lies in the message; its key and length stand in the four octets before.
    var value: Range<Int>

    /// Reads the next one; nil at the end of the record and where it is malformed.
    init?(_ reader: inout WireReader, before end: Int) {
        guard end - reader.offset >= 4, let key = reader.readUInt16(),
            let length = reader.readUInt16(), Int(length) <= end - reader.offset
        else { return nil }
        self.key = key
        value = reader.offset..<(reader.offset + Int(length))
        guard reader.skip(Int(length)) else { return nil }
    }
}

extension RawSpan {
    /// Whether an address of a record is wanted: that of A or AAAA, or a hint of SVCB or HTTPS.
    func hasAddress(in record: RecordHeader, _ isWanted: (IPAddress) -> Bool) -> Bool {
        if let address = address(of: record) { return isWanted(address) }
        guard var reader = serviceParameters(of: record) else { return false }
        while let parameter = ServiceParameter(&reader, before: record.endOffset) {
            let step = parameter.key == ServiceParameter.ipv4Hint ? 4 : 16
            guard step == 4 || parameter.key == ServiceParameter.ipv6Hint else { continue }
            var at = parameter.value.lowerBound
            while parameter.value.upperBound - at >= step {
                if isWanted(hint(at: at, step)) { return true }
                at += step
            }
        }
        return false
    }

    private func hint(at offset: Int, _ octets: Int) -> IPAddress {
        if octets == 4 { return IPAddress(ipv4: uint32(at: offset)) }
        return IPAddress(
            high: UInt64(uint32(at: offset)) << 32 | UInt64(uint32(at: offset &+ 4)),
            low: UInt64(uint32(at: offset &+ 8)) << 32 | UInt64(uint32(at: offset &+ 12)))
    }

    /// A reader in front of the parameters of a record; nil where it has none.
    @_lifetime(copy self)
    fileprivate func serviceParameters(of record: RecordHeader) -> WireReader? {
        guard record.isService else { return nil }
        var reader = WireReader(self, at: record.rdataOffset)
        guard reader.skip(2), reader.skipName(), reader.offset <= record.endOffset else {
            return nil
        }
        return reader
    }
}

extension RecordHeader {
    /// Whether its addresses are hints.
    var isService: Bool {
        recordClass == .internet && (type == .https || type == .svcb)
    }
}

extension ReplyFilters {
    private func hides(_ parameter: ServiceParameter) -> Bool {
        switch parameter.key {
        case ServiceParameter.ipv4Hint: hides(.a)
        case ServiceParameter.ipv6Hint: hides(.aaaa)
        default: false
        }
    }

    /// Whether a record means nothing without its hints: one that is taken out is mandatory. RFC
    /// 9460 §8.
    func needsHiddenHints(_ record: RecordHeader, of reply: RawSpan) -> Bool {
        guard hidesHints, var reader = reply.serviceParameters(of: record) else { return false }
        while let parameter = ServiceParameter(&reader, before: record.endOffset) {
            guard parameter.key == ServiceParameter.mandatory else { continue }
            var at = parameter.value.lowerBound
            while parameter.value.upperBound - at >= 2 {
                let key = reply.uint16(at: at)
                if hides(ServiceParameter(key: key)) { return true }
                at += 2
            }
        }
        return false
    }

    /// Takes hidden hints out of the record that was written last, and changes the others as
    /// `alias` says. What is malformed goes.
    @_lifetime(writer: copy writer)
    func changeHints(
        of record: RecordHeader, of reply: RawSpan, rewrites: Bool, in writer: inout WireWriter
    ) {
        guard hidesHints || rewrites, var reader = reply.serviceParameters(of: record) else {
            return
        }
        let length = writer.count - record.rdataLength - 2
        let start = reader.offset
        writer.truncate(to: writer.count - (record.endOffset - start))
        var kept = start - record.rdataOffset
        while let parameter = ServiceParameter(&reader, before: record.endOffset) {
            guard !hides(parameter) else { continue }
            let octets = 4 + parameter.value.count
            // There is room: it was written before.
            _ = writer.write(reply, from: parameter.value.lowerBound - 4, length: octets)
            kept += octets
            guard rewrites, parameter.key == ServiceParameter.ipv4Hint else { continue }
            for at in stride(from: 4, to: octets - 3, by: 4) {
                let address = reply.uint32(at: parameter.value.lowerBound + at - 4)
                guard let new = replacement(for: address) else { continue }
                writer.patchUInt32(new, at: writer.count - octets + at)
            }
        }
        writer.patchUInt16(UInt16(kept), at: length)
    }
}

extension ServiceParameter {
    fileprivate init(key: UInt16) {
        self.key = key
        value = 0..<0
    }
}
