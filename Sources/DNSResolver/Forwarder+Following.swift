package import DNSWire

// One question for all workers: the first that has it asks, the others wait for what comes of it.
//
// A flight that follows has no attempts of its own. It is joined, and its clients get what the
// cache had, as with any other; it ends with the word of the worker that asks, or asks by itself.

/// Whether a flight is shared with other workers.
package enum FlightSharing: UInt8, Sendable {
    /// Nobody else knows of it.
    case alone
    /// Asked here, and others may wait for what comes of it.
    case owner
    /// Another worker asks.
    case follower
}

/// What became of a flight, for those who follow it.
package enum SharedOutcome: Hashable, Sendable {
    /// The message is the answer.
    case answered
    /// The message is the best that somebody said; it is not to be kept.
    case answeredBadly(FailureMemory)
    /// Nobody had an answer.
    case failed(ResponseCode, ExtendedError, FailureMemory)
    /// It was given up for reasons that are not theirs: they ask themselves.
    case abandoned
}

/// How long a failure keeps the same question from being asked.
package enum FailureMemory: Hashable, Sendable {
    case none
    case untilRecovery
    case whole
}

extension Forwarder {
    /// Takes the seed of a configuration that all workers have: equal questions then have equal
    /// keys, and nobody outside can make others equal.
    ///
    /// Flights from before keep theirs; nobody joins them any more after `adopt`.
    package mutating func share(seed: UInt64) { table.seed = seed }

    /// The number of a flight's question; 0 for a stale handle.
    package func key(of flight: Flight) -> UInt64 {
        table.slot(of: flight).map { table.records[$0].hash } ?? 0
    }

    /// Sends a flight off that was opened without asking: pop its attempts.
    package mutating func ask(_ flight: Flight, as sharing: FlightSharing, now: Instant) {
        guard let slot = table.slot(of: flight) else { return }
        table.records[slot].sharing = sharing
        askFirst(slot, now: now)
    }

    /// Lets a flight that was opened without asking wait for another worker's, until a moment when
    /// that must be over.
    ///
    /// It does not count among those of its group: nothing is under way for it.
    package mutating func follow(_ flight: Flight, until due: Instant) {
        guard let slot = table.slot(of: flight) else { return }
        table.records[slot].sharing = .follower
        table.records[slot].stepDue = due
        selection.add(-1, to: Int(table.records[slot].group))
        schedule(slot)
    }

    /// The key of a flight that others may follow, once: nobody does any more. 0 for others.
    package mutating func endSharing(of flight: Flight) -> UInt64 {
        guard let slot = table.slot(of: flight), table.records[slot].sharing == .owner else {
            return 0
        }
        table.records[slot].sharing = .alone
        return table.records[slot].hash
    }

    /// How long the failure of a flight keeps its question from being asked.
    package func failureMemory(of flight: Flight, now: Instant) -> FailureMemory {
        let failure = failures.find(key(of: flight), recoveries: selection.recoveries, now: now)
        guard let failure else { return .none }
        return failure.isWhole ? .whole : .untilRecovery
    }

    /// Whether a flight was given up for newer ones.
    package func wasEvicted(_ flight: Flight) -> Bool {
        table.slot(of: flight).map { table.records[$0].wasEvicted } ?? false
    }

    // MARK: Following

    /// Takes in what became of the flight that the one with this key follows.
    ///
    /// Counts nothing of servers and learns nothing: the worker that asked has done so. A message
    /// about another question is no word of it.
    package mutating func receive(
        _ outcome: SharedOutcome, key: UInt64, message: RawSpan, now: Instant
    ) -> Outcome {
        guard let slot = table.follower(key) else { return .ignore }
        let flight = table.flight(slot)
        switch outcome {
        case .answered where isSameQuestion(message, slot):
            finish(slot, as: .over)
            return .answered(flight)
        case .answeredBadly(let memory) where isSameQuestion(message, slot):
            remember(slot, .noReachableAuthority, memory, now: now)
            finish(slot, as: .over)
            return .answeredBadly(flight)
        case .failed(let code, let error, let memory):
            remember(slot, error, memory, now: now)
            finish(slot, as: .over)
            return .failed(flight, code, error)
        case .answered, .answeredBadly, .abandoned: return takeOver(slot, now: now)
        }
    }

    private func isSameQuestion(_ message: RawSpan, _ slot: Int) -> Bool {
        let start = WireLimits.headerOctets
        let end = start + table.names[slot].length
        return message.byteCount >= end + 4
            && message.uint16(at: end) == table.records[slot].type.rawValue
            && message.uint16(at: end + 2) == table.records[slot].recordClass.rawValue
            && table.names[slot].isEqual(to: message, at: start)
    }

    private mutating func remember(
        _ slot: Int, _ error: ExtendedError, _ memory: FailureMemory, now: Instant
    ) {
        guard memory != .none else { return }
        failures.insert(
            table.records[slot].hash, error,
            recoveries: memory == .untilRecovery ? selection.recoveries : .max, now: now)
    }

    /// The first flight from a slot on that follows another worker's, and the slot after it.
    package func follower(from start: Int) -> (key: UInt64, next: Int)? {
        for slot in start..<max(start, table.records.count)
        where table.records[slot].state == .flying && table.records[slot].sharing == .follower {
            return (table.records[slot].hash, slot + 1)
        }
        return nil
    }

    /// What is due of a flight that follows; nil where that is as with any other.
    mutating func expireFollower(_ slot: Int, now: Instant) -> Outcome? {
        guard table.records[slot].sharing == .follower else { return nil }
        if table.records[slot].deadline <= now {
            finish(slot, as: .over)
            return .failed(table.flight(slot), .serverFailure, .noReachableAuthority)
        }
        guard table.records[slot].staleDue > now, table.records[slot].stepDue <= now else {
            return nil
        }
        return takeOver(slot, now: now)
    }

    /// Asks by itself what nobody asks any more.
    private mutating func takeOver(_ slot: Int, now: Instant) -> Outcome {
        table.records[slot].sharing = .alone
        table.records[slot].stepDue = Instant(milliseconds: .max)
        let group = Int(table.records[slot].group)
        selection.add(1, to: group)
        // Nobody is named for the question since a reload.
        guard selection.count(of: group) > 0 else {
            finish(slot, as: .over)
            return .failed(table.flight(slot), .serverFailure, .noReachableAuthority)
        }
        askFirst(slot, now: now)
        return .retry(table.flight(slot))
    }
}
