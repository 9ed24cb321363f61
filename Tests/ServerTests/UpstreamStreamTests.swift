import DNSWire
import Foundation
import Testing

/// Questions to servers by TCP: shared connections, and what happens to them.
@Suite(.serialized) struct UpstreamStreamTests {
    private static let one = UpstreamAction.answer(["@ 60 A 192.0.2.1"])
    private static let two = UpstreamAction.answer(["@ 60 A 192.0.2.2"])

    /// Asks for names from one socket, all at once.
    private func replies(
        _ names: [String], _ server: ServerProcess, within milliseconds: Int = 8000
    ) throws -> [Reply] {
        let client = try DNSClient(server.endpoint)
        for name in names { client.socket.write(Query(name).octets) }
        return client.replies(names.count, within: milliseconds)
    }

    private func names(_ count: Int) -> [String] { (0..<count).map { "n\($0).example" } }

    /// How often the first server failed, as the statistics have it.
    private func failures(_ server: ServerProcess) throws -> Int? {
        server.child.signal(SIGUSR1)
        #expect(server.logSays("retried"))
        return server.log.firstMatch(of: /failed (\d+), nxdomain/).flatMap { Int($0.1) }
    }

    @Test func `two hundred questions share a few connections`() throws {
        let upstream = try ScriptedUpstream(["*": .truncated(Self.one)])
        let server = try ServerProcess("", upstreams: [upstream])
        let replies = try replies(names(200), server)
        #expect(replies.count == 200)
        #expect(replies.allSatisfy { $0.data == ["192.0.2.1"] })
        #expect((1...8).contains(upstream.connectionCount), "\(upstream.connectionCount)")
    }

    @Test func `answers on one connection may come in any order`() throws {
        let upstream = try ScriptedUpstream { query in
            let number = Int(query.name.dropFirst().prefix { $0 != "." }) ?? 0
            return .truncated(
                .after(
                    milliseconds: 200 - 10 * number, .answer(["@ 60 A 192.0.2.\(number)"])))
        }
        let server = try ServerProcess("", upstreams: [upstream])
        let replies = try replies(names(20), server)
        #expect(replies.count == 20)
        for reply in replies {
            let number = reply.question.dropFirst().prefix { $0 != "." }
            #expect(reply.data == ["192.0.2.\(number)"])
        }
        // The last question has the first answer.
        #expect(replies.first?.data == ["192.0.2.19"] && replies.last?.data == ["192.0.2.0"])
        #expect(upstream.connectionCount == 1)
    }

    @Test func `a connection that the server closed while it was idle is opened again`() throws {
        let upstream = try ScriptedUpstream([
            "*": .truncated(.both(Self.one, .after(milliseconds: 50, .close)))
        ])
        let server = try ServerProcess("", upstreams: [upstream])
        let client = try DNSClient(server.endpoint)
        for index in 0..<3 {
            #expect(client.ask(Query("n\(index).example"))?.data == ["192.0.2.1"])
            usleep(150_000)
        }
        #expect(upstream.connectionCount == 3)
        #expect(upstream.queries.count { $0.isTCP } == 3)
        #expect(try failures(server) == 0)
    }

    @Test func `a question that meets the end of its connection is asked once more`() throws {
        // Whoever asks again on a connection is too late: as if it had been closed just before.
        let upstream = try ScriptedUpstream { query in
            guard query.isTCP else { return .truncated(.silence) }
            return query.name.hasPrefix("late") && query.connection == 1 ? .close : Self.one
        }
        let server = try ServerProcess("", upstreams: [upstream])
        // One socket's questions go to one worker, and so to one connection.
        let client = try DNSClient(server.endpoint)
        #expect(client.ask(Query("a.example"))?.data == ["192.0.2.1"])
        for name in ["late.example", "b.example"] {
            let duration = ContinuousClock().measure {
                #expect(client.ask(Query(name))?.data == ["192.0.2.1"])
            }
            #expect(duration < .milliseconds(400), "\(duration)")
        }
        #expect(upstream.queries(for: "late.example").map(\.connection) == [0, 1, 2])
        #expect(upstream.connectionCount == 2)
        #expect(try failures(server) == 0)
    }

