import DNSConfig
import DNSWire

/// `waggle check`: every fault of configuration, hosts files and stack at once.
///
/// Reads files and nothing else: no socket is opened and no name is looked up. Exit status 1 on
/// errors, and on warnings with `--strict`.
struct CheckCommand {
    static let usage = """
        usage: waggle check [-C FILE] [--hosts FILE] [--stack FILE] [--strict] [--json] [option...]

        Checks the configuration (/etc/dnsmasq.conf), with what it includes and its hosts files.
          --hosts FILE  take the names of this hosts file in place of /etc/hosts
          --stack FILE  take the extra_hosts of this stack file in place of /etc/hosts
          --strict      warnings count as errors
          --json        print JSON: errors, warnings, diagnostics
        Every option of the configuration may follow. Exit status: 0 right, 1 faults.

        """

    private var hostsPaths: [String] = []
    private var stackPaths: [String] = []
    private var isStrict = false
    private var printsJSON = false
    private var arguments: [String] = []
    private var diagnostics: [Diagnostic] = []
    private var names: [LocatedName] = []
    private var hosts = HostsTable()
    /// The lines of the files that diagnostics may be about.
    private var lines: [String: [ArraySlice<UInt8>]] = [:]

    /// What was found, as text or JSON, and the exit status.
    struct Outcome {
        var text: String
        var status: Int32
    }

    /// Reads the arguments behind `check`; nil where the value of an option is missing.
    init?(_ words: ArraySlice<String>) {
        var rest = words
        while let word = rest.popFirst() {
            switch word {
            case "--strict": isStrict = true
            case "--json": printsJSON = true
            case "--hosts", "--stack":
                guard let path = rest.popFirst() else { return nil }
                if word == "--hosts" { hostsPaths.append(path) } else { stackPaths.append(path) }
            default: arguments.append(word)
            }
        }
        for path in hostsPaths { arguments.append("--addn-hosts=\(path)") }
        if !hostsPaths.isEmpty || !stackPaths.isEmpty { arguments.append("--no-hosts") }
    }

    /// Checks everything.
    mutating func run(_ files: inout FileSystem) -> Outcome {
        let config = ConfigLoader.load(arguments: arguments, files: &files)
        diagnostics = config.diagnostics + ConfigCheck.startDiagnostics(config.options)
        readHosts(config.options, &files)
        for path in stackPaths { readStack(path, config.options, &files) }
        diagnostics += ConfigLint.danglingAliases(config.options, hosts: hosts)
        diagnostics += ConfigLint.shadowedNames(config.options, names: names)
        diagnostics += ConfigLint.rules(config.options)
        diagnostics += ConfigLint.mistypedAddresses(config.options, names: names)
        diagnostics += ConfigLint.leakingNames(config.options, names: names)
        sort(config.options.sources)
        return outcome(config.options, &files)
    }

    // MARK: Reading

    private mutating func readHosts(_ options: Options, _ files: inout FileSystem) {
        let (sources, faults) = HostsSources.list(options, files: files)
        diagnostics += faults
        for source in sources {
            do throws(FileError) {
                let content = try files.read(source.path)
                take(content.octets, path: source.path, options)
            } catch {
                diagnostics.append(HostsSources.failure(source, error))
            }
        }
    }

    private mutating func readStack(
        _ path: String, _ options: Options, _ files: inout FileSystem
    ) {
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

    private mutating func take(_ octets: [UInt8], path: String, _ options: Options) {
        diagnostics += HostsParser.parse(
            octets, path: path, options: options.hosts, into: &hosts)
        names += LocatedName.names(inHosts: octets, source: path)
    }

    // MARK: Writing

    /// In the order of the files, then of the lines.
    private mutating func sort(_ sources: [String]) {
        var rank: [String: Int] = [:]
        for (index, source) in sources.enumerated() { rank[source] = index }
        let keyed = diagnostics.enumerated().map { index, item in
            (key: (rank[item.source] ?? sources.count, item.line, index), item: item)
        }
        diagnostics = keyed.sorted { $0.key < $1.key }.map(\.item)
    }

    private mutating func outcome(_ options: Options, _ files: inout FileSystem) -> Outcome {
        let errors = diagnostics.count { $0.severity == .error }
        let warnings = diagnostics.count { $0.severity == .warning }
        let status: Int32 = errors > 0 || (isStrict && warnings > 0) ? 1 : 0
        guard !printsJSON else {
            return Outcome(text: DiagnosticReport.json(diagnostics), status: status)
        }
        var text = ""
        for diagnostic in diagnostics {
            text += DiagnosticReport.text(
                diagnostic, lines: excerpt(diagnostic, options, &files))
        }
        let addresses = options.records.count + hosts.entries.count
        let found =
            errors + warnings == 0
            ? "no faults" : "\(counted(errors, "error")), \(counted(warnings, "warning"))"
        text +=
            "waggle: \(found): \(addresses) records, \(options.cnames.count) aliases,"
            + " \(options.domainRules.count) rules of domains\n"
        return Outcome(text: text, status: status)
    }

    private func counted(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }

    /// The lines of the file that a diagnostic is about, read once.
    private mutating func excerpt(
        _ diagnostic: Diagnostic, _ options: Options, _ files: inout FileSystem
    ) -> [ArraySlice<UInt8>]? {
        let path = diagnostic.source
        guard diagnostic.line > 0, path != options.sources[0] else { return nil }
        if lines[path] == nil {
            lines[path] = (try? files.read(path)).map { LineScanner.lines(of: $0.octets) } ?? []
        }
        return lines[path]
    }
}
