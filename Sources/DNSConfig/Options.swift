package import DNSWire

/// Everything that the configuration says, in typed form and not yet compiled.
///
/// Lists keep the order of the configuration; what dnsmasq reverses is reversed where the snapshot
/// is compiled. Defaults are dnsmasq's unless marked `// Differs:`.
package struct Options: Sendable {
    /// Where values came from: the command line first, then each file in the order it was opened.
    package var sources: [String] = ["command line"]

    /// The identity of the configuration with its hosts files, once they were read; hexadecimal.
    package var identity = ""

    package init() {}

    // MARK: Process

    package var process = ProcessOptions()

    // MARK: Listening

    package var listen = ListenOptions()

    // MARK: Local data

    package var hosts = HostsOptions()
    package var records: [RecordOption] = []
    package var cnames: [CNAMEOption] = []
    /// `localmx`, `selfmx`, `mx-target`.
    package var mail = MailOptions()
    /// `compat`: departures from dnsmasq that are switched off.
    package var compatibility: Compatibility = []

    // MARK: Domain table

    /// `address=`, `server=`, `local=`, `rev-server=` lines, one entry per domain of each line, in
    /// file order.
    package var domainRules: [DomainRule] = []
    package var resolv = ResolvOptions()

    // MARK: Answers, cache and forwarding

    package var answers = AnswerOptions()
    package var authoritative = AuthoritativeOptions()
    package var cache = CacheOptions()
    package var forwarding = ForwardingOptions()
    package var edns = EDNSAdditionOptions()
}

/// What the process does around its job: user, files, log.
package struct ProcessOptions: Sendable {
    package enum LogFacility: Hashable, Sendable {
        /// A syslog facility by name, upper case.
        case syslog(String)
        case file(String)
        case standardError
    }

    package enum QueryLog: Hashable, Sendable { case off, on, extra, proto, auth, onlyFailed }

    /// nil where no `user=` was given: dnsmasq's default is `nobody`.
    ///
    /// Empty text means do not change.
    package var user: String?
    package var group: String?
    /// Empty text means none.
    package var pidFile: String?
    package var keepsInForeground = false
    package var isDebugging = false
    package var queryLog = QueryLog.off
    package var logFacility: LogFacility?
    package var logFormat = LogFormat.text
    /// `metrics-listen`.
    package var metrics: [MetricsEndpoint] = []
    package var logAsyncLines: Int?
    package var logsDebug = false
    /// nil where no `drain=` was given.
    package var drain: Int?

    /// How long questions are answered after a TERM.
    package var drainSeconds: Int { drain ?? (isDebugging ? 0 : ConfigLimits.drainSeconds) }
}

/// Which addresses, interfaces and ports are served.
package struct ListenOptions: Sendable {
    package enum Binding: Hashable, Sendable { case wildcard, interfaces, dynamic }
    package enum LocalService: Hashable, Sendable { case off, network, host }

    /// 0 switches DNS off.
    package var port: UInt16 = 53
    package var addresses: [ListenAddress] = []
    /// Names, maybe with a final `*`.
    package var interfaces: [String] = []
    package var exceptInterfaces: [String] = []
    package var binding = Binding.wildcard
    /// Both `bind-interfaces` and `bind-dynamic` were given: refused at start, not by `--test`.
    package var isBindingContradictory = false
    package var localService = LocalService.off
    package var localisesQueries = false
    package var maximumTCPConnections: Int?
    /// `auth-server`: what comes in here is answered with authority only.
    package var authoritative: [AuthoritativeService] = []
}

package struct ListenAddress: Hashable, Sendable {
    package var address: IPAddress
    /// The interface of a link-local address (`fe80::1%eth0`).
    package var scope: String?
    package var origin: Origin
}

/// Which hosts files are read and how their names are stored.
package struct HostsOptions: Sendable {
    package var readsDefaultFile = true
    /// `addn-hosts`: files or directories, in the order of the configuration.
    package var additional: [PathOption] = []
    /// `hostsdir`: watched directories.
    package var directories: [PathOption] = []
    package var expands = false
    /// `domain=` lines in order.
    ///
    /// The last one without a range is the default.
    package var domains: [LocalDomain] = []
    /// `domain=#`: take the first `search` of resolv.conf.
    package var takesDomainFromResolv = false
    /// `synth-domain` lines in order.
    package var synthetic: [SyntheticDomain] = []

    package init() {}

    /// The suffix for names without a known address: the last plain `domain=`.
    package var defaultDomain: DomainName? { domains.last { $0.isDefault }?.name }

    /// The suffix for names with this address: the last range that holds it, else the default.
    package func domain(for address: IPAddress) -> DomainName? {
        domains.last { $0.range?.contains(address) ?? false }?.name ?? defaultDomain
    }
}

