package import DNSWire

/// Asks upstream servers for what is not known here: which server, when the next one, which reply
/// is believed.
///
/// One per worker. It does no I/O: the worker opens a socket for each attempt, sends what
/// `writeQuery` writes, hands in what arrives, and calls `expire` when `nextDeadline` has come. A
/// flight goes through it like this:
///
///     submit ┬ opened: nextUnsent… ─ receive, attemptFailed, expire ┬ ignore: wait on
///            └ joined                                               ├ retry: nextUnsent…, wait on
///                                                                   └ else:
///                                             nextWaiter…, nextAttempt…, close
///
/// Cost: no allocation per query once its tables have grown to the load.
package struct Forwarder: ~Copyable {
    private let pin = Pin()
    /// The source of ids, and of ports for the worker's sockets.
    package var random = RandomPool()

    let limits: ForwarderLimits
    var selection = ServerSelection()
    var table: FlightTable
    var waiters: WaiterPool
    var dueTimes = DeadlineHeap()
    var failures = FailureCache(count: ForwarderLimits.failures)
    /// Flights by the number of the client that opened them.
    private var clientLoads = [UInt16](repeating: 0, count: WaiterPool.classes)
    /// Flights that were given up for others.
    package private(set) var evictions: UInt64 = 0
    /// `dns-forward-max`.
    var maximumInFlight: Int?
    /// `edns-packet-max`: the largest UDP reply that is asked for and taken.
    var ednsOctets: UInt16 = 1232
    /// `do-0x20-encode`.
    ///
    /// Differs: on, unless `no-0x20-encode` is given. Servers that change letters are asked in
    /// small ones.
    var scramblesCase = true
    /// A reply was dropped for its subnet since this was last looked at.
    var metSubnetMismatch = false
    /// `fast-dns-retry`: when a question is first repeated, and when for the last time.
    var retryMilliseconds: ClosedRange<Int64>?

    package init(limits: ForwarderLimits = ForwarderLimits()) {
        self.limits = limits
        var generator = SystemRandomNumberGenerator()
        table = FlightTable(slotLimit: limits.slots, seed: generator.next())
        waiters = WaiterPool(limit: limits.waiters, perClient: limits.waitersPerClient)
    }

    /// What became of a query.
    package enum Submission: Hashable, Sendable {
        /// The same question is in flight already; its answer is this one's, too.
        case joined
        /// Pop the attempts to send with `nextUnsent`.
        case opened(Flight)
        /// No room: the caller answers REFUSED.
        case overloaded
        /// The group has no server.
        case noServer
        /// Nobody could answer it a moment ago.
        case failing(ExtendedError)
    }

    /// What an event means for the worker.
    package enum Outcome: Hashable, Sendable {
        /// Nothing to do, keep waiting.
        case ignore
        /// Pop the attempts to send with `nextUnsent`.
        case retry(Flight)
        /// The message just received is the answer: take it in, answer all waiters, close.
        case answered(Flight)
        /// Nobody had a good answer, and the message just received is the best bad one: pass it on,
        /// do not keep it.
        case answeredBadly(Flight)
        /// Nobody had a good answer: answer all waiters with what the cache had, or with the rcode,
        /// and close the flight.
        case failed(Flight, ResponseCode, ExtendedError)
        /// It takes long: answer all waiters with what the cache had. The flight goes on.
        case overdue(Flight)
    }
}

// MARK: Queries

