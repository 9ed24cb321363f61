import DNSWire

/// The names from the question of a reply to its data, by where they stand in it.
///
/// Only the records of these names were asked for; others are somebody's try to be believed. Cost:
/// one walk over the answer for each CNAME; owners that are pointers to a name of the chain, as
/// nearly all are, cost one compare.
struct ReplyChain {
    private var offsets = InlineArray<17, UInt16>(repeating: 0)
    private(set) var count = 1

    /// `reply` is well formed, and its question stands at the usual place.
    init(_ header: MessageHeader, _ reply: RawSpan, questionEnd: Int, type: RecordType) {
        offsets[0] = UInt16(WireLimits.headerOctets)
        guard type != .cname else { return }
        while count < offsets.count {
            let before = count
            var reader = WireReader(reply, at: questionEnd)
            for _ in 0..<Int(header.answerCount) {
                guard let record = reader.readRecord() else { return }
                guard record.type == .cname, record.rdataOffset <= Int(UInt16.max),
                    Self.isSame(record.ownerOffset, Int(offsets[count - 1]), in: reply)
                else { continue }
                offsets[count] = UInt16(record.rdataOffset)
                count += 1
                break
            }
            guard count > before else { return }
        }
    }

    /// Where the name at a hop stands; 0 is the question's.
    func offset(_ hop: Int) -> Int { Int(offsets[hop]) }

    /// Whether a record is one of the CNAMEs that lead to the name at a hop.
    func leads(_ record: RecordHeader, before hop: Int) -> Bool {
        guard record.type == .cname, hop > 0 else { return false }
        for index in 1...hop where record.rdataOffset == Int(offsets[index]) { return true }
        return false
    }

    /// Whether the record of the answer is one of those that were asked for.
    func has(_ record: RecordHeader, of reply: RawSpan, asked type: RecordType) -> Bool {
        switch record.type {
        case type, .cname, .rrsig: break
        // Its owner is an ancestor of what it redirects. RFC 6672 §2.3.
        case .dname: return true
        default: guard type == .any else { return false }
        }
        for index in 0..<count
        where Self.isSame(record.ownerOffset, Int(offsets[index]), in: reply) {
            return true
        }
        return false
    }

    /// Whether the names at two places of a message are one, without regard to case.
    ///
    /// Pointers go backwards only, so both walks end.
    private static func isSame(_ first: Int, _ second: Int, in message: RawSpan) -> Bool {
        guard var one = label(at: first, in: message), var two = label(at: second, in: message)
        else { return false }
        while one != two {
            let length = message.octet(at: one)
            guard length == message.octet(at: two) else { return false }
            if length == 0 { return true }
            let next = 1 + Int(length)
            guard one + next < message.byteCount, two + next < message.byteCount else {
                return false
            }
            for index in 1..<next
            where foldedOctet(message.octet(at: one + index))
                != foldedOctet(message.octet(at: two + index))
            {
                return false
            }
            guard let nextOne = label(at: one + next, in: message),
                let nextTwo = label(at: two + next, in: message)
            else { return false }
            (one, two) = (nextOne, nextTwo)
        }
        return true
    }

    /// Where the label at `offset` really stands.
    private static func label(at offset: Int, in message: RawSpan) -> Int? {
        var at = offset
        while at < message.byteCount {
            guard message.octet(at: at) >= 0xC0 else { return at }
            guard at + 1 < message.byteCount else { return nil }
            let target = Int(message.uint16(at: at)) & WireLimits.pointerOffset
            guard target < at else { return nil }
            at = target
        }
        return nil
    }
}
