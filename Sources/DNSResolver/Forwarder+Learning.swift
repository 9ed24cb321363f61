import DNSWire

// What replies, and their absence, tell of the servers. Learnt is only from what has passed every
// check, and against a server only from questions that carried nothing of a client's.

extension Forwarder {
    /// Notes that the server is there. `isMeasured`: also how long the reply took, since its
    /// question was sent, where it tells which one of two it is to.
    mutating func noteReply(
        _ slot: Int, _ index: Int, _ spelling: Spelling, isMeasured: Bool, now: Instant
    ) {
        let place = table[slot, index]
        let server = Int(place.server)
        if place.hadLetters, spelling == .asSent { selection.noteEcho(server, now: now) }
        var since = place.sent
        if place.isRepeated, place.hadLetters ? spelling != .asSent : !selection.isKnown(server) {
            since = place.lastSent
        }
        let isTimed = isMeasured && place.transport == .udp
        selection.noteReply(
            server, milliseconds: isTimed ? now.milliseconds - since.milliseconds : nil, now: now)
    }

    /// What a good answer tells of the server that gave it, and of those that had none.
    mutating func noteGood(
        _ header: MessageHeader, hasOPT: Bool, _ spelling: Spelling, _ slot: Int, _ index: Int,
        wasSilent: Bool, now: Instant
    ) {
        let place = table[slot, index]
        let server = Int(place.server)
        selection.noteAnswer(server, isNameError: header.responseCode == .nameError)
        for other in 0..<ForwarderLimits.openAttempts
        where table.records[slot].bestBad != .noError && table[slot, other].state != .vacant
            && table[slot, other].server != place.server
            && table[slot, other].hasRefused
        {
            let other = table[slot, other]
            selection.noteRefusal(Int(other.server), now: now)
            if place.isLowerCase, other.hadLetters, !other.isLowerCase {
                selection.noteLettersMissed(Int(other.server), now: now)
            }
        }
        // A denial may be of the letters, so it proves nothing of them.
        let keptLetters = place.hadLetters && spelling == .asSent && header.answerCount > 0
        let boreEDNS = place.hadOPT && (hasOPT || !place.isPlain)
        selection.noteBorne(
            server, letters: keptLetters, edns: boreEDNS, datagram: place.transport == .udp,
            now: now)
        guard place.isLowerCase || !boreEDNS || place.transport == .tcp,
            table.records[slot].traits.isNeutral
        else { return }
        let trace = table.trace(slot, of: place.server)
        if place.isLowerCase, spelling != .asSent || !place.hadLetters,
            trace.contains(.lettersFailed)
        {
            selection.noteLettersMissed(server, now: now)
        }
        if !boreEDNS, !trace.isDisjoint(with: [.ednsFailed, .ednsRefused]) {
            selection.noteEDNSMissed(server, isTold: trace.contains(.ednsRefused), now: now)
        }
        if place.transport == .tcp, wasSilent, trace.contains(.datagramsFailed) {
            selection.noteDatagramsMissed(server, now: now)
        }
    }

    /// Whether a denial may be of the letters only: some servers compare names with those that they
    /// have, octet for octet.
    ///
    /// One that was seen to know names in random letters is believed. So is one of whom the names
    /// of the whole world are asked, unless the name is its own (AA), and one that has nothing of
    /// the type without saying that the name is its own.
    ///
    /// Differs: dnsmasq asks with the client's letters.
    func isDoubtful(
        _ header: MessageHeader, _ slot: Int, _ index: Int, now: Instant
    ) -> Bool {
        let place = table[slot, index]
        guard header.answerCount == 0, place.hadLetters, !place.isLowerCase,
            table.records[slot].denial == nil,
            header.flags & MessageHeader.Flags.authoritative != 0
                || header.responseCode == .nameError
                    && selection.hasDomain(Int(table.records[slot].group))
        else { return false }
        return !selection.keepsLetters(Int(place.server), now: now)
    }

    /// Notes what a bad answer, or none, may be due to.
    mutating func noteUnanswered(_ trace: AttemptTrace, _ slot: Int, _ index: Int) {
        table[slot, index].trace.formUnion(trace)
        if table[slot, index].hadLetters { table[slot, index].trace.insert(.lettersFailed) }
        if table[slot, index].hadOPT { table[slot, index].trace.insert(.ednsFailed) }
    }
}
