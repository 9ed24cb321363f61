import DNSConfig
import DNSResolver
import DNSWire
import LinuxIO

/// Everything that was read from files, in the parts that can be read again by themselves.
///
/// The command line and the configuration, the servers-file, the hosts files, resolv.conf. A
/// snapshot is compiled of all of them.
struct Inputs {
    private(set) var config: LoadedConfig
    private(set) var hosts = HostsTable()
    private(set) var serversFileRules: [DomainRule] = []
    /// Why the servers-file is not used: a start fails by it, a reload keeps the rules of before.
    private(set) var serversFileFault: Diagnostic?
    private(set) var resolvServers: [ServerOption] = []
    /// Where each of them stands.
    private(set) var resolvPlaces: [Explanation.Place] = []
    /// Where this server listens itself: servers with these addresses would be a loop.
    private var ownAddresses: Set<SocketAddress> = []
    /// Default servers that ask back here.
    private var loopingServers: Set<ServerOption> = []

    /// When the process started: the serial of zones that have none.
    private let startSeconds = UInt32(truncatingIfNeeded: MonotonicClock.wallSeconds())
    private var facts = HostFacts()

    var options: Options { config.options }

    init(_ config: LoadedConfig) {
        self.config = config
    }

    /// For a command that has read the hosts files itself.
    init(_ config: LoadedConfig, hosts: HostsTable) {
        self.config = config
        self.hosts = hosts
    }

    /// Compiles all parts.
    func snapshot(seed: UInt64, generation: UInt64, previous: Snapshot?) -> Snapshot {
        Snapshot(
            options: effectiveOptions, hosts: hosts,
            resolvServers: resolvServers.filter { !isOwn($0) && !loopingServers.contains($0) },
            facts: facts, seed: seed, generation: generation, previous: previous)
    }

    /// The options with the rules of the servers-file, and without servers that would be a loop.
    ///
    /// The places of these rules have the source behind all others.
    var effectiveOptions: Options {
        var options = config.options
        options.identity = identity
        // A block list is long: it is copied only if there is something to add or to leave out.
        if let file = options.resolv.serversFile, !serversFileRules.isEmpty {
            options.domainRules += serversFileRules
            options.sources.append(file.path)
        }
        if options.domainRules.contains(where: isLeftOut) {
            options.domainRules.removeAll(where: isLeftOut)
        }
        return options
    }

    /// Whether a rule names a server that would be a loop.
    private func isLeftOut(_ rule: DomainRule) -> Bool { isOwn(rule) || isLooping(rule) }

    /// Takes note of the interfaces and the name of the machine; answers whether anything is other
    /// than before.
    mutating func setFacts(_ rows: [InterfaceAddress]) -> Bool {
        var interfaces: [HostFacts.Interface] = []
        for row in rows {
            if let known = interfaces.firstIndex(where: { $0.index == row.index }) {
                interfaces[known].addresses.append(row.address.ipAddress)
                interfaces[known].prefixLengths.append(row.prefixLength)
            } else {
                interfaces.append(
                    HostFacts.Interface(
                        name: row.name, index: row.index, addresses: [row.address.ipAddress],
                        prefixLengths: [row.prefixLength]))
            }
        }
        var new = HostFacts(
            hostName: DomainName(parsing: ProcessCalls.hostName), interfaces: interfaces)
        new.startSeconds = startSeconds
        defer { facts = new }
        return facts != new
    }

    /// What all nodes that serve the same have in common.
    var identity: String {
        config.identity.text(hosts, hostName: DomainName(parsing: ProcessCalls.hostName))
    }

    /// The identity as the log has it.
    var identityLine: Log.Line { Log.Line(.info, "identity \(identity)") }

    // MARK: Own addresses

    /// Takes note of what is bound; a wildcard address stands for all addresses of the interfaces.
    mutating func setOwn(addresses: [SocketAddress], interfaces: [InterfaceAddress]) {
        ownAddresses = Set(addresses.filter { !$0.isWildcard })
        for wildcard in addresses where wildcard.isWildcard {
            for interface in interfaces where interface.address.isIPv4 == wildcard.isIPv4 {
                var address = interface.address
                address.port = wildcard.port
                ownAddresses.insert(address)
            }
        }
    }

    private func isOwn(_ server: ServerOption) -> Bool {
        guard !ownAddresses.isEmpty else { return false }
        let address = server.address.socketAddress(port: server.port)
        return ownAddresses.contains { own in
            own.port == address.port && own.ipAddress == address.ipAddress
        }
    }

    private func isOwn(_ rule: DomainRule) -> Bool {
        if case .server(let server) = rule.action { isOwn(server) } else { false }
    }

    /// Adds to the default servers that are left out for asking back here; none forgets all.
    mutating func leaveOut(_ servers: [ServerOption]) {
        loopingServers = servers.isEmpty ? [] : loopingServers.union(servers)
    }

    /// Only servers for everything are probed, and left out: a domain's server may well ask here
    /// for other names. dnsmasq.
    private func isLooping(_ rule: DomainRule) -> Bool {
        guard case .server(let server) = rule.action, rule.isForEverything else { return false }
        return loopingServers.contains(server)
    }

    // MARK: Reading

    /// Takes a configuration that was read anew.
    mutating func replace(_ config: LoadedConfig) {
        self.config = config
    }

