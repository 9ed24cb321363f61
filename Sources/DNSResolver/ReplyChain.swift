import DNSWire

/// The names from the question of a reply to its data, by where they stand in it, and which of its
/// records were asked for.
///
/// The rest is somebody's try to be believed, or of no use to who asked. Cost: one walk over the
/// answer for each CNAME; owners that are pointers to a name of the chain, as nearly all are, cost
/// one compare.
struct ReplyChain {
    private static var capacity: Int { 17 }
    private var offsets = InlineArray<17, UInt16>(repeating: 0)
    private(set) var count = 1
    /// There are more CNAMEs than are followed.
    private(set) var isCut = false
    /// A CNAME stands beside a DNAME above its owner, and is not what that makes of it. RFC 6672
    /// §3.3.
    private(set) var isForged = false
    /// Whether it says what there is.
    var isSound: Bool { !isCut && !isForged }
    private let type: RecordType

    /// `reply` is well formed, and its question stands at the usual place.
    init(_ header: MessageHeader, _ reply: RawSpan, questionEnd: Int, type: RecordType) {
        self.type = type
        offsets[0] = UInt16(WireLimits.headerOctets)
        guard type != .cname else { return }
        while let next = Self.next(
            behind: Int(offsets[count - 1]), header, reply, questionEnd: questionEnd)
        {
            guard count < Self.capacity else {
                isCut = true
                return
            }
            guard next.isMade else {
                isForged = true
                return
            }
            // In a circle there is no data: what is said is all there is.
            guard !isOnChain(next.target, of: reply, upTo: count) else { return }
            offsets[count] = UInt16(next.target)
            count += 1
        }
    }

    /// Where the name stands that the CNAME of the name at `owner` leads to, and whether it is what
    /// a DNAME above that makes of it, if there is one.
    private static func next(
        behind owner: Int, _ header: MessageHeader, _ reply: RawSpan, questionEnd: Int
    ) -> (target: Int, isMade: Bool)? {
        var reader = WireReader(reply, at: questionEnd)
        var target: Int?
        var origin: RecordHeader?
        for _ in 0..<Int(header.answerCount) {
            guard let record = reader.readRecord() else { return nil }
            switch record.type {
            case .cname where target == nil && record.rdataOffset <= Int(UInt16.max):
                if NameWalk.isSame(record.ownerOffset, owner, in: reply) {
                    target = record.rdataOffset
                }
            case .dname where origin == nil:
                if NameWalk.isInside(owner, record.ownerOffset, in: reply) { origin = record }
            default: break
            }
        }
        guard let target else { return nil }
        guard let origin else { return (target, true) }
        let isMade = NameWalk.isSubstituted(
            owner, origin.ownerOffset, by: origin.rdataOffset, gives: target, in: reply)
        return (target, isMade)
    }

    /// Where the name at a hop stands; 0 is the question's.
    func offset(_ hop: Int) -> Int { Int(offsets[hop]) }

    /// Whether a record is one of the CNAMEs that lead to the name at a hop, or the DNAME or the
    /// signature of one.
    func leads(_ record: RecordHeader, of reply: RawSpan, before hop: Int) -> Bool {
        switch record.coveredType(in: reply) {
        case .cname where record.type == .cname:
            guard hop > 0 else { return false }
            for index in 1...hop where record.rdataOffset == Int(offsets[index]) { return true }
            return false
        case .cname: return isOnChain(record.ownerOffset, of: reply, upTo: hop)
        case .dname:
            for index in 0..<hop
            where NameWalk.isInside(Int(offsets[index]), record.ownerOffset, in: reply) {
                return true
            }
            return false
        default: return false
        }
    }
}

// MARK: Which records were asked for

extension ReplyChain {
    /// Whether a record of the answer is one of those that were asked for.
    func has(_ record: RecordHeader, of reply: RawSpan) -> Bool {
        switch record.coveredType(in: reply) {
        case type, .cname: break
        // Its owner is an ancestor of what it redirects. RFC 6672 §2.3.
        case .dname where type != .dname:
            return isAbove(record.ownerOffset, of: reply, isProper: true)
                || type == .any && isOnChain(record.ownerOffset, of: reply, upTo: count)
        default: guard type == .any else { return false }
        }
        return isOnChain(record.ownerOffset, of: reply, upTo: count)
    }