extension Forwarder {
    /// Joins the flight of the same question (letter case aside, same traits and options) or opens
    /// one.
    ///
    /// `waiter` is nil where nobody waits: a stale entry is refreshed. `label` is a number of the
    /// worker's own, which the flight keeps. `client` is any number of the asking address.
    /// `hasStale` says that the cache has an answer whose time is over. Without `asks` the caller
    /// goes on with `ask` or `follow`.
    package mutating func submit(
        name: borrowing NameBuffer, type: RecordType, recordClass: RecordClass,
        traits: QueryTraits, options: borrowing EDNSOptions = EDNSOptions(), group: UInt16,
        waiter: Waiter?, client: UInt64 = 0, hasStale: Bool = false, label: UInt32 = 0,
        asks: Bool = true, now: Instant
    ) -> Submission {
        let hash = table.hash(name, type, recordClass, traits, options)
        let client = UInt16(truncatingIfNeeded: client) & UInt16(WaiterPool.classes - 1)
        if let slot = table.find(hash, name, type, recordClass, traits, options) {
            return join(slot, waiter, client, hasStale: hasStale, now: now) ? .joined : .overloaded
        }
        guard selection.count(of: Int(group)) > 0 else { return .noServer }
        if let failure = failures.find(hash, recoveries: selection.recoveries, now: now) {
            return .failing(failure.extendedError)
        }
        var record = FlightRecord()
        record.type = type
        record.recordClass = recordClass
        record.traits = traits
        record.group = group
        record.client = client
        record.label = label
        record.opened = now
        record.deadline = now.advanced(byMilliseconds: ForwarderLimits.deadlineMilliseconds)
        if hasStale {
            // Where nobody has answered for a while nobody is waited for. RFC 8767 §5.
            record.staleDue =
                selection.isDown(Int(group))
                ? now : now.advanced(byMilliseconds: ForwarderLimits.staleMilliseconds)
        }
        guard waiter == nil || waiters.hasRoom(for: client),
            makeRoom(in: Int(group), of: client, now: now),
            let slot = table.open(hash, name, options, record)
        else { return .overloaded }
        if scramblesCase { table.scramble(slot, with: &random) }
        dueTimes.grow(to: table.records.count)
        selection.add(1, to: Int(group))
        clientLoads[Int(client)] += 1
        _ = enqueue(waiter, client, slot)
        if asks { askFirst(slot, now: now) }
        return .opened(table.flight(slot))
    }

    private mutating func join(
        _ slot: Int, _ waiter: Waiter?, _ client: UInt16, hasStale: Bool, now: Instant
    ) -> Bool {
        guard enqueue(waiter, client, slot) else { return false }
        if hasStale, waiter != nil {
            let due =
                table.records[slot].isStale
                ? now : now.advanced(byMilliseconds: ForwarderLimits.staleMilliseconds)
            table.records[slot].staleDue = min(table.records[slot].staleDue, due)
            schedule(slot)
        }
        return true
    }

    private mutating func enqueue(_ waiter: Waiter?, _ client: UInt16, _ slot: Int) -> Bool {
        guard let waiter else { return true }
        guard waiters.hasRoom(for: client),
            table.records[slot].queue.count < limits.waitersPerFlight
        else { return false }
        waiters.append(waiter, of: client, to: &table.records[slot].queue)
        return true
    }

    /// Whether one more flight of a group may be opened; gives up an old one for it, if need be.
    ///
    /// The oldest goes: it is the one most likely to end without an answer, so a dead domain cannot
    /// keep the others out. A client that has its share may still ask a group that has few.
    private mutating func makeRoom(in group: Int, of client: UInt16, now: Instant) -> Bool {
        if clientLoads[Int(client)] >= limits.flightsPerClient,
            selection.inFlight(group) >= limits.flightsOfAnyGroup
        {
            guard evictOldest(openedBy: client, now: now) != nil else { return false }
        }
        if let maximumInFlight {
            guard selection.sharedInFlight(group) < maximumInFlight else { return false }
        } else if selection.inFlight(group) >= limits.flightsPerGroup {
            guard evictOldest(of: UInt16(group), now: now) != nil else { return false }
        }
        return table.flying < limits.flights || evictOldest(now: now) != nil
    }

    /// Gives up the oldest flight but the one that needs a socket, since there are none left: the
    /// worker closes those that it has, and `expire` reports it at once. nil where none is old
    /// enough.
    package mutating func giveUpOldest(besides flight: Flight, now: Instant) -> Flight? {
        evictOldest(besides: flight, now: now).map { table.flight($0) }
    }

