import DNSWire
import Foundation
import Testing

/// Clients that make the server keep what they send, or what they do not read.
@Suite(.serialized) struct MemoryTests {
    private let server: ServerProcess
    private let http: HTTPClient

    /// Answers of 60,000 octets, of 20,000 and of few.
    init() throws {
        let port = try Ports.free()
        let large =
            (0..<2100).map { "fd00::\(String($0, radix: 16)) large.test\n" }.joined()
            + (0..<700).map { "fd01::\(String($0, radix: 16)) middle.test\n" }.joined()
        server = try ServerProcess(
            """
            local=/test/
            host-record=a.test,10.9.0.1
            addn-hosts={DIR}/hosts
            metrics-listen=127.0.0.1:\(port)

            """, files: ["hosts": large])
        http = HTTPClient(endpoint: Endpoint("127.0.0.1", port))
    }

    private func metric(_ name: String) -> Double {
        http.get("/metrics").flatMap { MetricsPage($0.body).samples[name] } ?? -1
    }

    /// Connections of as many addresses as it takes, with receive buffers as small as may be.
    private func connect(_ count: Int) throws -> [Socket] {
        try (0..<count).map { index in
            try Socket.tcp(
                to: server.endpoint, from: "127.0.4.\(1 + index % 50)", receiving: 4096)
        }
    }

    /// `NetworkLimits` gives connections 32 MiB where no control group says less; the rest is what
    /// an allocator leaves between them.
    @Test func `five hundred connections that read nothing cost a bounded memory`() throws {
        let before = try server.memory("VmRSS")
        let greedy = try connect(500)
        let questions = (0..<20).flatMap { _ in Query("large.test", .aaaa).framed }
        for socket in greedy { socket.write(questions) }
        usleep(500_000)
        #expect(try server.ask("a.test").data == ["10.9.0.1"])
        // Who reads is served, by TCP too, and whatever the answer takes.
        let client = try StreamClient(server.endpoint)
        for _ in 0..<20 {
            let reply = try #require(client.ask(Query("large.test", .aaaa)), "\(server.log)")
            #expect(reply.answers.count == 2100)
        }
        let after = try server.memory("VmHWM")
        print("memory: \(before >> 10) KiB before, \(after >> 10) KiB at the most")
        #expect(after - before < 48 << 20, "\(before) to \(after)")
        #expect(metric(#"waggle_tcp_connections_closed_total{reason="memory"}"#) > 0)
        #expect(server.logSays("memory for TCP connections"), "\(server.log)")
        withExtendedLifetime(greedy) {}
    }

    @Test func `a length of 65,535 octets costs nothing before they come`() throws {
        let before = try server.memory("VmRSS")
        let many = try connect(1000)
        for socket in many { socket.write([0xFF, 0xFF, 1, 2, 3]) }
        usleep(500_000)
        #expect(try server.ask("a.test").data == ["10.9.0.1"])
        let after = try server.memory("VmHWM")
        #expect(after - before < 8 << 20, "\(before) to \(after)")
        withExtendedLifetime(many) {}
    }

    @Test func `a query that comes octet by octet for ever ends the connection`() throws {
        let client = try Socket.tcp(to: server.endpoint)
        let query = Query(String(repeating: "abcdefghi.", count: 15) + "test").framed
        var sent = 0
        let duration = ContinuousClock().measure {
            while sent < query.count, client.write([query[sent]]) {
                sent += 1
                if client.read(Deadline(milliseconds: 250)) == [] { break }
            }
        }
        #expect(sent < query.count)
        #expect(duration > .seconds(8) && duration < .seconds(16), "\(duration)")
        #expect(metric(#"waggle_tcp_connections_closed_total{reason="slow"}"#) == 1)
    }

    @Test func `an answer that is read octet by octet ends the connection`() throws {
        let client = try #require(try connect(1).first)
        client.write((0..<20).flatMap { _ in Query("large.test", .aaaa).framed })
        // Questions that it goes on to ask make it no better.
        let duration = ContinuousClock().measure {
            for _ in 0..<100 {
                guard client.write(Query("a.test").framed) else { break }
                _ = client.read(Deadline(milliseconds: 100), atMost: 1)
                usleep(200_000)
            }
        }
        #expect(duration > .seconds(8) && duration < .seconds(16), "\(duration)")
        #expect(metric(#"waggle_tcp_connections_closed_total{reason="slow"}"#) == 1)
    }

    @Test func `a client that reads slowly gets all of its answers`() throws {
        let client = try #require(try connect(1).first)
        client.write((0..<20).flatMap { _ in Query("large.test", .aaaa).framed })
        var count = 0
        let expected = 20 * (2 + 12 + 16 + 2100 * 28)
        while count < expected {
            let part = try #require(client.read(Deadline(milliseconds: 3000), atMost: 2000))
            guard !part.isEmpty else { break }
            count += part.count
        }
        #expect(count == expected)
    }

    /// What the kernel goes on to send on connections that are closed is memory, too.
    @Test func `clients that end their side and read nothing leave little behind`() throws {
        let many = try connect(1500)
        for socket in many {
            socket.write(Query("middle.test", .aaaa).framed)
            socket.endWriting()
        }
        usleep(500_000)
        #expect(try server.ask("a.test").data == ["10.9.0.1"])
        // Number, local address, remote address, state: 09 is LAST-ACK, behind octets to be sent.
        let port = String(format: ":%04X", Int(server.port))
        let left = try Tool.run(["/bin/cat", "/proc/net/tcp"]).output.split(separator: "\n").filter
        { line in
            let words = line.split(separator: " ")
            return words.count > 3 && words[1].hasSuffix(port) && words[3] == "09"
        }
        // Half of 24 MiB, in parts of 25 KiB.
        #expect(left.count > 10 && left.count < 600, "\(left.count)")
        withExtendedLifetime(many) {}
    }

    // MARK: Long questions

    /// RFC 7830: an option of nothing but padding.
    private func padded(_ octets: Int) -> Query {
        var query = Query("a.test", edns: 1232)
        query.options?.options = ["12:" + String(repeating: "00", count: octets)]
        return query
    }

    @Test(arguments: [4_000, 4_100, 16_384, 65_000, 65_535 - 39])
    func `a question of any length is answered between others`(octets: Int) throws {
        let client = try StreamClient(server.endpoint)
        let queries = [Query("a.test"), padded(octets), Query("a.test"), padded(octets)]
        client.socket.write(queries.flatMap(\.framed))
        let replies = queries.compactMap { _ in client.reply() }
        #expect(replies.map(\.id) == queries.map(\.id))
        #expect(replies.allSatisfy { $0.data == ["10.9.0.1"] }, "\(replies)")
    }

    @Test(arguments: [5_000, 65_535])
    func `a long message that is no query is told so, and the next one answered`(
        octets: Int
    ) throws {
        let client = try StreamClient(server.endpoint)
        let header = Octets.number(0x0707, 0x0100, 1, 0, 0, 1)
        let filler = [UInt8](repeating: 0xFF, count: octets - header.count)
        client.socket.write(Octets.number(UInt16(octets)) + header + filler)
        client.socket.write(Query("a.test").framed)
        let reply = try #require(client.reply())
        #expect(reply.id == 0x0707 && reply.code == .formatError)
        #expect(client.reply()?.data == ["10.9.0.1"])
    }
}