    @Test func `a connection that ends without ever an answer is a failure`() throws {
        let first = try ScriptedUpstream(["*": .truncated(.close)])
        let second = try ScriptedUpstream(["*": Self.two], at: "127.0.0.2")
        let server = try ServerProcess("strict-order\n", upstreams: [first, second])
        #expect(try server.ask("a.example").data == ["192.0.2.2"])
        #expect(first.queries(for: "a.example").count { $0.isTCP } == 1)
    }

    @Test func `a server that closes after each answer is asked for all of them`() throws {
        let upstream = try ScriptedUpstream(["*": .truncated(.both(Self.one, .close))])
        let server = try ServerProcess("", upstreams: [upstream])
        for round in 0..<2 {
            let names = (0..<40).map { "r\(round)n\($0).example" }
            let replies = try replies(names, server)
            #expect(replies.count == 40)
            #expect(replies.allSatisfy { $0.data == ["192.0.2.1"] }, "\(replies)")
        }
        // By then it is known to do so, and the second forty lose little.
        #expect((80...160).contains(upstream.connectionCount), "\(upstream.connectionCount)")
    }

    @Test func `a server that takes questions and says nothing holds up nobody else`() throws {
        let first = try ScriptedUpstream(["*": .truncated(.silence)])
        let second = try ScriptedUpstream(["*": Self.two], at: "127.0.0.2")
        let both = try ServerProcess("strict-order\n", upstreams: [first, second])
        #expect(try both.ask("a.example").data == ["192.0.2.2"])
        let alone = try ServerProcess("", upstreams: [first])
        let reply = try #require(try alone.ask(Query("b.example", edns: 1232), within: 6000))
        #expect(reply.code == .serverFailure && reply.extendedError == 22)
    }

    @Test func `after a while of silence another connection is tried`() throws {
        // As with a box on the way that has forgotten the first connection.
        let upstream = try ScriptedUpstream { query in
            query.isTCP && query.connection == 1 && query.name != "a.example"
                ? .silence : .truncated(Self.one)
        }
        let server = try ServerProcess("", upstreams: [upstream])
        let client = try DNSClient(server.endpoint)
        #expect(client.ask(Query("a.example"))?.data == ["192.0.2.1"])
        client.socket.write(Query("lost.example").octets)
        usleep(500_000)
        let reply = client.ask(Query("b.example"), within: 1000)
        #expect(reply?.data == ["192.0.2.1"], "\(reply as Any)")
        #expect(upstream.queries(for: "b.example").map(\.connection) == [0, 2])
    }

    @Test(arguments: [
        // Lengths of zero and eleven, and of more than there is.
        [0, 0], [0, 11] + [UInt8](repeating: 0, count: 11), [0xFF, 0xFF, 1, 2, 3],
    ])
    func `what is no answer is not waited for`(octets: [UInt8]) throws {
        let first = try ScriptedUpstream(["*": .truncated(.octets(octets))])
        let second = try ScriptedUpstream(["*": Self.two], at: "127.0.0.2")
        let server = try ServerProcess("strict-order\n", upstreams: [first, second])
        let duration = try shortest(of: 2) {
            let reply = try server.ask("n\(first.queries.count).example")
            #expect(reply.data == ["192.0.2.2"])
        }
        #expect(duration < .milliseconds(1000), "\(duration)")
        // It was closed, at once or once nobody waited on it.
        #expect(eventually { first.endedCount == first.connectionCount })
    }

