import DNSWire

// Which replies are believed. RFC 5452 §9.1: whatever does not fit the question is as if it never
// came, and the wait for the true reply goes on.
//
// Three things that a server may do are told apart. It is *silent or out of reach*: that alone says
// that it is down. It *says no*: that is about this question, which another server may know. It
// *cannot bear the question* (its letters, its OPT record, its way): it is asked more simply.

extension Forwarder {
    /// Judges a datagram, or a message out of a TCP connection, that came to the socket of an
    /// attempt.
    package mutating func receive(
        _ message: RawSpan, for attempt: Attempt, now: Instant
    ) -> Outcome {
        guard let slot = waitingSlot(of: attempt) else { return .ignore }
        let index = Int(attempt.index)
        let place = table[slot, index]
        guard let header = MessageHeader(message), header.isResponse, header.opcode == 0,
            header.id == place.id
        else { return noteMismatch(slot, index, now: now) }
        guard header.questionCount > 0 else {
            return receiveBare(header, message, slot, index, now: now)
        }
        let spelling = spelling(of: message, header, slot)
        guard spelling != .otherQuestion else { return noteMismatch(slot, index, now: now) }
        guard fits(spelling, slot, place, now: now) else {
            return noteOtherLetters(slot, index, now: now)
        }
        // Who said that there is no answer says it again; only an answer is news.
        guard place.state != .doubted || header.isAnswer else { return .ignore }
        if place.transport == .udp, header.isTruncated || isOversized(message, place) {
            noteReply(slot, index, spelling, isMeasured: true, now: now)
            return retry(slot, index, transport: .tcp, isPlain: place.isPlain, now: now)
        }
        var opt: RecordHeader?
        guard header.isWellFormed(message, opt: &opt) else {
            return noteMalformed(slot, index, now: now)
        }
        guard repeatsSubnet(message, opt, slot) else {
            metSubnetMismatch = true
            return noteMismatch(slot, index, now: now)
        }
        return judge(header, opt, spelling, slot, index, now: now)
    }

    /// What a whole, well-formed reply to the question of an attempt means.
    private mutating func judge(
        _ header: MessageHeader, _ opt: RecordHeader?, _ spelling: Spelling, _ slot: Int,
        _ index: Int, now: Instant
    ) -> Outcome {
        let wasSilent = !selection.hasReplied(
            Int(table[slot, index].server), since: table.records[slot].opened)
        noteReply(slot, index, spelling, isMeasured: header.isAnswer, now: now)
        switch header.responseCode {
        case .noError where opt.map { EDNS($0).extendedCode } == 1 && header.answerCount == 0:
            // BADVERS. RFC 6891 §6.1.3.
            return refuseEDNS(slot, index, .formatError, now: now)
        case .noError, .nameError:
            // A connection cuts nothing off; a reply that says so is worth nothing.
            guard !header.isTruncated else { return failOurs(slot, index, now: now) }
            if isDoubtful(header, slot, index, now: now) {
                table[slot, index].trace.insert(.lettersFailed)
                if let outcome = askInstead(of: index, slot, now: now) {
                    table.records[slot].denial = header.responseCode
                    return outcome
                }
            }
            noteGood(
                header, hasOPT: opt != nil, spelling, slot, index, wasSilent: wasSilent, now: now)
            finish(slot, as: .over)
            return .answered(table.flight(slot))
        case .formatError, .notImplemented:
            // Perhaps it was only the OPT record. RFC 6891 §6.2.2.
            return refuseEDNS(slot, index, header.responseCode, now: now)
        case ResponseCode(rawValue: 7) where opt.map { EDNS($0).extendedCode } == 1:
            // BADCOOKIE: we send no cookie, and a connection needs none. RFC 7873 §5.2.3.
            guard table[slot, index].transport == .udp else {
                return failOurs(slot, index, now: now)
            }
            return retry(
                slot, index, transport: .tcp, isPlain: table[slot, index].isPlain, now: now)
        default:
            return fail(slot, index, header.responseCode, now: now)
        }
    }

