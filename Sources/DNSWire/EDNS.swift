/// What the OPT record of a message says. RFC 6891 §6.1.
@frozen @usableFromInline
package struct EDNS: Sendable {
    /// The sender's UDP payload size; values below 512 count as 512 (§6.2.3).
    @usableFromInline package var udpOctets: UInt16
    @usableFromInline package var version: UInt8
    @usableFromInline package var isDNSSECOK: Bool
    /// Upper eight bits of the response code.
    @usableFromInline package var extendedCode: UInt8

    /// Reads the fixed parts of an OPT record.
    @inlinable package init(_ record: RecordHeader) {
        udpOctets = max(record.recordClass.rawValue, UInt16(WireLimits.plainDatagramOctets))
        version = UInt8(truncatingIfNeeded: record.ttlSeconds >> 16)
        isDNSSECOK = record.ttlSeconds & 0x8000 != 0
        extendedCode = UInt8(truncatingIfNeeded: record.ttlSeconds >> 24)
    }
}

extension WireWriter {
    /// Appends an OPT record without options; false if there is no room.
    @inlinable @_lifetime(self: copy self)
    package mutating func writeOPT(
        udpOctets: UInt16, isDNSSECOK: Bool, extendedCode: UInt8 = 0
    ) -> Bool {
        guard limit &- count >= WireLimits.optOctets else { return false }
        let ttl = UInt32(extendedCode) << 24 | (isDNSSECOK ? 0x8000 : 0)
        return writeUInt8(0) && writeUInt16(RecordType.opt.rawValue) && writeUInt16(udpOctets)
            && writeUInt32(ttl) && writeUInt16(0)
    }

    /// Appends an OPT record with one Extended DNS Error. RFC 8914 §2.
    @_lifetime(self: copy self)
    package mutating func writeOPT(
        udpOctets: UInt16, isDNSSECOK: Bool, extendedError: UInt16
    ) -> Bool {
        guard limit &- count >= WireLimits.optOctets &+ 6 else { return false }
        return writeUInt8(0) && writeUInt16(RecordType.opt.rawValue) && writeUInt16(udpOctets)
            && writeUInt32(isDNSSECOK ? 0x8000 : 0) && writeUInt16(6)
            && writeUInt16(15) && writeUInt16(2) && writeUInt16(extendedError)
    }
}