    @Test func `a server that talks without end is cut off`() throws {
        // Twenty answers that nobody asked for.
        let stray: [UInt8] = [0, 12, 9, 9, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        let babble = (0..<20).flatMap { _ in stray }
        let first = try ScriptedUpstream(["*": .truncated(.octets(babble))])
        let second = try ScriptedUpstream(["*": Self.two], at: "127.0.0.2")
        let server = try ServerProcess("strict-order\n", upstreams: [first, second])
        #expect(try server.ask("a.example").data == ["192.0.2.2"])
        #expect(eventually { first.endedCount == 1 })
    }

    @Test func `where connections are refused the next server is asked`() throws {
        let first = try ScriptedUpstream(["*": .truncated(.silence)], takesStreams: false)
        let second = try ScriptedUpstream(["*": Self.two], at: "127.0.0.2")
        let server = try ServerProcess("strict-order\n", upstreams: [first, second])
        let duration = try shortest(of: 2) {
            let reply = try server.ask("n\(first.queries.count).example")
            #expect(reply.data == ["192.0.2.2"])
        }
        #expect(duration < .milliseconds(350), "\(duration)")
        let alone = try ServerProcess("", upstreams: [first])
        let reply = try alone.ask("b.example", edns: 1232)
        #expect(reply.code == .serverFailure && reply.extendedError == 23, "\(reply)")
    }

    @Test func `an answer that comes too late is passed over`() throws {
        let first = try ScriptedUpstream([
            "slow.example": .truncated(
                .after(milliseconds: 900, .answer(["@ 60 A 203.0.113.66"]))),
            "*": .truncated(Self.one),
        ])
        let second = try ScriptedUpstream(["*": Self.two], at: "127.0.0.2")
        let server = try ServerProcess("strict-order\n", upstreams: [first, second])
        let client = try DNSClient(server.endpoint)
        let slow = Query("slow.example")
        client.socket.write(slow.octets)
        // Others keep the connection in use, before and after.
        var found: [Reply] = []
        for name in names(30) {
            client.socket.write(Query(name).octets)
            found += client.replies(1)
            usleep(40_000)
        }
        #expect(found.first { $0.id == slow.id }?.data == ["192.0.2.2"])
        #expect(found.count { $0.data == ["192.0.2.1"] } >= 28, "\(found)")
        #expect(client.ask(Query("slow.example"))?.data == ["192.0.2.2"])
        #expect(first.connectionCount == 1)
        server.child.signal(SIGUSR1)
        #expect(server.logSays("stray replies 1"), "\(server.log)")
    }

    @Test func `an answer may come octet by octet`() throws {
        let upstream = try ScriptedUpstream([
            "slow.example": .truncated(.dribbled(milliseconds: 5, Self.one)),
            "*": .truncated(Self.two),
        ])
        let server = try ServerProcess("", upstreams: [upstream])
        let client = try DNSClient(server.endpoint)
        #expect(client.ask(Query("slow.example"))?.data == ["192.0.2.1"])
        #expect(client.ask(Query("a.example"))?.data == ["192.0.2.2"])
        #expect(upstream.connectionCount == 1)
    }

    @Test func `large answers of many questions come through one connection`() throws {
        let texts = (0..<200).map { "@ 60 TXT \($0)-\(String(repeating: "x", count: 200))" }
        let upstream = try ScriptedUpstream(["*": .truncated(.answer(texts))])
        let server = try ServerProcess("", upstreams: [upstream])
        let client = try StreamClient(server.endpoint)
        let queries = names(30).map { Query($0, .txt) }
        client.socket.write(queries.flatMap(\.framed))
        let replies = (0..<30).compactMap { _ in client.reply() }
        #expect(Set(replies.map(\.id)) == Set(queries.map(\.id)))
        #expect(replies.allSatisfy { $0.answers.count == 200 })
        #expect(upstream.connectionCount <= 2, "\(upstream.connectionCount)")
    }

    @Test func `a reload keeps the connections of servers that stay`() throws {
        let stays = try ScriptedUpstream(["*": .truncated(Self.one)])
        let goes = try ScriptedUpstream(["*": .truncated(Self.two)], at: "127.0.0.2")
        let line = "query-port=0\nserver=/stays.test/\(stays.endpoint)\n"
        let server = try ServerProcess(line + "server=/goes.test/\(goes.endpoint)\n")
        #expect(try server.ask("a.stays.test").data == ["192.0.2.1"])
        #expect(try server.ask("a.goes.test").data == ["192.0.2.2"])
        // In another place and for another domain: what counts is the way there.
        try server.configure(
            "server=/other.test/127.0.0.3#9\nserver=/new.test/\(stays.endpoint)\n")
        server.child.signal(SIGHUP)
        #expect(eventually { (try? server.ask("a.stays.test").code) == .refused })
        #expect(eventually { goes.endedCount == 1 })
        #expect(try server.ask("b.new.test").data == ["192.0.2.1"])
        #expect(stays.connectionCount == 1 && stays.endedCount == 0)
    }

    @Test func `an idle connection is closed after ten seconds and not before`() throws {
        let upstream = try ScriptedUpstream(["*": .truncated(Self.one)])
        let server = try ServerProcess("", upstreams: [upstream])
        #expect(try server.ask("a.example").data == ["192.0.2.1"])
        let duration = ContinuousClock().measure {
            #expect(eventually(within: 13_000) { upstream.endedCount == 1 })
        }
        #expect(duration > .seconds(9), "\(duration)")
    }
}