    /// Reads the hosts files; answers what to log, the counts in dnsmasq's words.
    ///
    /// `only` limits the lines, not the reading, to these files.
    mutating func readHosts(_ files: inout FileSystem, only: Set<String>? = nil) -> [Log.Line] {
        var table = HostsTable()
        let hostsOptions = facts.resolve(options.hosts)
        let (sources, faults) = HostsSources.list(options, files: files)
        var lines = only == nil ? faults.map { Log.Line(.error, $0.message) } : []
        for source in sources {
            let isNews = only?.contains(source.path) ?? true
            do throws(FileError) {
                let content = try files.read(source.path)
                let faults = HostsParser.parse(
                    content.octets, path: source.path,
                    isFromHostsDirectory: source.isFromHostsDirectory, options: hostsOptions,
                    into: &table)
                guard isNews else { continue }
                lines += faults.map { Log.Line(.error, Self.hostsFault($0)) }
                let count = table.files.last?.nameCount ?? 0
                lines.append(Log.Line(.info, "read \(source.path) - \(count) names"))
            } catch {
                guard isNews else { continue }
                let failure = HostsSources.failure(source, error)
                // dnsmasq's line stays as it is: tools look for it.
                lines.append(Log.Line(.error, failure.message))
                if let hint = failure.hint {
                    lines.append(Log.Line(.error, "\(source.path): \(hint)"))
                }
            }
        }
        hosts = table
        return lines
    }

    /// dnsmasq's form of a fault in a hosts file: `bad address at F line N`.
    private static func hostsFault(_ fault: Diagnostic) -> String {
        // Octets, because searching a String for a String links the whole of regular expressions.
        guard fault.line > 0, !fault.message.utf8.hasInfix(" at ".utf8) else {
            return fault.message
        }
        return "\(fault.message) at \(fault.source) line \(fault.line)"
    }

    /// Reads the servers-file; answers what to log.
    ///
    /// A file that cannot be read leaves the rules as they were: dnsmasq.
    mutating func readServersFile(_ files: inout FileSystem) -> [Log.Line] {
        guard let option = options.resolv.serversFile else {
            serversFileRules = []
            return []
        }
        do throws(FileError) {
            let content = try files.read(option.path)
            let (rules, faults) = ServersFileParser.parse(
                content.octets, path: option.path, source: UInt16(options.sources.count),
                files: files)
            // Cut, it would send what it names for its own servers to those of everything.
            if let fault = ConfigCheck.serversFile(
                rules, after: options.domainRules, path: option.path)
            {
                serversFileFault = fault
                return [Log.Line(.error, fault.description)]
            }
            serversFileFault = nil
            serversFileRules = rules
            return faults.map { Log.Line(.error, $0.message) }
        } catch {
            return [
                Log.Line(.error, "cannot read \(option.path): \(error.reason)"),
                Log.Line(.error, "\(option.path): it is named by servers-file"),
            ]
        }
    }

    /// Reads the resolv-file that was changed last, as dnsmasq does; answers what to log.
    mutating func readResolv(_ files: inout FileSystem) -> [Log.Line] {
        (resolvServers, resolvPlaces) = ([], [])
        let paths = options.resolv.paths
        var newest: (path: String, modified: Int64)?
        var lines: [Log.Line] = []
        for path in paths {
            do throws(SystemError) {
                let modified = try FileIO.status(path).modifiedNanoseconds
                if modified > newest?.modified ?? .min { newest = (path, modified) }
            } catch {
                lines.append(Log.Line(.warning, "failed to access \(path): \(error.reason)"))
                if !options.resolv.files.isEmpty {
                    lines.append(Log.Line(.warning, "\(path): it is named by resolv-file"))
                }
            }
        }
        guard let path = newest?.path, let content = try? files.read(path) else { return lines }
        let file = ResolvParser.parse(content.octets, source: path)
        let room =
            ConfigLimits.servers - ConfigCheck.serverCount(options.domainRules + serversFileRules)
        if file.servers.count > room {
            lines.append(
                Log.Line(
                    .error,
                    "there are too many servers at \(path) line \(file.places[room].line), the "
                        + "rest is not used: at most \(ConfigLimits.servers) can be asked"))
        }
        resolvServers = Array(file.servers.prefix(room))
        resolvPlaces = file.places.prefix(room).map {
            Explanation.Place(source: path, line: $0.line, column: $0.column)
        }
        let text =
            resolvServers.isEmpty ? "no servers found in \(path), will retry" : "reading \(path)"
        return lines + [Log.Line(resolvServers.isEmpty ? .warning : .info, text)]
    }

    /// What answers which domain, in dnsmasq's words.
    func serverLines() -> [Log.Line] {
        ServerReport(
            rules: options.domainRules + serversFileRules, resolvServers: resolvServers,
            looping: loopingServers, isOwn: isOwn
        ).lines
    }

    /// Aliases that lead nowhere, and what is beyond a limit.
    func lint() -> [Log.Line] {
        let diagnostics =
            ConfigLint.danglingAliases(options, hosts: hosts) + ConfigLint.limits(options)
        return diagnostics.map { Log.Line(.warning, $0.description) }
    }
}

extension DomainRule {
    /// Whether it holds for every name, as a rule without a domain.
    var isForEverything: Bool {
        if case .domain(let name) = match { name.isRoot } else { false }
    }
}

extension Collection where Element: Equatable {
    /// Whether the elements of `other` stand in a row somewhere.
    fileprivate func hasInfix(_ other: some Collection<Element>) -> Bool {
        indices.contains { self[$0...].starts(with: other) }
    }
}
