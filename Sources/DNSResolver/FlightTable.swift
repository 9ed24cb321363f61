import DNSWire

/// The flights of one worker: found by question, by handle, and by age.
///
/// Shape: records in slots that grow up to a limit and are used again; an open-addressing index
/// from the hash of the folded question to the slot; a list through the flying ones from the oldest
/// to the newest. Cost: opening, finding and closing are O(1) and allocate nothing once the slots
/// have grown.
struct FlightTable: ~Copyable {
    /// Stands for no slot, no group and no server.
    static var none: UInt16 { .max }

    /// The records by slot.
    ///
    /// Indexed by a slot that came from this table.
    var records: [FlightRecord] = []
    /// The names by slot, as they are asked: as the first client spelled them, or scrambled.
    private(set) var names: [NameBuffer] = []
    /// By slot, a bit for each octet of the name that the first client spelled as a capital.
    private var capitals: [InlineArray<4, UInt64>] = []
    /// What goes into the OPT record of the question, by slot.
    private(set) var options: [EDNSOptions] = []
    /// `ForwarderLimits.openAttempts` for each slot.
    private var places: [AttemptPlace] = []
    /// Flights that are neither evicted nor over.
    private(set) var flying = 0
    /// The flying flight that was opened first.
    private(set) var oldest = none
    private var newest = none
    private var vacant: [UInt16] = []
    /// Slots by hash, `none` where empty.
    ///
    /// A power of two, at least twice the slots, so probes end soon.
    private var index: [UInt16]
    private let slotLimit: Int
    /// Of the hashes of questions; those of flights that are there stay as they are.
    var seed: UInt64

    init(slotLimit: Int, seed: UInt64) {
        precondition(
            slotLimit > 0 && slotLimit <= ForwarderLimits.mostSlots, "a slot has 16 bits")
        self.slotLimit = slotLimit
        self.seed = seed
        var size = 16
        while size < 2 * slotLimit { size *= 2 }
        index = [UInt16](repeating: Self.none, count: size)
    }

    /// The slot of a handle that is not stale.
    func slot(of flight: Flight) -> Int? {
        let slot = Int(flight.slot)
        guard slot < records.count, records[slot].generation == flight.generation else {
            return nil
        }
        return slot
    }

    /// The handle of a slot.
    func flight(_ slot: Int) -> Flight {
        Flight(slot: UInt16(slot), generation: records[slot].generation)
    }
}

extension FlightTable {
    /// The hash of a question, letter case aside.
    ///
    /// The seed keeps collisions from being arranged.
    func hash(
        _ name: borrowing NameBuffer, _ type: RecordType, _ recordClass: RecordClass,
        _ traits: QueryTraits, _ options: borrowing EDNSOptions
    ) -> UInt64 {
        var hash = NameHash(seed: seed, length: name.length)
        hash.mix(
            UInt64(type.rawValue) << 32 | UInt64(recordClass.rawValue) << 16
                | UInt64(traits.rawValue))
        // Safe: the octets are an initialised array of trivial values.
        let octets = unsafe name.octets.span.bytes
        for offset in stride(from: 0, to: name.length, by: 8) {
            hash.mix(foldedWord(octets.word(at: offset)))
        }
        for offset in stride(from: 0, to: options.length, by: 8) {
            hash.mix(options.word(at: offset))
        }
        return hash.value
    }

    /// The flying flight of exactly this question.
    func find(
        _ hash: UInt64, _ name: borrowing NameBuffer, _ type: RecordType,
        _ recordClass: RecordClass, _ traits: QueryTraits, _ options: borrowing EDNSOptions
    ) -> Int? {
        var at = home(hash)
        while index[at] != Self.none {
            let slot = Int(index[at])
            if records[slot].hash == hash, records[slot].type == type,
                records[slot].recordClass == recordClass, records[slot].traits == traits,
                names[slot].isEqual(to: name), self.options[slot].isIdentical(to: options)
            {
                return slot
            }
            at = (at + 1) & (index.count - 1)
        }
        return nil
    }

    /// The flying flight with this hash that follows one of another worker.
    func follower(_ hash: UInt64) -> Int? {
        var at = home(hash)
        while index[at] != Self.none {
            let slot = Int(index[at])
            if records[slot].hash == hash, records[slot].sharing == .follower { return slot }
            at = (at + 1) & (index.count - 1)
        }
        return nil
    }

    /// Takes a slot, files it under the hash and as the newest; nil when no slot is left.
    ///
    /// The generation, the state and the neighbours of the given record are the table's business.
    mutating func open(
        _ hash: UInt64, _ name: borrowing NameBuffer, _ options: borrowing EDNSOptions,
        _ record: FlightRecord
    ) -> Int? {
        let slot: Int
        if let free = vacant.popLast() {
            slot = Int(free)
        } else if records.count < slotLimit {
            slot = records.count
            records.append(FlightRecord())
            names.append(NameBuffer())
            capitals.append(InlineArray(repeating: 0))
            self.options.append(EDNSOptions())
            for _ in 0..<ForwarderLimits.openAttempts { places.append(AttemptPlace()) }
            vacant.reserveCapacity(records.capacity)
        } else {
            return nil
        }
        let generation = records[slot].generation
        records[slot] = record
        names[slot] = copy name
        if !options.isEmpty || !self.options[slot].isEmpty { self.options[slot] = copy options }
        for index in 0..<ForwarderLimits.openAttempts { self[slot, index] = AttemptPlace() }
        records[slot].generation = generation
        records[slot].state = .flying
        records[slot].hash = hash
        records[slot].older = newest
        if newest == Self.none {
            oldest = UInt16(slot)
        } else {
            records[Int(newest)].newer = UInt16(slot)
        }
        newest = UInt16(slot)
        flying += 1
        file(slot)
        return slot
    }

