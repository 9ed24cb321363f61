import DNSWire
import Foundation
import Testing

/// TCP connections of clients: order, pieces, ends, crowds.
@Suite(.serialized) struct StreamTests {
    /// The first queries of a connection, as many as may wait, and those behind them wait for a
    /// server; when it answers, queries that were left unread get old answers out of the cache.
    @Test func `who waits for the same question gets its answer and no other`() throws {
        let isUp = Flag(true)
        let upstream = try ScriptedUpstream { query in
            if query.name.hasPrefix("slow") {
                return .after(milliseconds: 300, .answer(["@ 60 A 192.0.2.7"]))
            }
            return isUp.value ? .answer(["@ 1 A 192.0.2.1"]) : .code(.serverFailure)
        }
        let server = try ServerProcess("", upstreams: [upstream])
        #expect(try server.ask("old.example").data == ["192.0.2.1"])
        isUp.value = false
        sleep(2)
        // Fails, and that is remembered.
        #expect(try server.ask("old.example").data == ["192.0.2.1"])
        let datagrams = try (0..<16).map { _ in try DNSClient(server.endpoint) }
        for client in datagrams.prefix(8) { client.socket.write(Query("slow0.example").octets) }
        let stream = try StreamClient(server.endpoint)
        let slow = (0..<100).map { Query("slow\($0).example") }
        let old = (0..<20).map { _ in Query("old.example") }
        stream.socket.write((slow + old).flatMap(\.framed))
        usleep(50_000)
        for client in datagrams.suffix(8) { client.socket.write(Query("slow0.example").octets) }
        var answers: [UInt16: Reply] = [:]
        for _ in 0..<120 {
            let reply = try #require(stream.reply())
            answers[reply.id] = reply
        }
        for query in slow { #expect(answers[query.id]?.data == ["192.0.2.7"]) }
        for query in old { #expect(answers[query.id]?.data == ["192.0.2.1"]) }
        for client in datagrams {
            let reply = try #require(client.replies(1).first)
            #expect(reply.data == ["192.0.2.7"], "\(reply)")
        }
    }

    private static let local = "host-record=a.test,10.0.0.1\nlocal=/test/\n"

    private func server(slow milliseconds: Int = 200) throws -> ServerProcess {
        let upstream = try ScriptedUpstream { query in
            .after(milliseconds: milliseconds, .answer(["@ 60 A 192.0.2.1"]))
        }
        return try ServerProcess(Self.local, upstreams: [upstream])
    }

    @Test func `fifty queries in one write are answered, the slow one last`() throws {
        let server = try server()
        let client = try StreamClient(server.endpoint)
        let slow = Query("slow.example")
        let quick = (1..<50).map { _ in Query("a.test") }
        client.socket.write(slow.framed + quick.flatMap(\.framed))
        let replies = (0..<50).compactMap { _ in client.reply() }
        #expect(replies.dropLast().map(\.id) == quick.map(\.id))
        #expect(replies.dropLast().allSatisfy { $0.data == ["10.0.0.1"] })
        #expect(replies.last?.id == slow.id && replies.last?.data == ["192.0.2.1"])
    }

    @Test func `a query may come octet by octet`() throws {
        let server = try server()
        let client = try StreamClient(server.endpoint)
        for query in [Query("a.test"), Query("A.TEST")] {
            for octet in query.framed { client.socket.write([octet]) }
            let reply = try #require(client.reply())
            #expect(reply.id == query.id && reply.data == ["10.0.0.1"])
            #expect(reply.question == query.name + ".")
        }
    }

    @Test func `a client that ended its side still gets its answers`() throws {
        let server = try server()
        let client = try StreamClient(server.endpoint)
        let queries = [Query("slow.example"), Query("a.test"), Query("slower.example")]
        client.socket.write(queries.flatMap(\.framed))
        client.socket.endWriting()
        let replies = (0..<3).compactMap { _ in client.reply() }
        #expect(Set(replies.map(\.id)) == Set(queries.map(\.id)))
        #expect(client.ends())
    }

    @Test(arguments: [
        // A length of zero; of eleven, which is less than a header; a response.
        [0, 0], [0, 11] + [UInt8](repeating: 0, count: 11),
        [0, 12, 0, 1, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ])
    func `what is no query ends the connection`(octets: [UInt8]) throws {
        let server = try server()
        let client = try StreamClient(server.endpoint)
        client.socket.write(octets)
        #expect(client.ends())
        #expect(try StreamClient(server.endpoint).ask(Query("a.test")) != nil)
    }

    @Test func `a malformed query is answered and the next one too`() throws {
        let server = try server()
        let client = try StreamClient(server.endpoint)
        // A name of 63 octets that ends after one.
        client.socket.write([0, 14, 7, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 63, 97])
        let reply = try #require(client.reply())
        #expect(reply.id == 0x0707 && reply.code == .formatError)
        #expect(client.ask(Query("a.test"))?.data == ["10.0.0.1"])
    }

    @Test(arguments: [10, 1])
    func `six hundred idle connections do not keep a client out`(addresses: Int) throws {
        let server = try server()
        var idle: [Socket] = []
        for index in 0..<600 {
            let source = "127.0.1.\(1 + index % addresses)"
            // One that is turned away is as good as one that is idle.
            if let socket = try? Socket.tcp(to: server.endpoint, from: source) {
                idle.append(socket)
            }
        }
        for source in ["127.0.1.1", "127.0.2.1"] {
            let duration = try ContinuousClock().measure {
                let client = try StreamClient(server.endpoint, from: source)
                #expect(client.ask(Query("a.test"))?.data == ["10.0.0.1"], "from \(source)")
            }
            #expect(duration < .seconds(1))
        }
        #expect(try server.ask("a.test").data == ["10.0.0.1"])
        #expect(idle.count > 64)
    }

    @Test func `an idle connection is closed after ten seconds and not before`() throws {
        let server = try server()
        let client = try StreamClient(server.endpoint)
        #expect(client.ask(Query("a.test")) != nil)
        let duration = ContinuousClock().measure {
            #expect(client.ends(within: 13_000))
        }
        #expect(duration > .seconds(9), "\(duration)")
    }

    @Test func `max-tcp-connections holds for all workers together`() throws {
        let server = try ServerProcess(Self.local + "max-tcp-connections=3\n", upstreams: [])
        let clients = try (0..<20).map { _ in try StreamClient(server.endpoint) }
        for client in clients { client.socket.write(Query("a.test").framed) }
        // Each is served or closed; whoever is still open can ask again.
        let served = clients.filter { $0.reply(within: 1000) != nil }
        #expect(!served.isEmpty)
        let open = served.filter { $0.ask(Query("a.test"), within: 500) != nil }
        #expect((1...3).contains(open.count), "\(open.count)")
    }

}