    private mutating func evictOldest(
        of group: UInt16? = nil, openedBy client: UInt16? = nil, besides flight: Flight? = nil,
        now: Instant
    ) -> Int? {
        var slot = table.oldest
        for _ in 0..<ForwarderLimits.evictionSteps where slot != FlightTable.none {
            if group == nil || group == table.records[Int(slot)].group,
                client == nil || client == table.records[Int(slot)].client,
                flight == nil || flight?.slot != slot, isEvictable(Int(slot), now: now)
            {
                finish(Int(slot), as: .evicted)
                // `expire` reports it at once.
                dueTimes.set(Int(slot), to: now)
                evictions &+= 1
                return Int(slot)
            }
            slot = table.records[Int(slot)].newer
        }
        return nil
    }

    /// Whether a flight has waited for longer than its server usually takes.
    private func isEvictable(_ slot: Int, now: Instant) -> Bool {
        let patience = selection.patience(with: Int(table[slot, 0].server))
        let age = min(ForwarderLimits.evictableMilliseconds, patience)
        return table.records[slot].opened.advanced(byMilliseconds: age) < now
    }

    /// Whether a reply was dropped for its subnet since the last call.
    package mutating func takeSubnetMismatch() -> Bool {
        defer { metSubnetMismatch = false }
        return metSubnetMismatch
    }

    /// How many questions may be under way; for the log.
    package var maximumFlights: Int { min(maximumInFlight ?? .max, limits.flights) }

    /// The number that the worker gave a flight; 0 for a stale handle.
    package func label(of flight: Flight) -> UInt32 {
        table.slot(of: flight).map { table.records[$0].label } ?? 0
    }

    /// The question of a flight; nil for a stale handle.
    package func view(of flight: Flight) -> FlightView? {
        guard let slot = table.slot(of: flight) else { return nil }
        let group = table.records[slot].group
        return FlightView(
            name: table.names[slot], type: table.records[slot].type,
            recordClass: table.records[slot].recordClass, traits: table.records[slot].traits,
            group: group == FlightTable.none ? nil : group, label: table.records[slot].label)
    }
}

// MARK: Attempts

extension Forwarder {
    /// Pops an attempt that is to be sent now, each by a fresh socket on a random port.
    ///
    /// Its place may still have the socket of an earlier attempt that is over: the worker closes
    /// that one first.
    package mutating func nextUnsent(of flight: Flight) -> Attempt? {
        guard let slot = table.slot(of: flight), table.records[slot].state == .flying else {
            return nil
        }
        for index in 0..<ForwarderLimits.openAttempts
        where table[slot, index].state == .unsent {
            table[slot, index].state = .open
            table[slot, index].hasSocket = true
            return attempt(slot, index)
        }
        return nil
    }

    /// Writes the octets to send for an attempt; false if it is stale or the row too short.
    ///
    /// The question is spelled at random, as the first client spelled it, or in small letters, and
    /// the reply has to repeat that.
    @discardableResult @_lifetime(writer: copy writer)
    package func writeQuery(for attempt: Attempt, into writer: inout WireWriter) -> Bool {
        guard let slot = waitingSlot(of: attempt) else { return false }
        let place = table[slot, Int(attempt.index)]
        let traits = table.records[slot].traits
        let flags: UInt16 =
            (traits.contains(.recursionDesired) ? MessageHeader.Flags.recursionDesired : 0)
            | (traits.contains(.authenticatedData) ? MessageHeader.Flags.authenticData : 0)
            | (traits.contains(.checkingDisabled) ? MessageHeader.Flags.checkingDisabled : 0)
        guard writer.writeUInt16(place.id), writer.writeUInt16(flags),
            writer.writeUInt16(1), writer.writeUInt32(0),
            writer.writeUInt16(place.isPlain ? 0 : 1),
            writeName(slot, place, into: &writer),
            writer.writeUInt16(table.records[slot].type.rawValue),
            writer.writeUInt16(table.records[slot].recordClass.rawValue)
        else { return false }
        guard !place.isPlain else { return true }
        let isDNSSECOK = traits.contains(.dnssecOK)
        guard !table.options[slot].isEmpty else {
            return writer.writeOPT(udpOctets: ednsOctets, isDNSSECOK: isDNSSECOK)
        }
        return writer.writeOPT(
            udpOctets: ednsOctets, isDNSSECOK: isDNSSECOK, options: table.options[slot].bytes,
            count: table.options[slot].length)
    }

