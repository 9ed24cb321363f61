package import DNSConfig
import DNSWire

/// Everything that answering depends on, compiled from one configuration and never changed.
///
/// Built off to the side; workers hold a strong reference and look once per batch whether there is
/// a newer one.
package final class Snapshot: Sendable {
    package let generation: UInt64
    package let options: Options
    /// Hosts files in load order: the sources 1… of local answers; source 0 is the configuration.
    package let hostsFiles: [HostsTable.File]
    package let servers: [UpstreamServer]
    /// Group 0 is the default one.
    package let groups: [ServerGroup]
    let names: NameTable
    let domains: DomainTable
    let authority: AuthoritativeZones
    let rotation: RotationCounters
    /// The networks that this machine is connected to.
    let networks: [HostFacts.Network]
    /// Interfaces that are not served.
    package let excludedInterfaces: [UInt32]
    let synthetics: SyntheticDomains
    let compatibility: Compatibility
    /// Whether addresses in the network that was asked are answered alone.
    let localises: Bool
    /// Whether any alias is a wildcard.
    let hasWildcards: Bool
    /// `dns-loop-detect`.
    package let detectsLoops: Bool
    let policy: AnswerPolicy
    /// What is put into questions on their way.
    package let additions: EDNSAdditions
    let filters: ReplyFilters
    /// The seed of all name hashes: of this process, so that the cache outlives a snapshot.
    package let seed: UInt64

    /// Compiles a snapshot. `previous` hands on the statistics of servers that stay.
    package init(
        options: Options, hosts: HostsTable, resolvServers: [ServerOption] = [],
        facts: HostFacts = HostFacts(), seed: UInt64, generation: UInt64 = 1,
        previous: Snapshot? = nil
    ) {
        var compiler = SnapshotCompiler(options: options, hosts: hosts, facts: facts, seed: seed)
        names = compiler.compileNames()
        hasWildcards = compiler.hasWildcards
        compatibility = options.compatibility
        localises = options.listen.localisesQueries
        var domainCompiler = DomainTableCompiler(
            options: options, resolvServers: resolvServers, seed: seed)
        domains = domainCompiler.compile { compiler.newCounter() }
        var zoneCompiler = AuthoritativeCompiler(
            options: options, names: compiler.names, facts: facts, seed: seed,
            generation: generation)
        authority = zoneCompiler.compile { compiler.newCounter() }
        rotation = RotationCounters(count: Int(compiler.counterCount))
        servers = domainCompiler.servers.map { option in
            let known = previous?.servers.first { $0.option == option }
            return UpstreamServer(option, statistics: known?.statistics ?? ServerStatistics())
        }
        groups = domainCompiler.groups
        hostsFiles = hosts.files
        networks = facts.networks
        excludedInterfaces = facts.excluded(by: options.listen)
        synthetics = SyntheticDomains(options)
        policy = AnswerPolicy(options)
        additions = EDNSAdditions(options.edns)
        detectsLoops = options.forwarding.detectsLoops
        filters = ReplyFilters(options.answers, seed: seed)
        var options = options
        // These are compiled now; a block list would be held twice.
        (options.domainRules, options.records, options.cnames) = ([], [], [])
        self.options = options
        self.seed = seed
        self.generation = generation
    }

    /// How many names are defined, ancestors included.
    package var nameCount: Int { names.count }
}
