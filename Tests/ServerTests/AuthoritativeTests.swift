import DNSWire
import Foundation
import Testing

/// Zones that are served with authority: who gets what, and transfers to secondary servers.
@Suite(.serialized) struct AuthoritativeTests {
    private static let world = "127.0.0.2"
    private static let peer = "127.0.0.5"
    private static let zone = """
        auth-server=ns.zone.test,127.0.0.2
        auth-zone=zone.test,10.0.0.0/16
        auth-soa=7,me@zone.test,100,20,3000
        auth-sec-servers=second.test
        auth-ttl=60
        host-record=a.zone.test,10.0.0.1
        host-record=inner.zone.test,192.168.0.1
        cname=*.zone.test,a.zone.test

        """

    private func server(
        _ config: String = "", hosts: String = "", upstreams: [ScriptedUpstream] = []
    ) throws -> ServerProcess {
        try ServerProcess(
            Self.zone + config + "addn-hosts={DIR}/hosts\n", upstreams: upstreams,
            files: ["hosts": hosts])
    }

    /// Where the world asks a server.
    private func world(_ server: ServerProcess) -> Endpoint { Endpoint(Self.world, server.port) }

    private func ask(
        _ endpoint: Endpoint, _ name: String, _ type: RecordType = .a
    ) throws -> Reply {
        try #require(try DNSClient(endpoint).ask(Query(name, type)))
    }

    // MARK: Answers