    /// A reply without a question: what servers from before EDNS say to an OPT record, and small
    /// ones where something is wrong.
    ///
    /// Only the id tells that it is no forgery. That is enough to try the next way at once, and
    /// never enough to be believed: the true reply would still be taken.
    private mutating func receiveBare(
        _ header: MessageHeader, _ message: RawSpan, _ slot: Int, _ index: Int, now: Instant
    ) -> Outcome {
        let place = table[slot, index]
        guard place.state != .doubted else { return .ignore }
        if header.isTruncated, place.transport == .udp {
            return askInstead(of: index, slot, transport: .tcp, now: now)
                ?? noteMismatch(slot, index, now: now)
        }
        var opt: RecordHeader?
        guard header.isWellFormed(message, opt: &opt), header.answerCount == 0 else {
            return noteMismatch(slot, index, now: now)
        }
        guard header.responseCode != .noError, header.responseCode != .nameError else {
            return noteMismatch(slot, index, now: now)
        }
        return withoutMessage(refuseEDNS(slot, index, header.responseCode, now: now))
    }

    /// The socket of an attempt failed.
    package enum SocketFault: Hashable, Sendable {
        /// Nobody listens, or no route. Anybody may have said so: the socket stays open.
        case unreachable
        /// The connection, or the sending, broke.
        case broken
        /// It is for want of something here, and says nothing about the server.
        case ours
        /// The server said what cannot be used.
        case useless
    }

    /// Goes on after the socket of an attempt failed.
    package mutating func attemptFailed(
        _ attempt: Attempt, _ fault: SocketFault = .broken, now: Instant
    ) -> Outcome {
        guard let slot = waitingSlot(of: attempt) else { return .ignore }
        let index = Int(attempt.index)
        let server = Int(table[slot, index].server)
        switch fault {
        case .unreachable:
            table[slot, index].state = .doubted
            // It is known to answer: perhaps somebody makes it up, who must guess once more.
            if selection.isKnown(server), !selection.isLast(server) {
                table[slot, index].trace.insert(.unreached)
            }
            selection.noteSilence(server, now: now)
        case .broken:
            table[slot, index].state = .finished
            // One that answers others may have closed what it has no time for.
            if !selection.hasReplied(server, since: table[slot, index].sent) {
                selection.noteSilence(server, now: now)
            }
        case .ours: table[slot, index].state = .finished
        case .useless:
            table[slot, index].state = .finished
            selection.noteFailure(server)
        }
        return moveOn(slot, now: now)
    }
}

// MARK: Bad answers

extension Forwarder {
    /// A server gave a bad answer: remembers it if it is the best so far, and moves on.
    private mutating func fail(
        _ slot: Int, _ index: Int, _ code: ResponseCode, now: Instant
    ) -> Outcome {
        let server = table[slot, index].server
        selection.noteFailure(Int(server))
        table[slot, index].hasRefused = true
        noteUnanswered(.refused, slot, index)
        // What a server said to one attempt it will say to the others of the same question.
        for other in 0..<ForwarderLimits.openAttempts
        where table[slot, other].server == server && table[slot, other].isWaiting
            && table[slot, other].isPlain == table[slot, index].isPlain
            && table[slot, other].isLowerCase == table[slot, index].isLowerCase
        {
            table[slot, other].state =
                table[slot, other].state == .open && table[slot, other].transport == .udp
                ? .doubted : .finished
        }
        if table.records[slot].bestBad != .serverFailure { table.records[slot].bestBad = code }
        let outcome = moveOn(slot, now: now)
        if case .failed(let flight, .serverFailure, _) = outcome, code == .serverFailure {
            return .answeredBadly(flight)
        }
        return outcome
    }

