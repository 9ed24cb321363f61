import DNSWire

/// Reads the command line, then the configuration files and all that they include.
///
/// Never stops at a mistake: every fault becomes a diagnostic and the statement is left out.
package struct ConfigLoader<Files: FileSource> {
    package static var defaultPath: String { "/etc/dnsmasq.conf" }

    private var files: Files
    var options = Options()
    var diagnostics: [Diagnostic] = []
    private var context = OptionContext()
    private var seen: Set<FileIdentity> = []
    private var onceOnCommandLine: Set<String> = []
    private var onceInFiles: [String: Origin] = [:]
    private var nesting = 0
    /// Of all files so far.
    private var octetCount = 0
    /// Statements beyond the limit, which are counted only.
    private var unsaid = 0
    private var hasFailed = false
    private var identity = ConfigIdentity()
    private var digests: [String: UInt64] = [:]
    private var places: [String: [Origin]]?
    /// Options without a meaning for DNS that were met, in order.
    var outsideDNS: [String] = []

    private init(files: Files) { self.files = files }

    /// Reads everything.
    ///
    /// `arguments` are those of the process without its name; `keepsPlaces` costs memory for each
    /// statement.
    package static func load(
        arguments: [String], files: inout Files, keepsPlaces: Bool = false
    ) -> LoadedConfig {
        var loader = ConfigLoader(files: files)
        if keepsPlaces { loader.places = [:] }
        loader.run(arguments)
        files = loader.files
        return LoadedConfig(
            options: loader.options, diagnostics: loader.diagnostics,
            request: loader.context.request, identity: loader.identity,
            digests: loader.digests, places: loader.places ?? [:])
    }

    private mutating func run(_ arguments: [String]) {
        var paths: [(path: String, position: Int)]?
        var junk: [(word: String, position: Int)] = []
        context.isCommandLine = true
        for item in CommandLineParser.parse(arguments) {
            switch item {
            case .fault(let text, let position, let hint):
                report("bad command line options: try --help: \(text)", line: position, hint: hint)
            case .junk(let word, let position):
                switch context.request {
                case .help: context.request = .help(topic: word)
                case .options(let form, let names):
                    context.request = .options(form, names: names + [word])
                case .run, .test, .version: if !word.isEmpty { junk.append((word, position)) }
                }
            case .statement(let statement) where statement.row.name == "conf-file":
                paths = paths ?? []
                if !statement.value.isEmpty {
                    paths?.append((statement.value.string, statement.position))
                }
            case .statement(let statement):
                context.origin = Origin(
                    source: 0, line: UInt32(clamping: statement.position),
                    column: statement.value.column)
                perform(statement.row, statement.value)
            }
        }
        // As in dnsmasq, every option comes before the first stray word.
        context.origin = .builtIn
        for (word, position) in junk {
            report("junk found in command line: '\(word)'", line: position)
        }
        context.isCommandLine = false
        guard context.request == .run || context.request == .test else { return }
        // As in dnsmasq, the last file named is read first.
        for (path, position) in (paths ?? []).reversed() {
            context.origin = Origin(source: 0, line: UInt32(clamping: position), column: 1)
            readFile(path, mayBeMissing: false)
        }
        if paths == nil { readFile(Self.defaultPath, mayBeMissing: true) }
        finish()
    }

    /// The checks that need the whole configuration and that dnsmasq makes with `--test` too.
    private mutating func finish() {
        diagnostics += ConfigCheck.aliasLoops(options)
        diagnostics += ConfigCheck.resolvFiles(options)
        diagnostics += ConfigCheck.servers(options)
        if unsaid > 0 {
            diagnostics.append(
                Diagnostic(.note, source: "configuration", message: "and \(unsaid) more"))
        }
        if options.hosts.takesDomainFromResolv { takeDomainFromResolv() }
        qualifyServices()
        if !outsideDNS.isEmpty {
            let names = outsideDNS.joined(separator: ", ")
            diagnostics.append(
                Diagnostic(
                    .warning, source: "configuration",
                    message:
                        "Waggle is the DNS half of dnsmasq, these options have no effect: \(names)"
                ))
        }
    }

    /// `domain=#`: the first name after `search` in the only resolv.conf.
    private mutating func takeDomainFromResolv() {
        let paths = options.resolv.paths
        guard paths.count == 1, let path = paths.first else {
            return append("must have exactly one resolv.conf to read domain from.")
        }
        do throws(FileError) {
            let content = try files.read(path)
            guard let name = ResolvParser.parse(content.octets, source: path).searchDomains.first
            else {
                return append("no search directive found in \(path)", status: .other)
            }
            options.hosts.domains.append(LocalDomain(name: name, origin: .builtIn))
        } catch {
            append("failed to read \(path): \(error.reason)", status: .file)
        }
    }

    /// `_service._protocol` without a domain gets the one of `domain`, as in dnsmasq.
    private mutating func qualifyServices() {
        guard let domain = options.hosts.defaultDomain else { return }
        for (index, record) in options.records.enumerated() where record.owner.labelCount == 2 {
            guard case .srv = record.data,
                let name = DomainName(wire: record.owner.octets.dropLast() + domain.octets)
            else { continue }
            options.records[index].owner = name
        }
    }

    private mutating func append(
        _ message: String, status: Diagnostic.ExitStatus = .configuration
    ) {
        diagnostics.append(
            Diagnostic(.error, source: "configuration", message: message, exitStatus: status))
    }
}

