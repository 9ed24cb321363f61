import DNSWire
import Foundation
import Testing

/// `waggle explain --live`: what it finds in the running server, and that it leaves nothing there.
@Suite struct ExplainLiveTests {
    private func explain(_ server: ServerProcess, _ words: String...) throws -> ToolResult {
        try Tool.run(
            [Binary.debug, "explain"] + words
                + ["--live", "-C", server.directory.path("dnsmasq.conf")])
    }

    private func live(_ server: ServerProcess, _ words: String...) throws -> [String: Any] {
        let result = try Tool.run(
            [Binary.debug, "explain"] + words
                + ["--live", "--json", "-C", server.directory.path("dnsmasq.conf")])
        let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
        return try #require((object as? [String: Any])?["live"] as? [String: Any], "\(result)")
    }

    private func cache(_ live: [String: Any]) throws -> [[String: Any]] {
        try #require(live["cache"] as? [[String: Any]], "\(live)")
    }

    private func upstream() throws -> ScriptedUpstream {
        try ScriptedUpstream([
            "a.example": .answer(["@ 300 CNAME b.example", "b.example 200 A 192.0.2.1"]),
            "b.example": .answer(["@ 200 A 192.0.2.1"]),
            "short.example": .answer(["@ 1 A 192.0.2.2"]),
            "text.example": .answer(["@ 300 TXT hello"]),
            "dead.example": .silence,
        ])
    }

    @Test func `before the question not cached, after it so many seconds of so many`() throws {
        let upstream = try upstream()
        let server = try ServerProcess("cname=w.lan,a.example\n", upstreams: [upstream])
        let before = try explain(server, "w.lan")
        #expect(
            before.output.contains(
                """
                The server at \(server.endpoint) would ask a server:
                  cache:
                    w.lan A: an alias of the configuration
                    a.example A: not cached
                  servers:
                    \(upstream.endpoint): asked first, not known yet, 0 sent, 0 failed
                Its configuration is the one of these files.

                """), "\(before)")
        #expect(upstream.queries.isEmpty)
        _ = try server.ask("a.example")
        let after = try explain(server, "w.lan")
        #expect(after.output.contains(" answers NOERROR from its cache:\n"), "\(after)")
        #expect(after.output.contains(#/    a\.example A: cached, \d s of 200 s, \d+ s left\n/#))
        #expect(after.output.contains("    b.example A: not cached\n"), "\(after)")
        #expect(after.output.contains(#/: asked first, answers, \d+ ms round trip, 1 sent, 0 f/#))
        _ = try server.ask("b.example")
        let own = try cache(live(server, "w.lan"))
        #expect(own.map { $0["state"] as? String } == ["fresh", "fresh"], "\(own)")
        #expect(own.map { $0["ttl"] as? Int } == [200, 200])
        #expect(own.map { $0["negative"] as? Bool } == [false, false])
        #expect(upstream.queries.count == 2)
    }

    @Test func `denials, old answers and types that are not kept are told`() throws {
        let server = try ServerProcess("", upstreams: [try upstream()])
        for name in ["none.example", "short.example"] { _ = try server.ask(name) }
        _ = try server.ask("b.example", .txt)
        _ = try server.ask("text.example", .txt)
        let none = try explain(server, "none.example", "AAAA")
        #expect(
            none.output.contains(#/none\.example AAAA: cached \(NXDOMAIN\), \d s of 60 s, /#),
            "\(none)")
        let type = try explain(server, "text.example", "TXT")
        #expect(type.output.contains("text.example TXT: not cached: answers of the type are not"))
        #expect(
            try eventually {
                try cache(live(server, "short.example")).first?["state"] as? String == "stale"
            })
        let old = try explain(server, "short.example")
        #expect(old.output.contains(" would ask a server, and has an old answer (NOERROR):\n"))
        #expect(old.output.contains(#/short\.example A: stale, \d s of 1 s, over for \d s\n/#))
    }

    @Test func `a server that fails is told, and which one is asked first`() throws {
        let dead = try ScriptedUpstream { query in
            query.name == "warm.example" ? .answer(["@ 9 A 192.0.2.9"]) : .silence
        }
        let good = try ScriptedUpstream { _ in
            .after(milliseconds: 20, .answer(["@ 9 A 192.0.2.8"]))
        }
        let server = try ServerProcess("", upstreams: [dead, good])
        // Both are asked the first time, and it is known which is the faster one.
        _ = try server.ask("warm.example")
        #expect(
            try eventually(within: 20_000) {
                _ = try server.ask(Query("x\(Int.random(in: 0...1_000_000)).example", .a))
                let servers = try live(server, "b.example")["servers"] as? [[String: Any]] ?? []
                return servers.first?["failing"] as? Bool == true
            })
        let servers = try #require(live(server, "b.example")["servers"] as? [[String: Any]])
        #expect(servers.map { $0["first"] as? Bool } == [false, true], "\(servers)")
        #expect(servers[1]["rttMilliseconds"] as? Int != nil)
        #expect((servers[0]["failed"] as? Int ?? 0) > 0)
    }

    @Test func `it counts nothing, logs nothing and moves nothing`() throws {
        let port = try Ports.free()
        let server = try ServerProcess(
            """
            log-queries=extra
            host-record=h.lan,10.0.0.1
            metrics-listen=127.0.0.1:\(port)

            """, upstreams: [try upstream()])
        for _ in 0..<3 { _ = try server.ask("short.example") }
        let http = HTTPClient(endpoint: Endpoint("127.0.0.1", port))
        func page() throws -> [String: Double] {
            let answer = try #require(http.get("/metrics"))
            // These move by themselves.
            return MetricsPage(answer.body).samples.filter { !$0.key.hasPrefix("process_") }
        }
        // The log comes after the answers.
        let isLogged = eventually(within: 3_000) {
            server.log.split(separator: "\n").count { $0.contains("short.example is ") } == 3
        }
        #expect(isLogged, "\(server.log)")
        let (log, samples) = (server.log, try page())
        for _ in 0..<40 {
            for name in ["short.example", "h.lan", "unknown.example"] {
                _ = try Tool.run(
                    [Binary.debug, "explain", name, "--server", "\(server.endpoint)"]
                        + ["-C", "/dev/null"])
            }
        }
        #expect(try page() == samples)
        #expect(server.log == log)
    }

    @Test func `a long answer comes by TCP, and another program is asked as a client`() throws {
        let lines = (0..<200).map { "host-record=big.lan,10.0.\($0 / 100).\($0 % 100 + 1)\n" }
        let server = try ServerProcess(lines.joined())
        let big = try explain(server, "big.lan")
        #expect(big.output.contains("the same as here"), "\(big)")
        let other = try upstream()
        let result = try Tool.run(
            [Binary.debug, "explain", "b.example", "-C", "/dev/null", "--server"]
                + ["127.0.0.1#\(other.endpoint.port)"])
        #expect(result.output.contains(" answers NOERROR:\n  b.example.  200  A  192.0.2.1"))
        #expect(result.output.contains("It does not tell which configuration it has."))
    }
}
