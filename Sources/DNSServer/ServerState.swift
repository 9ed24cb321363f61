package import DNSResolver
package import LinuxIO
package import Synchronization

/// What the control plane and all workers share.
package final class ServerState: Sendable {
    package let snapshots: Published<Snapshot>
    package let cache: AnswerCache
    /// Set once: workers end their loop at the next wake-up.
    package let isStopping = Atomic<Bool>(false)
    package let readiness = Readiness()
    /// TCP connections of all workers: what `max-tcp-connections` limits.
    let streamLoad = StreamLoad()
    /// What the network may take, in all.
    package let limits: NetworkLimits
    /// Memory of the TCP connections of all workers.
    let streamMemory: MemoryBudget
    /// Sockets for questions that workers have beyond those of their own.
    let questionSockets = SharedCount()

    package init(snapshot: Snapshot, cache: AnswerCache, limits: NetworkLimits) {
        snapshots = Published(snapshot)
        self.cache = cache
        self.limits = limits
        streamMemory = MemoryBudget(limit: limits.clientOctets)
    }
}

/// A number that all workers add to.
package final class SharedCount: Sendable {
    let value = Atomic<Int>(0)

    package init() {}
}

/// One address that a worker serves, with the sockets that the worker takes over.
package struct Listener: Sendable {
    package var udp: Int32
    package var tcp: Int32
    /// As it was bound; the port is the real one.
    package var address: SocketAddress
    /// Whether datagrams tell where they were sent to.
    package var isWildcard: Bool
    /// The interface that has the address; 0 for a wildcard address.
    package var interfaceIndex: UInt32

    package init(
        udp: Int32, tcp: Int32, address: SocketAddress, isWildcard: Bool, interfaceIndex: UInt32 = 0
    ) {
        self.udp = udp
        self.tcp = tcp
        self.address = address
        self.isWildcard = isWildcard
        self.interfaceIndex = interfaceIndex
    }
}

/// What one worker is made of. The control plane keeps `counters` and `wake`.
package struct WorkerSetup: Sendable {
    package var state: ServerState
    package var listeners: [Listener]
    package var counters: Counters
    /// Signalled after a publication, a stop, or anything else that a sleeping worker must notice.
    package var wake: Wake
    /// Where the worker says what is to be logged; nil only where nobody reads it.
    package var queryLog: QueryLog?
    /// Its number, from 0.
    package var number = 0
    /// What the workers ask for each other; nil where there is one.
    package var flights: SharedFlights?
    /// Whether it is the only worker.
    package var isAlone: Bool
    /// Listeners that come and go while the worker runs.
    package var changes: ListenerChanges
    /// The counters of all workers, this one among them.
    package var team: [Counters]

    package init(
        state: ServerState, listeners: [Listener], counters: Counters, wake: Wake,
        queryLog: QueryLog?, number: Int = 0, flights: SharedFlights? = nil, isAlone: Bool = false,
        changes: ListenerChanges = ListenerChanges(), team: [Counters] = []
    ) {
        self.number = number
        self.flights = flights
        self.isAlone = isAlone
        self.state = state
        self.listeners = listeners
        self.counters = counters
        self.wake = wake
        self.queryLog = queryLog
        self.changes = changes
        self.team = team.isEmpty ? [counters] : team
    }
}

/// What a worker is to listen to from now on, left there by the control plane.
package final class ListenerChanges: Sendable {
    enum Change: Sendable {
        case open(Listener)
        /// The address as it was bound.
        case close(SocketAddress)
    }

    private let changes = Mutex<[Change]>([])

    package init() {}

    /// Leaves a change; the worker has to be woken.
    func post(_ change: Change) {
        changes.withLock { $0.append(change) }
    }

    /// Takes all changes in their order.
    func take() -> [Change] {
        changes.withLock { changes in
            defer { changes = [] }
            return changes
        }
    }
}

/// Wakes one worker from any thread.
package final class Wake: Sendable {
    package let event: EventCounter

    package init() throws(SystemError) {
        event = try EventCounter()
    }
}