// MARK: Files

extension ConfigLoader {
    private mutating func readFile(_ path: String, mayBeMissing: Bool) {
        do throws(FileError) {
            let content = try files.read(path)
            guard seen.insert(content.identity).inserted else { return }
            readText(content.octets, source: path)
        } catch {
            guard !(mayBeMissing && error.isMissing) else { return }
            fileFault("cannot read \(path): \(error.reason)")
        }
    }

    private mutating func readDirectory(_ path: String, suffixes: [String]) {
        do throws(FileError) {
            let prefix = path.hasSuffix("/") ? path : path + "/"
            let entries = DirectoryRules.chosen(try files.list(path), suffixes: suffixes)
            // dnsmasq looks at all of them before it reads the first.
            for entry in entries {
                guard let fault = entry.fault else { continue }
                fileFault("cannot access \(prefix)\(entry.name): \(fault)")
            }
            for entry in entries where entry.isRegularFile {
                readFile(prefix + entry.name, mayBeMissing: false)
            }
        } catch {
            fileFault("cannot access directory \(path): \(error.reason)")
        }
    }

    private mutating func runScript(_ command: String) {
        do throws(FileError) {
            let (output, status) = try files.run(command)
            readText(output, source: "output from \(command)")
            guard status != 0 else { return }
            fileFault("\(command) returns non-zero error code", status: .script)
        } catch {
            fileFault("cannot run \(command): \(error.reason)", status: .script)
        }
    }

    private mutating func fileFault(
        _ message: String, hint: String? = nil, status: Diagnostic.ExitStatus = .file
    ) {
        report(
            message, line: Int(context.origin.line), column: Int(context.origin.column),
            hint: hint, status: status)
    }

    /// Reads statements; what a statement includes is read before the next one.
    private mutating func readText(_ octets: [UInt8], source: String) {
        guard nesting < ConfigLimits.nesting else {
            return fileFault("\(source) is nested too deeply")
        }
        guard options.sources.count < ConfigLimits.sources else {
            return fileFault(
                "\(source) is one file too many", hint: "at most \(ConfigLimits.sources) are read")
        }
        octetCount += octets.count
        guard octetCount <= ConfigLimits.configurationOctets else {
            return fileFault(
                "\(source) makes the configuration too long",
                hint: "at most \(ConfigLimits.configurationOctets) octets are read")
        }
        nesting += 1
        let (outer, isCommandLine) = (context.origin, context.isCommandLine)
        context.isCommandLine = false
        let number = UInt16(options.sources.count)
        options.sources.append(source)
        for (index, line) in LineScanner.lines(of: octets).enumerated() {
            context.origin = Origin(source: number, line: UInt32(clamping: index + 1), column: 1)
            readLine(line)
        }
        (context.origin, context.isCommandLine) = (outer, isCommandLine)
        nesting -= 1
    }

    private mutating func readLine(_ line: ArraySlice<UInt8>) {
        let number = Int(context.origin.line)
        // Differs: dnsmasq cuts after 1024 octets and takes the rest for another line.
        guard line.count <= ConfigLimits.lineOctets else {
            return report(
                "the line is too long", line: number,
                hint: "at most \(ConfigLimits.lineOctets) octets are read")
        }
        switch LineScanner.scan(line) {
        case .blank: return
        case .missingQuote(let column):
            report("missing \"", line: number, column: column)
        case .statement(let name, let value):
            guard let row = OptionTable.row(named: name) else {
                // A proposal costs a millisecond, too much for what nobody will read.
                guard diagnostics.count < ConfigLimits.diagnostics || !hasFailed else {
                    unsaid += 1
                    return
                }
                let (message, hint) = Self.unknownOption(name)
                return report(message, line: number, column: Int(name.column), hint: hint)
            }
            if row.argument == .none, !value.isAbsent {
                return report(
                    "extraneous parameter: \(row.name) takes no value", line: number,
                    column: Int(value.column), hint: "write \(row.name) alone")
            }
            if case .required(let syntax) = row.argument, value.isAbsent {
                return report(
                    "missing parameter: \(row.name) needs a value", line: number,
                    column: Int(name.column), hint: "write \(row.name)=\(syntax)")
            }
            context.origin.column = value.column
            perform(row, value)
        }
    }
}

