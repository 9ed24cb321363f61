import DNSWire
import Testing

/// A server whose upstream, `dnsbench upstream`, does what networks and liars do.
@Suite(.serialized) struct HostileUpstreamTests {
    private static let script = """
        id.test    A spoof=id,1000 delay=30 a=192.0.2.1
        port.test  A spoof=port,1000 delay=30 a=192.0.2.1
        ask.test   A spoof=question,1000 delay=30 a=192.0.2.1
        case.test  A spoof=letters,1000 delay=30 a=192.0.2.1
        lie.test   A a=192.0.2.1 lie=victim.test,203.0.113.66
        victim.test A a=192.0.2.7
        slow.test  A delay=1500 a=192.0.2.1
        twice.test A copies=5 a=192.0.2.1
        *.swap.test A reorder=4 a=192.0.2.1
        big.test   A records=400
        chain.test A chain=8 a=192.0.2.1
        cut.test   A truncate a=192.0.2.1
        old.test   A formerr-edns a=192.0.2.1
        noise.test A garbage
        none.test  A drop
        fail.test  A rcode=SERVFAIL
        refuse.test A rcode=REFUSED
        nx.test    * rcode=NXDOMAIN
        half.test  A drop=50 a=192.0.2.1
        * A a=192.0.2.1

        """

    private let upstream: ChildProcess
    private let server: ServerProcess
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        try directory.write("script", Self.script)
        let endpoint = Endpoint("127.0.0.1", try Ports.free())
        upstream = try ChildProcess([
            Binary.path("dnsbench"), "upstream", "--listen", "\(endpoint)",
            "--script", directory.path("script"), "--seconds", "60",
        ])
        server = try ServerProcess("server=\(endpoint)\n")
    }

    @Test(arguments: [
        "id.test", "port.test", "ask.test", "case.test", "slow.test", "twice.test",
        "chain.test", "cut.test", "old.test", "half.test",
    ])
    func `the true answer is waited for`(name: String) throws {
        let reply = try server.ask(name, edns: 1232)
        #expect(reply.code == .noError && reply.data.last == "192.0.2.1", "\(reply)")
        #expect(!reply.data.contains("203.0.113.66") || name == "lie.test", "\(reply)")
    }

    @Test func `what was not asked for is not believed`() throws {
        _ = try server.ask("lie.test")
        #expect(try server.ask("victim.test").data == ["192.0.2.7"])
    }

    @Test(arguments: ["noise.test", "none.test", "fail.test", "refuse.test", "nx.test"])
    func `without a good answer there is a bad one`(name: String) throws {
        let reply = try server.ask(name, edns: 1232)
        let codes: [ResponseCode] = [.serverFailure, .refused, .nameError]
        #expect(codes.contains(reply.code) && reply.answers == [], "\(reply)")
    }

    @Test func `answers that overtake each other reach those who asked`() throws {
        let client = try DNSClient(server.endpoint)
        let queries = (0..<4).map { Query("n\($0).swap.test") }
        for query in queries { client.socket.write(query.octets) }
        let replies = client.replies(4)
        #expect(Set(replies.map(\.id)) == Set(queries.map(\.id)))
        #expect(replies.allSatisfy { $0.data == ["192.0.2.1"] }, "\(replies)")
    }

    @Test func `a large set comes by TCP`() throws {
        let reply = try #require(
            try StreamClient(server.endpoint).ask(Query("big.test", edns: 1232)))
        #expect(reply.answers.count == 400)
        #expect(try server.ask("big.test", edns: 1232).isTruncated)
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
