import DNSWire
import Foundation
import Testing

/// A server whose file descriptors run out although it has shared them out when it started: it got
/// fewer since.
@Suite(.serialized) struct DescriptorTests {
    private static let local = "host-record=a.test,10.0.0.1\n"

    private let upstream: ScriptedUpstream
    private let server: ServerProcess
    private let http: HTTPClient

    init() throws {
        upstream = try ScriptedUpstream { query in
            query.name.hasPrefix("silent") ? .silence : .answer(["@ 60 A 192.0.2.1"])
        }
        let port = try Ports.free()
        http = HTTPClient(endpoint: Endpoint("127.0.0.1", port))
        server = try ServerProcess(
            Self.local + "metrics-listen=127.0.0.1:\(port)\n", upstreams: [upstream])
        try limit(to: 128)
    }

    /// Lets the server have so many descriptors from now on.
    private func limit(to count: Int) throws {
        // Of util-linux, which is everywhere.
        let tool = [Tool.path("prlimit") ?? "", "--nofile=\(count):", "--pid=\(server.child.pid)"]
        guard try Tool.run(tool).status == 0 else { throw Unexpected("prlimit failed") }
    }

    /// The processor time of the server so far, in clock ticks of 10 ms.
    private func ticks() throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(server.child.pid)/stat", encoding: .utf8)
        let words = text.split(separator: ")").last?.split(separator: " ") ?? []
        return (Int(words[11]) ?? 0) + (Int(words[12]) ?? 0)
    }

    /// Asks so many questions that nobody answers: each takes a socket, some for seconds.
    private func crowd(_ count: Int) throws -> DNSClient {
        let client = try DNSClient(server.endpoint)
        for index in 0..<count {
            client.socket.write(Query("silent\(index).example", edns: 1232).octets)
        }
        #expect(server.logSays("out of file descriptors"), "\(server.log)")
        return client
    }

    @Test func `a connection that nobody can take waits without work`() throws {
        let crowd = try crowd(200)
        let late = try StreamClient(server.endpoint)
        late.socket.write(Query("a.test").framed)
        let before = try ticks()
        usleep(1_000_000)
        let spent = try ticks() - before
        #expect(spent < 40, "\(spent) of 100 ticks")
        #expect(try server.ask("a.test").data == ["10.0.0.1"])
        // The questions come to an end, and then it has its turn.
        #expect(late.reply()?.data == ["10.0.0.1"])
        #expect(server.log.components(separatedBy: "out of file descriptors").count == 2)
        withExtendedLifetime(crowd) {}
    }

    @Test func `without a socket for the server the answer is SERVFAIL`() throws {
        var replies: [Reply] = []
        let duration = try ContinuousClock().measure {
            replies = try crowd(200).replies(200)
        }
        #expect(duration < .milliseconds(4800), "\(duration)")
        #expect(replies.count == 200 && Set(replies.map(\.question)).count == 200)
        #expect(replies.allSatisfy { $0.code == .serverFailure })
        #expect(try server.ask("b.example").data == ["192.0.2.1"])
        server.child.signal(SIGUSR1)
        #expect(server.logSays("sockets not to be had"))
        #expect(!server.log.contains("sockets not to be had 0"))
    }

    @Test func `what is missing here is not held against the server`() throws {
        #expect(try server.ask("a.example").data == ["192.0.2.1"])
        try limit(to: 8)
        for index in 0..<6 {
            #expect(try server.ask("n\(index).example").code == .serverFailure)
        }
        try limit(to: 128)
        let page = MetricsPage(try #require(http.get("/metrics")).body)
        let name = "server=\"\(upstream.endpoint)\""
        #expect(page.samples["waggle_upstream_socket_failures_total"] ?? 0 >= 6)
        #expect(page.samples["waggle_upstream_healthy{\(name)}"] == 1, "\(page.samples)")
        #expect(try server.ask("b.example").data == ["192.0.2.1"])
    }
}
