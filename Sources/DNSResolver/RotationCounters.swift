import Synchronization

/// One counter for each rotating RRset of a snapshot, shared by all workers.
///
/// Every answer takes the next number, so that the order advances by one per answer whoever serves
/// it, through aliases too. Cost: one atomic addition.
@safe
struct RotationCounters: ~Copyable, @unchecked Sendable {
    // Sendable: the elements are atomics, the memory lives as long as self.
    private let counters: UnsafeMutableBufferPointer<Atomic<UInt32>>

    init(count: Int) {
        let memory = UnsafeMutableBufferPointer<Atomic<UInt32>>.allocate(capacity: count)
        for index in 0..<count { unsafe memory.initializeElement(at: index, to: Atomic(0)) }
        unsafe counters = memory
    }

    deinit {
        unsafe counters.deinitialize()
        unsafe counters.deallocate()
    }

    /// How far the records of an answer are turned this time. Advances the counter of their set.
    @inline(__always)
    func turn(of answer: PackedAnswer) -> Int {
        answer.rotationCount > 1 ? next(answer.counter, count: answer.rotationCount) : 0
    }

    /// How far the set with this counter is turned now; 0..<count. Advances the counter.
    @inline(__always)
    func next(_ counter: Int, count: Int) -> Int {
        let limit = unsafe counters.count
        precondition(counter < limit, "a counter of another snapshot")
        let number = unsafe counters[counter].add(1, ordering: .relaxed).oldValue
        return Int(number % UInt32(truncatingIfNeeded: max(count, 1)))
    }
}
