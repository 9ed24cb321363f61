import DNSWire

// Who is asked when. Every event ends in `schedule`, so the heap knows of each flight when it is
// due next.

extension Forwarder {
    /// When `expire` has something to do; nil while nothing is in flight.
    package var nextDeadline: Instant? { dueTimes.first?.due }

    /// Handles what is due, up to the first outcome the worker has to act on; nil when nothing is
    /// due any more.
    package mutating func expire(now: Instant) -> Outcome? {
        while let first = dueTimes.first, first.due <= now {
            let outcome = expire(first.slot, now: now)
            if outcome != .ignore { return outcome }
        }
        return nil
    }

    private mutating func expire(_ slot: Int, now: Instant) -> Outcome {
        if table.records[slot].state == .evicted {
            dueTimes.remove(slot)
            table.records[slot].state = .over
            table.records[slot].wasEvicted = true
            return .failed(table.flight(slot), .serverFailure, .noReachableAuthority)
        }
        if let outcome = expireFollower(slot, now: now) { return outcome }
        if table.records[slot].deadline <= now {
            chargeSilence(slot, patient: false, now: now)
            table.records[slot].metSilence = true
            return conclude(slot, now: now)
        }
        if table.records[slot].staleDue <= now {
            table.records[slot].staleDue = Instant(milliseconds: .max)
            table.records[slot].isStale = true
            schedule(slot)
            return .overdue(table.flight(slot))
        }
        if endConnections(slot, now: now) { return moveOn(slot, now: now) }
        guard table.records[slot].stepDue <= now else {
            schedule(slot)
            return .ignore
        }
        chargeSilence(slot, patient: true, now: now)
        guard !askNext(slot, now: now), table.isWaiting(slot) else {
            return moveOn(slot, now: now)
        }
        let repeated =
            isRepeatDue(slot, now: now) && (askSimply(slot, now: now) || askAgain(slot, now: now))
        table.records[slot].stepDue = nextRepeat(slot, now: now)
        schedule(slot)
        return repeated ? .retry(table.flight(slot)) : .ignore
    }

    /// Says when a flight is due next.
    mutating func schedule(_ slot: Int) {
        var due = min(
            table.records[slot].deadline, table.records[slot].stepDue,
            table.records[slot].staleDue)
        for index in 0..<ForwarderLimits.openAttempts {
            let place = table[slot, index]
            guard place.isWaiting, place.transport == .tcp else { continue }
            due = min(due, place.sent.advanced(byMilliseconds: ForwarderLimits.tcpMilliseconds))
        }
        dueTimes.set(slot, to: due)
    }

    /// Holds the silence of servers against them: once for each attempt, after the time that their
    /// replies take, or at the end. Who answered others since was not silent.
    private mutating func chargeSilence(_ slot: Int, patient: Bool, now: Instant) {
        for index in 0..<ForwarderLimits.openAttempts {
            let place = table[slot, index]
            guard place.isWaiting, !place.isCharged else { continue }
            let wait =
                place.transport == .tcp
                ? ForwarderLimits.tcpMilliseconds : selection.silence(of: Int(place.server))
            guard !patient || place.sent.advanced(byMilliseconds: wait) <= now else { continue }
            table[slot, index].isCharged = true
            if place.transport == .udp { noteUnanswered(.datagramsFailed, slot, index) }
            guard !selection.hasReplied(Int(place.server), since: place.sent) else { continue }
            selection.noteSilence(Int(place.server), now: now)
        }
    }

    /// Gives up connections that took too long; whether there were any.
    private mutating func endConnections(_ slot: Int, now: Instant) -> Bool {
        var ended = false
        for index in 0..<ForwarderLimits.openAttempts {
            let place = table[slot, index]
            let end = place.sent.advanced(byMilliseconds: ForwarderLimits.tcpMilliseconds)
            guard place.isWaiting, place.transport == .tcp, end <= now else { continue }
            table[slot, index].state = .finished
            table.records[slot].metSilence = true
            if !place.isCharged, !selection.hasReplied(Int(place.server), since: place.sent) {
                selection.noteSilence(Int(place.server), now: now)
            }
            ended = true
        }
        return ended
    }
}

// MARK: The next server

extension Forwarder {
    /// Asks the first server of a new flight: with `all-servers` all of them, else perhaps one more
    /// to see whether it is back.
    mutating func askFirst(_ slot: Int, now: Instant) {
        let group = Int(table.records[slot].group)
        if selection.policy == .allServers {
            while askNext(slot, now: now) {}
        } else if let first = selection.first(of: group, now: now) {
            ask(slot, first, now: now)
            if limits.asksAllUnknown, selection.policy == .fastest,
                selection.isUnknown(first, of: group)
            {
                // Nobody knows who is fast, or alive: the first question goes to all, as in
                // dnsmasq.
                while askNext(slot, now: now) {}
                return schedule(slot)
            }
            let step = table.records[slot].stepDue
            if let second = selection.probe(of: group, besides: first, now: now) {
                ask(slot, second, now: now)
                table.records[slot].stepDue = hasUntried(slot) ? step : nextRepeat(slot, now: now)
            }
        }
        table.records[slot].isOpening = false
        schedule(slot)
    }

