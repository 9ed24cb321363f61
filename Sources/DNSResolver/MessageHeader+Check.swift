import DNSWire

extension MessageHeader {
    /// Whether the message says what there is, whole.
    var isAnswer: Bool {
        (responseCode == .noError || responseCode == .nameError) && !isTruncated
    }

    /// Whether every record of a message lies inside it, and every name in owners and data that are
    /// read here ends where it should.
    ///
    /// RFC 9267: what counts and lengths say is compared with what is there. Cost: one walk.
    func isWellFormed(_ message: RawSpan, scratch name: inout NameBuffer) -> Bool {
        var reader = WireReader(message, at: WireLimits.headerOctets)
        for _ in 0..<Int(questionCount) {
            guard reader.skipName(), reader.skip(4) else { return false }
        }
        let count = Int(answerCount) + Int(authorityCount) + Int(additionalCount)
        for _ in 0..<count {
            guard let record = reader.readRecord(), record.isPlausible else { return false }
            // A pointer to the question is the owner of nearly all records.
            if message.uint16(at: record.ownerOffset) != 0xC00C {
                var owner = WireReader(message, at: record.ownerOffset)
                guard owner.readName(into: &name) else { return false }
            }
            guard record.type == .cname else { continue }
            var target = WireReader(message, at: record.rdataOffset)
            guard target.readName(into: &name), target.offset == record.endOffset else {
                return false
            }
        }
        return true
    }
}
