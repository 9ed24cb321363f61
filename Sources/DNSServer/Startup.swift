import DNSConfig
import DNSResolver
import DNSWire
import LinuxIO

/// What stands between the command line and a serving process: checks, sockets, log, pid file,
/// privileges.
///
/// dnsmasq's exit statuses: 1 configuration, 2 network, 3 file, 5 other, 10 script.
struct Startup {
    private static let defaultPidFile = "/var/run/dnsmasq.pid"
    private static let defaultUser = "nobody"
    private static let defaultGroup = "dip"

    var inputs: Inputs
    let log: Log
    let state: ServerState
    let listeners: [[Listener]]
    let listening: Listening
    /// The sockets of `metrics-listen`.
    let metrics: [Int32]
    /// Of all name hashes of this process: the cache outlives a snapshot.
    let seed = Entropy.word()
    /// The pid file that is to be removed at the end.
    private(set) var pidFile: String?

    /// Does everything up to the first thread; what fails is thrown with its exit status.
    init(_ config: LoadedConfig, files: inout FileSystem) throws(Diagnostic) {
        inputs = Inputs(config)
        let options = config.options
        let accounts = try Self.check(options)
        let interfaces = (try? Interfaces.list()) ?? []
        let plan = ListenPlan(options.listen, interfaces: interfaces)
        let workers =
            options.listen.port == 0 ? 0 : options.hasFixedPort ? 1 : CPUQuota.count()
        let opened = try Listeners.open(
            plan, workers: workers, isPatient: options.listen.binding != .interfaces)
        listeners = opened.byWorker
        metrics = try MetricsListeners.open(options.process.metrics)
        listening = Listening(
            plan, options.listen, missing: opened.missing, workers: workers)
        log = try Self.openLog(options.process, accounts)
        Self.printRemarks(config, log)
        _ = inputs.setFacts(interfaces)
        inputs.setOwn(
            addresses: opened.byWorker.first?.map(\.address) ?? [], interfaces: interfaces)

        log.write(Self.introduction(options) + Self.remarks(config))
        log.write((plan.warnings + opened.warnings).map { Log.Line(.warning, $0) })
        log.write(inputs.readServersFile(&files))
        if let fault = inputs.serversFileFault { throw fault }
        log.write(inputs.readResolv(&files))
        log.write(inputs.serverLines())
        log.write(inputs.readHosts(&files))
        log.write(inputs.lint() + [inputs.identityLine])
        let snapshot = inputs.snapshot(seed: seed, generation: 1, previous: nil)
        let octets = AnswerCache.octets(forEntries: options.cache.entries)
        ProcessCalls.raiseDescriptorLimit()
        let limits = NetworkLimits(listeners: listeners, cache: octets, options.listen)
        state = ServerState(
            snapshot: snapshot, cache: AnswerCache(octets: octets), limits: limits)
        log.write(limits.lines)

        pidFile = try Self.writePidFile(options.process, log)
        try Self.drop(
            accounts, keepsBinding: listening.needsBinding || options.hasPrivilegedSource)
        ProcessCalls.releaseMemory()
    }

    // MARK: Checks

    /// Who the process is to become; nil stays.
    private struct Account {
        var user: String?
        var group: String?
        var userNumber: UInt32?
        var groupNumber: UInt32?
    }

    private static func check(_ options: Options) throws(Diagnostic) -> Account {
        if let fault = ConfigCheck.startDiagnostics(options).first { throw fault }
        if options.resolv.polls {
            for option in options.resolv.files { try checkDirectory(of: option.path) }
        }
        return try account(options.process)
    }

    /// A file that does not exist may come; in a directory that does not exist nobody can watch for
    /// it.
    private static func checkDirectory(of path: String) throws(Diagnostic) {
        let end = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let directory = end.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        if let status = try? FileIO.status(directory), status.isDirectory { return }
        throw Diagnostic(
            .error, source: "waggle",
            message: "directory \(path) for resolv-file is missing, cannot poll",
            hint: "create \(directory), correct resolv-file=, or say no-poll", exitStatus: .other)
    }

    /// Looks the names up before anything is opened: an unknown one is an error even where nothing
    /// would change.
    ///
    /// Differs: dnsmasq takes no numbers, but an image without a list of users has nothing else.
    private static func account(_ options: ProcessOptions) throws(Diagnostic) -> Account {
        var account = Account()
        if let user = options.user, !user.isEmpty {
            guard let found = Accounts.user(user) else { throw unknown(user) }
            account.user = user
            account.userNumber = found.id
            account.groupNumber = found.group
        } else if options.user == nil, let found = Accounts.user(defaultUser) {
            account.user = defaultUser
            account.userNumber = found.id
            account.groupNumber = found.group
        }
        if let group = options.group, !group.isEmpty {
            guard let found = Accounts.group(group) else { throw unknown(group) }
            account.group = group
            account.groupNumber = found
        } else if account.userNumber ?? 0 != 0, let found = Accounts.group(defaultGroup) {
            // Differs: for user=root dnsmasq changes to this group as well, which takes a
            // capability.
            account.group = defaultGroup
            account.groupNumber = found
        }
        return Privileges.isRoot && !options.isDebugging ? account : Account()
    }

