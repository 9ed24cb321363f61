import DNSWire
import Foundation
import Synchronization
import Testing

/// Servers that are slow, dead or failing are somebody else's problem.
@Suite(.serialized) struct ResilienceTests {
    private static let one = UpstreamAction.answer(["@ 300 A 192.0.2.1"])
    private static let two = UpstreamAction.answer(["@ 300 A 192.0.2.2"])

    @Test func `beside a silent server no question is lost`() throws {
        let silent = try ScriptedUpstream(["*": .silence])
        let good = try ScriptedUpstream(["*": Self.two])
        let server = try ServerProcess("", upstreams: [silent, good])
        let client = try DNSClient(server.endpoint)
        for index in 0..<300 {
            #expect(client.ask(Query("n\(index).example"), within: 1000)?.data == ["192.0.2.2"])
        }
        #expect(silent.queries.count < 30)
    }

    @Test func `a server that falls silent is left, and found again`() throws {
        let isUp = Flag(true)
        let first = try ScriptedUpstream { _ in isUp.value ? Self.one : .silence }
        let second = try ScriptedUpstream(["*": .after(milliseconds: 20, Self.two)])
        let server = try ServerProcess("", upstreams: [first, second])
        let client = try DNSClient(server.endpoint)
        func ask(_ name: String) -> [String]? {
            client.ask(Query(name), within: 1000)?.data
        }
        for index in 0..<20 { #expect(ask("a\(index).example") != nil) }
        #expect(ask("fast.example") == ["192.0.2.1"])
        isUp.value = false
        for index in 0..<50 { #expect(ask("b\(index).example") == ["192.0.2.2"]) }
        isUp.value = true
        var index = 0
        #expect(
            eventually(within: 10_000) {
                index += 1
                usleep(50_000)
                return ask("c\(index).example") == ["192.0.2.1"]
            })
    }

    @Test(arguments: ["", "all-servers\n", "strict-order\n"])
    func `a good answer beats a quick failure`(option: String) throws {
        let failing = try ScriptedUpstream(["*": .code(.serverFailure)])
        let slow = try ScriptedUpstream(["*": .after(milliseconds: 200, Self.two)])
        let server = try ServerProcess(option, upstreams: [failing, slow])
        for name in ["a.example", "b.example", "c.example"] {
            #expect(try server.ask(name).data == ["192.0.2.2"])
        }
    }

    @Test(arguments: [UpstreamAction.silence, .code(.serverFailure), .code(.refused)])
    func `ten repeats of a dead name cost three questions at most`(action: UpstreamAction) throws {
        let upstream = try ScriptedUpstream(["dead.example": action, "*": Self.one])
        let server = try ServerProcess("", upstreams: [upstream])
        let client = try DNSClient(server.endpoint)
        for index in 0..<10 {
            client.socket.write(Query("dead.example").octets)
            // The server lives: it answers others in the meantime.
            #expect(try server.ask("n\(index).example").data == ["192.0.2.1"])
            usleep(450_000)
        }
        let replies = client.replies(10)
        #expect(replies.count == 10 && replies.allSatisfy { $0.code == .serverFailure })
        #expect(upstream.queries(for: "dead.example").count <= 3)
    }

    @Test func `where all are dead a cached answer is better than none`() throws {
        let isUp = Flag(true)
        let upstream = try ScriptedUpstream { _ in
            isUp.value ? .answer(["@ 1 A 192.0.2.1"]) : .silence
        }
        let server = try ServerProcess("log-queries\n", upstreams: [upstream])
        #expect(try server.ask("a.example").data == ["192.0.2.1"])
        isUp.value = false
        sleep(2)
        let client = try DNSClient(server.endpoint)
        for _ in 0..<3 {
            let reply = try #require(client.ask(Query("a.example", edns: 1232), within: 2000))
            #expect(reply.data == ["192.0.2.1"] && reply.extendedError == 3)
            #expect(reply.answers.first?.ttlSeconds == 30)
        }
        #expect(try server.ask("b.example", edns: 1232).extendedError == 22)
        #expect(server.log.contains("cached-stale a.example is 192.0.2.1"))
    }

    @Test func `four hundred questions that nobody answers keep no other out`() throws {
        let upstream = try ScriptedUpstream { query in
            query.name.hasSuffix("hole.example") ? .silence : Self.one
        }
        let server = try ServerProcess("", upstreams: [upstream])
        let holes = try DNSClient(server.endpoint)
        for index in 0..<400 { holes.socket.write(Query("n\(index).hole.example").octets) }
        let client = try DNSClient(server.endpoint)
        for index in 0..<50 {
            #expect(client.ask(Query("n\(index).example"), within: 1000)?.data == ["192.0.2.1"])
        }
        let replies = holes.replies(400)
        #expect(replies.count == 400 && replies.allSatisfy { $0.code == .serverFailure })
    }

    @Test func `two thousand questions wait at once`() throws {
        let directory = try TemporaryDirectory()
        try directory.write("script", "* A delay=1000 a=192.0.2.1\n")
        let endpoint = Endpoint("127.0.0.1", try Ports.free())
        let upstream = try ChildProcess([
            Binary.path("dnsbench"), "upstream", "--listen", "\(endpoint)",
            "--script", directory.path("script"), "--seconds", "60",
        ])
        let server = try ServerProcess("server=\(endpoint)\n")
        let result = try Tool.run(
            [
                Binary.path("dnsbench"), "load", "--server", "\(server.endpoint)",
                "--queries", "2000", "--in-flight", "2000", "--rate", "2000",
                "--ask", "n%.example",
            ], within: 60_000)
        // A busy machine loses datagrams before they are read; what was read is answered.
        let counts = "\(result.output)\(result.errors)"
        #expect(!counts.contains(", 2: ") && !counts.contains(", 5: "), "\(counts)")
        server.child.signal(SIGUSR1)
        #expect(server.logSays("refused 0, failed 0,"), "\(server.log)")
        let answered = counts.firstMatch(of: /rcodes 0: (\d+)/).flatMap { Int($0.1) } ?? 0
        #expect(answered > 1000, "\(counts)")
        withExtendedLifetime(upstream) {}
    }
}

/// A switch that a script reads on another thread.
final class Flag: Sendable {
    private let state: Atomic<Bool>

    init(_ value: Bool) { state = Atomic(value) }

    var value: Bool {
        get { state.load(ordering: .acquiring) }
        set { state.store(newValue, ordering: .releasing) }
    }
}