    /// Spells the name of a slot with random letters, which a reply has to repeat.
    ///
    /// One random bit for each letter.
    mutating func scramble(_ slot: Int, with random: inout RandomPool) {
        let length = names[slot].length
        var octets = names[slot].octets.mutableSpan
        var capitals = InlineArray<4, UInt64>(repeating: 0)
        var (hasCapitals, wasMixed) = (false, false)
        var (bits, left) = (UInt16(0), 0)
        for index in 0..<length {
            let octet = octets[index]
            // Lengths are at most 63 and so never letters.
            guard 97...122 ~= octet | 0x20 else { continue }
            if octet & 0x20 == 0 {
                wasMixed = true
                capitals[index >> 6] |= 1 << UInt64(index & 63)
            }
            if left == 0 { (bits, left) = (random.next(), 16) }
            let isCapital = bits & 1 != 0
            octets[index] = isCapital ? octet & ~0x20 : octet | 0x20
            hasCapitals = hasCapitals || isCapital
            (bits, left) = (bits >> 1, left - 1)
        }
        records[slot].hasCapitals = hasCapitals
        records[slot].wasMixed = wasMixed
        if wasMixed { self.capitals[slot] = capitals }
    }

    /// An octet of a scrambled name as the first client spelled it.
    func spelled(_ slot: Int, _ index: Int) -> UInt8 {
        let octets = names[slot].octets.span
        let octet = foldedOctet(octets[index])
        guard records[slot].wasMixed else { return octet }
        let isCapital = capitals[slot][index >> 6] >> UInt64(index & 63) & 1 != 0
        return isCapital ? octet & ~0x20 : octet
    }

    /// Takes a flight out of the index and the list: nobody joins it any more.
    mutating func finish(_ slot: Int, as state: FlightRecord.State) {
        precondition(records[slot].state == .flying, "only a flying flight can be finished")
        unfile(slot)
        let (older, newer) = (records[slot].older, records[slot].newer)
        if older == Self.none { oldest = newer } else { records[Int(older)].newer = newer }
        if newer == Self.none { newest = older } else { records[Int(newer)].older = older }
        records[slot].state = state
        flying -= 1
    }

    /// Gives the slot of a finished flight back; its handles are stale from now on.
    mutating func vacate(_ slot: Int) {
        records[slot].state = .vacant
        let generation = records[slot].generation
        records[slot].generation = generation == .max ? 1 : generation + 1
        vacant.append(UInt16(slot))
    }
}

// MARK: The attempts of a flight

extension FlightTable {
    /// The place `index` of a slot; 0..<`ForwarderLimits.openAttempts`.
    subscript(slot: Int, index: Int) -> AttemptPlace {
        get { places[slot * ForwarderLimits.openAttempts + index] }
        _modify { yield &places[slot * ForwarderLimits.openAttempts + index] }
    }

    /// Whether any attempt may still bring an answer.
    func isWaiting(_ slot: Int) -> Bool {
        for index in 0..<ForwarderLimits.openAttempts where self[slot, index].isWaiting {
            return true
        }
        return false
    }

    /// What became of all that a flight asked of a server.
    func trace(_ slot: Int, of server: UInt16) -> AttemptTrace {
        var trace: AttemptTrace = []
        for index in 0..<ForwarderLimits.openAttempts
        where self[slot, index].state != .vacant && self[slot, index].server == server {
            trace.formUnion(self[slot, index].trace)
        }
        return trace
    }

    /// Whether an attempt is there that the worker has not taken yet.
    func hasUnsent(_ slot: Int) -> Bool {
        for index in 0..<ForwarderLimits.openAttempts where self[slot, index].state == .unsent {
            return true
        }
        return false
    }

    /// A place for one more attempt; nil when all are taken or the flight has had enough of them.
    func freePlace(_ slot: Int) -> Int? {
        guard records[slot].attempts < ForwarderLimits.attemptsPerFlight else { return nil }
        var finished: Int?
        var doubted: Int?
        for index in 0..<ForwarderLimits.openAttempts {
            if self[slot, index].state == .vacant { return index }
            if finished == nil, self[slot, index].state == .finished { finished = index }
            if doubted == nil, self[slot, index].state == .doubted { doubted = index }
        }
        return finished ?? doubted
    }
}

// MARK: The index

extension FlightTable {
    private func home(_ hash: UInt64) -> Int {
        Int(truncatingIfNeeded: hash) & (index.count - 1)
    }

    private mutating func file(_ slot: Int) {
        var at = home(records[slot].hash)
        while index[at] != Self.none { at = (at + 1) & (index.count - 1) }
        index[at] = UInt16(slot)
    }

    /// Empties the place of a slot and moves up those behind it that were pushed on by it, so that
    /// no search ends early.
    private mutating func unfile(_ slot: Int) {
        let mask = index.count - 1
        var hole = home(records[slot].hash)
        while index[hole] != UInt16(slot) { hole = (hole + 1) & mask }
        var at = hole
        while true {
            at = (at + 1) & mask
            guard index[at] != Self.none else { break }
            let home = home(records[Int(index[at])].hash)
            // Safe: distances around the ring are taken modulo its size.
            guard (at &- home) & mask >= (at &- hole) & mask else { continue }
            index[hole] = index[at]
            hole = at
        }
        index[hole] = Self.none
    }
}
