import DNSWire
import Foundation
import Testing

/// `log-format=json`: every line is an object, whatever is asked.
@Suite(.serialized) struct JSONLogTests {
    private static let config = """
        log-format=json
        log-queries
        host-record=h.x,10.0.0.1,fd00::1
        txt-record=t.x,"say \\"hi\\""
        mx-host=m.x,h.x,7
        local=/x/

        """

    private func objects(_ server: ServerProcess) throws -> [[String: Any]] {
        try server.log.split(separator: "\n").map { line in
            let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
            return try #require(value as? [String: Any], "\(line)")
        }
    }

    private func queries(_ server: ServerProcess, _ name: String) throws -> [[String: Any]] {
        try objects(server).filter {
            $0["event"] as? String == "query" && $0["name"] as? String == name
        }
    }

    @Test func `a query is one object with all that is known of it`() throws {
        let upstream = try ScriptedUpstream([
            "a.example": .after(
                milliseconds: 30, .answer(["@ 60 CNAME b.example", "b.example 60 A 192.0.2.1"])),
            "none.example": .negative(.nameError),
        ])
        let server = try ServerProcess(Self.config, upstreams: [upstream])
        let client = try DNSClient(server.endpoint)
        for (name, type) in [
            ("h.x", RecordType.a), ("a.example", .a), ("a.example", .a), ("none.example", .aaaa),
            ("m.x", .mx), ("t.x", .txt), ("no.x", RecordType(65_400)),
        ] {
            _ = client.ask(Query(name, type))
        }
        let stream = try StreamClient(server.endpoint)
        #expect(stream.ask(Query("h.x", .aaaa)) != nil)
        #expect(try eventually { try queries(server, "h.x").count == 2 })
        #expect(try eventually { try queries(server, "no.x").count == 1 })

        let local = try queries(server, "h.x")
        let first = try #require(local.first)
        #expect(first["client"] as? String == "127.0.0.1")
        #expect(first["client_port"] as? Int == Int(client.socket.localPort))
        #expect(first["proto"] as? String == "udp" && local.last?["proto"] as? String == "tcp")
        #expect(first["type"] as? String == "A" && first["rcode"] as? String == "NOERROR")
        #expect(first["source"] as? String == "local" && first["server"] == nil)
        #expect(first["answers"] as? [String] == ["10.0.0.1"])
        #expect(local.last?["answers"] as? [String] == ["fd00::1"])
        #expect(first["level"] as? String == "info")
        let time = try #require(first["time"] as? String)
        #expect(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)

        let asked = try queries(server, "a.example")
        #expect(asked.map { $0["source"] as? String } == ["upstream", "cache"])
        #expect(asked[0]["server"] as? String == "\(upstream.endpoint)")
        #expect(asked[0]["answers"] as? [String] == ["b.example", "192.0.2.1"])
        let duration = try #require(asked[0]["duration_ms"] as? Double)
        #expect(duration >= 29 && duration < 4_000)
        #expect(asked[1]["duration_ms"] as? Double == 0 && asked[1]["server"] == nil)
        let ids = try objects(server).compactMap { $0["id"] as? Int }
        #expect(Set(ids).count == ids.count && ids.count >= 8)

        #expect(try queries(server, "none.example").first?["rcode"] as? String == "NXDOMAIN")
        #expect(try queries(server, "m.x").first?["answers"] as? [String] == ["7 h.x"])
        #expect(try queries(server, "t.x").first?["answers"] as? [String] == ["say \"hi\""])
        #expect(try queries(server, "no.x").first?["type"] as? String == "TYPE65400")
        // Lines without queries have a text.
        let started = try objects(server).first { $0["message"] != nil }
        #expect((started?["message"] as? String)?.hasPrefix("started, version") == true)
        #expect(started?["event"] as? String == "message")
    }

    @Test func `names of any octets make valid lines`() throws {
        let server = try ServerProcess(Self.config)
        let client = try DNSClient(server.endpoint)
        var count = 0
        for start in stride(from: 0, to: 256, by: 32) {
            let label = (start..<start + 32).map { UInt8($0) }
            let octets: [UInt8] =
                [0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 32] + label + [1, 0x78, 0, 0, 1, 0, 1]
            client.socket.write(octets)
            #expect(client.replies(1).first?.code == .nameError)
            count += 1
        }
        // No question, half a question, another opcode: no name is known of them.
        for octets: [UInt8] in [
            [0, 8, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0], [0, 8, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 40],
            [0, 8, 0x11, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1],
        ] {
            client.socket.write(octets)
            #expect(client.replies(1).count == 1)
        }
        #expect(
            try eventually { try objects(server).count { $0["source"] as? String == "error" } == 3 }
        )
        let names = try objects(server).compactMap { $0["name"] as? String }.filter {
            $0.hasSuffix(".x")
        }
        #expect(names.count == count)
        #expect(names.contains { $0.hasPrefix(#"\000\001\002"#) })
        #expect(names.contains { $0.contains(#" !"#) && $0.contains(#"-\./0"#) })
        #expect(names.contains { $0.contains(#"[\\]"#) })
        #expect(names.contains { $0.hasSuffix(#"\254\255.x"#) })
    }

    @Test func `only_failed leaves out what was answered`() throws {
        let server = try ServerProcess(
            Self.config.replacing("log-queries\n", with: "log-queries=only_failed\n"))
        _ = try server.ask("h.x")
        _ = try server.ask("no.x")
        #expect(try eventually { try queries(server, "no.x").count == 1 })
        #expect(try queries(server, "h.x").isEmpty)
    }

    @Test func `a warning that repeats is counted`() throws {
        let upstream = try ScriptedUpstream(["*": .answer(["@ 0 A 10.0.0.1"])])
        let server = try ServerProcess(
            "log-format=json\nstop-dns-rebind\n", upstreams: [upstream])
        let client = try DNSClient(server.endpoint)
        for _ in 0..<5 { _ = client.ask(Query("evil.example")) }
        func warnings(_ event: String) throws -> [String] {
            try objects(server).filter { $0["event"] as? String == event }.compactMap {
                #expect($0["level"] as? String == "warning")
                return $0["message"] as? String
            }
        }
        let text = "possible DNS-rebind attack detected: evil.example"
        #expect(try eventually { try warnings("rebinding") == [text] })
        #expect(
            try eventually(within: 8000) {
                try warnings("repeated") == ["\(text) (4 more in 5 seconds)"]
            })
        #expect(try warnings("rebinding") == [text])
    }
}