package struct PathOption: Hashable, Sendable {
    package var path: String
    package var origin: Origin
}

package struct AddressRange: Hashable, Sendable {
    package var first: IPAddress
    package var last: IPAddress

    package func contains(_ address: IPAddress) -> Bool {
        guard address.isIPv4 == first.isIPv4 else { return false }
        return (address.high, address.low) >= (first.high, first.low)
            && (address.high, address.low) <= (last.high, last.low)
    }
}

package struct LocalDomain: Hashable, Sendable {
    package var name: DomainName
    package var range: AddressRange?
    /// `domain=x,eth0`: the addresses in the networks of an interface.
    package var interface: String?
    /// `domain=x,range,local`: also answer the domain and its reverse range from local data only.
    package var isLocal = false
    package var origin: Origin

    /// Whether it holds for every address.
    package var isDefault: Bool { range == nil && interface == nil }

    package init(
        name: DomainName, range: AddressRange? = nil, interface: String? = nil,
        isLocal: Bool = false, origin: Origin
    ) {
        self.name = name
        self.range = range
        self.interface = interface
        self.isLocal = isLocal
        self.origin = origin
    }
}

/// A record that the configuration states.
///
/// From `host-record`, `txt-record`, `ptr-record`, `mx-host`, `srv-host` and their like.
package struct RecordOption: Sendable {
    package enum Data: Hashable, Sendable {
        /// `host-record`: one entry per (line, name); the first name of the line owns the PTR
        /// records.
        case host(addresses: [IPAddress], ownsReverse: Bool)
        /// `interface-name`, `dynamic-host`: the addresses of an interface, filled in when
        /// compiled.
        case interface(String, families: Families, host4: IPAddress?, host6: IPAddress?)
        case ptr(DomainName)
        /// Character strings, each 0...255 octets.
        case txt([[UInt8]])
        /// nil target: `mx-target` or this machine's name.
        case mx(preference: UInt16, target: DomainName?)
        case srv(priority: UInt16, weight: UInt16, port: UInt16, target: DomainName)
        case naptr(
            order: UInt16, preference: UInt16, flags: [UInt8], service: [UInt8], regexp: [UInt8],
            replacement: DomainName)
        case caa(flags: UInt8, tag: [UInt8], value: [UInt8])
        /// `dns-rr`: any type with octets as given.
        case raw(type: RecordType, octets: [UInt8])
    }

    package enum Families: Hashable, Sendable { case both, ipv4, ipv6 }

    package var owner: DomainName
    package var data: Data
    /// nil: `local-ttl`.
    package var ttlSeconds: UInt32?
    package var origin: Origin

    package init(owner: DomainName, data: Data, ttlSeconds: UInt32? = nil, origin: Origin) {
        self.owner = owner
        self.data = data
        self.ttlSeconds = ttlSeconds
        self.origin = origin
    }
}

/// One alias of a `cname=` line.
package struct CNAMEOption: Sendable {
    package var alias: DomainName
    package var target: DomainName
    package var ttlSeconds: UInt32?
    package var origin: Origin

    package init(
        alias: DomainName, target: DomainName, ttlSeconds: UInt32? = nil, origin: Origin
    ) {
        self.alias = alias
        self.target = target
        self.ttlSeconds = ttlSeconds
        self.origin = origin
    }
}

package struct MailOptions: Sendable {
    package var target: DomainName?
    package var addsLocalMX = false
    package var addsSelfMX = false
}

