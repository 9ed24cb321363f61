package import DNSConfig
package import DNSWire
package import Synchronization

/// An upstream server of the running configuration, with what is known of its work.
package final class UpstreamServer: Sendable {
    package let option: ServerOption
    /// Shared by all workers and carried over a reload for a server that stays.
    package let statistics: ServerStatistics

    package init(_ option: ServerOption, statistics: ServerStatistics) {
        self.option = option
        self.statistics = statistics
    }
}

/// Counts of one upstream server, for the statistics dump and `servers.bind`.
package final class ServerStatistics: Sendable {
    package let sent = Atomic<UInt64>(0)
    package let retried = Atomic<UInt64>(0)
    package let failed = Atomic<UInt64>(0)
    package let nameErrors = Atomic<UInt64>(0)
    /// Smoothed round-trip time; 0 before the first answer.
    package let latencyMilliseconds = Atomic<UInt64>(0)
    /// Some worker has found it failing, and none has had an answer since.
    package let isFailing = Atomic<Bool>(false)
    /// The number in the question that looks for a loop through the server; 0 while none is out.
    package let probe = Atomic<UInt32>(0)
    /// The question came back here.
    package let isLooping = Atomic<Bool>(false)

    package init() {}
}

/// Servers that are equal for a domain: those of all `server=` lines that name it, or the default
/// ones.
package struct ServerGroup: Sendable {
    /// Indexes into `Snapshot.servers`, in the order of the configuration.
    package var servers: [UInt16]
    /// The domain for the log; nil for the default servers.
    package var domain: DomainName?
    /// Questions of the group that are in flight, over all workers: what `dns-forward-max` limits.
    package let load = GroupLoad()

    package init(servers: [UInt16], domain: DomainName?) {
        self.servers = servers
        self.domain = domain
    }
}

/// How much a server group has to do.
package final class GroupLoad: Sendable {
    package let inFlight = Atomic<Int>(0)

    package init() {}
}
