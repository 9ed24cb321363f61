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

    var options: Options { config?.options ?? Options() }

    /// Takes `--hosts FILE` and `--stack FILE` out of the words; the others are options. nil where
    /// a file is missing.
    init?(_ words: [String]) {
        var rest = words[...]
        var hostsPaths: [String] = []
        while let word = rest.popFirst() {
            switch word {
            case "--hosts", "--stack":
                guard let path = rest.popFirst() else { return nil }
                if word == "--hosts" { hostsPaths.append(path) } else { stackPaths.append(path) }
            default: arguments.append(word)
            }
        }
        for path in hostsPaths { arguments.append("--addn-hosts=\(path)") }
        if !hostsPaths.isEmpty || !stackPaths.isEmpty { arguments.append("--no-hosts") }
    }

    /// Reads everything; `keepsPlaces` also where each option stands.
    mutating func read(_ files: inout FileSystem, keepsPlaces: Bool = false) {
        let config = ConfigLoader.load(
            arguments: arguments, files: &files, keepsPlaces: keepsPlaces)
        self.config = config
        diagnostics = config.diagnostics + ConfigCheck.startDiagnostics(config.options)
        readHosts(&files)
        for path in stackPaths { readStack(path, &files) }
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

    private mutating func readStack(_ path: String, _ files: inout FileSystem) {
        do throws(FileError) {
            let stack = StackFile(try files.read(path).octets)
            diagnostics += stack.diagnostics(source: path)
            if stack.entries.isEmpty {
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
    }
}
