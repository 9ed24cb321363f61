import Foundation

/// What may stand in the shell blocks of the pages.
///
/// A command either runs here, against the debug build in a network of its own, or is read: its
/// targets, options and files have to exist. What no rule knows is a fault.
struct ShellRules {
    /// The targets of the Makefile, and the names that it and its scripts take from outside.
    let targets: Set<String>
    let variables: Set<String>
    /// All options of Waggle, without dashes.
    let options: Set<String>

    init() throws {
        let makefile = try Repository.text("Makefile")
        targets = Set(
            makefile.matches(of: /^([\w-]+):(?!=)/.anchorsMatchLineEndings()).map {
                String($0.1)
            })
        var names = Set(
            makefile.matches(of: /^([A-Z_]+) \?=/.anchorsMatchLineEndings()).map { String($0.1) })
        for script in ["deploy", "image", "test-swarm", "test-arm64"] {
            let text = try Repository.text("Tests/Tools/\(script)")
            names.formUnion(text.matches(of: /\$\{([A-Z_0-9]+):[-+=?]/).map { String($0.1) })
        }
        // Docker's own.
        variables = names.union(["DOCKER_CONTEXT", "DOCKER_HOST"])
        let list = try Repository.run([Repository.waggle, "--options"])
        options = Set(
            list.output.matches(of: /^ *(?:-\w, )?--([\w-]+)/.anchorsMatchLineEndings()).map {
                String($0.1)
            })
    }

    /// Why a command is only read, or nil if it runs here.
    static func reason(_ command: String) -> String? {
        let words = command.split(separator: " ")
        if isCommand(words, "make", "run") { return nil }
        switch words.drop(while: { $0.contains(/^[A-Z_]+=/) }).first {
        case "make": return "it builds, or needs a swarm"
        case "docker": return "it needs an engine"
        case "dig" where !command.contains("@127.0.0.1"): return "it asks a node"
        case "dig", "waggle", ".build/release/waggle", "kill": return nil
        case "mkdir", "ln", "systemctl", "printf", "conntrack", "export":
            return "it changes the machine"
        default: return "no rule knows it"
        }
    }

    /// What is wrong with a command that is only read.
    func faults(_ command: String) -> [String] {
        var words = command.split(separator: " ").map(String.init)
        var found: [String] = []
        while let setting = words.first?.firstMatch(of: /^([A-Z_]+)=/) {
            if !variables.contains(String(setting.1)) { found.append("nobody reads \(setting.1)") }
            words.removeFirst()
        }
        found += missingFiles(command)
        switch words.first {
        case "make": found += makeFaults(words.dropFirst())
        case "docker": found += dockerFaults(words)
        case "dig", "mkdir", "ln", "systemctl", "printf", "conntrack", "export": break
        default: found.append("no rule knows `\(words.first ?? "")`")
        }
        return found
    }

    /// The options of `waggle` in a text, however it is called, that do not exist.
    func unknownOptions(_ command: String) -> [String] {
        guard command.contains(#/(^|/)waggle /#) else { return [] }
        let ofCommands: Set = ["stack", "hosts", "strict", "json", "live", "server", "help"]
        return command.matches(of: /(?:^| )--([a-z][\w-]*)/).map { String($0.1) }
            .filter { !options.contains($0) && !ofCommands.contains($0) }
            .map { "waggle has no --\($0)" }
    }

    private static func isCommand(_ words: [Substring], _ pattern: Substring...) -> Bool {
        words.elementsEqual(pattern)
    }

    private func makeFaults(_ words: ArraySlice<String>) -> [String] {
        words.filter { !$0.hasPrefix("--") }.compactMap { word in
            guard let name = word.firstMatch(of: /^([A-Z_]+)=/)?.1 else {
                return targets.contains(word) ? nil : "the Makefile has no \(word)"
            }
            return variables.contains(String(name)) ? nil : "nobody reads \(name)"
        }
    }

    /// Held against the help of the client, where there is one.
    private func dockerFaults(_ words: [String]) -> [String] {
        guard Repository.isInstalled("docker") else { return [] }
        let path = words.dropFirst().prefix { !$0.hasPrefix("-") && !$0.contains(/[\/_:.]/) }
        guard let help = try? Repository.run(["docker"] + path + ["--help"]), help.status == 0,
            help.output.contains("docker \(path.joined(separator: " "))")
        else { return ["docker has no `\(path.joined(separator: " "))`"] }
        return words.filter { $0.hasPrefix("--") && !help.output.contains($0) }
            .map { "docker \(path.joined(separator: " ")) has no \($0)" }
    }

    private func missingFiles(_ command: String) -> [String] {
        command.matches(of: /\b(?:config|stacks|Tests|Sources)\/[\w.\/-]+/).map { String($0.0) }
            .filter { !Repository.exists($0) }.map { "there is no \($0)" }
    }
}
