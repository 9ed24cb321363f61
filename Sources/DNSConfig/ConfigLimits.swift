/// The limits of reading configuration, each with its source.
package enum ConfigLimits {
    /// Octets of one line.
    ///
    /// dnsmasq cuts at 1024 and reads the rest as another line.
    package static let lineOctets = 65_536
    /// Octets of a name as text, dnsmasq's MAXDNAME.
    package static let nameTextOctets = 1024
    /// Files inside files.
    ///
    /// Loops end by file identity; this ends scripts that call themselves.
    package static let nesting = 64
    /// Files that a statement can come from: `Origin.source` has 16 bits.
    package static let sources = 65_535
    /// Different servers of configuration, servers-file and resolv-file together: a question under
    /// way has 16 bits for the one that it was sent to, of which 0xFFFF is none.
    package static let servers = 65_535
    /// Different sets of servers, the default one among them: 16 bits as above, and 0 is none where
    /// a domain names its set.
    package static let serverGroups = 65_535
    /// `max-tcp-connections`: a connection has 24 bits in what epoll says of it.
    package static let tcpConnections = 1 << 24
    /// `auth-zone` lines: a zone transfer has 16 bits for its zone.
    package static let zones = 65_535
    /// `auth-sec-servers`: NS records of an authority section, whose count has eight bits, without
    /// the one of `auth-server`.
    package static let secondaryServers = 254
    /// Hosts files, each file of a directory by itself: 16 bits in `HostsTable.Entry`.
    package static let hostsFiles = 65_535
    /// Names of all hosts files: with the names of their reverse records, of 74 octets each, the
    /// names of a snapshot stay below 4 GiB, for their places have 32 bits.
    package static let hostsNames = 1 << 24
    /// Octets of all configuration files together, for the same reason; a file by itself may have
    /// as many.
    package static let configurationOctets = 256 << 20
    /// Statements about one hosts file, so that a wrong file of a million lines does not flood the
    /// log.
    package static let diagnosticsPerHostsFile = 100
    /// Statements about one configuration, so that a file that is none does not fill memory.
    package static let diagnostics = 1000
    /// Aliases of nothing that are compared with all hosts, to find what was meant.
    package static let comparedAliases = 20
    /// Names that one that nobody defines is compared with letter by letter.
    package static let comparedNames = 10_000
    /// Aliases that lead from a `cname` to its end; the end of longer chains is not answered.
    package static let aliasChain = 32
    /// Servers of one domain that are asked.
    package static let serversPerDomain = 64
    /// `cache-size` beyond this is cut, as dnsmasq does.
    package static let cacheEntries = 5_000_000
    /// `min-cache-ttl` beyond this is cut, as dnsmasq does.
    package static let minimumCacheTTLSeconds: UInt32 = 3600
    /// `log-async` beyond this is cut, as dnsmasq does.
    package static let logAsyncLines = 100
    /// `fast-dns-retry` below this is an error, as in dnsmasq.
    package static let retryMilliseconds = 50
    /// Octets of `add-cpe-id`: beside it a subnet, a cookie and other identifiers have to fit the
    /// options that are passed on.
    package static let siteIDOctets = 100
    /// Edits after which a name is no longer proposed for an unknown one.
    package static let proposalDistance = 4
    /// Octets of a line that a diagnostic shows.
    package static let excerptOctets = 160
    /// Seconds that questions are answered after a TERM, unless `drain` says otherwise: a load
    /// balancer looks every second or two. Docker kills ten seconds after a TERM.
    package static let drainSeconds = 2
    /// The most that `drain` takes: an hour, as it is longer than any grace period.
    package static let longestDrainSeconds = 3_600
}
