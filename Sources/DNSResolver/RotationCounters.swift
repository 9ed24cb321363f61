/// One counter for each rotating RRset of a snapshot, shared by all workers.
///
/// Every answer takes the next number, so that the order advances by one per answer whoever serves
/// it, through aliases too. Cost: one atomic addition.
struct RotationCounters: ~Copyable, Sendable {
    private let counters: AtomicWords

    init(count: Int) {
        counters = AtomicWords(count: count)
    }

    /// How far the records of an answer are turned this time. Advances the counter of their set.
    @inline(__always)
    func turn(of answer: PackedAnswer) -> Int {
        answer.rotationCount > 1 ? next(answer.counter, count: answer.rotationCount) : 0
    }

    /// How far the set with this counter is turned now; 0..<count. Advances the counter.
    @inline(__always)
    func next(_ counter: Int, count: Int) -> Int {
        let number = counters.add(counter, 1)
        return Int(UInt32(truncatingIfNeeded: number) % UInt32(truncatingIfNeeded: max(count, 1)))
    }
}
