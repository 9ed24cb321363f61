import Foundation
import Testing

@testable import DNSConfig

/// The files that `make reference` writes.
@Suite struct ReferenceFileTests {
    private static let files: [(path: String, form: ReferenceText.Form)] = [
        ("config/REFERENCE.md", .markdown), ("config/waggle.8", .man),
        ("config/completions/waggle.bash", .bash), ("config/completions/_waggle", .zsh),
        ("config/completions/waggle.fish", .fish),
    ]

    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test(arguments: Self.files.map(\.path))
    func `a file is what the table gives`(path: String) throws {
        let form = try #require(Self.files.first { $0.path == path }?.form)
        let text = try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
        #expect(text == ReferenceText.reference(form), "\(path) is stale: run `make reference`")
    }

    @Test func `every form but the text has a file`() {
        #expect(
            Set(Self.files.map(\.form)).union([.text]) == Set(ReferenceText.Form.allCases))
    }

    // MARK: Tools

    /// Runs a command in the top directory; the output holds both its streams.
    private static func run(_ command: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.currentDirectoryURL = root
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }

    private static func isInstalled(_ command: String) -> Bool {
        ["/bin/", "/usr/bin/", "/usr/local/bin/"]
            .contains { FileManager.default.isExecutableFile(atPath: $0 + command) }
    }

    @Test(.enabled(if: isInstalled("mandoc"), "skipped: mandoc is not installed"))
    func `mandoc finds nothing to say about the manual page`() throws {
        let (_, output) = try Self.run(["mandoc", "-T", "lint", "config/waggle.8"])
        // Whether the other pages are installed is not a matter of this one.
        let lines = output.split(separator: "\n").filter {
            !$0.contains("mandoc.db") && !$0.contains("referenced manual not found")
        }
        #expect(lines == [])
        let page = try Self.run(["mandoc", "-T", "utf8", "config/waggle.8"]).output
        #expect(page.contains("WAGGLE(8)"))
        #expect(page.count > 20_000)
    }

    @Test(.enabled(if: isInstalled("groff"), "skipped: groff is not installed"))
    func `groff finds nothing to say about the manual page`() throws {
        let words = ["groff", "-mandoc", "-Tutf8", "-ww", "-z", "config/waggle.8"]
        let (status, output) = try Self.run(words)
        #expect(status == 0 && output == "")
    }

    @Test func `the manual page has every command with its options`() throws {
        let page = ReferenceText.reference(.man)
        let names = Subcommand.all.map(\.name)
        #expect(names == ["check", "explain", "hash", "healthcheck"])
        for command in Subcommand.all {
            let start = try #require(page.range(of: ".Ss waggle \(command.name)\n"))
            let rest = page[start.upperBound...]
            let section = rest[..<(try #require(rest.firstRange(of: "\n.S")).lowerBound)]
            for option in command.options {
                let name = option.name.dropFirst()
                #expect(section.contains("\n.It Fl \(name)"), "\(name)")
            }
            #expect(section.contains("The exit status is:\n.Bl -tag -width Ds -compact\n.It 0\n"))
            #expect(section.contains("\n.Dl "), "\(command.name) has no example")
            #expect(page.contains(".Nm\n.Cm \(command.name)\n"))
        }
        #expect(page.utf8.allSatisfy { $0 < 0x80 })
    }

    @Test(.enabled(if: isInstalled("shellcheck"), "skipped: shellcheck is not installed"))
    func `shellcheck finds nothing to say about the completion for bash`() throws {
        let result = try Self.run(["shellcheck", "-s", "bash", "config/completions/waggle.bash"])
        #expect(result.status == 0, "\(result.output)")
    }

    @Test(.enabled(if: isInstalled("zsh"), "skipped: zsh is not installed"))
    func `zsh can read its completion`() throws {
        let result = try Self.run(["zsh", "-n", "config/completions/_waggle"])
        #expect(result.status == 0 && result.output == "", "\(result.output)")
    }

    @Test(
        .enabled(if: isInstalled("zsh"), "skipped: zsh is not installed"),
        arguments: [
            (["waggle", "che"], "check"), (["waggle", "check", "--stri"], "--strict"),
            (["waggle", "check", "--json", "--hosts", "config/hos"], "config/hosts"),
            (["waggle", "explain", "a.lan", "--liv"], "--live"),
            (["waggle", "--cache-s"], "--cache-size"),
        ])
    func `zsh completes`(words: [String], expected: String) throws {
        // A terminal of its own in zpty: completion works for somebody who types only.
        let script = """
            zmodload zsh/zpty
            zpty z zsh -f -i
            zpty -w z "PS1= fpath=($PWD/config/completions \\$fpath)"
            zpty -w z 'autoload -U compinit; compinit -D -u; setopt no_list_beep; print READY'
            zpty -r z out '*READY*READY*'
            zpty -w -n z '\(words.joined(separator: " "))'$'\\t'
            sleep 1
            zpty -w -n z $'\\n'
            sleep 0.3
            while zpty -r -t z line; do print -r -- $line; done
            """
        let result = try Self.run(["zsh", "-f", "-c", script])
        #expect(result.output.contains(expected), "\(result.output)")
    }

    @Test(
        .enabled(if: isInstalled("fish"), "skipped: fish is not installed"),
        arguments: [
            ("waggle --cache-s", "--cache-size"), ("waggle --log-queries=", "--log-queries=extra"),
            ("waggle --interface=l", "--interface=lo"), ("waggle --filter-rr=HTT", "HTTPS"),
            ("waggle --servers-file=config/dnsm", "config/dnsmasq.conf"),
            ("waggle ch", "check"), ("waggle check --str", "--strict"),
            ("waggle check --hosts config/hos", "config/hosts"),
            ("waggle explain a.lan --li", "--live"),
        ])
    func `fish completes`(line: String, expected: String) throws {
        let script = "source config/completions/waggle.fish; complete -C '\(line)'"
        let result = try Self.run(["env", "HOME=/tmp", "fish", "--no-config", "-c", script])
        #expect(result.output.contains(expected), "\(result.output)")
    }

    // MARK: bash

    /// What bash proposes for the last word.
    private func propose(_ words: [String]) throws -> [String] {
        let quoted = words.map { "'\($0)'" }.joined(separator: " ")
        let script = """
            source config/completions/waggle.bash
            COMP_WORDS=(\(quoted)) COMP_CWORD=\(words.count - 1)
            _waggle
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let result = try Self.run(["bash", "--norc", "-euc", script])
        #expect(result.status == 0, "\(result.output)")
        return result.output.split(separator: "\n").map(String.init)
    }

    @Test(arguments: [
        (["waggle", "--cache-s"], ["--cache-size"]),
        (["waggle", "--max-c"], ["--max-cache-ttl="]),
        (["waggle", "--filter-"], ["--filter-A", "--filter-AAAA", "--filter-rr="]),
        (["waggle", "--log-queries", "="], ["extra", "proto", "auth", "only_failed"]),
        (["waggle", "--log-queries", "=", "e"], ["extra"]),
        (["waggle", "--log-queries=e"], ["--log-queries=extra"]),
        (["waggle", "--filter-rr", "=", "HTT"], ["HTTPS"]),
        (["waggle", "--filter-rr", "=", "A,HTT"], ["A,HTTPS"]),
        (["waggle", "--filter-rr", "HTT"], ["HTTPS"]),
        (["waggle", "--interface", "=", "l"], ["lo"]),
        (["waggle", "-i", "l"], ["lo"]),
        (["waggle", "--user", "=", "roo"], ["root"]),
        (["waggle", "-C", "config/dnsm"], ["config/dnsmasq.conf"]),
        (["waggle", "--conf-dir", "=", "conf"], ["config"]),
        (["waggle", "--options", "=", "m"], ["markdown", "man"]),
        (["waggle", "--compat", "=", "bare-cname,literal-c"], ["bare-cname,literal-cname"]),
        (["waggle", "--dhcp-r"], []),
        (["waggle", "x"], []),
        (["waggle", ""], ["check", "explain", "hash", "healthcheck"]),
        (["waggle", "ch"], ["check"]),
        (["waggle", "check", "--stric"], ["--strict", "--strict-order"]),
        (["waggle", "explain", "a.lan", "--serv"], ["--server", "--server=", "--servers-file="]),
        (["waggle", "hash", "--stack", "stacks/dns."], ["stacks/dns.yml"]),
        (["waggle", "--live"], []),
    ])
    func `bash completes`(words: [String], expected: [String]) throws {
        #expect(try propose(words).sorted() == expected.sorted())
    }

    @Test func `bash proposes every option that does something`() throws {
        let proposed = Set(try propose(["waggle", "--"]).map { $0.filter { $0 != "=" } })
        for row in OptionTable.rows where row.status == .supported {
            #expect(proposed.contains("--" + row.name), "\(row.name)")
        }
    }
}
