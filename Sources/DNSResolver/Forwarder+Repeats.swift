import DNSWire

// The same question once more: when, in which form, by which way.

extension Forwarder {
    /// Asks a server that said no once more in small letters, where the letters may be why; the
    /// only server in any case, as dnsmasq does: somebody else may have said it, or it has passed.
    mutating func askSimply(_ slot: Int, now: Instant) -> Bool {
        let isOnly = selection.count(of: Int(table.records[slot].group)) == 1
        for index in 0..<ForwarderLimits.openAttempts {
            let place = table[slot, index]
            guard place.state != .vacant, place.server != FlightTable.none else { continue }
            let server = Int(place.server)
            let trace = table.trace(slot, of: place.server)
            let isLetters =
                trace.contains(.refused) && trace.contains(.lettersFailed)
                && !selection.keepsLetters(server, now: now) && !hasRefusedSmallLetters(slot)
            guard
                isOnly ? !trace.isDisjoint(with: [.refused, .unreached]) : isLetters,
                isOnly ? !table.records[slot].isReasked : !trace.contains(.askedSimply),
                let free = table.freePlace(slot)
            else { continue }
            table.records[slot].isReasked = true
            let kind = AttemptKind(
                transport: place.transport,
                isPlain: trace.contains(.ednsRefused) || selection.isEDNSDoubted(server),
                isLowerCase: true)
            start(slot, free, server: server, kind, now: now)
            return true
        }
        return false
    }

    /// Whether any server said no to the question in small letters: then letters are not why.
    private func hasRefusedSmallLetters(_ slot: Int) -> Bool {
        for index in 0..<ForwarderLimits.openAttempts
        where table[slot, index].hasRefused && table[slot, index].isLowerCase {
            return true
        }
        return false
    }

    /// Asks again the healthiest server, of equals the one that was silent for the longest time, in
    /// small letters through the same socket, which a reply to either may come to. The last time by
    /// TCP, if the server answered nothing since.
    ///
    /// An only server of which nothing is known is asked by TCP before: that puts nothing behind
    /// what it may still be at work on.
    mutating func askAgain(_ slot: Int, now: Instant) -> Bool {
        guard table.records[slot].attempts < ForwarderLimits.attemptsPerFlight,
            let best = silentPlace(slot)
        else { return false }
        let place = table[slot, best]
        let server = Int(place.server)
        let round = Int(table.records[slot].repeats)
        let isOnly = selection.count(of: Int(table.records[slot].group)) == 1
        let isStreamTurn =
            isOnly && !isKnownToAnswer(slot)
            ? round == 0 : repeatMilliseconds(slot, round + 1, replyMilliseconds(slot)) == nil
        if retryMilliseconds == nil, isStreamTurn, let free = table.freePlace(slot),
            !selection.hasReplied(server, since: table.records[slot].opened)
        {
            let kind = AttemptKind(transport: .tcp, isPlain: place.isPlain, isLowerCase: true)
            start(slot, free, server: server, kind, now: now)
            // Perhaps it is the OPT record that something on the way does not let through.
            guard isKnownToAnswer(slot), !place.isPlain, !selection.bearsEDNS(server, now: now)
            else { return true }
        }
        table.records[slot].attempts += 1
        let isPlain =
            place.isPlain
            || (round > 0 || selection.isEDNSDoubted(server))
                && !selection.bearsEDNS(server, now: now)
        table[slot, best].sendAgain(isPlain: isPlain, now: now)
        selection.noteSent(server, isRetry: true, now: now)
        return true
    }

    private func silentPlace(_ slot: Int) -> Int? {
        var best: Int?
        for index in 0..<ForwarderLimits.openAttempts {
            let place = table[slot, index]
            guard place.state == .open, place.transport == .udp, place.server != FlightTable.none
            else { continue }
            if best.map({ isBetter(place, than: table[slot, $0]) }) ?? true { best = index }
        }
        return best
    }

    private func isBetter(_ place: AttemptPlace, than other: AttemptPlace) -> Bool {
        let isLast = selection.isLast(Int(place.server))
        guard isLast == selection.isLast(Int(other.server)) else { return !isLast }
        return place.lastSent < other.lastSent
    }

    /// Whether any server that was asked has ever answered, or said anything meanwhile.
    private func isKnownToAnswer(_ slot: Int) -> Bool { replyMilliseconds(slot) != nil }

    /// How long the quickest server that was asked takes at the most; nil if nothing is known of
    /// any.
    private func replyMilliseconds(_ slot: Int) -> Int64? {
        var least: Int64?
        for index in 0..<ForwarderLimits.openAttempts where table[slot, index].state != .vacant {
            let server = Int(table[slot, index].server)
            let hasReplied =
                table.records[slot].metOtherLetters
                || selection.hasReplied(server, since: table.records[slot].opened)
            guard
                let milliseconds = selection.replyMilliseconds(of: server)
                    ?? (hasReplied ? 0 : nil)
            else { continue }
            least = min(least ?? milliseconds, milliseconds)
        }
        return least
    }

