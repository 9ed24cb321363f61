/// The clients that wait, each in the queue of its flight.
///
/// Shape: `next[i]` follows waiter `i` in its queue, or in the list of the free ones; -1 ends both.
/// Cost: O(1), no allocation once it has grown to the load.
struct WaiterPool: ~Copyable {
    /// The ends of one queue; both -1 while it is empty.
    struct Queue {
        fileprivate var first: Int32 = -1
        fileprivate var last: Int32 = -1
        fileprivate(set) var count: Int32 = 0
    }

    private var waiters: [Waiter] = []
    private var next: [Int32] = []
    private var firstFree: Int32 = -1
    private(set) var count = 0
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    var isFull: Bool { count >= limit }

    /// Puts a client at the end of a queue.
    ///
    /// There must be room.
    mutating func append(_ waiter: Waiter, to queue: inout Queue) {
        precondition(!isFull, "the caller looks whether there is room")
        let index: Int32
        if firstFree >= 0 {
            index = firstFree
            firstFree = next[Int(index)]
            waiters[Int(index)] = waiter
            next[Int(index)] = -1
        } else {
            index = Int32(waiters.count)
            waiters.append(waiter)
            next.append(-1)
        }
        if queue.last >= 0 { next[Int(queue.last)] = index } else { queue.first = index }
        queue.last = index
        queue.count += 1
        count += 1
    }

    /// Takes the client at the head of a queue.
    mutating func popFirst(of queue: inout Queue) -> Waiter? {
        guard queue.first >= 0 else { return nil }
        let index = Int(queue.first)
        queue.first = next[index]
        if queue.first < 0 { queue.last = -1 }
        queue.count -= 1
        next[index] = firstFree
        firstFree = Int32(index)
        count -= 1
        return waiters[index]
    }
}
