package import DNSResolver
package import DNSWire
package import LinuxIO
package import Synchronization

/// What the control plane and all workers share.
package final class ServerState: Sendable {
    package let snapshots: Published<Snapshot>
    package let cache: AnswerCache
    /// Set once: workers end their loop at the next wake-up.
    package let isStopping = Atomic<Bool>(false)
    /// The first client that `local-service` kept out, until it is logged.
    package let foreign = Mutex<IPAddress?>(nil)
    /// TCP connections of all workers: what `max-tcp-connections` limits.
    let streamLoad = StreamLoad()

    package init(snapshot: Snapshot, cache: AnswerCache) {
        snapshots = Published(snapshot)
        self.cache = cache
    }
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
    /// Whether it is the only worker.
    package var isAlone: Bool
    /// Interfaces whose queries are dropped: `except-interface` on a wildcard socket.
    package var excludedInterfaces: [UInt32]

    package init(
        state: ServerState, listeners: [Listener], counters: Counters, wake: Wake,
        queryLog: QueryLog?, isAlone: Bool = false, excludedInterfaces: [UInt32] = []
    ) {
        self.isAlone = isAlone
        self.state = state
        self.listeners = listeners
        self.counters = counters
        self.wake = wake
        self.queryLog = queryLog
        self.excludedInterfaces = excludedInterfaces
    }
}

/// Wakes one worker from any thread.
package final class Wake: Sendable {
    package let event: EventCounter

    package init() throws(SystemError) {
        event = try EventCounter()
    }
}