    /// The wait before a repeat, since the opening of the flight; nil after the last one. `reply`
    /// is `replyMilliseconds` of the flight.
    ///
    /// `fast-dns-retry` doubles it from one to the next, as dnsmasq.
    private func repeatMilliseconds(_ slot: Int, _ round: Int, _ reply: Int64?) -> Int64? {
        guard let retryMilliseconds else {
            guard
                round < ForwarderLimits.repeatsOfOnlyServer
                    || selection.count(of: Int(table.records[slot].group)) > 1
            else { return nil }
            guard let reply else {
                return ForwarderLimits.firstRepeatMilliseconds(round)
            }
            var base = max(ForwarderLimits.repeatMilliseconds, reply)
            if table.records[slot].isTrial, round == 0, let place = silentPlace(slot) {
                base = selection.patience(with: Int(table[slot, place].server))
            }
            return ForwarderLimits.repeatWaits(round).map { $0 * base }
        }
        guard round < Int(ForwarderLimits.attemptsPerFlight) else { return nil }
        let wait = retryMilliseconds.lowerBound.multipliedReportingOverflow(
            by: (1 << Int64(round + 1)) - 1)
        return !wait.overflow && wait.partialValue <= retryMilliseconds.upperBound
            ? wait.partialValue : nil
    }

    func isRepeatDue(_ slot: Int, now: Instant) -> Bool {
        guard
            let wait = repeatMilliseconds(
                slot, Int(table.records[slot].repeats), replyMilliseconds(slot))
        else { return false }
        return table.records[slot].opened.advanced(byMilliseconds: wait) <= now
    }

    /// When the next repeat is due; never for a flight that had all of them.
    mutating func nextRepeat(_ slot: Int, now: Instant) -> Instant {
        // Where nothing is known of the server yet, others may have heard of it by then.
        let look = table.records[slot].opened.advanced(
            byMilliseconds: ForwarderLimits.repeatMilliseconds)
        let reply = replyMilliseconds(slot)
        if retryMilliseconds == nil, now < look, reply == nil { return look }
        while let wait = repeatMilliseconds(slot, Int(table.records[slot].repeats), reply) {
            let due = table.records[slot].opened.advanced(byMilliseconds: wait)
            if due > now { return due }
            table.records[slot].repeats += 1
        }
        return Instant(milliseconds: .max)
    }

    /// Asks the same server again in the same place: by TCP, since it has no more to say by UDP.
    ///
    /// The attempt before is over.
    mutating func retry(
        _ slot: Int, _ index: Int, transport: Transport, isPlain: Bool, now: Instant
    ) -> Outcome {
        let place = table[slot, index]
        table[slot, index].state = .finished
        guard place.server != FlightTable.none,
            table.records[slot].attempts < ForwarderLimits.attemptsPerFlight
        else { return moveOn(slot, now: now) }
        let kind = AttemptKind(
            transport: transport, isPlain: isPlain, isLowerCase: place.isLowerCase)
        start(slot, index, server: Int(place.server), kind, now: now)
        return waitAfterRetry(slot, index, now: now)
    }

    /// Asks a server again beside an attempt that stays open, unless said otherwise by the same way
    /// and with what it had, in small letters; nil if there is no place for it.
    mutating func askBeside(
        _ slot: Int, _ index: Int, transport: Transport? = nil, isPlain: Bool? = nil, now: Instant
    ) -> Outcome? {
        let place = table[slot, index]
        guard place.server != FlightTable.none, let free = table.freePlace(slot) else { return nil }
        // The OPT record alone may be too much, or the letters alone.
        let isLowerCase = isPlain == nil && transport == nil ? true : place.isLowerCase
        let kind = AttemptKind(
            transport: transport ?? place.transport, isPlain: isPlain ?? place.isPlain,
            isLowerCase: isLowerCase)
        start(slot, free, server: Int(place.server), kind, now: now)
        return waitAfterRetry(slot, free, now: now)
    }

    /// The same for an attempt of which no good answer is expected any more.
    mutating func askInstead(
        of index: Int, _ slot: Int, transport: Transport? = nil, isPlain: Bool? = nil, now: Instant
    ) -> Outcome? {
        let before = table[slot, index].state
        table[slot, index].state = table[slot, index].transport == .udp ? .doubted : .finished
        if let outcome = askBeside(
            slot, index, transport: transport, isPlain: isPlain, now: now)
        {
            return outcome
        }
        table[slot, index].state = before
        return nil
    }

    private mutating func waitAfterRetry(_ slot: Int, _ index: Int, now: Instant) -> Outcome {
        let place = table[slot, index]
        if hasUntried(slot) {
            let wait =
                place.transport == .tcp
                ? ForwarderLimits.patienceMilliseconds.upperBound
                : selection.patience(with: Int(place.server))
            table.records[slot].stepDue = now.advanced(byMilliseconds: wait)
        }
        schedule(slot)
        return .retry(table.flight(slot))
    }

    mutating func start(
        _ slot: Int, _ index: Int, server: Int, _ kind: AttemptKind, now: Instant
    ) {
        let id = random.next()
        var trace = table.trace(slot, of: UInt16(server))
        if kind.isLowerCase { trace.insert(.askedSimply) }
        table.records[slot].attempts += 1
        table[slot, index].start(
            id: id, server: UInt16(server), how: kind,
            hasCapitals: table.records[slot].hasCapitals, trace: trace, now: now)
        selection.noteSent(server, isRetry: !table.records[slot].isOpening, now: now)
    }
}
