import DNSWire
import Testing

/// A server whose upstream, `dnsbench upstream`, does what networks and liars do.
///
/// Forged answers say 203.0.113.66 and come 150 ms before the true one.
@Suite(.serialized) struct HostileUpstreamTests {
    private static let poison = "203.0.113.66"
    private static let forgeries = [
        "id", "port", "question", "letters", "query", "opcode", "no-question", "header", "empty",
        "short", "trash", "pointer", "count", "length",
    ]

    private static let script =
        forgeries.map { "\($0).test A spoof=\($0) delay=150 a=192.0.2.1\n" }.joined()
        + forgeries.map { "many-\($0).test A spoof=\($0),2000 delay=150 a=192.0.2.1\n" }.joined()
            + """
            lie.test    A a=192.0.2.1 lie=victim.test,203.0.113.66
            alias.test  A cname=victim.test lie=victim.test,203.0.113.66
            shadow.test A cname=host.lan lie=host.lan,203.0.113.66
            victim.test A a=192.0.2.7
            slow.test   A delay=3000 a=192.0.2.1
            cut-slow.test A truncate stream-delay=2500 a=192.0.2.1
            twice.test  A copies=5 a=192.0.2.1
            *.swap.test A reorder=4 a=192.0.2.1
            big.test    A records=400
            fat.test    A records=200 oversize
            chain.test  A chain=8 a=192.0.2.1
            cut.test    A truncate a=192.0.2.1
            shut.test   A truncate close a=192.0.2.1
            old.test    A formerr-edns a=192.0.2.1
            small.test  A fold-question a=192.0.2.1
            noise.test  A garbage
            none.test   A drop
            fail.test   A rcode=SERVFAIL
            refuse.test A rcode=REFUSED
            notimp.test A rcode=NOTIMP
            spoofed-servfail.test A spoof=servfail,10 delay=150 a=192.0.2.1
            spoofed-formerr.test  A spoof=formerr,10 delay=150 a=192.0.2.1
            spoofed-refused.test  A spoof=refused,10 delay=150 a=192.0.2.1
            nx.test     * rcode=NXDOMAIN
            lossy.test  A lose=2 a=192.0.2.1
            never.test  A ttl=2147483647 a=192.0.2.1
            * A a=192.0.2.1

            """

    private let upstream: ChildProcess
    private let server: ServerProcess
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        try directory.write("script", Self.script)
        try directory.write("hosts", "10.0.0.1 host.lan\n")
        let endpoint = Endpoint("127.0.0.1", try Ports.free())
        upstream = try ChildProcess([
            Binary.path("dnsbench"), "upstream", "--listen", "\(endpoint)",
            "--script", directory.path("script"), "--seconds", "90",
        ])
        // It has to listen before it is asked.
        let probe = try DNSClient(endpoint)
        guard eventually({ probe.ask(Query("ready.test"), within: 200) != nil }) else {
            throw Unexpected("dnsbench does not answer")
        }
        server = try ServerProcess(
            "server=\(endpoint)\nlocal=/lan/\naddn-hosts=\(directory.path("hosts"))\n")
    }

    @Test(
        arguments: forgeries.map { $0 + ".test" } + forgeries.map { "many-\($0).test" } + [
            "slow.test", "cut-slow.test", "twice.test", "chain.test", "cut.test", "old.test",
            "small.test", "lossy.test", "never.test",
        ])
    func `the true answer is waited for`(name: String) throws {
        let reply = try server.ask(name, edns: 1232)
        #expect(reply.code == .noError && reply.data.last == "192.0.2.1", "\(reply)")
        #expect(!reply.data.contains(Self.poison), "\(reply)")
        let again = try server.ask(name)
        #expect(again.data == reply.data, "\(again)")
        #expect(again.answers.allSatisfy { $0.ttlSeconds <= 86_400 })
    }

    @Test func `what was not asked for is neither kept nor passed on`() throws {
        #expect(try server.ask("lie.test").data == ["192.0.2.1"])
        #expect(try server.ask("alias.test").data == ["victim.test.", Self.poison])
        #expect(try server.ask("victim.test").data == ["192.0.2.7"])
    }

    @Test func `a name of the configuration is not shadowed`() throws {
        #expect(try server.ask("shadow.test").data == ["host.lan.", "10.0.0.1"])
        #expect(try server.ask("host.lan").data == ["10.0.0.1"])
    }

    @Test(arguments: [
        "noise.test", "none.test", "fail.test", "refuse.test", "notimp.test", "shut.test",
    ])
    func `without a good answer there is a failure with its reason`(name: String) throws {
        let reply = try server.ask(name, edns: 1232)
        #expect(reply.code == .serverFailure && reply.answers == [], "\(reply)")
        if name != "fail.test" {
            #expect([22, 23].contains(reply.extendedError), "\(reply)")
        }
    }

    @Test(arguments: [
        "spoofed-servfail.test", "spoofed-refused.test", "spoofed-formerr.test",
    ])
    func `a forged failure is at worst a failure`(name: String) throws {
        let reply = try server.ask(name, edns: 1232)
        #expect(reply.code == .serverFailure || reply.data == ["192.0.2.1"], "\(reply)")
        #expect(!reply.data.contains(Self.poison), "\(reply)")
    }

    @Test func `a denial is a denial`() throws {
        #expect(try server.ask("nx.test").code == .nameError)
    }

    @Test func `answers that overtake each other reach those who asked`() throws {
        let client = try DNSClient(server.endpoint)
        let queries = (0..<4).map { Query("n\($0).swap.test") }
        for query in queries { client.socket.write(query.octets) }
        let replies = client.replies(4)
        #expect(Set(replies.map(\.id)) == Set(queries.map(\.id)))
        #expect(replies.allSatisfy { $0.data == ["192.0.2.1"] }, "\(replies)")
    }

    @Test(arguments: [("big.test", 400), ("fat.test", 200)])
    func `a large set comes by TCP`(name: String, count: Int) throws {
        let reply = try #require(
            try StreamClient(server.endpoint).ask(Query(name, edns: 1232)))
        #expect(reply.answers.count == count)
        #expect(try server.ask(name, edns: 1232).isTruncated)
    }

    @Test func `a flood is answered to the last question`() throws {
        let result = try Tool.run(
            [
                Binary.path("dnsbench"), "load", "--server", "\(server.endpoint)",
                "--queries", "5000", "--in-flight", "100", "--ask", "n%.flood.test",
                "--ask", "git.test",
            ], within: 60_000)
        #expect(result.status == 0, "\(result.output)\(result.errors)")
        #expect(result.output.contains("lost 0") && result.output.contains("rcodes 0: 5000"))
    }
}
