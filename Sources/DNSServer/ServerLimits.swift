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
    /// How long a connection may go without a whole query, a query take from its first octet to its
    /// last, and what waits for the client wait. RFC 7766 §6.2.3 asks for seconds; dnsmasq 150 s.
    static let idleMilliseconds = StatedLimits.idleSeconds * 1_000
    /// The same once three quarters of the connections or of their memory are taken, or
    /// descriptors ran out.
    static let crowdedIdleMilliseconds = StatedLimits.crowdedIdleSeconds * 1_000
    /// The age at which a connection ends as soon as it pauses or is slow; dnsmasq ends every one
    /// then, `CHILD_LIFETIME`.
    static let streamMilliseconds: Int64 = 150_000
    /// How long such a connection may be idle or slow.
    static let agedIdleMilliseconds: Int64 = 1_000
    /// How long an old zone is still sent when a reload has brought another: it holds all of the
    /// old configuration in memory.
    static let oldTransferMilliseconds: Int64 = 10_000
    /// Queries of one connection that are asked upstream at the same time. Knot Resolver: 100.
    static let pipelined = 100
    /// Octets read from a connection at a time, unless a query is longer.
    static let readOctets = 4_096
    /// Octets of answers that wait for a client to read before no more queries are answered. What
    /// was asked of servers still comes, as far as `MemoryBudget` has room for it.
    static let waitingOctets = 65_536
    /// Octets that wait for a server to read before it gets no more questions on the connection.
    static let questionOctets = 65_536
    /// Messages of a zone transfer that are written before the other sockets get their turn.
    static let transferMessagesPerWake = 4
    /// Octets of memory that a buffer of a connection keeps when it is empty: most messages fit.
    static let keptOctets = 1_024
    /// What a connection is charged for at least: the kernel's structures for it, our own, and what
    /// the kernel may have that was not measured.
    static let streamOctets = 8_192
    /// Octets given to the kernel before it is measured how many of them it still has.
    static let unmeasuredOctets = 4_096
    /// What a connection is charged for that is not read from: the kernel's buffer for it, which is
    /// twice `LinuxIO.Limits.streamReceiveOctets`.
    static let unreadOctets = 32_768
    /// Connections that may be closed to make room for what another needs.
    static let evictionsPerCharge = 8
    /// How long the kernel may have what was left on a connection that was closed: somewhat longer
    /// than `LinuxIO.Limits.unreadMilliseconds`.
    static let lingeringMilliseconds: Int64 = 17_000
    /// How often the log says that connections were closed for want of memory.
    static let memoryWarningMilliseconds: Int64 = 60_000
    /// Memory for what comes over the network, a quarter of what there is: not less than makes
    /// sense, not more than anybody needs.
    static let networkOctets = 4 << 20...256 << 20
    /// The most of it for connections.
    static let connectionOctets = 32 << 20
    /// What a connection to a server may take: `questionOctets`, an answer, and the kernel's
    /// buffers.
    static let serverConnectionOctets = 163_840
    /// What the kernel takes for a socket with which a question was asked: 3 KB (6.18, with its
    /// file and its place in an epoll), and something for what may lie in it.
    static let questionSocketOctets = 4_096
    /// Descriptors for files, pipes, syslog, addresses that come later.
    static let reservedDescriptors = 32
    /// Descriptors of a worker beside its sockets: those it waits with, and some for later.
    static let workerDescriptors = 4
    /// Flights that may be given up for one socket: some have none, since they are asked by TCP.
    static let flightsPerSocket = 4
    /// Sockets for questions of one worker that have receive buffers of the usual size: 208 KiB on
    /// most systems. A question more costs no more system calls while there are few.
    static let roomySockets = 32
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
    /// Connections of a worker to all servers, at most: with the questions of each they have room
    /// for `ForwarderLimits.flights`. `NetworkLimits` may say less.
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
