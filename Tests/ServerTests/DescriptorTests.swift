import DNSWire
import Foundation
import Testing

/// A server without file descriptors to spare.
@Suite(.serialized) struct DescriptorTests {
    private static let few = ["/bin/sh", "-c", "ulimit -n 128; exec \"$0\" \"$@\""]
    private static let local = "host-record=a.test,10.0.0.1\n"

    private let upstream: ScriptedUpstream
    private let server: ServerProcess

    init() throws {
        upstream = try ScriptedUpstream { query in
            query.name.hasPrefix("silent") ? .silence : .answer(["@ 60 A 192.0.2.1"])
        }
        server = try ServerProcess(Self.local, upstreams: [upstream], wrapper: Self.few)
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

    @Test func `idle connections leave room for questions`() throws {
        let idle = try (0..<150).map { index in
            try StreamClient(server.endpoint, from: "127.0.3.\(1 + index % 10)")
        }
        for index in 0..<10 {
            let reply = try server.ask("n\(index).example", edns: 1232)
            #expect(reply.data == ["192.0.2.1"], "\(index): \(reply), \(server.log)")
        }
        withExtendedLifetime(idle) {}
    }
}
