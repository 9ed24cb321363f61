import DNSWire
import Foundation
import Synchronization
import Testing

/// Equal questions of all workers are one question to a server.
@Suite(.serialized) struct SharedFlightTests {
    private static let one = UpstreamAction.answer(["@ 60 A 192.0.2.1"])
    private static let two = UpstreamAction.answer(["@ 60 A 192.0.2.2"])

    /// So many clients with sockets of their own, which the kernel spreads over the workers.
    private static func clients(_ count: Int, of server: ServerProcess) throws -> [DNSClient] {
        try (0..<count).map { _ in try DNSClient(server.endpoint) }
    }

    private static func hasWorkers(_ server: ServerProcess) -> Bool {
        if server.workerCount > 1 { return true }
        skip("one worker")
        return false
    }

    /// How often a server was asked, repeats aside: those leave from the same port.
    private static func questions(_ queries: [UpstreamQuery]) -> Int {
        Set(queries.filter { !$0.isTCP }.map { "\($0.port) \($0.id)" }).count
    }

    @Test(arguments: [200, 3000])
    func `a hundred equal questions are one`(milliseconds: Int) throws {
        let upstream = try ScriptedUpstream { query in
            // Known to answer, and how fast.
            query.name.hasPrefix("first") ? Self.one : .after(milliseconds: milliseconds, Self.two)
        }
        let server = try ServerProcess("", upstreams: [upstream])
        guard Self.hasWorkers(server) else { return }
        for _ in 0..<20 { #expect(try server.ask("first.example").data == ["192.0.2.1"]) }
        let clients = try Self.clients(100, of: server)
        for client in clients { client.socket.write(Query("Equal.example").octets) }
        for client in clients {
            let reply = client.replies(1).first
            #expect(reply?.data == ["192.0.2.2"], "\(String(describing: reply))")
            #expect(reply?.question == "Equal.example.")
        }
        #expect(Self.questions(upstream.queries(for: "equal.example")) == 1)
    }

    @Test(arguments: [ResponseCode.serverFailure, .refused])
    func `a failure is asked for as often as for one client`(code: ResponseCode) throws {
        let upstream = try ScriptedUpstream(["*": .after(milliseconds: 100, .code(code))])
        let server = try ServerProcess("", upstreams: [upstream])
        guard Self.hasWorkers(server) else { return }
        #expect(try server.ask("single.example").code == .serverFailure)
        let clients = try Self.clients(60, of: server)
        for client in clients { client.socket.write(Query("equal.example", edns: 1232).octets) }
        for client in clients {
            #expect(client.replies(1).first?.code == .serverFailure)
        }
        let single = Self.questions(upstream.queries(for: "single.example"))
        #expect(Self.questions(upstream.queries(for: "equal.example")) == single)
        // Nobody is asked again, whichever worker is.
        let asked = upstream.queries(for: "equal.example").count
        for client in clients { client.socket.write(Query("equal.example", edns: 1232).octets) }
        for client in clients {
            #expect(client.replies(1).first?.code == .serverFailure)
        }
        #expect(upstream.queries(for: "equal.example").count == asked)
    }

    @Test func `a denial and a long answer by TCP reach all`() throws {
        let long = UpstreamAction.answer((0..<200).map { "@ 60 TXT number-\($0)" })
        let upstream = try ScriptedUpstream([
            "none.example": .after(milliseconds: 100, .negative(.nameError)),
            "long.example": .truncated(.after(milliseconds: 100, long)),
        ])
        let server = try ServerProcess("", upstreams: [upstream])
        guard Self.hasWorkers(server) else { return }
        let clients = try Self.clients(40, of: server)
        for client in clients { client.socket.write(Query("none.example").octets) }
        for client in clients { #expect(client.replies(1).first?.code == .nameError) }
        let streams = try (0..<40).map { _ in try StreamClient(server.endpoint) }
        for stream in streams { stream.socket.write(Query("long.example", .txt).framed) }
        for stream in streams { #expect(stream.reply()?.answers.count == 200) }
        let asked = upstream.queries(for: "long.example")
        #expect(Self.questions(asked) == 1 && asked.count(where: \.isTCP) == 1)
        #expect(Self.questions(upstream.queries(for: "none.example")) == 1)
    }

    @Test func `what the cache had comes in time to all`() throws {
        let isSilent = Atomic<Bool>(false)
        let upstream = try ScriptedUpstream { _ in
            isSilent.load(ordering: .acquiring) ? .silence : .answer(["@ 1 A 192.0.2.1"])
        }
        let server = try ServerProcess("", upstreams: [upstream])
        guard Self.hasWorkers(server) else { return }
        let first = ContinuousClock.now
        for _ in 0..<20 { #expect(try server.ask("old.example").data == ["192.0.2.1"]) }
        isSilent.store(true, ordering: .releasing)
        let before = upstream.queries.count
        #expect(eventually { first.duration(to: .now) > .milliseconds(2500) })
        let clients = try Self.clients(40, of: server)
        let start = ContinuousClock.now
        for client in clients { client.socket.write(Query("old.example").octets) }
        for client in clients {
            let reply = client.replies(1).first
            #expect(reply?.data == ["192.0.2.1"] && reply?.answers.first?.ttlSeconds == 30)
        }
        #expect(start.duration(to: .now) < .milliseconds(3500))
        #expect(Self.questions(Array(upstream.queries[before...])) == 1)
    }

    @Test func `questions that differ in what is asked of the server are not one`() throws {
        let upstream = try ScriptedUpstream(["*": .after(milliseconds: 300, Self.one)])
        let server = try ServerProcess("", upstreams: [upstream])
        guard Self.hasWorkers(server) else { return }
        let clients = try Self.clients(60, of: server)
        for (index, client) in clients.enumerated() {
            var query = Query("equal.example")
            // RD, and RD with CD.
            query.flags = index % 2 == 0 ? 0x0100 : 0x0110
            client.socket.write(query.octets)
        }
        for client in clients { #expect(client.replies(1).first?.data == ["192.0.2.1"]) }
        #expect(Self.questions(upstream.queries(for: "equal.example")) == 2)
    }

    @Test func `a reload loses nobody who waits for another worker's question`() throws {
        let upstream = try HeldUpstream("127.0.0.1")
        let config =
            "local=/local/\nfast-dns-retry=3500,3500\nserver=\(upstream.endpoint)\n"
        let server = try ServerProcess(config)
        guard Self.hasWorkers(server) else { return }
        let clients = try Self.clients(40, of: server)
        for client in clients { client.socket.write(Query("equal.example").octets) }
        let held = try #require(upstream.take())
        try server.configure(config + "host-record=new.local,192.0.2.9\n")
        server.child.signal(SIGHUP)
        for client in try Self.clients(20, of: server) {
            #expect(eventually { client.ask(Query("new.local"))?.data == ["192.0.2.9"] })
        }
        upstream.answer(held, Self.one)
        for client in clients { #expect(client.replies(1).first?.data == ["192.0.2.1"]) }
    }

    @Test func `questions that no cache keeps are answered to the last, whoever asks`() throws {
        let upstream = try ScriptedUpstream(["*": .answer(["@ 0 A 192.0.2.1"])])
        let server = try ServerProcess("", upstreams: [upstream])
        guard Self.hasWorkers(server) else { return }
        let clients = try Self.clients(16, of: server)
        for round in 0..<200 {
            for client in clients { client.socket.write(Query("n\(round % 3).example").octets) }
            for client in clients {
                let reply = client.replies(1).first
                #expect(reply?.data == ["192.0.2.1"], "\(String(describing: reply))")
            }
        }
    }
}
