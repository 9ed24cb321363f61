import Foundation
import Testing

/// `waggle check`, as an operator runs it.
@Suite struct CheckCommandTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func check(_ arguments: String...) throws -> ToolResult {
        try Tool.run([Binary.debug, "check"] + arguments)
    }

    private func config(_ text: String) throws -> String {
        try directory.write("dnsmasq.conf", text)
        return directory.path("dnsmasq.conf")
    }

    @Test func `the reference swarm has no fault`() throws {
        let path = Binary.root + "/config/dnsmasq.conf"
        for (option, file) in [("--stack", "stacks/dns.yml"), ("--hosts", "config/hosts")] {
            let result = try check("-C", path, option, "\(Binary.root)/\(file)", "--strict")
            #expect(
                result.status == 0 && result.output.contains("no faults: 17 records, 7 aliases"))
        }
    }

    @Test func `an alias of the name that the swarm lost names the near one`() throws {
        let path = try config(
            "no-resolv\nserver=192.0.2.1\nlocal=/sixeyed/\ncname=a.ga,workers.swarm.sixeyed\n")
        let stack = Binary.root + "/stacks/dns.yml"
        let result = try check("-C", path, "--stack", stack)
        #expect(result.status == 0, "\(result.output)")
        #expect(
            result.output.hasPrefix(
                "\(path):4:7: warning: cname a.ga leads to workers.swarm.sixeyed"))
        #expect(result.output.contains("did you mean arm.workers.swarm.sixeyed?"))
        #expect(try check("-C", path, "--stack", stack, "--strict").status == 1)
    }

    @Test func `every fault is said at once, in the order of the lines`() throws {
        let path = try config("sever=1.1.1.1\nport=x\nno-resolv\ndomain-needed=1\n")
        let result = try check("-C", path, "--hosts", "/dev/null")
        #expect(result.status == 1)
        let places = result.output.split(separator: "\n").filter { $0.hasPrefix(path) }
            .map { $0.dropFirst(path.count).prefix(5) }
        #expect(places == [":1:1:", ":2:6:", ":4:15"], "\(result.output)")
        #expect(
            result.output.hasSuffix(
                "3 errors, 0 warnings: 0 records, 0 aliases, 0 rules of"
                    + " domains\n"))
    }

    @Test func `JSON holds the same`() throws {
        let path = try config("sever=1.1.1.1\nno-resolv\nserver=127.0.0.1\n")
        let result = try check("-C", path, "--hosts", "/dev/null", "--json")
        let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
        let report = try #require(object as? [String: Any])
        #expect(report["errors"] as? Int == 1 && report["warnings"] as? Int == 1)
        let items = try #require(report["diagnostics"] as? [[String: Any]])
        #expect(items.map { $0["line"] as? Int } == [1, 3])
        #expect(items.first?["hint"] as? String == "did you mean server?")
    }

    @Test func `files that are not there are faults`() throws {
        let missing = directory.path("none")
        #expect(try check("-C", missing).status == 1)
        let result = try check("-C", try config("no-resolv\n"), "--stack", missing)
        #expect(result.status == 1 && result.output.contains("cannot read \(missing)"))
    }

    @Test func `the running server tells the identity that the files have`() throws {
        let server = try ServerProcess(
            "cname=a.lan,b.lan\naddn-hosts={DIR}/hosts\n",
            files: ["hosts": "10.0.0.1 b.lan\n"])
        let path = server.directory.path("dnsmasq.conf")
        func hash() throws -> String {
            let result = try Tool.run([Binary.debug, "hash", "-C", path])
            #expect(result.status == 0, "\(result.errors)")
            return result.output.trimmingCharacters(in: .newlines)
        }
        func identity() throws -> [String]? {
            try server.ask(Query("config.waggle", .txt, class: 3))?.data.map {
                $0.trimmingCharacters(in: ["\""])
            }
        }
        let first = try hash()
        #expect(first.count == 64 && server.log.contains("identity \(first)"))
        #expect(try identity() == [first])
        try server.directory.write("hosts", "10.0.0.2 b.lan\n")
        #expect(try eventually { try [hash()] == identity() } && hash() != first)
        #expect(try server.ask(Query("other.waggle", .txt, class: 3))?.code == .notImplemented)
    }

    @Test func `files of servers are looked at, missing ones have a line`() throws {
        try directory.write(
            "resolv", "nameserver 192.0.2.1#5353\nnameserver 127.0.0.1\nnameserver 192.0.2.2\n")
        try directory.write("servers", "server=192.0.2.300\n")
        let text = """
            resolv-file=\(directory.path)/resolv
            servers-file=\(directory.path)/servers
            resolv-file=\(directory.path)/none

            """
        let result = try check("-C", try config(text))
        let path = directory.path
        for line in [
            "\(path)/resolv:1:12: warning: the nameserver '192.0.2.1#5353' is no address",
            "\(path)/resolv:2:12: warning: the nameserver 127.0.0.1 is this server itself",
            "\(path)/servers:1:8: warning: ",
            ":3:13: warning: cannot read \(path)/none: No such file",
        ] { #expect(result.output.contains(line), "\(line)\n\(result.output)") }
        #expect(!result.output.contains("resolv:3"))
    }

    @Test func `it says how it is used`() throws {
        #expect(try check("--help").output.hasPrefix("usage: waggle check"))
        for words in [["check", "--stack"], ["hash", "--hosts"], ["explain", "a", "--stack="]] {
            let result = try Tool.run([Binary.debug] + words)
            #expect(result.status == 1 && result.output == "")
            #expect(result.errors.contains("the name of a file is missing behind --"))
        }
    }

    @Test func `it opens no socket`() throws {
        guard let strace = Tool.path("strace") else { return skip("strace is not installed") }
        let trace = directory.path("trace")
        let path = try config("server=192.0.2.1\ncname=a,b\n")
        let result = try Tool.run([
            strace, "-f", "-e", "trace=%network", "-o", trace, Binary.debug, "check", "-C", path,
        ])
        guard result.status == 0 else { return skip("strace cannot trace: \(result.errors)") }
        #expect(!directory.text("trace").contains("socket("), "\(directory.text("trace"))")
    }
}
