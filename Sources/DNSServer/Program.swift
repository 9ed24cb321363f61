import DNSConfig
import DNSResolver
import LinuxIO

/// The program: from the command line to the exit status.
package enum Program {
    /// Runs with the arguments of this process and ends it.
    package static func main() -> Never {
        ProcessCalls.end(status: run(arguments: Array(CommandLine.arguments.dropFirst())))
    }

    /// Does what the arguments (without the program's name) ask for; answers the exit status.
    package static func run(arguments: [String]) -> Int32 {
        var files = FileSystem()
        if let status = runCommand(arguments, &files) { return status }
        // No signal ends a container's first process unless it is fetched, and while files are read
        // it is looked for.
        if ProcessCalls.id == 1 { ProcessCalls.block(signals: ControlPlane.signals) }
        let config = ConfigLoader.load(arguments: arguments, files: &files)
        if let failure = config.failure {
            printError(config.diagnostics)
            return failure.rawValue
        }
        switch config.request {
        case .help(let topic):
            return topic.isEmpty
                ? printOutput(ReferenceText.help()) : printReference(.text, of: [topic])
        case .options(let form, let names): return printReference(form, of: names)
        case .version: return printOutput(versionText)
        case .test:
            printError(config.diagnostics)
            write("waggle: syntax check OK.\n", to: 2)
            return 0
        case .run:
            return serve(config, arguments, &files)
        }
    }

    /// Runs a sub-command, the first argument without hyphen; nil if there is none.
    private static func runCommand(_ arguments: [String], _ files: inout FileSystem) -> Int32? {
        let words = Array(arguments.dropFirst())
        guard let command = arguments.first,
            Subcommand.all.contains(where: { $0.name == command })
        else { return nil }
        guard !words.contains("--help") else { return printOutput(Subcommand.usage(of: command)) }
        do throws(Diagnostic) {
            switch command {
            case "check":
                var check = try CheckCommand(words)
                let outcome = check.run(&files)
                write(outcome.text, to: 1)
                return outcome.status
            case "explain":
                guard !words.isEmpty else { return printOutput(Subcommand.usage(of: command)) }
                var explain = try ExplainCommand(words)
                return printOutput(try explain.run(&files))
            case "hash":
                var inputs = try OfflineInputs(words, command: command)
                inputs.read(&files)
                printError(inputs.diagnostics.filter { $0.severity == .error })
                if let failure = inputs.config?.failure { return failure.rawValue }
                return printOutput("\(inputs.identity)\n")
            default:
                guard let fault = HealthCommand.run(words, &files) else { return 0 }
                write("waggle: \(fault)\n", to: 2)
                return 1
            }
        } catch {
            printError([error])
            return error.exitStatus.rawValue
        }
    }

    /// Serves in the foreground until a signal ends it.
    ///
    /// Differs: dnsmasq goes to the background unless keep-in-foreground or no-daemon is given. A
    /// container ends with its first process, and a service manager wants to see it.
    private static func serve(
        _ config: LoadedConfig, _ arguments: [String], _ files: inout FileSystem
    ) -> Int32 {
        // Before anything may start a thread: all of them are to leave the signals alone.
        ProcessCalls.block(signals: ControlPlane.signals)
        ProcessCalls.ignoreBrokenPipes()
        ProcessCalls.reportFaults()
        do throws(Diagnostic) {
            let startup = try Startup(config, files: &files)
            var control = try ControlPlane(startup, arguments: arguments, files: files)
            return control.run()
        } catch {
            printError([error])
            return error.exitStatus.rawValue
        }
    }

    private static var versionText: String {
        """
        Waggle version \(Product.version)
        A DNS resolver for swarms that reads the configuration of dnsmasq.

        """
    }

    // MARK: Output

    /// How long a start waits for whoever reads its standard error.
    private static let errorMilliseconds: Int64 = 1_000

    /// Writes diagnostics in the form that compilers and editors share, a line for each.
    static func printError(_ diagnostics: [Diagnostic]) {
        FileIO.write(
            2, Array(diagnostics.map { "\($0)\n" }.joined().utf8), within: errorMilliseconds)
    }

    /// Prints the options whose names begin with one of the words, all if there is none.
    private static func printReference(_ form: ReferenceText.Form, of words: [String]) -> Int32 {
        for word in words where OptionTable.rows(beginning: [word]).isEmpty {
            let hint = OptionTable.nearestName(to: word).map { "did you mean \($0)?" }
            printError([
                Diagnostic(
                    .error, source: "command line", message: "no option begins with '\(word)'",
                    hint: hint)
            ])
            return Diagnostic.ExitStatus.configuration.rawValue
        }
        return printOutput(ReferenceText.reference(form, of: words))
    }

    private static func printOutput(_ text: String) -> Int32 {
        write(text, to: 1)
        return 0
    }

    private static func write(_ text: String, to descriptor: Int32) {
        // Whoever closed the other end does not want to know.
        try? FileIO.write(descriptor, Array(text.utf8))
    }
}