/// What one domain of an `address=`, `server=`, `local=` or `rev-server=` line says.
package struct DomainRule: Hashable, Sendable {
    package enum Match: Hashable, Sendable {
        /// `/d/`, and for the root everything: the domain and all below it.
        case domain(DomainName)
        /// `/*.d/`: strictly below the domain.
        case below(DomainName)
        /// `/*d/`: every name that ends in this text, on a label boundary or not.
        ///
        /// Folded, without the star.
        case textSuffix([UInt8])
        /// `//`: names without dots.
        case dotless
    }

    package enum Action: Hashable, Sendable {
        /// A literal address.
        case address(IPAddress)
        /// `#` of `address=`: 0.0.0.0 and ::.
        case zeros
        /// No data: NXDOMAIN, or NODATA for names known locally.
        case local
        /// `#` of `server=`: the default servers.
        case standardServers
        indirect case server(ServerOption)
    }

    package var match: Match
    package var action: Action
    package var origin: Origin

    package init(match: Match, action: Action, origin: Origin) {
        self.match = match
        self.action = action
        self.origin = origin
    }
}

/// One upstream server as configured.
package struct ServerOption: Hashable, Sendable {
    package var address: IPAddress
    package var port: UInt16 = 53
    /// Zone of a link-local address (`%eth0`), or `@interface`.
    package var interface: String?
    /// Whether `interface` is the zone, which belongs to the address.
    package var hasZone = false
    package var sourceAddress: IPAddress?
    package var sourcePort: UInt16?

    package init(address: IPAddress, port: UInt16 = 53) {
        self.address = address
        self.port = port
    }

    /// The address with its zone.
    package var zonedAddress: String {
        guard hasZone, let interface else { return "\(address)" }
        return "\(address)%\(interface)"
    }
}

/// How resolv.conf is used.
package struct ResolvOptions: Sendable {
    package var isUsed = true
    /// Empty: /etc/resolv.conf.
    package var files: [PathOption] = []
    package var polls = true
    package var clearsCacheOnReload = false
    package var serversFile: PathOption?
    /// False after `resolv-file=` with no value: no file at all, unless `files` names some.
    package var usesDefaultFile = true

    /// The files to read, in order.
    package var paths: [String] {
        guard isUsed else { return [] }
        if files.isEmpty { return usesDefaultFile ? ["/etc/resolv.conf"] : [] }
        return files.map(\.path)
    }
}

/// How answers are made and filtered.
package struct AnswerOptions: Hashable, Sendable {
    package var localTTLSeconds: UInt32 = 0
    /// 0: no limit.
    package var maximumTTLSeconds: UInt32 = 0
    package var rotates = true
    /// 512...65535.
    package var ednsPacketOctets = StatedLimits.ednsOctets
    package var needsDomain = false
    package var hidesPrivateReverse = false
    package var filtersA = false
    package var filtersAAAA = false
    package var filteredTypes: [RecordType] = []
    package var filtersWindows2000 = false
    package var stopsRebinding = false
    package var allowsLoopbackRebinding = false
    package var rebindDomains: [DomainName] = []
    /// `rebind-domain-ok=//`: names without dots may have private addresses.
    package var allowsDotlessRebinding = false
    package var aliases: [AddressAlias] = []
    package var bogusAddresses: [AddressPrefix] = []
    package var ignoredAddresses: [AddressPrefix] = []
    package var passesAuthenticatedData = false
    package var hidesIdentity = false
}

package struct CacheOptions: Hashable, Sendable {
    /// Answers as dnsmasq counts them; 0 switches the cache off.
    package var entries = 150
    package var isEntriesSet = false
    package var cachesNegative = true
    /// For negative answers without SOA; 0: not cached.
    package var negativeTTLSeconds: UInt32 = 0
    package var maximumTTLSeconds: UInt32 = 0
    package var minimumTTLSeconds: UInt32 = 0
    /// nil: off.
    ///
    /// 0: for ever.
    package var staleSeconds: UInt32?
    package var prefetches = false
    /// `cache-rr`, beside A, AAAA, CNAME, PTR and SRV.
    package var additionalTypes: [RecordType] = []
}

package struct ForwardingOptions: Sendable {
    package var isStrictlyOrdered = false
    package var asksAllServers = false
    /// nil: Waggle's default.
    package var maximumInFlight: Int?
    package var retryMilliseconds: (first: Int, limit: Int)?
    package var detectsLoops = false
    /// nil: a random port for each query; 0: one port that the kernel chooses.
    package var queryPort: UInt16?
    package var minimumPort: UInt16 = 1024
    package var maximumPort: UInt16 = 65535
    package var portLimit: Int = 1
    package var encodesCase: Bool?
}
