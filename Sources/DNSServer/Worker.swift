import DNSConfig
import DNSResolver
import DNSWire
package import LinuxIO
import Synchronization

/// One thread of the data plane: it owns its sockets, its upstream questions and its memory, and
/// does nothing else.
///
/// wait → clock → snapshot → drain each ready socket in batches → send → what is due. Cost of an
/// idle server's local answer: one wait, one receive, one send; no allocation, no reference
/// counting, no lock.
package struct Worker: ~Copyable {
    let setup: WorkerSetup
    /// A strong reference of our own: using it costs nothing.
    var snapshot: Snapshot
    /// By the index in tokens and return paths; closed ones have descriptors of -1.
    var listeners: [Listener]
    private var seen: UInt64 = 0
    var now: Instant
    /// The clock that durations are measured with, read at the same moment as `now`.
    var nowMicroseconds: UInt64 = 0
    /// Answers of this wake-up that are timed.
    var sample = DurationSample()
    /// The server whose reply is being passed on.
    var answeringServer: UInt16 = 0
    var epoll: Epoll
    var resolver: Resolver
    var forwarder: Forwarder
    var received: ReceiveBatch
    var sending = SendBatch()
    var streams: StreamTable
    /// The connections to be gone on with in this wake-up.
    var resuming: [Token] = []
    var upstream: UpstreamSockets
    /// Hardware addresses of clients; empty unless `add-mac` asks for them.
    var neighbours = NeighbourCache()
    /// Where late answers and answers to streams are written.
    var row = MessageRow()
    /// Where queries lie: those of streams, and those to upstream servers.
    var queryRow = MessageRow()
    /// Where upstream messages are read; untouched until all who wait for one are answered.
    var upstreamRow = MessageRow()
    /// Upstream servers of the snapshot, as the kernel wants them.
    var routes: [UpstreamRoute] = []
    /// What other workers have left and is being handled.
    var posts: [FlightPost] = []
    var serial: UInt32 = 0
    /// Whether queries are logged; warnings always are.
    let isLogging: Bool
    /// `local-service`: others get no answer.
    let servesNeighboursOnly: Bool
    var hasNotedForeign = false
    private var nextSweep = Instant(milliseconds: 0)
    var nextOverloadWarning = Instant(milliseconds: .min)
    var nextSubnetWarning = Instant(milliseconds: .min)
    var nextExhaustionWarning = Instant(milliseconds: .min)
    var nextPortWarning = Instant(milliseconds: .min)
    var nextMemoryWarning = Instant(milliseconds: .min)
    /// Flights that were given up, as far as they are counted.
    var countedEvictions: UInt64 = 0
    /// When connections are taken again after descriptors ran out; nil where they are taken.
    var acceptsFrom: Instant?

    /// Takes over the sockets of `setup`; they are closed with the process.
    package init(_ setup: WorkerSetup) throws(SystemError) {
        self.init(setup, epoll: try Self.epoll(watching: setup))
    }

    private init(_ setup: WorkerSetup, epoll: consuming Epoll) {
        precondition(ForwarderLimits.openAttempts <= 128, "a token tells attempts from the rest")
        self.setup = setup
        self.epoll = epoll
        snapshot = setup.state.snapshots.value
        listeners = setup.listeners
        now = Instant(milliseconds: MonotonicClock.milliseconds())
        resolver = Resolver(
            cache: setup.state.cache, counters: setup.counters, team: setup.team,
            readiness: setup.state.readiness)
        received = ReceiveBatch(
            wantsPacketInfo: setup.listeners.contains { $0.isWildcard })
        let limits = setup.state.limits
        forwarder = Forwarder(limits: ForwarderLimits(flights: limits.flights))
        upstream = UpstreamSockets(limits, setup.state.questionSockets)
        servesNeighboursOnly = snapshot.options.listen.effectiveLocalService == .network
        streams = StreamTable(
            limit: limits.streams, load: setup.state.streamLoad,
            budget: setup.state.streamMemory, counters: setup.counters)
        isLogging = setup.queryLog?.takesQueries ?? false
    }

    private static func epoll(watching setup: WorkerSetup) throws(SystemError) -> Epoll {
        let epoll = try Epoll()
        try epoll.add(setup.wake.event.rawValue, token: Token(.wake).word, for: .read)
        for (index, listener) in setup.listeners.enumerated() {
            try watch(listener, index, epoll)
        }
        return epoll
    }

    private static func watch(
        _ listener: Listener, _ index: Int, _ epoll: borrowing Epoll
    ) throws(SystemError) {
        try epoll.add(listener.udp, token: Token(.udpListener, index: index).word, for: .read)
        try epoll.add(listener.tcp, token: Token(.tcpListener, index: index).word, for: .read)
    }

    /// Opens and closes what the control plane has left.
    private mutating func changeListeners() {
        for change in setup.changes.take() {
            switch change {
            case .open(let listener):
                let free = listeners.firstIndex { $0.udp < 0 }
                let index = free ?? listeners.count
                if free == nil { listeners.append(listener) } else { listeners[index] = listener }
                // Out of kernel memory: the address is not served by this worker.
                try? Self.watch(listener, index, epoll)
            case .close(let address):
                for index in listeners.indices where listeners[index].address == address {
                    guard listeners[index].udp >= 0 else { continue }
                    Sockets.close(listeners[index].udp)
                    Sockets.close(listeners[index].tcp)
                    listeners[index].udp = -1
                    listeners[index].tcp = -1
                }
            }
        }
    }

    /// Serves until the control plane says stop.
    package mutating func run() {
        // Before anybody asks: a fixed port is taken before another process has it.
        readClock()
        if setup.state.snapshots.refresh(&snapshot, seen: &seen) { adoptSnapshot() }
        while !setup.state.isStopping.load(ordering: .acquiring) {
            let count = epoll.wait(timeoutMilliseconds: timeout())
            readClock()
            if setup.state.snapshots.refresh(&snapshot, seen: &seen) { adoptSnapshot() }
            for index in 0..<count { handle(epoll.event(index)) }
            while let outcome = forwarder.expire(now: now) { settle(outcome, octets: 0) }
            resumeStreams()
            sweep()
            noteWakeUp()
        }
        upstream.closeAll()
        streams.closeAll()
    }

    private mutating func handle(_ event: Event) {
        guard let token = Token(word: event.token) else { return handleUpstream(event) }
        switch token.kind {
        case .wake:
            setup.wake.event.drain()
            changeListeners()
            takePosts()
        case .udpListener: serveDatagrams(token.index)
        case .tcpListener: acceptStreams(token.index)
        case .stream: serveStream(token, event)
        case .connection: handleConnection(token, event)
        case .sharedSocket: receiveShared(token.index, event)
        }
    }

    /// How long nothing can be due, in milliseconds; -1 for ever.
    private func timeout() -> Int32 {
        var due: Int64?
        if let deadline = forwarder.nextDeadline { due = deadline.milliseconds }
        if hasConnections { due = min(due ?? .max, nextSweep.milliseconds) }
        if let acceptsFrom { due = min(due ?? .max, acceptsFrom.milliseconds) }
        guard let due else { return -1 }
        return Int32(clamping: max(0, due - now.milliseconds))
    }

    private var hasConnections: Bool { streams.needsSweep || upstream.pool.count > 0 }

    private mutating func sweep() {
        if let acceptsFrom, now >= acceptsFrom { resumeAccepting() }
        if streams.takeStarved() { warnStarved() }
        guard hasConnections, now >= nextSweep else { return }
        streams.sweep(now: now)
        let isScarce = setup.state.streamLoad.isScarce(now: now)
        upstream.pool.sweep(isScarce: isScarce, now: now)
        nextSweep = now.advanced(byMilliseconds: ServerLimits.sweepMilliseconds)
    }

    private mutating func adoptSnapshot() {
        forwarder.adopt(snapshot)
        if let flights = setup.flights {
            forwarder.share(seed: flights.seed(generation: snapshot.generation))
        }
        routes = snapshot.servers.map { UpstreamRoute($0.option) }
        upstream.pool.adopt(routes)
        adoptSharedSockets()
        streams.endTransfers(now: now)
    }
}

/// The way to an upstream server in the kernel's terms.
struct UpstreamRoute: Equatable, Sendable {
    var address: SocketAddress
    var source: SocketAddress?
    /// `@interface`.
    var device: String?
}
