import DNSWire
import Foundation
import Testing

/// A flood of questions that nobody answers, and others beside it, with few descriptors.
@Suite(.serialized) struct StarvationTests {
    private static func limited(_ count: Int) -> [String] {
        ["/bin/sh", "-c", "ulimit -n \(count); exec \"$0\" \"$@\""]
    }

    private let good: ScriptedUpstream
    private let silent: [ScriptedUpstream]

    init() throws {
        good = try ScriptedUpstream { query in
            query.name.hasPrefix("silent") ? .silence : .answer(["@ 0 A 192.0.2.1"])
        }
        silent = try (0..<3).map { _ in try ScriptedUpstream { _ in .silence } }
    }

    private func server(descriptors: Int) throws -> ServerProcess {
        let rules = silent.map { upstream in
            "server=/dead.test/\(upstream.endpoint)\n"
        }
        return try ServerProcess(
            rules.joined(), upstreams: [good], wrapper: Self.limited(descriptors))
    }

    /// Asks 2,000 questions a second of `domain` for some seconds, and every tenth of a second
    /// another that has an answer; gives the codes of those.
    private func flood(
        _ server: ServerProcess, _ domain: String, from source: String
    ) throws -> [ResponseCode?] {
        let crowd = try DNSClient(server.endpoint, from: "127.0.5.1")
        var codes: [ResponseCode?] = []
        for round in 0..<300 {
            for index in 0..<20 {
                crowd.socket.write(Query("silent\(round)x\(index).\(domain)", edns: 1232).octets)
            }
            usleep(10_000)
            guard round % 10 == 9 else { continue }
            let client = try DNSClient(server.endpoint, from: source)
            codes.append(client.ask(Query("good\(round).example", edns: 1232))?.code)
        }
        return codes
    }

    @Test(arguments: [256, 1024], ["127.0.5.1", "127.0.5.2"])
    func `a dead domain leaves room for others, whoever asks`(
        descriptors: Int, source: String
    ) throws {
        let server = try server(descriptors: descriptors)
        let codes = try flood(server, "dead.test", from: source)
        #expect(codes.allSatisfy { $0 == .noError }, "\(codes)")
        #expect(!server.log.contains("out of file descriptors"), "\(server.log)")
        #expect(server.descriptorCount < descriptors)
    }

    @Test(arguments: [256, 1024])
    func `dead names leave room for other clients of the same server`(descriptors: Int) throws {
        let server = try server(descriptors: descriptors)
        let codes = try flood(server, "example", from: "127.0.5.2")
        #expect(codes.allSatisfy { $0 == .noError }, "\(codes)")
        #expect(!server.log.contains("out of file descriptors"), "\(server.log)")
    }

    @Test func `idle connections leave room for questions`() throws {
        let server = try server(descriptors: 128)
        let idle = try (0..<150).map { index in
            try StreamClient(server.endpoint, from: "127.0.3.\(1 + index % 10)")
        }
        for index in 0..<10 {
            let reply = try server.ask("n\(index).example", edns: 1232)
            #expect(reply.data == ["192.0.2.1"], "\(index): \(reply), \(server.log)")
        }
        withExtendedLifetime(idle) {}
    }

    @Test func `everyone of a flood is told`() throws {
        let server = try server(descriptors: 256)
        var replies: [Reply] = []
        for client in 0..<6 {
            // A socket that nobody reads holds some two hundred answers.
            let crowd = try DNSClient(server.endpoint)
            for index in 0..<100 {
                crowd.socket.write(Query("x\(client)x\(index).dead.test", edns: 1232).octets)
                if index % 20 == 19 { usleep(10_000) }
            }
            replies += crowd.replies(100)
        }
        #expect(Set(replies.map(\.question)).count == 600, "\(replies.count)")
        #expect(replies.allSatisfy { [.refused, .serverFailure].contains($0.code) })
        #expect(replies.contains { $0.code == .refused })
        #expect(replies.allSatisfy { $0.extendedError != nil })
        server.child.signal(SIGUSR1)
        #expect(server.logSays("Maximum number of concurrent DNS queries reached"))
    }
}