    /// A server does not know the OPT record, or says something like it: it is asked without. One
    /// that was asked so already has no answer.
    private mutating func refuseEDNS(
        _ slot: Int, _ index: Int, _ code: ResponseCode, now: Instant
    ) -> Outcome {
        guard !table[slot, index].isPlain else { return fail(slot, index, code, now: now) }
        table[slot, index].trace.insert(.ednsRefused)
        return askInstead(of: index, slot, isPlain: true, now: now)
            ?? fail(slot, index, code, now: now)
    }

    /// The message just received is no reply that could be passed on.
    private func withoutMessage(_ outcome: Outcome) -> Outcome {
        guard case .answeredBadly(let flight) = outcome else { return outcome }
        return .failed(flight, .serverFailure, .networkError)
    }

    /// A reply that no client can be given: SERVFAIL stands for it, if no other server knows
    /// better.
    private mutating func failOurs(_ slot: Int, _ index: Int, now: Instant) -> Outcome {
        withoutMessage(fail(slot, index, .serverFailure, now: now))
    }

    /// A reply with the right question and records that cannot be read.
    ///
    /// The true one may still come; the next server is asked at once.
    private mutating func noteMalformed(_ slot: Int, _ index: Int, now: Instant) -> Outcome {
        guard table[slot, index].transport == .udp else {
            return failOurs(slot, index, now: now)
        }
        if table.records[slot].bestBad == .noError { table.records[slot].bestBad = .serverFailure }
        table[slot, index].hasRefused = true
        selection.noteReply(Int(table[slot, index].server), milliseconds: nil, now: now)
        let outcome = moveOn(slot, now: now)
        guard outcome == .ignore else { return outcome }
        return noteMismatch(slot, index, now: now)
    }

    /// A reply to the right question in other letters: of a forger, or of a server that changes
    /// them. Whoever it is: the server is asked in small letters, too.
    ///
    /// The second question that this happens to says that the server does not keep letters. Who
    /// makes it believe so has to guess port and id of two questions, of a server that was not seen
    /// to keep letters lately.
    private mutating func noteOtherLetters(
        _ slot: Int, _ index: Int, now: Instant
    ) -> Outcome {
        let server = table[slot, index].server
        if !table.records[slot].metOtherLetters {
            table.records[slot].metOtherLetters = true
            selection.noteEchoMissed(Int(server), now: now)
        }
        for other in 0..<ForwarderLimits.openAttempts
        where table[slot, other].server == server && table[slot, other].isLowerCase
            && table[slot, other].state != .vacant
        {
            return noteMismatch(slot, index, now: now)
        }
        return askBeside(slot, index, now: now) ?? noteMismatch(slot, index, now: now)
    }

}

// MARK: What does not fit

extension Forwarder {
    /// Counts a wrong reply.
    ///
    /// After many of them somebody seems to be guessing; nobody guesses into a connection.
    private mutating func noteMismatch(_ slot: Int, _ index: Int, now: Instant) -> Outcome {
        let place = table[slot, index]
        guard place.transport == .udp, place.server != FlightTable.none,
            table.records[slot].attempts < ForwarderLimits.attemptsPerFlight
        else { return .ignore }
        table.records[slot].mismatches += 1
        guard Int(table.records[slot].mismatches) >= ForwarderLimits.mismatches else {
            return .ignore
        }
        table.records[slot].mismatches = 0
        return retry(slot, index, transport: .tcp, isPlain: place.isPlain, now: now)
    }

    enum Spelling { case asSent, small, otherLetters, otherQuestion }

    /// Whether the letters of a reply are good enough: those that were sent; any, where the server
    /// is known not to keep them, or did not keep them in this flight and was asked again since.
    private func fits(
        _ spelling: Spelling, _ slot: Int, _ place: AttemptPlace, now: Instant
    ) -> Bool {
        // Nobody forges into a connection.
        guard scramblesCase, place.transport == .udp else { return true }
        switch spelling {
        case .small where place.isLowerCase: return true
        // Letters drawn at random may all be small.
        case .asSent where place.wasScrambled || !table.records[slot].hasCapitals: return true
        default: break
        }
        return place.isRepeated && table.records[slot].metOtherLetters
            || selection.changesLetters(Int(place.server), now: now)
    }

