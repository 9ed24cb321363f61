/// Where the parts of one resource record lie in a message. RFC 1035 §4.1.3.
@frozen @usableFromInline
package struct RecordHeader: Sendable {
    /// Octets from the message start to the owner name.
    @usableFromInline package var ownerOffset: Int
    @usableFromInline package var type: RecordType
    @usableFromInline package var recordClass: RecordClass
    @usableFromInline package var ttlSeconds: UInt32
    @usableFromInline package var ttlOffset: Int
    @usableFromInline package var rdataOffset: Int
    @usableFromInline package var rdataLength: Int

    @inlinable package init(
        ownerOffset: Int, type: RecordType, recordClass: RecordClass, ttlSeconds: UInt32,
        ttlOffset: Int, rdataOffset: Int, rdataLength: Int
    ) {
        self.ownerOffset = ownerOffset
        self.type = type
        self.recordClass = recordClass
        self.ttlSeconds = ttlSeconds
        self.ttlOffset = ttlOffset
        self.rdataOffset = rdataOffset
        self.rdataLength = rdataLength
    }

    /// The offset of whatever follows the record.
    @inlinable package var endOffset: Int { rdataOffset &+ rdataLength }
}

extension WireReader {
    /// Reads the fixed parts of a record and moves behind its rdata; nil if anything lies beyond
    /// the message.
    @inlinable @_lifetime(self: copy self)
    package mutating func readRecord() -> RecordHeader? {
        let owner = offset
        guard skipName(), remaining >= 10 else { return nil }
        let at = offset
        let length = Int(message.uint16(at: at &+ 8))
        guard remaining &- 10 >= length else { return nil }
        offset = at &+ 10 &+ length
        return RecordHeader(
            ownerOffset: owner, type: RecordType(message.uint16(at: at)),
            recordClass: RecordClass(rawValue: message.uint16(at: at &+ 2)),
            ttlSeconds: message.uint32(at: at &+ 4), ttlOffset: at &+ 4,
            rdataOffset: at &+ 10, rdataLength: length)
    }
}
