import DNSConfig
import DNSWire

/// `waggle check`: every fault of configuration, hosts files and stack at once.
///
/// Reads files and nothing else: no socket is opened and no name is looked up. Exit status 1 on
/// errors, and on warnings with `--strict`.
struct CheckCommand {
    private let isStrict: Bool
    private let printsJSON: Bool
    private var inputs: OfflineInputs
    private var diagnostics: [Diagnostic] = []
    private var lines = SourceLines()

    /// What was found, as text or JSON, and the exit status.
    struct Outcome {
        var text: String
        var status: Int32
    }

    /// Reads the arguments behind `check`.
    init(_ words: [String]) throws(Diagnostic) {
        isStrict = words.contains("--strict")
        printsJSON = words.contains("--json")
        inputs = try OfflineInputs(
            words.filter { $0 != "--strict" && $0 != "--json" }, command: "check")
    }

    /// Checks everything.
    mutating func run(_ files: inout FileSystem) -> Outcome {
        inputs.read(&files, keepsPlaces: true)
        let options = inputs.options
        diagnostics = inputs.diagnostics
        diagnostics += ConfigLint.danglingAliases(options, hosts: inputs.hosts)
        diagnostics += ConfigLint.shadowedNames(options, names: inputs.names)
        diagnostics += ConfigLint.rules(options)
        diagnostics += ConfigLint.limits(options)
        // The parser may have said so of the same word.
        diagnostics += ConfigLint.mistypedAddresses(options, names: inputs.names).filter { one in
            !diagnostics.contains { $0.source == one.source && $0.line == one.line }
        }
        diagnostics += ConfigLint.leakingNames(options, names: inputs.names)
        diagnostics += commandLineOnly(options)
        noteForeignBlanks(options, &files)
        sort(options.sources)
        return outcome(options, &files)
    }

    /// Options of a file that only a command line can have, and dnsmasq takes without a word.
    private func commandLineOnly(_ options: Options) -> [Diagnostic] {
        ["test", "help", "version", "options"].flatMap { name in
            (inputs.config?.places[name] ?? []).filter { $0.source > 0 }.map { origin in
                Diagnostic(
                    .warning, source: options.sources[Int(origin.source)], line: Int(origin.line),
                    column: Int(origin.column),
                    message: "\(name) has an effect on the command line only",
                    hint: "take it out")
            }
        }
    }

    /// Tells of blanks that are none, which no eye can see, in the files of the configuration and
    /// of names.
    private mutating func noteForeignBlanks(_ options: Options, _ files: inout FileSystem) {
        let sources = options.sources.dropFirst() + inputs.paths
        for source in Set(sources) where source != "-" && !source.hasPrefix("output from ") {
            for (index, line) in lines.lines(of: source, &files).enumerated() {
                guard line.contains(where: { $0 >= 0x80 }) else { continue }
                let text = String(decoding: line.prefix { $0 != UInt8(ascii: "#") }, as: UTF8.self)
                guard let place = text.firstIndex(where: LineScanner.isForeignBlank) else {
                    continue
                }
                // The mark at the beginning of a file has been told of.
                if index == 0, line.starts(with: [0xEF, 0xBB, 0xBF]) { continue }
                diagnostics.append(
                    Diagnostic(
                        .warning, source: source, line: index + 1,
                        column: text.utf8.distance(from: text.startIndex, to: place) + 1,
                        message:
                            "here is a special blank, as of a web page, that separates nothing",
                        hint: "type a plain one in its place"))
            }
        }
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
        let addresses = options.records.count + inputs.hosts.entries.count
        let found =
            errors + warnings == 0
            ? "no faults" : "\(counted(errors, "error")), \(counted(warnings, "warning"))"
        text +=
            "waggle: \(found): \(counted(addresses, "record")), "
            + "\(counted(options.cnames.count, "alias")), "
            + "\(counted(options.domainRules.count, "rule")) of domains\n"
        return Outcome(text: text, status: status)
    }

    private func counted(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : noun.hasSuffix("s") ? "es" : "s")"
    }

    /// The lines of the file that a diagnostic is about.
    private mutating func excerpt(
        _ diagnostic: Diagnostic, _ options: Options, _ files: inout FileSystem
    ) -> [ArraySlice<UInt8>]? {
        guard diagnostic.line > 0, diagnostic.source != options.sources[0] else { return nil }
        return lines.lines(of: diagnostic.source, &files)
    }
}

/// The lines of files that something is said about, each file read once.
struct SourceLines {
    private var lines: [String: [ArraySlice<UInt8>]] = [:]

    /// The lines; none where the file cannot be read.
    mutating func lines(of path: String, _ files: inout FileSystem) -> [ArraySlice<UInt8>] {
        if let known = lines[path] { return known }
        let read = (try? files.read(path)).map { LineScanner.lines(of: $0.octets) } ?? []
        lines[path] = read
        return read
    }
}