    @_lifetime(writer: copy writer)
    private func writeName(
        _ slot: Int, _ place: AttemptPlace, into writer: inout WireWriter
    ) -> Bool {
        guard place.isLowerCase else { return writer.write(table.names[slot].bytes) }
        var name = table.names[slot]
        name.fold()
        return writer.write(name.bytes)
    }

    /// The attempt of a token; nil if it is stale or over.
    package func attempt(forToken token: UInt64) -> Attempt? {
        attemptWithPlace(forToken: token).flatMap { waitingSlot(of: $0) == nil ? nil : $0 }
    }

    /// The attempt of a token, over or not, while its place has no new one.
    package func attemptWithPlace(forToken token: UInt64) -> Attempt? {
        let flight = Flight(
            slot: UInt16(truncatingIfNeeded: token >> 16),
            generation: UInt32(truncatingIfNeeded: token >> 32))
        let index = Int(token & 0xFF)
        guard let slot = table.slot(of: flight), index < ForwarderLimits.openAttempts else {
            return nil
        }
        let found = attempt(slot, index)
        return found.token == token ? found : nil
    }

    func attempt(_ slot: Int, _ index: Int) -> Attempt {
        let place = table[slot, index]
        return Attempt(
            flight: table.flight(slot), index: UInt8(index), serial: place.serial,
            server: place.server, transport: place.transport, isRepeat: place.isRepeat)
    }

    /// Whether the reply to an attempt is waited for, not only taken if it comes.
    package func isAwaited(_ attempt: Attempt) -> Bool {
        waitingSlot(of: attempt).map { table[$0, Int(attempt.index)].isWaiting } ?? false
    }

    /// The slot of an attempt whose reply would still be taken.
    func waitingSlot(of attempt: Attempt) -> Int? {
        let index = Int(attempt.index)
        guard let slot = table.slot(of: attempt.flight), table.records[slot].state == .flying,
            table[slot, index].serial == attempt.serial,
            table[slot, index].isOpen
        else { return nil }
        return slot
    }
}

// MARK: The end of a flight

extension Forwarder {
    /// Clients that wait for an answer.
    package var waitingCount: Int { waiters.count }

    /// Pops a client that waits for the flight, first come first.
    package mutating func nextWaiter(of flight: Flight) -> Waiter? {
        guard let slot = table.slot(of: flight) else { return nil }
        return waiters.popFirst(of: &table.records[slot].queue)
    }

    /// Pops an attempt of the flight that was handed out, so that the worker closes its socket if
    /// that is still open.
    package mutating func nextAttempt(of flight: Flight) -> Attempt? {
        guard let slot = table.slot(of: flight) else { return nil }
        for index in 0..<ForwarderLimits.openAttempts
        where table[slot, index].hasSocket {
            table[slot, index].hasSocket = false
            return attempt(slot, index)
        }
        return nil
    }

    /// Gives the slot back.
    ///
    /// Waiters that were not popped are forgotten.
    package mutating func close(_ flight: Flight) {
        guard let slot = table.slot(of: flight) else { return }
        if table.records[slot].state == .flying { finish(slot, as: .over) }
        dueTimes.remove(slot)
        while waiters.popFirst(of: &table.records[slot].queue) != nil {}
        table.vacate(slot)
    }

    /// Ends the life of a flight: no timer, nobody joins, replies are ignored.
    mutating func finish(_ slot: Int, as state: FlightRecord.State) {
        table.finish(slot, as: state)
        dueTimes.remove(slot)
        if table.records[slot].sharing != .follower {
            selection.add(-1, to: Int(table.records[slot].group))
        }
        clientLoads[Int(table.records[slot].client)] -= 1
    }
}