// MARK: Statements

extension ConfigLoader {
    /// Carries a statement out, and what it includes.
    private mutating func perform(_ row: OptionRow, _ value: ValueText) {
        guard isAllowedNow(row) else { return }
        context.remarks = []
        context.inclusion = nil
        context.requiredInterface = nil
        do throws(OptionFault) {
            try row.apply(value, &options, &context)
            if let interface = context.requiredInterface,
                files.interfaceIndex(interface.string) == nil
            {
                throw OptionFault("bad interface name", "'\(interface.string)'", at: interface)
            }
        } catch {
            return reportFault(error, in: row, value)
        }
        identity.add(row, value)
        digests[row.name] = StatementDigest.adding(
            value, to: digests[row.name] ?? StatementDigest.start)
        places?[row.name, default: []].append(context.origin)
        for remark in context.remarks {
            report(
                "\(row.name): \(remark.message)", .warning, line: Int(context.origin.line),
                column: Int(remark.column), hint: remark.hint)
        }
        reportStatus(of: row, value)
        switch context.inclusion {
        case nil: break
        case .file(let path): readFile(path, mayBeMissing: false)
        case .directory(let path, let suffixes): readDirectory(path, suffixes: suffixes)
        case .script(let command): runScript(command)
        }
    }

    /// Whether an option that may stand only once stands here for the first time.
    private mutating func isAllowedNow(_ row: OptionRow) -> Bool {
        guard row.repetition == .oncePerSource else { return true }
        if context.isCommandLine {
            if onceOnCommandLine.insert(row.name).inserted { return true }
            report(
                "bad command line options: illegal repeated flag: --\(row.name)",
                line: Int(context.origin.line), hint: "give it once")
        } else {
            guard let first = onceInFiles[row.name] else {
                onceInFiles[row.name] = context.origin
                return true
            }
            let file =
                first.source == context.origin.source
                ? "" : " of \(options.sources[Int(first.source)])"
            report(
                "illegal repeated keyword: \(row.name)", line: Int(context.origin.line),
                column: Int(context.origin.column),
                hint: "line \(first.line)\(file) has it already: keep one of the two")
        }
        return false
    }

    private mutating func reportFault(_ fault: OptionFault, in row: OptionRow, _ value: ValueText) {
        var message = fault.text ?? "error in \(row.name)"
        if context.isCommandLine {
            message = "bad command line options: \(fault.text ?? "try --help: --\(row.name)")"
        }
        let syntax: String? =
            switch row.argument {
            case .none: nil
            case .required(let syntax): "write \(row.name)=\(syntax)"
            case .optional(let syntax): "write \(row.name) or \(row.name)=\(syntax)"
            }
        report(
            message + (fault.detail.map { ": \($0)" } ?? ""),
            line: Int(context.origin.line), column: Int(fault.column), hint: fault.hint ?? syntax)
    }

    /// Says what becomes of an option that is not carried out in full.
    private mutating func reportStatus(of row: OptionRow, _ value: ValueText) {
        let line = Int(context.origin.line)
        let column = Int(context.origin.column)
        switch row.status {
        case .supported: break
        case .acceptedWithoutEffect where row.category.isOutsideDNS:
            if !outsideDNS.contains(row.name) { outsideDNS.append(row.name) }
        case .acceptedWithoutEffect(let reason):
            report(
                "\(row.name) has no effect: \(reason)", .note, line: line, column: column)
        case .refused(let reason, let instead):
            report("\(row.name): \(reason)", line: line, column: column, hint: instead)
        case .leftOut(let reason, let instead):
            report(
                "\(row.name) is left out: \(reason)", .warning, line: line, column: column,
                hint: instead)
        }
    }

    private mutating func report(
        _ message: String, _ severity: Diagnostic.Severity = .error, line: Int, column: Int = 0,
        hint: String? = nil, status: Diagnostic.ExitStatus = .configuration
    ) {
        // The first error says how the process ends: it is never left out.
        guard diagnostics.count < ConfigLimits.diagnostics || (severity == .error && !hasFailed)
        else {
            unsaid += 1
            return
        }
        hasFailed = hasFailed || severity == .error
        let source = options.sources[Int(context.origin.source)]
        diagnostics.append(
            Diagnostic(
                severity, source: source, line: line, column: column, message: message, hint: hint,
                exitStatus: status))
    }
}
