import DNSWire

// Which replies are believed. RFC 5452 §9.1: whatever does not fit the question is as if it never
// came, and the wait for the true reply goes on.

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
        if isBareRefusal(header, message), !place.isPlain {
            return retry(slot, index, transport: place.transport, isPlain: true, now: now)
        }
        switch spelling(of: message, header, slot, place) {
        case .same: break
        case .otherLetters:
            // Nobody forges into a connection.
            guard place.transport == .udp else { break }
            return noteOtherLetters(slot, index, now: now)
        case .otherQuestion: return noteMismatch(slot, index, now: now)
        }
        guard repeatsSubnet(message, header, slot) else {
            metSubnetMismatch = true
            return noteMismatch(slot, index, now: now)
        }

        // Who said that there is no answer says it again; only an answer is news.
        guard place.state != .doubted || header.isAnswer else { return .ignore }
        let server = Int(place.server)
        if place.transport == .udp, header.isTruncated || isOversized(message, place) {
            selection.noteReply(
                server, milliseconds: now.milliseconds - place.sent.milliseconds, now: now)
            return retry(slot, index, transport: .tcp, isPlain: place.isPlain, now: now)
        }
        switch header.responseCode {
        case .noError where refusesVersion(message, header):
            guard !place.isPlain else { return failOurs(slot, index, now: now) }
            return retry(slot, index, transport: place.transport, isPlain: true, now: now)
        case .noError, .nameError:
            // A connection cuts nothing off; a reply that says so is worth nothing.
            guard !header.isTruncated else { return failOurs(slot, index, now: now) }
            guard header.isWellFormed(message, scratch: &scratch) else {
                return noteMalformed(slot, index, now: now)
            }
            noteGood(slot, index, header, now: now)
            finish(slot, as: .over)
            return .answered(attempt.flight)
        case .formatError where !place.isPlain, .notImplemented where !place.isPlain:
            // Perhaps it was only the OPT record. RFC 6891 §6.2.2.
            return retry(slot, index, transport: place.transport, isPlain: true, now: now)
        default:
            return fail(slot, index, header.responseCode, now: now)
        }
    }

    private mutating func noteGood(
        _ slot: Int, _ index: Int, _ header: MessageHeader, now: Instant
    ) {
        let place = table[slot, index]
        let server = Int(place.server)
        let wasSilent = !selection.hasReplied(server, since: table.records[slot].opened)
        selection.noteReply(
            server,
            milliseconds: place.transport == .udp
                ? now.milliseconds - place.sent.milliseconds : nil,
            now: now)
        selection.noteHabit(server, place, wasSilent: wasSilent, now: now)
        if header.responseCode == .nameError { selection.noteNameError(server) }
        if place.isPlain, !selection.isPlain(server, now: now) {
            selection.notePlain(server, now: now)
        }
    }

    /// The socket of an attempt failed: nobody listens, no route, the connection broke.
    package mutating func attemptFailed(_ attempt: Attempt, now: Instant) -> Outcome {
        guard let slot = waitingSlot(of: attempt) else { return .ignore }
        let index = Int(attempt.index)
        table[slot, index].state = .finished
        selection.noteFailure(Int(table[slot, index].server), now: now)
        return moveOn(slot, now: now)
    }

    /// A server gave a bad answer: remembers it if it is the best so far, and moves on.
    private mutating func fail(
        _ slot: Int, _ index: Int, _ code: ResponseCode, now: Instant
    ) -> Outcome {
        let server = table[slot, index].server
        selection.noteFailure(Int(server), now: now)
        // What a server said to one attempt it will say to the others of the same question.
        for other in 0..<ForwarderLimits.openAttempts
        where table[slot, other].server == server && table[slot, other].isWaiting {
            table[slot, other].state =
                table[slot, other].state == .open && table[slot, other].transport == .udp
                ? .doubted : .finished
        }
        if table.records[slot].bestBad != .serverFailure { table.records[slot].bestBad = code }
        if isOnlyServer(slot), !table.records[slot].isReasked {
            // dnsmasq: once more to all. Somebody else may have said it, or it has passed.
            table.records[slot].isReasked = true
            let isLowerCase = table[slot, index].isLowerCase
            if let outcome = askBeside(slot, index, isLowerCase: isLowerCase, now: now) {
                return outcome
            }
        }
        let outcome = moveOn(slot, now: now)
        if case .failed(let flight, _, _) = outcome, code == .serverFailure {
            return .answeredBadly(flight)
        }
        return outcome
    }

    private func isOnlyServer(_ slot: Int) -> Bool {
        selection.count(of: Int(table.records[slot].group)) == 1
    }

    /// A reply with the right question and records that cannot be read.
    ///
    /// The true one may still come; the next server is asked at once.
    private mutating func noteMalformed(_ slot: Int, _ index: Int, now: Instant) -> Outcome {
        guard table[slot, index].transport == .udp else {
            return failOurs(slot, index, now: now)
        }
        if table.records[slot].bestBad == .noError { table.records[slot].bestBad = .serverFailure }
        let outcome = moveOn(slot, now: now)
        guard outcome == .ignore else { return outcome }
        return noteMismatch(slot, index, now: now)
    }

    /// A reply to the right question in other letters: of a forger, or of a server that changes
    /// them. Whoever it is: the server is asked in small letters, too.
    private mutating func noteOtherLetters(
        _ slot: Int, _ index: Int, now: Instant
    ) -> Outcome {
        let server = table[slot, index].server
        for other in 0..<ForwarderLimits.openAttempts
        where table[slot, other].server == server && table[slot, other].isLowerCase {
            return noteMismatch(slot, index, now: now)
        }
        return askBeside(slot, index, isLowerCase: true, now: now)
            ?? noteMismatch(slot, index, now: now)
    }

    /// A reply that no client can be given: SERVFAIL stands for it, if no other server knows
    /// better.
    private mutating func failOurs(_ slot: Int, _ index: Int, now: Instant) -> Outcome {
        let outcome = fail(slot, index, .serverFailure, now: now)
        guard case .answeredBadly(let flight) = outcome else { return outcome }
        return .failed(flight, .serverFailure, .networkError)
    }

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

    private enum Spelling { case same, otherLetters, otherQuestion }

    /// Whether the reply's question is the one that was sent, octet for octet, letter case
    /// included.
    private func spelling(
        of message: RawSpan, _ header: MessageHeader, _ slot: Int, _ place: AttemptPlace
    ) -> Spelling {
        let start = WireLimits.headerOctets
        let end = start + table.names[slot].length
        guard header.questionCount == 1, message.byteCount >= end + 4,
            message.uint16(at: end) == table.records[slot].type.rawValue,
            message.uint16(at: end + 2) == table.records[slot].recordClass.rawValue
        else { return .otherQuestion }
        let isSame =
            place.isLowerCase
            ? table.names[slot].isIdentical(folded: message, at: start)
            : table.names[slot].isIdentical(to: message, at: start)
        if isSame { return .same }
        return table.names[slot].isEqual(to: message, at: start) ? .otherLetters : .otherQuestion
    }

    /// Whether the reply is what a server from before EDNS says to an OPT record: a header that
    /// repeats no question.
    ///
    /// Only the id tells that it is no forgery, and all that it can do is to leave the OPT out.
    private func isBareRefusal(_ header: MessageHeader, _ message: RawSpan) -> Bool {
        header.questionCount == 0 && message.byteCount == WireLimits.headerOctets
            && (header.responseCode == .formatError || header.responseCode == .notImplemented)
    }

    /// Whether the reply's subnet, if it has one, is the one that was sent. RFC 7871 §9.2.
    ///
    /// Differs: dnsmasq compares with what it would have added, so it drops the replies to clients
    /// that send a subnet of their own.
    private func repeatsSubnet(
        _ message: RawSpan, _ header: MessageHeader, _ slot: Int
    ) -> Bool {
        guard let sent = table.options[slot].find(EDNSOptionCode.subnet), sent.length >= 4,
            let record = Self.findOPT(message, header)
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

    /// BADVERS: an extended code, which stands in the OPT record. RFC 6891 §6.1.3.
    private func refusesVersion(_ message: RawSpan, _ header: MessageHeader) -> Bool {
        guard header.answerCount == 0, header.additionalCount > 0,
            let record = Self.findOPT(message, header)
        else { return false }
        return EDNS(record).extendedCode == 1
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
