import DNSWire
import Testing

/// EDNS options and letter case between clients and upstream servers, and loops among servers.
@Suite(.serialized) struct OptionTests {
    private static let one = UpstreamAction.answer(["@ 60 A 192.0.2.1"])

    private func query(_ name: String, _ options: String...) -> Query {
        var query = Query(name, edns: 1232)
        query.options?.options = options
        return query
    }

    @Test func `a client's options reach the server, and the server's the client`() throws {
        let upstream = try ScriptedUpstream(["*": Self.one])
        let server = try ServerProcess("", upstreams: [upstream])
        let reply = try server.ask(query("a.example", "10:0102030405060708", "65000:aa"))
        #expect(reply?.options == ["65000:aa"])
        #expect(upstream.queries.map(\.options) == [["65000:aa"]])
    }

    /// RFC 7873 §5.3: a client that saw a cookie drops what has none.
    @Test(arguments: [false, true])
    func `no kind of answer has a cookie`(isTCP: Bool) throws {
        let upstream = try ScriptedUpstream([
            "a.example": Self.one, "none.example": .negative(.nameError),
            "bad.example": .code(.serverFailure),
        ])
        let server = try ServerProcess(
            "host-record=nas.lan,10.0.0.5\ncname=box.lan,a.example\nlocal=/lan/\n",
            upstreams: [upstream])
        let names = [
            "a.example", "a.example", "nas.lan", "none.lan", "box.lan", "none.example",
            "bad.example",
        ]
        for name in names {
            var query = query(name, "10:0102030405060708", "3:", "12:0000")
            query.isTCP = isTCP
            let reply = try #require(try server.ask(query))
            #expect(reply.edns != nil && !reply.options.contains { !$0.hasPrefix("15:") })
        }
        #expect(upstream.queries.allSatisfy { $0.options == [] })
        #expect(upstream.queries(for: "a.example").count == 1)
    }

    @Test(arguments: ["add-subnet=24\nstrip-subnet\n", "umbrella\n"])
    func `an answer for one client is not given to another`(option: String) throws {
        let upstream = try ScriptedUpstream(["*": Self.one])
        let server = try ServerProcess(option, upstreams: [upstream])
        for _ in 0..<3 { #expect(try server.ask("a.example").data == ["192.0.2.1"]) }
        #expect(upstream.queries(for: "a.example").count == 3)
    }

    @Test func `a client's own subnet is kept apart, whatever its spelling`() throws {
        let upstream = try ScriptedUpstream(["*": Self.one])
        let server = try ServerProcess("add-subnet=24\n", upstreams: [upstream])
        let reply = try server.ask(query("a.example", "8:00011000c0a8"))
        #expect(reply?.data == ["192.0.2.1"] && reply?.options == ["8:00011000c0a8"])
    }

    @Test func `letters are spelled at random upstream and as asked to the client`() throws {
        let upstream = try ScriptedUpstream(["*": Self.one])
        let server = try ServerProcess("do-0x20-encode\nlog-queries\n", upstreams: [upstream])
        let names = (0..<4).map { "name-with-many-letters-\($0).Example" }
        for name in names {
            let reply = try #require(try server.ask(Query(name)))
            #expect(reply.question == name + "." && reply.data == ["192.0.2.1"])
            #expect(reply.answers.first?.owner == name + ".")
            let again = try #require(try server.ask(Query(name.uppercased())))
            #expect(again.question == name.uppercased() + "." && again.data == ["192.0.2.1"])
        }
        let seen = upstream.queries.map(\.spelling)
        #expect(seen.count == names.count)
        #expect(seen.map { $0.lowercased() } == names.map { $0.lowercased() })
        #expect(seen != names && seen != seen.map { $0.lowercased() })
    }

    @Test func `no-0x20-encode wins`() throws {
        let upstream = try ScriptedUpstream(["*": Self.one])
        let server = try ServerProcess(
            "no-0x20-encode\ndo-0x20-encode\n", upstreams: [upstream])
        _ = try server.ask(Query("Name-With-Many-Letters.example"))
        #expect(upstream.queries.map(\.spelling) == ["Name-With-Many-Letters.example"])
    }

    @Test func `every question of query-port leaves from that port`() throws {
        let upstream = try ScriptedUpstream(["*": .after(milliseconds: 50, Self.one)])
        let port = try Ports.free()
        let server = try ServerProcess("query-port=\(port)\n", upstreams: [upstream])
        let client = try DNSClient(server.endpoint)
        let queries = (0..<50).map { Query("n\($0).example") }
        for query in queries { client.socket.write(query.octets) }
        let replies = client.replies(50)
        #expect(Set(replies.map(\.id)) == Set(queries.map(\.id)))
        #expect(replies.allSatisfy { $0.data == ["192.0.2.1"] })
        #expect(Set(upstream.queries.map(\.port)) == [port])
    }

    @Test func `a server that asks back is left out, its domain's server is not`() throws {
        // The probe is sent back as the loop would; nothing else is answered by it.
        let looping = try ScriptedUpstream { query in
            query.name.hasSuffix(".dom") ? Self.one : .silence
        }
        let other = try ScriptedUpstream(
            ["*": .answer(["@ 60 A 192.0.2.2"])], at: "127.0.0.2")
        let server = try ServerProcess(
            "dns-loop-detect\nserver=/dom/\(looping.endpoint)\n",
            upstreams: [looping, other])
        #expect(eventually { !looping.queries.isEmpty })
        let probe = try #require(looping.queries.first)
        #expect(probe.type == .txt && probe.name.count == 13)
        let client = try DNSClient(server.endpoint)
        #expect(client.ask(Query(probe.name, .txt), within: 300) == nil)
        #expect(
            server.logSays(
                "NOT using nameserver \(looping.endpoint) - query loop detected"))
        for index in 0..<4 {
            #expect(try server.ask("n\(index).example").data == ["192.0.2.2"])
        }
        #expect(looping.queries.filter { $0.name.hasSuffix(".example") }.isEmpty)
        #expect(try server.ask("a.dom").data == ["192.0.2.1"])
    }