    @Test func `the world sees the zone and nothing else, local clients everything`() throws {
        let upstream = try ScriptedUpstream { _ in .answer(["@ 300 A 198.51.100.1"]) }
        let server = try server(upstreams: [upstream])
        let positive = try ask(world(server), "a.zone.test")
        #expect(positive.flags == "qr aa rd" && positive.data == ["10.0.0.1"])
        #expect(positive.authority.map(\.data) == ["ns.zone.test.", "second.test."])
        #expect(positive.answers.first?.ttlSeconds == 60)
        let hidden = try ask(world(server), "inner.zone.test")
        #expect(hidden.code == .noError && hidden.answers.isEmpty)
        #expect(
            hidden.authority.map(\.data) == ["ns.zone.test. me.zone.test. 7 100 20 3000 60"])
        let refused = try ask(world(server), "www.example")
        #expect(refused.code == .refused && refused.flags == "qr rd")
        #expect(try ask(server.endpoint, "www.example").data == ["198.51.100.1"])
        #expect(upstream.queries.count == 1)
        let local = try ask(server.endpoint, "inner.zone.test")
        #expect(local.data == ["192.168.0.1"] && local.flags == "qr rd ra")
        let stream = try StreamClient(world(server))
        let byTCP = try #require(stream.ask(Query("x.zone.test")))
        #expect(byTCP.data == ["a.zone.test.", "10.0.0.1"] && byTCP.flags == "qr aa rd")
    }

    @Test func `the wildcard address tells the services apart`() throws {
        let server = try ServerProcess(
            Self.zone,
            common: ServerProcess.common.replacing("listen-address=127.0.0.1\n", with: "")
                .replacing("bind-interfaces\n", with: ""))
        #expect(try ask(world(server), "www.example").flags == "qr rd")
        #expect(try ask(server.endpoint, "www.example").flags == "qr rd ra")
        let stream = try StreamClient(world(server))
        #expect(try #require(stream.ask(Query("zone.test", .soa))).flags == "qr aa rd")
    }

    @Test func `a reload serves the new data under a higher serial`() throws {
        let server = try server(hosts: "10.0.0.2 b.zone.test\n")
        #expect(try ask(world(server), "b.zone.test").data == ["10.0.0.2"])
        try server.directory.write("hosts", "10.0.0.3 b.zone.test\n")
        server.child.signal(SIGHUP)
        #expect(try eventually { try ask(world(server), "b.zone.test").data == ["10.0.0.3"] })
        let soa = try ask(world(server), "zone.test", .soa)
        let serial = soa.data.first.flatMap { Int($0.split(separator: " ")[2]) } ?? 0
        #expect(serial > 7)
    }

    // MARK: Transfers

    /// All messages of a transfer, up to the second SOA record.
    private func transfer(
        from endpoint: Endpoint, source: String? = nil, _ query: Query
    ) throws -> [Reply] {
        let client = try StreamClient(endpoint, from: source)
        #expect(client.socket.write(query.framed))
        var replies: [Reply] = []
        var ends = 0
        while ends < 2, let reply = client.reply(within: 20_000) {
            replies.append(reply)
            ends += reply.answers.count { $0.type == .soa }
            if reply.code != .noError { break }
        }
        return replies
    }

    @Test func `a peer gets the zone between two SOA records, others are refused`() throws {
        let server = try server("auth-peer=\(Self.peer)\n")
        let query = Query("zone.test", .axfr, edns: 1232)
        let whole = try transfer(from: world(server), source: Self.peer, query)
        #expect(whole.count == 1 && whole[0].flags == "qr aa rd")
        let types = whole[0].answers.map(\.type)
        #expect(types.first == .soa && types.last == .soa && types.count == 6)
        #expect(
            Set(whole[0].answers.dropFirst().dropLast().map { "\($0.owner) \($0.data)" }) == [
                "zone.test. ns.zone.test.", "zone.test. second.test.", "a.zone.test. 10.0.0.1",
                "*.zone.test. a.zone.test.",
            ])
        for source in [nil, "127.0.0.6"] as [String?] {
            let none = try transfer(from: world(server), source: source, query)
            #expect(none.map(\.code) == [.refused])
            #expect(none.first?.answers == [])
        }
        // Local clients transfer what they would be answered.
        let local = try transfer(from: server.endpoint, source: Self.peer, query)
        #expect(local.flatMap(\.data).contains("192.168.0.1"))
    }

    @Test func `by UDP no zone is transferred`() throws {
        let server = try server("auth-peer=\(Self.peer)\n")
        let client = try DNSClient(world(server), from: Self.peer)
        let whole = try #require(client.ask(Query("zone.test", .axfr)))
        #expect(whole.code == .refused && whole.answers.isEmpty)
        // RFC 1995 §2: the SOA record says come by TCP.
        let part = try #require(client.ask(Query("zone.test", .ixfr)))
        #expect(part.code == .noError && part.answers.map(\.type) == [.soa])
        #expect(try ask(world(server), "zone.test", .ixfr).code == .refused)
    }

    @Test func `without peers and secondary servers nobody transfers anything`() throws {
        let server = try ServerProcess(
            "auth-server=ns.zone.test,127.0.0.2\nauth-zone=zone.test\n")
        let replies = try transfer(from: world(server), Query("zone.test", .axfr))
        #expect(replies.map(\.code) == [.refused])
    }

    @Test func `a transfer of the serial that we have is one SOA record`() throws {
        let server = try server()
        for (serial, count) in [(UInt8(7), 1), (6, 6)] {
            var message = Query("zone.test", .ixfr).octets
            message[9] = 1
            message += [0xC0, 12, 0, 6, 0, 1, 0, 0, 0, 0, 0, 22, 0, 0, 0, 0, 0, serial]
            message += [UInt8](repeating: 0, count: 16)
            let client = try StreamClient(world(server))
            client.socket.write(Octets.number(UInt16(message.count)) + message)
            let reply = try #require(client.reply())
            #expect(reply.answers.count == count, "serial \(serial)")
            #expect(reply.answers.first?.type == .soa)
        }
    }

    @Test func `a large zone takes several messages and holds every host`() throws {
        let hosts = (0..<5000).map { "10.0.\($0 / 250).\($0 % 250 + 1) host-\($0).zone.test\n" }
        let server = try server(hosts: hosts.joined())
        let messages = try transfer(from: world(server), Query("zone.test", .axfr))
        #expect(messages.count > 1)
        #expect(messages.allSatisfy { $0.octets.count > 60_000 || $0.id == messages.last?.id })
        let records = messages.flatMap(\.answers)
        #expect(records.count == 5000 + 6)
        #expect(Set(records.map(\.owner)).count == 5000 + 3)
        for tool in ["dig", "kdig"] {
            guard let path = Tool.path(tool) else {
                skip("\(tool) is not installed")
                continue
            }
            let result = try Tool.run(
                [path, "@\(Self.world)", "-p", "\(server.port)", "zone.test", "AXFR"])
            let lines = result.output.split(separator: "\n").filter { $0.contains(".zone.test.") }
            #expect(lines.count { $0.contains("host-") } == 5000, "\(tool): \(result.errors)")
        }
    }

    /// Forty clients that read nothing of two megabytes each.
    @Test func `who does not read a zone costs one message and nobody's time`() throws {
        let text = String(repeating: "x", count: 250)
        let records = (0..<3000).map { "txt-record=t\($0).zone.test,\(text),\(text),\(text)\n" }
        let server = try server(records.joined())
        let query = Query("zone.test", .axfr)
        _ = try transfer(from: world(server), query)
        let before = residentOctets(server)
        let stalled = try (0..<40).map { _ in try StreamClient(world(server)) }
        for client in stalled { client.socket.write(query.framed) }
        let time = try shortest(of: 5) {
            let reply = try ask(server.endpoint, "a.zone.test")
            #expect(reply.data == ["10.0.0.1"])
        }
        #expect(time < .milliseconds(1000))
        usleep(300_000)
        // Unread zones would be 90 MB. Kept are a message and the input of each.
        #expect(residentOctets(server) - before < 24_000_000)
        // The next query waits until the zone is through.
        let client = stalled[0]
        client.socket.write(Query("a.zone.test").framed)
        var count = 0
        var last: Reply?
        while let reply = client.reply(within: 20_000) {
            count += reply.answers.count
            last = reply
            if reply.questionType == .a { break }
        }
        #expect(count == 3000 + 6 + 1 && last?.data == ["10.0.0.1"])
    }

    private func residentOctets(_ server: ServerProcess) -> Int {
        let path = "/proc/\(server.child.pid)/statm"
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4096
    }

    // MARK: Secondary servers

    @Test func `knotd takes the zone, serves it, and follows a reload`() throws {
        guard let knotd = Tool.path("knotd") else { return skip("knotd is not installed") }
        let server = try server(
            "auth-peer=\(Self.peer)\n", hosts: "10.0.0.2 b.zone.test\n")
        let directory = try TemporaryDirectory()
        let port = try Ports.free()
        try directory.write(
            "knot.conf",
            """
            server:
                listen: 127.0.0.1@\(port)
                rundir: \(directory.path)
            database:
                storage: \(directory.path)
            remote:
              - id: primary
                address: \(world(server).address)@\(world(server).port)
                via: \(Self.peer)
            template:
              - id: default
                storage: \(directory.path)
            zone:
              - domain: zone.test
                master: primary
                refresh-min-interval: 2
                refresh-max-interval: 3

            """)
        let child = try ChildProcess(
            [knotd, "--config", directory.path("knot.conf")], output: directory.path("out"),
            errors: directory.path("err"))
        defer { child.end() }
        let second = try DNSClient(Endpoint("127.0.0.1", port))
        func answer(_ name: String) -> [String] {
            second.ask(Query(name), within: 300)?.addresses ?? []
        }
        let said = { "\(directory.text("out"))\(directory.text("err"))\(server.log)" }
        #expect(eventually(within: 20_000) { answer("b.zone.test") == ["10.0.0.2"] }, "\(said())")
        let wild = try #require(second.ask(Query("any.zone.test")))
        #expect(wild.data == ["a.zone.test.", "10.0.0.1"] && wild.flags == "qr aa rd")
        try server.directory.write("hosts", "10.0.0.3 b.zone.test\n")
        server.child.signal(SIGHUP)
        #expect(eventually(within: 20_000) { answer("b.zone.test") == ["10.0.0.3"] }, "\(said())")
    }

    @Test func `unbound takes the zone as a primary of its auth-zone`() throws {
        guard let unbound = Tool.path("unbound") else { return skip("unbound is not installed") }
        let server = try server()
        let directory = try TemporaryDirectory()
        let port = try Ports.free()
        try directory.write(
            "unbound.conf",
            """
            server:
                interface: 127.0.0.1@\(port)
                do-daemonize: no
                username: ""
                chroot: ""
                directory: "\(directory.path)"
                pidfile: "\(directory.path)/pid"
                use-syslog: no
                do-not-query-localhost: no
                do-ip6: no
                local-zone: "test." nodefault
            remote-control:
                control-enable: no
            auth-zone:
                name: zone.test
                primary: \(world(server).address)@\(world(server).port)
                for-downstream: yes
                for-upstream: no
            forward-zone:
                name: "."
                forward-addr: 127.0.0.1@9

            """)
        let child = try ChildProcess(
            [unbound, "-d", "-c", directory.path("unbound.conf")], output: directory.path("out"),
            errors: directory.path("err"))
        defer { child.end() }
        let second = try DNSClient(Endpoint("127.0.0.1", port))
        let isServed = eventually(within: 20_000) {
            second.ask(Query("a.zone.test"), within: 300)?.data == ["10.0.0.1"]
        }
        #expect(isServed, "\(directory.text("err"))\(server.log)")
    }
}
