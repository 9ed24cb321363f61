import DNSWire

extension MessageHeader {
    /// Whether the message says what there is, whole.
    var isAnswer: Bool {
        (responseCode == .noError || responseCode == .nameError) && !isTruncated
    }

    /// Whether every record of a message lies inside it, every name ends where it should, in owners
    /// and in the data of every type that is read here, and there is one OPT record at the most.
    ///
    /// RFC 9267: what counts and lengths say is compared with what is there, before anything else
    /// reads it. Cost: one walk, which finds the OPT record on its way.
    func isWellFormed(_ message: RawSpan, opt: inout RecordHeader?) -> Bool {
        var reader = WireReader(message, at: WireLimits.headerOctets)
        for _ in 0..<Int(questionCount) {
            guard reader.skipName(), reader.skip(4) else { return false }
        }
        let count = Int(answerCount) + Int(authorityCount) + Int(additionalCount)
        opt = nil
        for _ in 0..<count {
            guard let record = reader.readRecord() else { return false }
            // A pointer to the question is the owner of nearly all records.
            if message.uint16(at: record.ownerOffset) != WireLimits.questionPointer {
                var owner = NameWalk(at: record.ownerOffset)
                guard owner.isWhole(in: message) else { return false }
            }
            if record.type == .opt {
                // RFC 6891 §6.1.1.
                guard opt == nil, message.octet(at: record.ownerOffset) == 0 else { return false }
                opt = record
                continue
            }
            guard record.isWellFormed(in: message) else { return false }
        }
        return true
    }
}
