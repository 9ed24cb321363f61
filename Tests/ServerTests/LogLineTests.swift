import DNSWire
import Foundation
import Testing

/// The lines of `log-queries` and the numbers of monitoring, beside dnsmasq's.
@Suite(.serialized) struct LogLineTests {
    private static let queries: [(String, RecordType)] = [
        ("a.example", .a), ("a.example", .a), ("empty.example", .aaaa), ("none.example", .a),
        ("none.example", .txt), ("h.x", .a), ("H.X", .aaaa), ("h.x", .txt), ("blocked.ads", .a),
        ("t.x", .txt), ("c.x", .a), ("m.x", .mx), ("_s._t.x", .srv), ("x", .a), ("no.x", .mx),
        ("plain", .a), ("up.example", .txt), ("1.0.0.10.in-addr.arpa", .ptr),
        ("2.0.0.10.in-addr.arpa", .ptr), ("3.0.0.10.in-addr.arpa", .ptr),
        ("9.0.0.10.in-addr.arpa", .ptr), ("9.0.0.10.in-addr.arpa", .any),
        ("5.1.168.192.in-addr.arpa", .ptr), ("1.2.2.2.in-addr.arpa", .ptr),
        ("8.8.8.8.in-addr.arpa", .ptr), ("8.8.8.8.in-addr.arpa", .ptr),
        ("7.8.8.8.in-addr.arpa", .ptr), ("7.8.8.8.in-addr.arpa", .ptr),
        ("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa", .ptr),
    ]

    private static let config = """
        host-record=h.x,10.0.0.1
        ptr-record=2.0.0.10.in-addr.arpa,p.x
        addn-hosts={DIR}/hosts
        synth-domain=s.x,192.168.1.0/24,h-
        address=/ads/0.0.0.0
        local=/x/2.2.in-addr.arpa/
        txt-record=t.x,hi
        cname=c.x,h.x
        mx-host=m.x,h.x
        srv-host=_s._t.x,h.x,5
        bogus-priv
        domain-needed

        """

    private func log(_ binary: String, _ option: String) throws -> [String] {
        let upstream = try ScriptedUpstream([
            "a.example": .answer(["@ 60 A 192.0.2.1"]), "none.example": .negative(.nameError),
            "empty.example": .negative(.noError),
            "up.example": .answer(["@ 60 TXT one two"]),
            "8.8.8.8.in-addr.arpa": .answer(["@ 60 PTR host.example"]),
            "7.8.8.8.in-addr.arpa": .negative(.nameError),
        ])
        let server = try ServerProcess(
            option + Self.config, upstreams: [upstream], files: ["hosts": "10.0.0.3 host.x\n"],
            binary: binary)
        // From one socket, and so to one worker: the log has them in their order.
        let client = try DNSClient(server.endpoint)
        for (name, type) in Self.queries { _ = client.ask(Query(name, type)) }
        _ = client.ask(Query("last.x", .txt))
        #expect(server.logSays("config last.x is NXDOMAIN"))
        let start = try Regex(#"query\[A\] a\.example"#)
        let head = try Regex(#"^\d+ 127\.0\.0\.1/\d+ "#)
        let lines = server.log.split(separator: "\n").drop { $0.firstMatch(of: start) == nil }
        // The harness asks for it until the server answers.
        return lines.filter { !$0.contains("version.bind") }.map { line in
            String(line[(line.range(of: "]: ")?.upperBound ?? line.startIndex)...])
                .replacing(server.directory.path, with: "{DIR}")
                .replacing("\(upstream.endpoint)", with: "UP")
                .replacing(head, with: "N ")
        }
    }

    @Test(arguments: [
        "log-queries\n", "log-queries=extra\n", "log-queries\nlog-async\nlog-debug\n",
    ])
    func `queries are logged in the words of dnsmasq`(option: String) throws {
        guard let dnsmasq = Binary.dnsmasq else { return skip("dnsmasq is not installed") }
        let (ours, theirs) = (try log(Binary.debug, option), try log(dnsmasq, option))
        #expect(ours == theirs)
        #expect(ours.count > 60)
    }

    @Test func `names of CHAOS are answered as by dnsmasq, whatever the type`() throws {
        guard let dnsmasq = Binary.dnsmasq else { return skip("dnsmasq is not installed") }
        func codes(_ binary: String, _ option: String) throws -> [String] {
            let server = try ServerProcess(option + "server=/y/127.0.0.3#5\n", binary: binary)
            var codes: [String] = []
            for name in [
                "cachesize.bind", "EVICTIONS.Bind", "servers.bind", "id.server", "other.bind",
                "bind", "server", "a.version.bind", "a.b", "xbind",
            ] {
                for type in [RecordType.txt, .any, .a] {
                    let reply = try #require(try server.ask(Query(name, type, class: 3)))
                    codes.append("\(name) \(type.rawValue): \(reply.code.rawValue) \(reply.data)")
                }
            }
            return codes
        }
        for option in ["", "no-ident\n"] {
            #expect(try codes(Binary.debug, option) == codes(dnsmasq, option))
        }
    }

    @Test func `the numbers of CHAOS are those of all workers together`() throws {
        let upstream = try ScriptedUpstream(["*": .answer(["@ 60 A 192.0.2.1"])])
        let server = try ServerProcess("host-record=h.x,10.0.0.1\n", upstreams: [upstream])
        #expect(eventually { server.workerCount >= 1 })
        func number(_ name: String) throws -> Int {
            let reply = try #require(try server.ask(Query(name, .txt, class: 3)))
            return Int(reply.data.first?.trimmingCharacters(in: ["\""]) ?? "") ?? -1
        }
        let before = try number("hits.bind")
        // Each from a port of its own, and so to any of the workers.
        for index in 0..<40 {
            #expect(try server.ask("h.x").data == ["10.0.0.1"])
            _ = try server.ask("n\(index).example")
        }
        #expect(try number("hits.bind") == before + 40 + 1)
        #expect(try number("misses.bind") == 40)
        #expect(try number("insertions.bind") == 40)
        #expect(try number("evictions.bind") == 0)
        let servers = try server.ask(Query("servers.bind", .txt, class: 3))?.data
        #expect(servers == ["\"\(upstream.endpoint) 40 0\""])
    }
}