    private func isOnChain(_ owner: Int, of reply: RawSpan, upTo hop: Int) -> Bool {
        // The pointer to the question, as nearly all owners are.
        if hop > 0, reply.uint16(at: owner) == WireLimits.questionPointer { return true }
        for index in 0..<min(hop, count)
        where NameWalk.isSame(owner, Int(offsets[index]), in: reply) {
            return true
        }
        return false
    }

    /// Whether a name is an ancestor of a name of the chain, or with `isProper: false` one of them.
    func isAbove(_ ancestor: Int, of reply: RawSpan, isProper: Bool = false) -> Bool {
        for index in 0..<count {
            let name = Int(offsets[index])
            if NameWalk.isInside(name, ancestor, in: reply) { return true }
            if !isProper, NameWalk.isSame(name, ancestor, in: reply) { return true }
        }
        return false
    }

    /// Whether a record of the authority section belongs to a zone of the chain: who serves it, how
    /// long a denial holds, and what proves it. RFC 2181 §5.4.1, RFC 2308 §2, RFC 4035 §3.1.3.
    ///
    /// `isDNSSECOK`: the client asked for proofs. RFC 4035 §3.2.1.
    func proves(_ record: RecordHeader, of reply: RawSpan, isDNSSECOK: Bool) -> Bool {
        switch record.type {
        case .soa, .ns: return isAbove(record.ownerOffset, of: reply)
        case .ds: return isDNSSECOK && isAbove(record.ownerOffset, of: reply)
        // Its owner is any name of the zone, or made of a hash and the zone's name.
        case .nsec, .nsec3: return isDNSSECOK && sharesZone(record.ownerOffset, of: reply)
        case .rrsig:
            guard isDNSSECOK, record.rdataLength > Self.signerOffset else { return false }
            let signer = record.rdataOffset + Self.signerOffset
            return isAbove(signer, of: reply)
                && (NameWalk.isSame(record.ownerOffset, signer, in: reply)
                    || NameWalk.isInside(record.ownerOffset, signer, in: reply))
        default: return false
        }
    }

    /// Octets of an RRSIG's rdata before the name of its signer. RFC 4034 §3.1.
    private static var signerOffset: Int { 18 }

    /// Whether a name can be in the zone of one of the chain: both are in one of the root's, or it
    /// is one of those. Which one it really is, the signature says.
    private func sharesZone(_ owner: Int, of reply: RawSpan) -> Bool {
        for index in 0..<count
        where NameWalk.sharesTop(owner, Int(offsets[index]), in: reply) {
            return true
        }
        return false
    }
}

extension RecordHeader {
    /// The type that a record is about: what a signature covers, else its own. RFC 4034 §3.1.1.
    func coveredType(in message: RawSpan) -> RecordType {
        guard type == .rrsig, rdataLength >= 2 else { return type }
        return RecordType(message.uint16(at: rdataOffset))
    }
}

/// The names whose addresses a server may add to an answer: those that the records before it lead
/// to. RFC 1035 §3.3, RFC 2782, RFC 9460 §4.1.
///
/// Shape: up to 32 offsets; what is beyond is left out, as any server may. Cost: nothing for types
/// that lead nowhere.
struct AdditionalNames {
    private var offsets = InlineArray<32, UInt16>(repeating: 0)
    private var count = 0

    /// Takes in a record that was passed on.
    mutating func note(_ record: RecordHeader) {
        guard let prefix = Self.prefix(of: record.type), record.rdataLength > prefix,
            count < offsets.count, record.rdataOffset + prefix <= Int(UInt16.max)
        else { return }
        offsets[count] = UInt16(record.rdataOffset + prefix)
        count += 1
    }

    /// Octets of the rdata before the name.
    private static func prefix(of type: RecordType) -> Int? {
        switch type {
        case .ns: 0
        case .mx, .svcb, .https: 2
        case .srv: 6
        default: nil
        }
    }

    /// Whether a record of the additional section is an address of one of them, or its signature.
    func has(_ record: RecordHeader, of reply: RawSpan) -> Bool {
        guard count > 0 else { return false }
        switch record.coveredType(in: reply) {
        case .a, .aaaa: break
        default: return false
        }
        for index in 0..<count
        where NameWalk.isSame(record.ownerOffset, Int(offsets[index]), in: reply) {
            return true
        }
        return false
    }
}
