import DNSConfig
import DNSResolver
import LinuxIO

/// How much the network can make this process keep, worked out once, at the start.
///
/// One budget of memory for everything: a quarter of what the process may have beside its cache
/// (`LinuxIO.MemoryLimit`: control group or machine), 4 to 256 MiB. The rest is for the program (7
/// MB), for the configuration, and for the next one while a reload compiles it. Of 100 MiB:
/// ```
/// 25 MiB ┬ the kernel's receive buffers of the listeners, at most half of it      1 MiB
///        ├ connections, a third, at most 32 MiB  ┬ of clients, three quarters     6 MiB
///        │                                       └ to servers, a quarter          2 MiB
///        └ questions under way, the rest         ┬ their tables, a third        5.3 MiB
///                                                └ their sockets               10.7 MiB
/// ```
/// Where there are several workers, what they leave for each other comes off the questions.
///
/// Descriptors are shared out in the same way: at most half of them for clients, an eighth of the
/// rest for connections to servers, and the rest for questions by UDP. Who meets which limit sees:
/// a client with a full share its connection closed (`MemoryBudget`); a new connection an idle one
/// closed, or itself; a question too many REFUSED, or an old one SERVFAIL (`Forwarder.makeRoom`).
package struct NetworkLimits: Sendable {
    /// What all of it comes to, in octets.
    let octets: Int
    /// Memory for connections of clients.
    let clientOctets: Int
    /// Connections of clients to all workers.
    let streams: Int
    /// Connections of one worker to servers.
    let upstreamConnections: Int
    /// Questions under way in one worker.
    let flights: Int
    /// Sockets for questions by UDP, of all workers.
    let sockets: Int
    /// How many of them are kept for each worker, and how many any of them may take beyond that.
    let ownSockets: Int
    let sharedSockets: Int

    /// `memory`, `cache` and `listenerOctets`, the receive buffers of all listeners, in octets;
    /// `descriptors` as RLIMIT_NOFILE has them; `listeners` of each worker; `maximumStreams` as the
    /// configuration says.
    package init(
        memory: Int, cache: Int, listenerOctets: Int = 0, descriptors: Int, workers: Int,
        listeners: Int, maximumStreams: Int? = nil
    ) {
        let workers = max(1, workers)
        let bounds = ServerLimits.networkOctets
        octets = min(max((memory - min(memory, cache)) / 4, bounds.lowerBound), bounds.upperBound)
        let rest = max(octets / 2, octets - listenerOctets)
        let connections = min(rest / 3, ServerLimits.connectionOctets)
        clientOctets = connections / 4 * 3
        // What workers leave for each other.
        let left = workers > 1 ? workers * ServerLimits.postOctets + FlightRegister.octets : 0
        let questions = max((rest - connections) / 2, rest - connections - left)

        let held =
            ServerLimits.reservedDescriptors + ServerLimits.metricsClients
            + workers * (2 * listeners + ServerLimits.workerDescriptors)
        let free = max(0, descriptors - held)
        streams = min(maximumStreams ?? ServerLimits.streams, free / 2)
        let others = free - streams
        let affordable = connections / 4 / ServerLimits.serverConnectionOctets
        upstreamConnections = min(
            ServerLimits.upstreamConnections, max(2, min(others / 8, affordable) / workers))
        sockets = max(
            workers * 4,
            min(
                questions / 3 * 2 / ServerLimits.questionSocketOctets,
                others - workers * upstreamConnections))
        ownSockets = max(4, sockets / (8 * workers))
        sharedSockets = sockets - workers * ownSockets
        flights = max(
            4,
            min(
                ForwarderLimits.mostFlights,
                questions / 3 / (workers * ForwarderLimits.octetsPerFlight),
                ownSockets + sharedSockets))
    }
}

extension NetworkLimits {
    /// The limits of this process, whose workers have these listeners.
    init(listeners: [[Listener]], cache: Int, _ options: ListenOptions) {
        let buffers = listeners.joined().reduce(0) { sum, listener in
            sum + Sockets.receiveBufferOctets(listener.udp)
        }
        self.init(
            memory: MemoryLimit.octets(), cache: cache, listenerOctets: buffers,
            descriptors: ProcessCalls.descriptorLimit, workers: listeners.count,
            listeners: listeners.first?.count ?? 0, maximumStreams: options.maximumTCPConnections)
    }

    /// What the log says of them at the start.
    var lines: [Log.Line] {
        [
            Log.Line(
                .info,
                "limits: \(octets >> 20) MiB for the network; \(streams) TCP connections with "
                    + "\(clientOctets >> 10) KiB; \(flights) questions under way in each worker, "
                    + "\(sockets) sockets for all")
        ]
    }
}