    private static func unknown(_ name: String) -> Diagnostic {
        Diagnostic(
            .error, source: "waggle", message: "unknown user or group: \(name)",
            hint: "add it to /etc/passwd or /etc/group, or write its number")
    }

    private static func drop(_ account: Account, keepsBinding: Bool) throws(Diagnostic) {
        guard account.user != nil || account.group != nil else { return }
        do throws(PrivilegeError) {
            try Privileges.drop(
                user: account.user, group: account.group, keepsBinding: keepsBinding)
        } catch {
            throw Diagnostic(
                .error, source: "waggle", message: "\(error)",
                hint:
                    "write user=root to stay root without any capability, or add SETUID and SETGID",
                exitStatus: .other)
        }
    }

    // MARK: Files

    private static func openLog(
        _ options: ProcessOptions, _ account: Account
    ) throws(Diagnostic) -> Log {
        let destination = Log.destination(of: options)
        do throws(SystemError) {
            return try Log(
                destination, format: options.logFormat, user: account.userNumber,
                group: account.groupNumber)
        } catch {
            var path = ""
            if case .file(let name) = destination { path = name }
            throw Diagnostic(
                .error, source: "waggle", message: "cannot open log \(path): \(error.reason)",
                hint: error.isLink
                    ? "it is a link, which could give any file away: name the file itself"
                    : "create the directory, or log to standard error with log-facility=-",
                exitStatus: .file)
        }
    }

    /// The path of the file that was written; nil where none is wanted or none can be had.
    private static func writePidFile(
        _ options: ProcessOptions, _ log: Log
    ) throws(Diagnostic) -> String? {
        let path = options.pidFile ?? defaultPidFile
        guard !path.isEmpty, !options.isDebugging else { return nil }
        do throws(SystemError) {
            try PIDFile.write(path)
            return path
        } catch {
            // Differs: where no pid-file was asked for, a read-only file system is no reason to
            // stop.
            guard Privileges.isRoot, options.pidFile != nil else {
                if options.pidFile != nil {
                    log.write(.warning, "failed to open pidfile \(path): \(error.reason)")
                }
                return nil
            }
            throw Diagnostic(
                .error, source: "waggle",
                message: "failed to open pidfile \(path): \(error.reason)",
                hint: "write pid-file= with no value to do without", exitStatus: .file)
        }
    }

    // MARK: Words

    private static func introduction(_ options: Options) -> [Log.Line] {
        var lines: [Log.Line] = []
        let cache = options.cache.entries
        let what =
            options.listen.port == 0
            ? "DNS disabled" : cache == 0 ? "cache disabled" : "cachesize \(cache)"
        lines.append(Log.Line(.info, "started, version \(Product.version) \(what)"))
        switch options.listen.effectiveLocalService {
        case .off: break
        case .network: lines.append(Log.Line(.info, "DNS service limited to local subnets"))
        case .host: lines.append(Log.Line(.info, "DNS service limited to localhost"))
        }
        if !options.resolv.isUsed, !options.resolv.files.isEmpty {
            lines.append(
                Log.Line(.warning, "warning: ignoring resolv-file flag because no-resolv is set"))
        }
        if options.listen.port != 0, options.hasNoUpstream {
            lines.append(Log.Line(.warning, "warning: no upstream servers configured"))
        }
        return lines
    }

    /// What the configuration files deserve to be told, but for what has no effect and does no
    /// harm.
    static func remarks(_ config: LoadedConfig) -> [Log.Line] {
        config.diagnostics.compactMap { diagnostic in
            switch diagnostic.severity {
            case .error: Log.Line(.error, diagnostic.description)
            case .warning: Log.Line(.warning, diagnostic.description)
            case .note: nil
            }
        }
    }

    /// The same for whoever started the process by hand and does not look at the log.
    private static func printRemarks(_ config: LoadedConfig, _ log: Log) {
        guard !log.isStandardError else { return }
        Program.printError(config.diagnostics.filter { $0.severity == .warning })
    }
}

extension Options {
    /// Whether questions leave from a port of the configuration's choice: only one worker can
    /// receive on it.
    var hasFixedPort: Bool {
        if forwarding.queryPort != nil { return true }
        return domainRules.contains { rule in
            if case .server(let server) = rule.action { server.sourcePort ?? 0 != 0 } else { false }
        }
    }

    /// Whether one of those ports takes the privilege to bind it, which workers do.
    var hasPrivilegedSource: Bool {
        let isPrivileged = { (port: UInt16?) in port.map { 1..<1_024 ~= $0 } ?? false }
        if isPrivileged(forwarding.queryPort) { return true }
        return domainRules.contains { rule in
            if case .server(let server) = rule.action {
                isPrivileged(server.sourcePort)
            } else {
                false
            }
        }
    }

    /// Whether there is nothing to ask and no file that could name somebody.
    var hasNoUpstream: Bool {
        guard resolv.paths.isEmpty, resolv.serversFile == nil else { return false }
        return !domainRules.contains { rule in
            if case .server = rule.action { true } else { false }
        }
    }
}