    /// After an attempt came to nothing: asks the next server, or one that said no more simply, or
    /// waits for the others, or ends the flight.
    mutating func moveOn(_ slot: Int, now: Instant) -> Outcome {
        let hasAsked =
            table.hasUnsent(slot) || askNext(slot, now: now)
            || !table.isWaiting(slot) && askSimply(slot, now: now)
        guard hasAsked || table.isWaiting(slot) else { return conclude(slot, now: now) }
        if table.records[slot].bestBad != .noError, !hasUntried(slot) {
            // Somebody said no. The others get a little time to know better.
            let due = now.advanced(byMilliseconds: graceMilliseconds(slot))
            table.records[slot].deadline = min(table.records[slot].deadline, due)
        }
        schedule(slot)
        return hasAsked ? .retry(table.flight(slot)) : .ignore
    }

    /// How long the servers that are waited for take at the most.
    private func graceMilliseconds(_ slot: Int) -> Int64 {
        var grace = ForwarderLimits.graceMilliseconds
        for index in 0..<ForwarderLimits.openAttempts where table[slot, index].isWaiting {
            let server = Int(table[slot, index].server)
            grace = max(grace, selection.replyMilliseconds(of: server) ?? 0)
        }
        return grace
    }

    /// Ends a flight without a good answer, and remembers that.
    ///
    /// Differs: dnsmasq passes on what a server said, REFUSED too; that is between Waggle and its
    /// server, and a client can only make SERVFAIL of it.
    private mutating func conclude(_ slot: Int, now: Instant) -> Outcome {
        if let denial = table.records[slot].denial {
            // Nobody said otherwise, in small letters or at all. It is not kept.
            finish(slot, as: .over)
            return .failed(table.flight(slot), denial, .noReachableAuthority)
        }
        selection.noteGivenUp(
            Int(table.records[slot].group), asked: table.records[slot].asked,
            since: table.records[slot].opened)
        let bad = table.records[slot].bestBad
        let isUnreachable = bad == .noError && !table.records[slot].metSilence
        let error: ExtendedError = isUnreachable ? .networkError : .noReachableAuthority
        noteFailed(slot, error, now: now)
        finish(slot, as: .over)
        return .failed(table.flight(slot), .serverFailure, error)
    }

    /// Remembers that nobody could answer: until a failing server answers again, unless some server
    /// answered others in the meantime.
    mutating func noteFailed(_ slot: Int, _ error: ExtendedError, now: Instant) {
        let group = Int(table.records[slot].group)
        var isTheirs = table.records[slot].bestBad == .noError
        for position in 0..<selection.count(of: group) where isTheirs {
            let server = selection.server(position, of: group)
            isTheirs = !selection.hasReplied(server, since: table.records[slot].opened)
        }
        failures.insert(
            table.records[slot].hash, error, recoveries: isTheirs ? selection.recoveries : .max,
            now: now)
    }

    func hasUntried(_ slot: Int) -> Bool {
        selection.best(of: Int(table.records[slot].group), asked: table.records[slot].asked) != nil
    }

    /// Asks the best server that was not asked yet; false when there is none or no place for it.
    private mutating func askNext(_ slot: Int, now: Instant) -> Bool {
        guard table.freePlace(slot) != nil,
            let position = selection.best(
                of: Int(table.records[slot].group), asked: table.records[slot].asked)
        else { return false }
        ask(slot, position, now: now)
        return true
    }

    private mutating func ask(_ slot: Int, _ position: Int, now: Instant) {
        guard let index = table.freePlace(slot) else { return }
        let server = selection.server(position, of: Int(table.records[slot].group))
        table.records[slot].asked |= 1 << UInt64(position)
        var (kind, isTrial) = selection.nextKind(of: server, now: now)
        // After a bad answer, or none, letters may be why.
        if table.records[slot].bestBad != .noError
            || !table.records[slot].isOpening && !selection.keepsLetters(server, now: now)
        {
            kind.isLowerCase = true
        }
        table.records[slot].isTrial = isTrial
        start(slot, index, server: server, kind, now: now)
        table.records[slot].stepDue =
            hasUntried(slot)
            ? now.advanced(byMilliseconds: selection.patience(with: server))
            : nextRepeat(slot, now: now)
    }
}
