/// The clients that wait, each in the queue of its flight, and not too many of one address.
///
/// Shape: `next[i]` follows waiter `i` in its queue, or in the list of the free ones; -1 ends both.
/// `clients[i]` is the class of its address, `loads` how many of a class there are.
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
    private var clients: [UInt16] = []
    private var loads = [Int32](repeating: 0, count: WaiterPool.classes)
    private var firstFree: Int32 = -1
    private(set) var count = 0
    private let limit: Int
    private let limitPerClient: Int

    /// Classes of client addresses.
    static var classes: Int { 1_024 }

    init(limit: Int, perClient limitPerClient: Int) {
        self.limit = limit
        self.limitPerClient = limitPerClient
    }

    /// Whether one more client of a class may wait.
    func hasRoom(for client: UInt16) -> Bool {
        count < limit && loads[Int(client)] < limitPerClient
    }

    /// Puts a client at the end of a queue.
    ///
    /// There must be room.
    mutating func append(_ waiter: Waiter, of client: UInt16, to queue: inout Queue) {
        precondition(hasRoom(for: client), "the caller looks whether there is room")
        let index: Int32
        if firstFree >= 0 {
            index = firstFree
            firstFree = next[Int(index)]
            waiters[Int(index)] = waiter
            clients[Int(index)] = client
            next[Int(index)] = -1
        } else {
            index = Int32(waiters.count)
            waiters.append(waiter)
            clients.append(client)
            next.append(-1)
        }
        if queue.last >= 0 { next[Int(queue.last)] = index } else { queue.first = index }
        queue.last = index
        queue.count += 1
        count += 1
        loads[Int(client)] += 1
    }

    /// Takes the client at the head of a queue.
    mutating func popFirst(of queue: inout Queue) -> Waiter? {
        guard queue.first >= 0 else { return nil }
        let index = Int(queue.first)
        queue.first = next[index]
        if queue.first < 0 { queue.last = -1 }
        queue.count -= 1
        loads[Int(clients[index])] -= 1
        next[index] = firstFree
        firstFree = Int32(index)
        count -= 1
        return waiters[index]
    }
}
