import DNSWire
import Testing

/// What becomes of answers that the configuration does not let through, and what the operator is
/// told of it.
@Suite(.serialized) struct FilterTests {
    private static func upstream() throws -> ScriptedUpstream {
        try ScriptedUpstream([
            // No documentation address: those are private.
            "www.test": .answer(["@ 60 AAAA 2600::80"]),
            "private.test": .answer(["@ 60 A 8.8.8.8", "@ 60 A 10.0.0.1"]),
            "chain.test": .answer(["@ 60 CNAME in.side.test", "in.side.test 60 A 10.0.0.1"]),
            "bogus.test": .answer(["@ 60 A 192.0.2.66"]),
            "forged.test": .both(
                .answer(["@ 60 A 192.0.2.66"]),
                .after(milliseconds: 100, .answer(["@ 60 A 192.0.2.80"]))),
            "alias.test": .answer(["@ 60 CNAME www.test", "www.test 60 A 8.8.8.8"]),
        ])
    }

    /// The lines of the log about queries and warnings, without what stands before the message.
    private func lines(_ server: ServerProcess) -> [String] {
        server.log.split(separator: "\n").compactMap { line in
            line.firstRange(of: "]: ").map { String(line[$0.upperBound...]) }
        }
    }

    @Test func `rebinding is told although queries are not logged`() throws {
        let upstream = try Self.upstream()
        let server = try ServerProcess(upstream.line + "stop-dns-rebind\n")
        #expect(try server.ask("private.test").data == [])
        #expect(try server.ask("chain.test").data == [])
        #expect(server.logSays("possible DNS-rebind attack detected: private.test"))
        #expect(
            eventually {
                lines(server).filter { $0.hasPrefix("possible") }.sorted()
                    == [
                        "possible DNS-rebind attack detected: in.side.test",
                        "possible DNS-rebind attack detected: private.test",
                    ]
            }, "\(server.log)")
        #expect(!server.log.contains("query["))
    }

    @Test func `filters say in the log what they did`() throws {
        let upstream = try Self.upstream()
        let server = try ServerProcess(
            upstream.line + "log-queries\nstop-dns-rebind\nbogus-nxdomain=192.0.2.66\n"
                + "filter-AAAA\n")
        for (name, type) in [
            ("private.test", RecordType.a), ("bogus.test", .a), ("bogus.test", .a),
            ("www.test", .aaaa), ("alias.test", .a), ("alias.test", .aaaa),
        ] {
            _ = try server.ask(name, type)
        }
        let to = "to \(upstream.endpoint)"
        let expected = [
            "query[A] private.test from 127.0.0.1", "forwarded private.test \(to)",
            "possible DNS-rebind attack detected: private.test",
            "query[A] bogus.test from 127.0.0.1", "forwarded bogus.test \(to)",
            "config bogus.test is NXDOMAIN",
            "query[A] bogus.test from 127.0.0.1", "cached bogus.test is NXDOMAIN",
            "query[AAAA] www.test from 127.0.0.1", "forwarded www.test \(to)",
            "config www.test is NODATA-IPv6",
            "query[A] alias.test from 127.0.0.1", "forwarded alias.test \(to)",
            "reply alias.test is <CNAME>", "reply www.test is 8.8.8.8",
            "query[AAAA] alias.test from 127.0.0.1", "cached alias.test is <CNAME>",
            "config www.test is NODATA-IPv6",
        ]
        #expect(
            eventually {
                // The lines of two workers may be written in another order.
                let found = lines(server).filter { line in
                    ["query[A", "forw", "poss", "repl", "cach", "config "].contains {
                        line.hasPrefix($0)
                    } && !line.contains("version.bind")
                }
                return found.sorted() == expected.sorted()
            }, "\(server.log)")
    }

    @Test func `the reply after an ignored one is taken`() throws {
        let upstream = try Self.upstream()
        let server = try ServerProcess(upstream.line + "ignore-address=192.0.2.64/28\n")
        #expect(try server.ask("forged.test").data == ["192.0.2.80"])
    }

    @Test func `a client that waits in vain is told so`() throws {
        let upstream = try Self.upstream()
        let server = try ServerProcess(upstream.line + "ignore-address=192.0.2.66\n")
        var query = Query("bogus.test")
        query.options = Query.Options()
        let reply = try #require(try DNSClient(server.endpoint).ask(query, within: 6000))
        #expect(reply.code == .serverFailure)
        #expect(reply.extendedError == 22)
    }
}
