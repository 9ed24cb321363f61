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
        guard let header = ReplyHeader(message), header.isReply, header.id == place.id,
            repeatsQuestion(message, header, slot)
        else { return noteMismatch(slot, index, now: now) }

        let server = Int(place.server)
        if place.transport == .udp, header.isTruncated || isOversized(message, place) {
            selection.noteReply(server, milliseconds: now.milliseconds - place.sent.milliseconds)
            return retry(slot, index, transport: .tcp, isPlain: place.isPlain, now: now)
        }
        switch header.responseCode {
        case .noError, .nameError:
            // A connection cuts nothing off; a reply that says so is worth nothing.
            guard !header.isTruncated else { return fail(slot, index, .serverFailure, now: now) }
            selection.noteReply(
                server,
                milliseconds: place.transport == .udp
                    ? now.milliseconds - place.sent.milliseconds : nil)
            if header.responseCode == .nameError { selection.noteNameError(server) }
            if place.isPlain, !selection.isPlain(server, now: now) {
                selection.notePlain(server, now: now)
            }
            finish(slot, as: .over)
            return .answered(attempt.flight)
        case .formatError where !place.isPlain, .notImplemented where !place.isPlain:
            // Perhaps it was only the OPT record. RFC 6891 §6.2.2.
            return retry(slot, index, transport: place.transport, isPlain: true, now: now)
        default:
            return fail(slot, index, header.responseCode, now: now)
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
        table[slot, index].state = .finished
        // What a server said to one attempt it will say to the others of the same question.
        for other in 0..<ForwarderLimits.openAttempts
        where table[slot, other].server == server
            && table[slot, other].isWaiting
        {
            table[slot, other].state = .finished
        }
        let isBest = worth(code) >= worth(table.records[slot].bestBad)
        if isBest { table.records[slot].bestBad = code }
        let outcome = moveOn(slot, now: now)
        if case .failed(let flight, _, _) = outcome, isBest { return .answeredBadly(flight) }
        return outcome
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

    /// Whether the reply's question is the one that was sent, octet for octet, letter case
    /// included.
    private func repeatsQuestion(
        _ message: RawSpan, _ header: ReplyHeader, _ slot: Int
    ) -> Bool {
        let start = WireLimits.headerOctets
        let end = start + table.names[slot].length
        guard header.questions == 1, message.byteCount >= end + 4,
            areIdentical(message, from: start, table.names[slot])
        else { return false }
        return word(message, at: end) == table.records[slot].type.rawValue
            && word(message, at: end + 2) == table.records[slot].recordClass.rawValue
    }

    /// More octets than were asked for would have come in fragments, and those can be forged.
    ///
    /// Without OPT nobody was told a number, and the old 512 is often exceeded.
    private func isOversized(_ message: RawSpan, _ place: AttemptPlace) -> Bool {
        !place.isPlain && message.byteCount > Int(ednsOctets)
    }
}

/// Which bad answer tells the client most: SERVFAIL lets it try elsewhere, REFUSED may be only this
/// server's rule.
private func worth(_ code: ResponseCode) -> Int {
    switch code {
    case .noError: 0
    case .serverFailure: 5
    case .refused: 4
    case .notImplemented: 3
    case .formatError: 2
    default: 1
    }
}

/// What the header of a reply says.
///
/// RFC 1035 §4.1.1.
private struct ReplyHeader {
    let id: UInt16
    let flags: UInt16
    let questions: UInt16

    /// Nil if the message is shorter than a header.
    init?(_ message: RawSpan) {
        guard message.byteCount >= WireLimits.headerOctets else { return nil }
        id = word(message, at: 0)
        flags = word(message, at: 2)
        questions = word(message, at: 4)
    }

    /// QR set and opcode QUERY.
    var isReply: Bool { flags & 0xF800 == 0x8000 }
    var isTruncated: Bool { flags & 0x0200 != 0 }
    var responseCode: ResponseCode { ResponseCode(rawValue: UInt8(flags & 0x000F)) }
}

/// Whether the octets of a message from `start` on, which are there, are those of a name.
private func areIdentical(
    _ message: RawSpan, from start: Int, _ name: borrowing NameBuffer
) -> Bool {
    let octets = name.octets.span
    for offset in 0..<name.length where octet(message, at: start + offset) != octets[offset] {
        return false
    }
    return true
}

private func octet(_ message: RawSpan, at offset: Int) -> UInt8 {
    precondition(offset >= 0 && offset < message.byteCount, "the caller compares with the end")
    // Safe: the offset lies inside the message.
    return unsafe message.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
}

private func word(_ message: RawSpan, at offset: Int) -> UInt16 {
    precondition(offset >= 0 && offset <= message.byteCount - 2, "the caller compares with the end")
    // Safe: two octets from the offset on lie inside the message.
    return UInt16(
        bigEndian: unsafe message.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
}