    /// Whether the reply's question is the one of the flight, and in which letters: those that it
    /// was sent in first, or small ones.
    private func spelling(
        of message: RawSpan, _ header: MessageHeader, _ slot: Int
    ) -> Spelling {
        let start = WireLimits.headerOctets
        let end = start + table.names[slot].length
        guard header.questionCount == 1, message.byteCount >= end + 4,
            message.uint16(at: end) == table.records[slot].type.rawValue,
            message.uint16(at: end + 2) == table.records[slot].recordClass.rawValue
        else { return .otherQuestion }
        if table.names[slot].isIdentical(to: message, at: start) { return .asSent }
        if table.names[slot].isIdentical(folded: message, at: start) { return .small }
        return table.names[slot].isEqual(to: message, at: start) ? .otherLetters : .otherQuestion
    }

    /// Whether the reply's subnet, if it has one, is the one that was sent. RFC 7871 §9.2.
    ///
    /// Differs: dnsmasq compares with what it would have added, so it drops the replies to clients
    /// that send a subnet of their own.
    private func repeatsSubnet(
        _ message: RawSpan, _ opt: RecordHeader?, _ slot: Int
    ) -> Bool {
        guard let record = opt, let sent = table.options[slot].find(EDNSOptionCode.subnet),
            sent.length >= 4
        else { return true }
        let wanted = table.options[slot].bytes
        var reader = EDNSOptionReader(
            message, from: record.rdataOffset, count: record.rdataLength)
        while let option = reader.next() {
            guard option.code == EDNSOptionCode.subnet else { continue }
            guard option.length == sent.length else { return false }
            // The fourth octet is the scope, which is the server's to say.
            for index in 0..<option.length where index != 3 {
                guard
                    message.octet(at: option.offset + index)
                        == wanted.octet(at: sent.offset + index)
                else { return false }
            }
        }
        return true
    }

    /// Whether the answer of a flight may go into the cache.
    ///
    /// Differs: dnsmasq keeps what a client was told for a subnet of its own, and tells it to all.
    /// RFC 7871 §7.3.1.
    package func allowsCaching(_ message: RawSpan, of flight: Flight) -> Bool {
        guard let slot = table.slot(of: flight), table.records[slot].traits.allowsCaching else {
            return false
        }
        guard table.records[slot].traits.contains(.hasOwnSubnet),
            let header = MessageHeader(message),
            let record = Self.findOPT(message, header)
        else { return true }
        var reader = EDNSOptionReader(
            message, from: record.rdataOffset, count: record.rdataLength)
        while let option = reader.next() {
            guard option.code == EDNSOptionCode.subnet else { continue }
            return option.length >= 4 && message.octet(at: option.offset + 3) == 0
        }
        return true
    }

    /// The OPT record of a reply; nil for a message that is cut off before it.
    static func findOPT(_ message: RawSpan, _ header: MessageHeader) -> RecordHeader? {
        var reader = WireReader(message, at: WireLimits.headerOctets)
        for _ in 0..<Int(header.questionCount) {
            guard reader.skipName(), reader.skip(4) else { return nil }
        }
        let count =
            Int(header.answerCount) + Int(header.authorityCount) + Int(header.additionalCount)
        for _ in 0..<count {
            guard let record = reader.readRecord() else { return nil }
            if record.type == .opt { return record }
        }
        return nil
    }

    /// More octets than were asked for would have come in fragments, and those can be forged.
    ///
    /// Without OPT nobody was told a number, and the old 512 is often exceeded.
    private func isOversized(_ message: RawSpan, _ place: AttemptPlace) -> Bool {
        !place.isPlain && message.byteCount > Int(ednsOctets)
    }
}
