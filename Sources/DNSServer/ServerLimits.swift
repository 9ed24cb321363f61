/// The limits of the data plane, each with its source.
package enum ServerLimits {
    /// Batches taken from one socket before the others get their turn.
    static let batchesPerWake = 8
    /// Connections taken from one listener before the others get their turn.
    static let acceptsPerWake = 32
    /// TCP connections of all workers where `max-tcp-connections` says nothing. dnsmasq has 20,
    /// each a process.
    static let streams = 2_048
    /// TCP connections of one client address: one host cannot take all of them.
    static let streamsPerClient = 64
    /// How long a connection may be silent. RFC 7766 §6.2.3 asks for seconds; dnsmasq 150 s.
    static let idleMilliseconds: Int64 = 10_000
    /// The same once three quarters of the connections are taken.
    static let crowdedIdleMilliseconds: Int64 = 2_000
    /// Queries of one connection that are asked upstream at the same time. Knot Resolver: 100.
    static let pipelined = 100
    /// Octets of a query by TCP with its length; longer ones end the connection.
    static let queryOctets = 4_098
    /// Octets of answers that wait for a client to read; more end the connection.
    static let pendingOctets = 262_144
    /// Messages of a zone transfer that are written before the other sockets get their turn.
    static let transferMessagesPerWake = 4
    /// Octets of any message with its length. RFC 1035 §4.2.2.
    static let framedOctets = 65_537
    /// Hosts on the own networks whose hardware addresses a worker remembers: some /22.
    static let neighbours = 1_024
    /// How long a hardware address is believed; dnsmasq's arp.c: 90 s.
    static let neighbourMilliseconds: Int64 = 90_000
    /// The least time between two readings of the kernel's table.
    static let neighbourPauseMilliseconds: Int64 = 1_000
    /// Servers that are asked whether they ask back; the group cannot ask more of them.
    static let probedServers = 64
    /// How often, and at which distance, it is looked whether a probe has come back.
    static let loopLooks = 10
    static let loopLookMilliseconds: Int64 = 200
    /// Questions from a fixed port whose replies are still awaited; some of them long over.
    static let sharedQuestions = 65_536
    /// Replies taken from such a port before other sockets get their turn.
    static let sharedReplies = 256
    /// Source ports tried before the kernel may choose one.
    static let portTries = 6
    /// Stack of a worker: musl's default of 128 KiB is too small for careless code, glibc's 8 MiB
    /// too much to touch.
    package static let stackOctets = 524_288
    /// How often the log says that too many questions are under way. dnsmasq: 5 s.
    static let overloadWarningMilliseconds: Int64 = 5_000
    /// How often idle connections are looked for.
    static let sweepMilliseconds: Int64 = 1_000
}
