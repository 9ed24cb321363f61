import DNSConfig

/// The limits of the data plane, each with its source.
package enum ServerLimits {
    /// Batches taken from one socket before the others get their turn.
    static let batchesPerWake = 8
    /// Connections taken from one listener before the others get their turn.
    static let acceptsPerWake = 32
    /// TCP connections of all workers where `max-tcp-connections` says nothing. dnsmasq has 20,
    /// each a process. Never more than half of the descriptors.
    static let streams = StatedLimits.streams
    /// TCP connections of one client address: one host cannot take all of them.
    static let streamsPerClient = StatedLimits.streamsPerClient
    /// How long a connection may be silent. RFC 7766 §6.2.3 asks for seconds; dnsmasq 150 s.
    static let idleMilliseconds = StatedLimits.idleSeconds * 1_000
    /// The same once three quarters of the connections are taken, or descriptors ran out.
    static let crowdedIdleMilliseconds = StatedLimits.crowdedIdleSeconds * 1_000
    /// Queries of one connection that are asked upstream at the same time. Knot Resolver: 100.
    static let pipelined = 100
    /// Octets of a query by TCP with its length; longer ones end the connection.
    static let queryOctets = 4_098
    /// Octets of answers that wait for a client to read; more end the connection.
    static let pendingOctets = 262_144
    /// Messages of a zone transfer that are written before the other sockets get their turn.
    static let transferMessagesPerWake = 4
    /// Octets of memory that a buffer of a connection keeps when it is empty: most messages fit.
    static let keptOctets = 16_384
    /// How long no connections are taken after descriptors ran out.
    static let acceptPauseMilliseconds: Int64 = 250
    /// How long after that idle connections are closed early: until those have come up that just
    /// began to idle.
    static let scarcityMilliseconds: Int64 = 5_000
    /// How often the log says that there are no descriptors.
    static let exhaustionWarningMilliseconds: Int64 = 60_000
    /// Questions on one connection to a server before another is opened. RFC 7766 §6.2.1.1 leaves
    /// the number open; Unbound takes 200, Knot Resolver 100.
    static let questionsPerConnection = 64
    /// The same where no more connections may be opened.
    static let crowdedQuestions = 1_024
    /// Connections to one server. RFC 7766 §6.2.2 recommends one, which is what there is until it
    /// has too many questions, or says nothing.
    static let connectionsPerServer = 16
    /// Connections of a worker to all servers: with the questions of each they have room for
    /// `ForwarderLimits.flights`.
    static let upstreamConnections = 64
    /// How long an idle connection to a server is kept. RFC 7766 §6.2.3 asks for seconds; the
    /// servers' own patience is 10 s (Knot, CoreDNS) to 30 s (Unbound, BIND).
    static let upstreamIdleMilliseconds: Int64 = 10_000
    /// After so much silence a connection with questions gets no more of them; above the time to
    /// a server on the other side of the earth.
    static let stallMilliseconds: Int64 = 300
    /// Answers to nothing that was asked before a connection to a server is closed.
    static let strayAnswers = 16
    /// How long it is remembered that a server closes connections with questions on them.
    static let habitMilliseconds: Int64 = 600_000
    /// Reads from one connection to a server before other sockets get their turn.
    static let readsPerWake = 4
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
    /// Questions under way from fixed ports: half of the ids there are, so that a free one is found
    /// soon and is still hard to guess. One more is not sent; its client gets what another server
    /// says, or the cache had, or SERVFAIL.
    static let sharedQuestions = 32_768
    /// Questions that workers ask for each other; those beyond are asked by each of them. 2 MiB.
    static let sharedFlights = 32_768
    /// How long after its last possible end a worker still waits for another one's question, before
    /// it asks itself.
    static let followMilliseconds: Int64 = 100
    /// Answers that wait for one worker to take them, and their octets; if there are more, it asks
    /// itself.
    static let posts = 1_024
    static let postOctets = 1_048_576
    /// Replies, and ICMP errors, taken from such a port before other sockets get their turn.
    static let sharedReplies = 256
    /// Ids drawn to find a free one: with half of them taken, one search in 2⁶⁴ is in vain.
    static let idTries = 64
    /// Times that a datagram is sent again because an ICMP error of another one was told instead.
    static let sendTries = 4
    /// Answers that a server owes on one connection to questions that are over; then it gets no
    /// more of them.
    static let lateAnswers = 256
    /// How often the log says that a fixed port is taken by somebody else.
    static let portWarningMilliseconds: Int64 = 60_000
    /// Source ports tried before the kernel may choose one.
    static let portTries = 6
    /// Stack of a worker: musl's default of 128 KiB is too small for careless code, glibc's 8 MiB
    /// too much to touch.
    package static let stackOctets = 524_288
    /// How often the log says that too many questions are under way. dnsmasq: 5 s.
    static let overloadWarningMilliseconds: Int64 = 5_000
    /// Clients of `metrics-listen` at once, and those that wait to be let in.
    static let metricsClients = 16
    /// Octets of a request for metrics; a scraper's has some 300.
    static let requestOctets = 4_096
    /// From the connection to the last octet of the answer.
    static let requestMilliseconds: Int64 = 5_000
    /// When all places are taken, the oldest client has had its turn after so long.
    static let requestTurnMilliseconds: Int64 = 250
    /// How long `/health` waits for workers to look around.
    static let healthMilliseconds: Int64 = 500
    /// How often it looks whether they have.
    static let healthLookMilliseconds: Int64 = 2
    /// How long what it found is good for.
    static let healthAgeMilliseconds: Int64 = 1_000
    /// How much later than workers the thread of metrics gets the processor; `nice`.
    static let metricsNice: Int32 = 10
    /// How often idle connections are looked for.
    static let sweepMilliseconds: Int64 = 1_000
}
