/// When each slot of a table is due next: a binary heap that knows where every slot stands.
///
/// Shape: `slots[0]` is due first; `places[slot]` is the index of a slot in `slots`, or -1. A slot
/// stands in it at most once, so it never holds more than the table. Cost: O(log n) to set or
/// remove, O(1) to look.
struct DeadlineHeap {
    private var slots: [UInt16] = []
    /// By slot; meaningless where the slot is not in the heap.
    private var dueTimes: [Instant] = []
    private var places: [Int32] = []

    /// The slot that is due first.
    var first: (slot: Int, due: Instant)? {
        guard let slot = slots.first else { return nil }
        return (Int(slot), dueTimes[Int(slot)])
    }

    /// Makes room for the slots of a table that has grown.
    mutating func grow(to count: Int) {
        guard places.count < count else { return }
        while places.count < count {
            dueTimes.append(Instant(milliseconds: 0))
            places.append(-1)
        }
        slots.reserveCapacity(places.capacity)
    }

    /// Says when a slot is due, instead of what was said before.
    mutating func set(_ slot: Int, to due: Instant) {
        dueTimes[slot] = due
        if places[slot] < 0 {
            slots.append(UInt16(slot))
            places[slot] = Int32(slots.count - 1)
        }
        settle(Int(places[slot]))
    }

    /// Forgets a slot, if it is there.
    mutating func remove(_ slot: Int) {
        let index = Int(places[slot])
        guard index >= 0 else { return }
        places[slot] = -1
        let last = slots.removeLast()
        guard index < slots.count else { return }
        place(Int(last), at: index)
        settle(index)
    }

    private mutating func place(_ slot: Int, at index: Int) {
        slots[index] = UInt16(slot)
        places[slot] = Int32(index)
    }

    /// Moves the slot at `index` up or down to where it belongs.
    private mutating func settle(_ start: Int) {
        var index = start
        let slot = Int(slots[index])
        let due = dueTimes[slot]
        while index > 0 {
            let parent = (index - 1) / 2
            guard due < dueTimes[Int(slots[parent])] else { break }
            place(Int(slots[parent]), at: index)
            index = parent
        }
        while true {
            var child = 2 * index + 1
            guard child < slots.count else { break }
            if child + 1 < slots.count,
                dueTimes[Int(slots[child + 1])] < dueTimes[Int(slots[child])]
            {
                child += 1
            }
            guard dueTimes[Int(slots[child])] < due else { break }
            place(Int(slots[child]), at: index)
            index = child
        }
        place(slot, at: index)
    }
}
