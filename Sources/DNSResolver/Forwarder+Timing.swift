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
            return .failed(table.flight(slot), .serverFailure, .noReachableAuthority)
        }
        if table.records[slot].deadline <= now {
            chargeSilence(slot, patient: false, now: now)
            table.records[slot].metSilence = true
            return conclude(slot)
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
        let repeated = repeatOldest(slot, now: now)
        table.records[slot].stepDue = nextRepeat(slot, now: now)
        schedule(slot)
        return repeated ? .retry(table.flight(slot)) : .ignore
    }

    /// Says when a flight is due next.
    mutating func schedule(_ slot: Int) {
        var due = min(table.records[slot].deadline, table.records[slot].stepDue)
        for index in 0..<ForwarderLimits.openAttempts {
            let place = table[slot, index]
            guard place.isWaiting, place.transport == .tcp else { continue }
            due = min(due, place.sent.advanced(byMilliseconds: ForwarderLimits.tcpMilliseconds))
        }
        dueTimes.set(slot, to: due)
    }

    /// Holds the silence of servers against them: once for each attempt, after their usual time or
    /// at the end.
    private mutating func chargeSilence(_ slot: Int, patient: Bool, now: Instant) {
        for index in 0..<ForwarderLimits.openAttempts {
            let place = table[slot, index]
            guard place.isWaiting, !place.isCharged else { continue }
            let wait =
                place.transport == .tcp
                ? ForwarderLimits.tcpMilliseconds : selection.patience(with: Int(place.server))
            guard !patient || place.sent.advanced(byMilliseconds: wait) <= now else { continue }
            table[slot, index].isCharged = true
            selection.noteFailure(Int(place.server), now: now)
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
            if !place.isCharged { selection.noteFailure(Int(place.server), now: now) }
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

    /// After an attempt came to nothing: asks the next server, or waits for the others, or ends the
    /// flight.
    mutating func moveOn(_ slot: Int, now: Instant) -> Outcome {
        let hasAsked = table.hasUnsent(slot) || askNext(slot, now: now)
        guard hasAsked || table.isWaiting(slot) else { return conclude(slot) }
        if table.records[slot].bestBad != .noError, !hasUntried(slot) {
            // Somebody said no. The others get a little time to know better.
            table.records[slot].deadline = min(
                table.records[slot].deadline,
                now.advanced(byMilliseconds: ForwarderLimits.graceMilliseconds))
        }
        schedule(slot)
        return hasAsked ? .retry(table.flight(slot)) : .ignore
    }

    /// Ends a flight without a good answer: with the best bad one, or SERVFAIL.
    ///
    /// A failure cache (RFC 9520) would learn of the failure here.
    private mutating func conclude(_ slot: Int) -> Outcome {
        let bad = table.records[slot].bestBad
        let isUnreachable = bad == .noError && !table.records[slot].metSilence
        finish(slot, as: .over)
        return .failed(
            table.flight(slot), bad == .noError ? .serverFailure : bad,
            isUnreachable ? .networkError : .noReachableAuthority)
    }

    private func hasUntried(_ slot: Int) -> Bool {
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
        start(
            slot, index, server: server, transport: .udp,
            isPlain: selection.isPlain(server, now: now), now: now)
        table.records[slot].stepDue =
            hasUntried(slot)
            ? now.advanced(byMilliseconds: selection.patience(with: server))
            : nextRepeat(slot, now: now)
    }

    /// Asks again the server that was silent for the longest time.
    ///
    /// Its earlier attempts stay open.
    private mutating func repeatOldest(_ slot: Int, now: Instant) -> Bool {
        guard let free = table.freePlace(slot) ?? giveUpRepeated(slot) else { return false }
        var oldest: AttemptPlace?
        for index in 0..<ForwarderLimits.openAttempts {
            let place = table[slot, index]
            guard place.isWaiting, place.transport == .udp, place.server != FlightTable.none,
                !table.wasAskedAgain(slot, index)
            else { continue }
            if oldest.map({ place.sent < $0.sent }) ?? true { oldest = place }
        }
        guard let oldest else { return false }
        start(
            slot, free, server: Int(oldest.server), transport: .udp, isPlain: oldest.isPlain,
            now: now)
        return true
    }

    /// With `fast-dns-retry` there are more repeats than places: the oldest of a server that was
    /// asked again since makes room.
    private mutating func giveUpRepeated(_ slot: Int) -> Int? {
        guard retryMilliseconds != nil,
            table.records[slot].attempts < ForwarderLimits.attemptsPerFlight
        else { return nil }
        var oldest: Int?
        for index in 0..<ForwarderLimits.openAttempts
        where table[slot, index].isWaiting && table.wasAskedAgain(slot, index) {
            if oldest.map({ table[slot, index].sent < table[slot, $0].sent }) ?? true {
                oldest = index
            }
        }
        if let oldest { table[slot, oldest].state = .finished }
        return oldest
    }

    /// The wait before a repeat, since the opening of the flight; nil after the last one.
    ///
    /// `fast-dns-retry` doubles it from one to the next, as dnsmasq.
    private func repeatMilliseconds(_ round: Int) -> Int64? {
        guard let retryMilliseconds else { return ForwarderLimits.repeatMilliseconds(round) }
        guard round < Int(ForwarderLimits.attemptsPerFlight) else { return nil }
        let wait = retryMilliseconds.lowerBound.multipliedReportingOverflow(
            by: (1 << Int64(round + 1)) - 1)
        return !wait.overflow && wait.partialValue <= retryMilliseconds.upperBound
            ? wait.partialValue : nil
    }

    /// When the next repeat is due; never for a flight that had all of them.
    private mutating func nextRepeat(_ slot: Int, now: Instant) -> Instant {
        while let wait = repeatMilliseconds(Int(table.records[slot].repeats)) {
            let due = table.records[slot].opened.advanced(byMilliseconds: wait)
            if due > now { return due }
            table.records[slot].repeats += 1
        }
        return Instant(milliseconds: .max)
    }

    /// Asks the same server again in the same place: by TCP, or without an OPT record.
    ///
    /// The attempt before is over.
    mutating func retry(
        _ slot: Int, _ index: Int, transport: Transport, isPlain: Bool, now: Instant
    ) -> Outcome {
        let server = table[slot, index].server
        table[slot, index].state = .finished
        guard server != FlightTable.none,
            table.records[slot].attempts < ForwarderLimits.attemptsPerFlight
        else { return moveOn(slot, now: now) }
        start(
            slot, index, server: Int(server), transport: transport, isPlain: isPlain, now: now)
        if hasUntried(slot) {
            let wait =
                transport == .tcp
                ? ForwarderLimits.patienceMilliseconds.upperBound
                : selection.patience(with: Int(server))
            table.records[slot].stepDue = now.advanced(byMilliseconds: wait)
        }
        schedule(slot)
        return .retry(table.flight(slot))
    }

    private mutating func start(
        _ slot: Int, _ index: Int, server: Int, transport: Transport, isPlain: Bool, now: Instant
    ) {
        let id = random.next()
        table.records[slot].attempts += 1
        table[slot, index].start(
            id: id, server: UInt16(server), transport: transport, isPlain: isPlain, now: now)
        selection.noteSent(server, isRetry: !table.records[slot].isOpening, now: now)
    }
}
