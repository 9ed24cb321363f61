/// The limits of the data plane, each with its source.
package enum ServerLimits {
    /// Batches taken from one socket before the others get their turn.
    static let batchesPerWake = 8
    /// Connections taken from one listener before the others get their turn.
    static let acceptsPerWake = 32
    /// TCP connections of one worker where `max-tcp-connections` says nothing. dnsmasq has 20, each
    /// a process.
    static let streams = 512
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
    /// Source ports tried before the kernel may choose one.
    static let portTries = 6
    /// Stack of a worker: musl's default of 128 KiB is too small for careless code, glibc's 8 MiB
    /// too much to touch.
    package static let stackOctets = 524_288
    /// How often idle connections are looked for.
    static let sweepMilliseconds: Int64 = 1_000
}
