import DNSConfig
import DNSWire
import LinuxIO

/// What a sub-command reads of files: configuration, hosts files, the names of stack files.
///
/// Opens no socket and looks up no name.
struct OfflineInputs {
    private var stackPaths: [String] = []
    private var arguments: [String] = []
    private(set) var config: LoadedConfig?
    private(set) var hosts = HostsTable()
    /// The names of hosts and stack files with their places.
    private(set) var names: [LocatedName] = []
    private(set) var diagnostics: [Diagnostic] = []
    /// The files that names were read from.
    private(set) var paths: [String] = []

    var options: Options { config?.options ?? Options() }

    /// Takes `--hosts FILE` and `--stack FILE`, or `--hosts=FILE`, out of the words of a command;
    /// the others are options.
    init(_ words: [String], command: String) throws(Diagnostic) {
        var rest = words[...]
        var hostsPaths: [String] = []
        while let word = rest.popFirst() {
            let parts = word.split(
                separator: Character("="), maxSplits: 1, omittingEmptySubsequences: false)
            guard parts[0] == "--hosts" || parts[0] == "--stack" else {
                arguments.append(word)
                continue
            }
            let path = parts.count > 1 ? String(parts[1]) : rest.popFirst() ?? ""
            guard !path.isEmpty else {
                throw Diagnostic(
                    .error, source: "waggle \(command)",
                    message: "the name of a file is missing behind \(parts[0])",
                    hint: "\(parts[0]) FILE")
            }
            if parts[0] == "--hosts" { hostsPaths.append(path) } else { stackPaths.append(path) }
        }
        for path in hostsPaths { arguments.append("--addn-hosts=\(path)") }
        if !hostsPaths.isEmpty || !stackPaths.isEmpty { arguments.append("--no-hosts") }
    }

    /// Reads everything; `keepsPlaces` also where each option stands.
    mutating func read(_ files: inout FileSystem, keepsPlaces: Bool = false) {
        let config = ConfigLoader.load(
            arguments: arguments, files: &files, keepsPlaces: keepsPlaces)
        self.config = config
        diagnostics = config.diagnostics
        diagnostics += ConfigCheck.startDiagnostics(config.options, places: config.places)
        readHosts(&files)
        for path in stackPaths { readStack(path, &files) }
        readServers(&files)
    }

    /// The identity of all of it.
    var identity: String {
        config?.identity.text(hosts, hostName: DomainName(parsing: ProcessCalls.hostName)) ?? ""
    }

    private mutating func readHosts(_ files: inout FileSystem) {
        let (sources, faults) = HostsSources.list(options, files: files)
        diagnostics += faults
        for source in sources {
            do throws(FileError) {
                let content = try files.read(source.path)
                take(content.octets, path: source.path)
            } catch {
                diagnostics.append(HostsSources.failure(source, error))
            }
        }
    }

    /// Looks at the files that name servers, as far as the configuration names them:
    /// /etc/resolv.conf is that of the machine at hand.
    private mutating func readServers(_ files: inout FileSystem) {
        for option in options.resolv.isUsed ? options.resolv.files : [] {
            do throws(FileError) {
                let octets = try files.read(option.path).octets
                let file = ResolvParser.parse(octets, source: option.path)
                diagnostics += ConfigLint.resolv(file, path: option.path, options)
            } catch {
                diagnostics.append(missing(option, "resolv-file", error))
            }
        }
        guard let option = options.resolv.serversFile else { return }
        do throws(FileError) {
            let octets = try files.read(option.path).octets
            let (rules, faults) = ServersFileParser.parse(octets, path: option.path, files: files)
            diagnostics += faults
            if let fault = ConfigCheck.serversFile(
                rules, after: options.domainRules, path: option.path)
            {
                diagnostics.append(fault)
            }
        } catch {
            diagnostics.append(missing(option, "servers-file", error))
        }
    }

    private func missing(_ file: PathOption, _ option: String, _ error: FileError) -> Diagnostic {
        let origin = file.origin
        return Diagnostic(
            .warning, source: options.sources[Int(origin.source)], line: Int(origin.line),
            column: Int(origin.column), message: "cannot read \(file.path): \(error.reason)",
            hint: "the server starts without it and asks nobody that \(option) should name")
    }

    private mutating func readStack(_ path: String, _ files: inout FileSystem) {
        do throws(FileError) {
            let stack = StackFile(try files.read(path).octets)
            let faults = stack.diagnostics(source: path)
            diagnostics += faults
            if stack.entries.isEmpty, faults.isEmpty {
                diagnostics.append(
                    Diagnostic(
                        .warning, source: path, message: "there are no extra_hosts",
                        hint: "names of machines stand under services.NAME.extra_hosts"))
            }
            diagnostics += HostsParser.parse(
                stack.hostsText, path: path, options: options.hosts, into: &hosts)
            names += stack.names(source: path)
        } catch {
            diagnostics.append(
                Diagnostic(
                    .error, source: path, message: "cannot read \(path): \(error.reason)",
                    exitStatus: .file))
        }
    }

    private mutating func take(_ octets: [UInt8], path: String) {
        diagnostics += HostsParser.parse(
            octets, path: path, options: options.hosts, into: &hosts)
        names += LocatedName.names(inHosts: octets, source: path)
        paths.append(path)
    }
}
