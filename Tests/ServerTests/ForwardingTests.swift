import DNSWire
import Testing

/// Questions that go to upstream servers.
@Suite(.serialized) struct ForwardingTests {
    private static let one = UpstreamAction.answer(["@ 60 A 192.0.2.1"])
    private static let two = UpstreamAction.answer(["@ 60 A 192.0.2.2"])

    @Test func `a silent upstream ends in SERVFAIL before the client gives up`() throws {
        let server = try ServerProcess("", upstreams: [try ScriptedUpstream(["*": .silence])])
        var reply: Reply?
        let duration = try ContinuousClock().measure {
            reply = try server.ask(Query("a.example", edns: 1232), within: 6000)
        }
        #expect(reply?.code == .serverFailure && reply?.extendedError == 22, "\(reply as Any)")
        #expect(duration < .milliseconds(4500))
    }

    @Test func `without servers the answer is REFUSED, not ready`() throws {
        let server = try ServerProcess("")
        let reply = try server.ask("a.example", edns: 1232)
        #expect(reply.code == .refused && reply.extendedError == 14, "\(reply)")
        #expect(try server.ask("a.example").options == [])
    }

    @Test func `one question of many clients is asked once by each worker`() throws {
        let upstream = try ScriptedUpstream(["*": .after(milliseconds: 200, Self.one)])
        let server = try ServerProcess("", upstreams: [upstream])
        let clients = try (0..<100).map { _ in try DNSClient(server.endpoint) }
        let queries = clients.map { _ in Query("a.example") }
        for (client, query) in zip(clients, queries) { client.socket.write(query.octets) }
        for (client, query) in zip(clients, queries) {
            let reply = try #require(client.replies(1).first)
            #expect(reply.id == query.id && reply.data == ["192.0.2.1"])
        }
        let count = upstream.queries(for: "a.example").count
        #expect(count >= 1 && count <= server.workerCount, "\(count) of \(server.workerCount)")
    }

    @Test func `ports and ids cannot be foretold`() throws {
        let upstream = try ScriptedUpstream(["*": Self.one])
        let server = try ServerProcess("", upstreams: [upstream])
        let client = try DNSClient(server.endpoint)
        for index in 0..<500 {
            #expect(client.ask(Query("n\(index).example"))?.data == ["192.0.2.1"])
        }
        let seen = upstream.queries.filter { $0.name.hasPrefix("n") }
        #expect(Set(seen.map(\.port)).count >= 480)
        #expect(Set(seen.map(\.id)).count >= 480)
        let steps = zip(seen, seen.dropFirst()).map { $1.id &- $0.id }
        #expect(steps.count { $0 == 1 } < 5)
        let climbs = zip(seen, seen.dropFirst()).count { $0.id < $1.id }
        #expect((150...350).contains(climbs), "\(climbs) of 499")
    }

    @Test(arguments: ["", "strict-order\n", "all-servers\n"])
    func `after a silent server the next one answers within half a second`(
        option: String
    ) throws {
        // Answers once, so that it is the favourite, and never again.
        let first = try ScriptedUpstream(["first.example": Self.one, "*": .silence])
        let second = try ScriptedUpstream(
            ["first.example": .after(milliseconds: 300, Self.two), "*": Self.two],
            at: "127.0.0.2")
        let server = try ServerProcess(option, upstreams: [first, second])
        _ = try server.ask("first.example")
        var index = 0
        let duration = try shortest(of: 3) {
            index += 1
            let reply = try server.ask("n\(index).example")
            #expect(reply.data == ["192.0.2.2"])
        }
        #expect(duration < .milliseconds(500), "\(duration)")
    }

    @Test func `a server that is closed is passed over at once`() throws {
        let second = try ScriptedUpstream(["*": Self.two], at: "127.0.0.2")
        let closed = "strict-order\nserver=127.0.0.1#\(try Ports.free())\n"
        let server = try ServerProcess(closed, upstreams: [second])
        let duration = try shortest(of: 3) {
            let reply = try server.ask("a.example")
            #expect(reply.data == ["192.0.2.2"])
        }
        #expect(duration < .milliseconds(500), "\(duration)")
    }

    @Test(arguments: [ResponseCode.serverFailure, .refused])
    func `a server that fails is followed by another`(code: ResponseCode) throws {
        let first = try ScriptedUpstream(["*": .code(code)])
        let second = try ScriptedUpstream(
            ["*": .after(milliseconds: 30, Self.two)], at: "127.0.0.2")
        let server = try ServerProcess("", upstreams: [first, second])
        for index in 0..<5 {
            #expect(try server.ask("n\(index).example").data == ["192.0.2.2"])
        }
    }

    @Test func `a truncated answer is asked for again by TCP`() throws {
        let upstream = try ScriptedUpstream(["*": .truncated(Self.one)])
        let server = try ServerProcess("", upstreams: [upstream])
        let reply = try server.ask("a.example")
        #expect(reply.data == ["192.0.2.1"] && !reply.isTruncated)
        #expect(upstream.queries(for: "a.example").map(\.isTCP) == [false, true])
    }

    @Test func `a second question is answered from the cache`() throws {
        let upstream = try ScriptedUpstream([
            "a.example": Self.one, "none.example": .negative(.nameError),
            "empty.example": .negative(.noError),
        ])
        let server = try ServerProcess("", upstreams: [upstream])
        for name in ["a.example", "none.example", "empty.example"] {
            let first = try server.ask(name)
            let second = try #require(try server.ask(Query(name.uppercased())))
            #expect(first.code == second.code && first.data == second.data)
            #expect(second.question == name.uppercased() + ".")
            #expect(upstream.queries(for: name).count == 1)
        }
    }

    @Test func `an upstream's silence about TCP does not hold up UDP clients`() throws {
        let upstream = try ScriptedUpstream([
            "cut.example": .truncated(.silence), "a.example": Self.one,
        ])
        let server = try ServerProcess("", upstreams: [upstream])
        let waiting = try DNSClient(server.endpoint)
        waiting.socket.write(Query("cut.example", edns: 1232).octets)
        #expect(try server.ask("a.example").data == ["192.0.2.1"])
        let reply = waiting.replies(1, within: 6000).first
        #expect(reply?.code == .serverFailure || reply?.isTruncated == true, "\(reply as Any)")
    }

    @Test(arguments: [
        UpstreamAction.wrongID(.answer(["@ 60 A 203.0.113.66"])),
        .wrongQuestion(.answer(["@ 60 A 203.0.113.66"])),
    ])
    func `a reply that does not fit its question is not believed`(
        forged: UpstreamAction
    ) throws {
        let upstream = try ScriptedUpstream(
            ["*": .both(forged, .after(milliseconds: 50, Self.one))])
        let server = try ServerProcess("", upstreams: [upstream])
        #expect(try server.ask("a.example").data == ["192.0.2.1"])
        #expect(try server.ask("a.example").data == ["192.0.2.1"])
    }
}