    @Test func `too many questions are refused, and the log says so once`() throws {
        let upstream = try ScriptedUpstream(["*": .after(milliseconds: 600, Self.one)])
        let server = try ServerProcess("dns-forward-max=2\n", upstreams: [upstream])
        let client = try DNSClient(server.endpoint)
        for index in 0..<8 { client.socket.write(Query("n\(index).example").octets) }
        let codes = client.replies(8).map(\.code)
        #expect(codes.count { $0 == .refused } == 6 && codes.count { $0 == .noError } == 2)
        let line = "Maximum number of concurrent DNS queries reached (max: 2)"
        #expect(server.logSays(line))
    }

    @Test func `only_failed logs what has no answer`() throws {
        let upstream = try ScriptedUpstream([
            "a.example": Self.one, "none.example": .negative(.nameError),
            "empty.example": .negative(.noError), "bad.example": .code(.serverFailure),
        ])
        let server = try ServerProcess("log-queries=only_failed\n", upstreams: [upstream])
        for name in ["a.example", "none.example", "empty.example", "bad.example"] {
            _ = try server.ask(name)
        }
        #expect(server.logSays("reply none.example is NXDOMAIN"))
        #expect(server.logSays("reply empty.example is NODATA-IPv4"))
        #expect(server.logSays("reply error is SERVFAIL"))
        #expect(!server.log.contains("a.example is") && !server.log.contains("query["))
    }

    @Test func `a repeat is logged as the question of its own client`() throws {
        let upstream = try ScriptedUpstream(["a.example": .silence, "b.example": Self.one])
        let server = try ServerProcess("log-queries=extra\n", upstreams: [upstream])
        let client = try DNSClient(server.endpoint)
        client.socket.write(Query("a.example").octets)
        #expect(eventually { upstream.queries(for: "a.example").count == 1 })
        #expect(client.ask(Query("b.example"))?.data == ["192.0.2.1"])
        #expect(eventually { upstream.queries(for: "a.example").count >= 3 })
        #expect(
            eventually {
                server.log.split(separator: "\n").count { $0.contains("forwarded a.example") } >= 3
            })
        let lines = server.log.split(separator: "\n").filter { $0.contains(" a.example ") }
        let numbers = lines.map { line in
            line.drop { $0 != "]" }.dropFirst(3).prefix { $0 != " " }
        }
        #expect(Set(numbers).count == 1, "\(lines)")
    }

}
