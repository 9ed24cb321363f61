import DNSWire

/// What the filters make of a server's reply as a whole.
enum ReplyJudgement {
    case passed
    /// `bogus-nxdomain`: the owner of the first such address stands at `ownerOffset`.
    case bogus(ttlSeconds: UInt32, ownerOffset: Int)
    /// `stop-dns-rebind`: likewise.
    case rebinding(ownerOffset: Int)
}

extension Snapshot {
    /// Whether a reply is to be treated as if it had not come.
    ///
    /// `ignore-address` is against answers that are forged on the way and come before the true
    /// one. // Differs: dnsmasq looks at UDP only, and lets the client wait for ever where no other
    /// reply comes.
    package func ignores(_ reply: RawSpan) -> Bool {
        guard filters.ignoresAddresses, let header = MessageHeader(reply),
            header.responseCode == .noError,
            var reader = WireReader(answersOf: reply, header)
        else { return false }
        for _ in 0..<Int(header.answerCount) {
            guard let record = reader.readRecord() else { return false }
            if reply.hasAddress(in: record, filters.ignores) { return true }
        }
        return false
    }

    /// What the filters make of a reply to the question of `name`. dnsmasq: a bogus address in any
    /// answer, before a private one in an answer of the type that was asked for; both as `alias`
    /// makes them.
    ///
    /// The first `count` answers are the server's, the others our own: those are never bogus. But a
    /// chain that began outside is held to the rule of outside, wherever its end comes from.
    /// // Differs: dnsmasq does not follow a chain to its own names, so it has no such answers.
    func judge(
        _ reply: RawSpan, _ header: MessageHeader, to name: borrowing FoldedName, type: RecordType,
        upTo count: Int
    ) -> ReplyJudgement {
        guard !filters.passesAllAddresses, header.responseCode == .noError,
            var reader = WireReader(answersOf: reply, header)
        else { return .passed }
        let watches = filters.watchesRebinding(of: name, type: type, seed: seed)
        var found = ReplyJudgement.passed
        for index in 0..<Int(header.answerCount) {
            guard let record = reader.readRecord() else { return .passed }
            if index < count, reply.hasAddress(in: record, filters.isBogus) {
                return .bogus(ttlSeconds: record.ttlSeconds, ownerOffset: record.ownerOffset)
            }
            let isAsked = record.type == type || type == .any && index >= count
            if watches, isAsked, case .passed = found,
                reply.hasAddress(in: record, filters.isRebinding)
            {
                found = .rebinding(ownerOffset: record.ownerOffset)
            }
        }
        return found
    }
}

extension Resolver {
    /// Whether a reply has addresses that its name must not have; `suspectName` is then the name
    /// that has them.
    package mutating func detectsRebinding(_ reply: RawSpan, snapshot: Snapshot) -> Bool {
        guard !snapshot.filters.passesAllAddresses, let header = MessageHeader(reply),
            target.read(from: reply, at: WireLimits.headerOctets),
            case .rebinding(let owner) = snapshot.judge(
                reply, header, to: target, type: Self.questionType(reply, target),
                upTo: serverAnswers)
        else { return false }
        var reader = WireReader(reply, at: owner)
        guard reader.readName(into: &suspectName) else { return false }
        // Questions have random letters.
        suspectName.fold()
        return true
    }

    /// The type of the question of a reply whose name was read; 0 if it is cut off.
    static func questionType(_ reply: RawSpan, _ name: borrowing FoldedName) -> RecordType {
        let end = WireLimits.headerOctets + name.length
        return RecordType(end + 4 <= reply.byteCount ? reply.uint16(at: end) : 0)
    }
}

extension WireReader {
    /// A reader behind the questions of a message; nil if they are malformed.
    @_lifetime(copy message)
    init?(answersOf message: RawSpan, _ header: MessageHeader) {
        self.init(message, at: WireLimits.headerOctets)
        for _ in 0..<Int(header.questionCount) {
            guard skipName(), skip(4) else { return nil }
        }
    }
}
