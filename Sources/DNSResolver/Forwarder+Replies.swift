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
            header.id == place.id,
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
        _ message: RawSpan, _ header: MessageHeader, _ slot: Int
    ) -> Bool {
        let start = WireLimits.headerOctets
        let end = start + table.names[slot].length
        guard header.questionCount == 1, message.byteCount >= end + 4,
            table.names[slot].isIdentical(to: message, at: start)
        else { return false }
        return message.uint16(at: end) == table.records[slot].type.rawValue
            && message.uint16(at: end + 2) == table.records[slot].recordClass.rawValue
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
