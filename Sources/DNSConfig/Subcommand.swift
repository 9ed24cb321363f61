/// A command beside serving: the one source of its usage, its part of the manual page and what
/// shells complete.
package struct Subcommand: Sendable {
    package struct Option: Sendable {
        package var name: String
        /// What stands behind it as a word of its own; nil for a flag.
        package var argument: String?
        package var summary: String

        init(_ name: String, _ argument: String?, _ summary: String) {
            (self.name, self.argument, self.summary) = (name, argument, summary)
        }

        var spelling: String { argument.map { "\(name) \($0)" } ?? name }
        /// Whether the argument is the path of a file.
        var takesFile: Bool { argument == "FILE" }
    }

    package let name: String
    /// One sentence, for the help.
    package let summary: String
    /// What has to come first, as `NAME [TYPE]`; empty if nothing.
    let operands: String
    /// Paragraphs, one a line.
    let details: String
    let options: [Option]
    let exits: [(status: Int, meaning: String)]
    let examples: [(purpose: String, command: String)]

    package static let all = [check, explain, hash, healthcheck]

    /// What a command prints on `--help`, in 80 columns.
    package var usage: String {
        let head = "usage: waggle \(name) "
        var words = operands.isEmpty ? [] : [operands]
        words += ["[-C FILE]"] + options.map { "[\($0.spelling)]" } + ["[option...]"]
        var text = head
        var column = head.count
        for (index, word) in words.enumerated() {
            if index > 0, column + 1 + word.count > 80 {
                text += "\n" + String(repeating: " ", count: head.count)
                column = head.count
            } else if index > 0 {
                text += " "
                column += 1
            }
            text += word
            column += word.count
        }
        text += "\n\n"
        for paragraph in details.split(separator: Character("\n")) {
            text += Prose.wrap(Prose.plain(String(paragraph)), width: 80)
        }
        let width = (options.map(\.spelling.count).max() ?? 0) + 4
        for option in options {
            let first = "  " + option.spelling
            text += Prose.wrap(
                Prose.plain(option.summary), width: 80,
                indent: String(repeating: " ", count: width),
                first: first + String(repeating: " ", count: width - first.count))
        }
        let exits = exits.map { "\($0.status) \(Prose.plain($0.meaning))" }.joined(separator: "; ")
        return text
            + Prose.wrap(
                "Every option of the configuration may follow. Exit status: \(exits).", width: 80)
    }

    /// The same of the command with this name; empty if there is none.
    package static func usage(of name: String) -> String {
        all.first { $0.name == name }?.usage ?? ""
    }
}

extension Subcommand {
    private static let sources = [
        Option("--hosts", "FILE", "takes the names of this hosts file in place of `/etc/hosts`"),
        Option(
            "--stack", "FILE",
            "takes the `extra_hosts` of this stack file in place of `/etc/hosts`"),
    ]

    private static let check = Subcommand(
        name: "check",
        summary: "Names every fault of configuration, hosts files and stack at once.",
        operands: "",
        details: """
            Finds every fault of the configuration (`/etc/dnsmasq.conf`), of what it includes, \
            of its hosts files and of the stack that it is deployed with, and what is right but \
            hardly meant. Each has its file, line and column, and says how to mend it. Opens no \
            socket and looks up no name.
            """,
        options: sources + [
            Option("--strict", nil, "warnings count as errors"),
            Option("--json", nil, "prints JSON: `errors`, `warnings`, `diagnostics`"),
        ],
        exits: [(0, "no errors"), (1, "errors, or warnings with `--strict`")],
        examples: [
            (
                "Before a deployment, with the names of the stack:",
                "waggle check -C dnsmasq.conf --stack dns.yml --strict"
            )
        ])

    private static let explain = Subcommand(
        name: "explain",
        summary: "Says what a name answers and which line of which file says so.",
        operands: "NAME [TYPE]",
        details: """
            Says what is answered to a question, and which line of which file says so: aliases, \
            hosts lines, records and rules, also those that are passed over, and the servers \
            that would be asked. `NAME` may be an address; `TYPE` is A, for an address PTR.
            """,
        options: sources + [
            Option("--json", nil, "prints JSON"),
            Option(
                "--live", nil,
                "also asks the running server: what it would answer, what its cache has of each "
                    + "name and for how long, how its servers do, and whether it has these files; "
                    + "nothing changes there. A server on another machine is asked as a client "
                    + "asks"),
            Option(
                "--server", "ADDRESS#PORT",
                "the server to ask, which implies `--live`; the configured one without it"),
        ],
        exits: [(0, "explained"), (1, "no name, no record type, or the configuration has errors")],
        examples: [
            (
                "Why an alias answers what it answers:",
                "waggle explain www.home.lan -C dnsmasq.conf"
            ),
            (
                "What the cache of the running server has of a name:",
                "waggle explain example.com --live"
            ),
        ])

    private static let hash = Subcommand(
        name: "hash",
        summary: "Prints the identity of the configuration, to compare servers by.",
        operands: "",
        details: """
            Prints the identity of the configuration: a SHA-256 of all options and the names of \
            the hosts files. Servers with the same identity give the same answers. A running one \
            tells its own to `config.waggle CH TXT`.
            """,
        options: sources,
        exits: [(0, "printed"), (1, "the configuration has errors"), (3, "a file cannot be read")],
        examples: [
            (
                "The name of a config object of a swarm:",
                "waggle hash -C dnsmasq.conf --stack dns.yml"
            )
        ])

    private static let healthcheck = Subcommand(
        name: "healthcheck",
        summary: "Ends with 0 if the running server answers by UDP and TCP.",
        operands: "",
        details: """
            Asks the running server on the configured port `health.waggle CH TXT`, by UDP and by \
            TCP. The server answers from memory, and neither counts nor logs it. Give the \
            options for port and addresses that the server has on its command line.
            """,
        options: [],
        exits: [(0, "the server answers both"), (1, "it does not, or is leaving")],
        examples: [
            (
                "The health check of a container:",
                "HEALTHCHECK CMD [\"/usr/sbin/waggle\", \"healthcheck\"]"
            )
        ])
}
