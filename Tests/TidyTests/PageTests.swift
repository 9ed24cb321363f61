import Foundation
import Testing

/// What the pages for users tell to type is tried, or at least read.
@Suite struct PageTests {
    private static let pages = ["README.md", "config/FAQ.md"]

    private static func blocks(_ language: String? = nil) throws -> [PageBlock] {
        try pages.flatMap { try PageBlock.all(of: $0, Repository.text($0)) }
            .filter { language == nil || $0.language == language }
    }

    @Test func `a rule takes every block`() throws {
        for block in try Self.blocks() {
            #expect(["sh", "conf", "yaml"].contains(block.language), "\(block): no rule takes it")
        }
        let found = PageBlock.all(
            of: "page", "## A\n\n    make x\n    y\n\n```sh\na \\\n  b\n# c\n```\ntext\n    more\n")
        #expect(found.map(\.language) == ["", "sh"] && found.map(\.line) == [3, 7])
        #expect(found[1].commands == ["a    b"] && found[1].section == "A")
    }

    // MARK: Configurations and stacks

    @Test func `a configuration has no fault`() throws {
        let blocks = try Self.blocks("conf")
        #expect(blocks.count >= 2)
        for block in blocks {
            let result = try check(block.text)
            #expect(result.status == 0, "\(block): \(result.output)")
        }
        #expect(try check("host-record=a.test,10.0.0.256\n").status == 1)
    }

    private func check(_ text: String) throws -> (status: Int32, output: String) {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).conf")
        try text.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        return try Repository.run(
            [Repository.waggle, "check", "--strict", "-C", file.path, "--hosts", "/dev/null"])
    }

    @Test func `a part of a stack, laid over the shipped one, keeps the rules`() throws {
        let blocks = try Self.blocks("yaml")
        #expect(blocks.count >= 2)
        let shipped = try BlockYAML(Repository.text("stacks/dns.yml"))
        for block in blocks {
            let part = try BlockYAML(block.text)
            #expect(part.names(under: "services") == ["dns"], "\(block)")
            #expect(StackRules(stack: shipped.overlaid(with: part)).faults == [], "\(block)")
        }
        let bad = try BlockYAML("services:\n  dns:\n    image: waggle\n")
        #expect(
            StackRules(stack: shipped.overlaid(with: bad)).faults == [
                "dns: an image without a version"
            ])
    }

    // MARK: Commands

    @Test func `what is only read exists, and is listed with the reason`() throws {
        let rules = try ShellRules()
        for block in try Self.blocks("sh") {
            for command in block.commands {
                for fault in rules.unknownOptions(command) { Issue.record("\(block): \(fault)") }
                guard let reason = ShellRules.reason(command) else { continue }
                for fault in rules.faults(command) { Issue.record("\(block): \(fault)") }
                print("read only: \(block): \(command): \(reason)")
            }
        }
        for (command, fault) in [
            ("make fly", "the Makefile has no fly"),
            ("make image COLOUR=red", "nobody reads COLOUR"),
            ("DOCKER_CONTEKST=x make deploy", "nobody reads DOCKER_CONTEKST"),
            ("reboot now", "no rule knows `reboot`"),
            ("ln config/none x", "there is no config/none"),
        ] { #expect(rules.faults(command) == [fault]) }
        #expect(rules.unknownOptions("waggle check --conf-fil=x") == ["waggle has no --conf-fil"])
    }

    @Test func `commands and options in the text exist`() throws {
        let rules = try ShellRules()
        for page in Self.pages {
            let prose = try Repository.text(page).replacing(/(?s)```.*?```/, with: "")
            for code in prose.matches(of: /`(waggle [^`]+)`/).map({ String($0.1) }) {
                for fault in rules.unknownOptions(code) { Issue.record("\(page): \(fault)") }
                guard let name = code.wholeMatch(of: /waggle ([a-z]+)( .*)?/)?.1 else { continue }
                let help = try Repository.run([Repository.waggle, String(name), "--help"])
                #expect(help.status == 0, "\(page): there is no command \(name)")
            }
            for option in prose.matches(of: /`([a-z][a-z0-9-]+)=[^`]*`/) {
                #expect(rules.options.contains(String(option.1)), "\(page): \(option.1)")
            }
        }
    }

    /// Commands of a section run in one shell, in order, in a network of nothing but loopback.
    @Test func `what can run on loopback runs`() throws {
        for tool in ["dig", "ip", "make"] where !Repository.isInstalled(tool) {
            print("skipped: there is no \(tool)")
            return
        }
        guard try Repository.run(ShellRun.network + ["true"]).status == 0 else {
            print("skipped: no network namespace can be made here")
            return
        }
        var ran = 0
        let sections = try Dictionary(grouping: Self.blocks("sh")) { "\($0.page): \($0.section)" }
        for (section, blocks) in sections {
            let commands = blocks.flatMap(\.commands).filter { ShellRules.reason($0) == nil }
            guard !commands.isEmpty else { continue }
            let result = try ShellRun.run(commands.joined(separator: "\n") + "\n")
            #expect(result.status == 0, "\(section): \(commands)\n\(result.output)")
            print("ran: \(section): \(commands.count) commands")
            ran += commands.count
        }
        #expect(ran >= 10)
        #expect(try ShellRun.run("dig @127.0.0.1 -p 5353 +short a.test\n").status != 0)
        #expect(try ShellRun.run("waggle check -C /dev/null --no-such-option\n").status != 0)
    }
}
