import DNSWire
import Foundation
import Testing

/// `metrics-listen` of a whole server: what it counts, and who cannot disturb it.
@Suite(.serialized) struct MetricsTests {
    private static let config = """
        host-record=h.x,10.0.0.1
        address=/ads/0.0.0.0
        local=/x/

        """

    private struct Metered {
        var server: ServerProcess
        var http: HTTPClient

        init(
            _ config: String = MetricsTests.config, upstreams: [ScriptedUpstream] = [],
            address: String = "127.0.0.1"
        ) throws {
            let port = try Ports.free()
            let host = address.contains(":") ? "[\(address)]" : address
            server = try ServerProcess(
                config + "metrics-listen=\(host):\(port)\n", upstreams: upstreams)
            http = HTTPClient(endpoint: Endpoint(address, port))
        }

        func scrape() throws -> MetricsPage {
            let answer = try #require(http.get("/metrics"))
            #expect(answer.status == 200)
            #expect(answer.fields["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(answer.fields["content-length"] == "\(answer.body.utf8.count)")
            let page = MetricsPage(answer.body)
            #expect(page.faults == [])
            return page
        }
    }

    /// How much each of the samples grew, those that stayed left out.
    private func growth(
        _ before: MetricsPage, _ after: MetricsPage, _ prefix: String
    )
        -> [String: Double]
    {
        var found: [String: Double] = [:]
        for (key, value) in after.samples where key.hasPrefix(prefix) {
            let grown = value - (before.samples[key] ?? 0)
            if grown != 0 { found[key] = grown }
        }
        return found
    }

    private func upstream() throws -> ScriptedUpstream {
        try ScriptedUpstream([
            "a.example": .after(milliseconds: 30, .answer(["@ 60 A 192.0.2.1"])),
            "b.example": .code(.refused),
            "none.example": .negative(.nameError),
        ])
    }

    @Test func `what was asked and answered is what has been counted`() throws {
        let upstream = try upstream()
        let metered = try Metered(upstreams: [upstream])
        let before = try metered.scrape()
        let client = try DNSClient(metered.server.endpoint)
        for _ in 0..<3 { #expect(client.ask(Query("h.x"))?.code == .noError) }
        #expect(client.ask(Query("h.x", .aaaa))?.code == .noError)
        #expect(client.ask(Query("no.x", .https))?.code == .nameError)
        #expect(client.ask(Query("t.ads"))?.code == .noError)
        #expect(client.ask(Query("a.example"))?.code == .noError)
        #expect(client.ask(Query("a.example"))?.code == .noError)
        #expect(client.ask(Query("none.example", .mx))?.code == .nameError)
        #expect(client.ask(Query("version.bind", .txt, class: 3))?.code == .noError)
        let stream = try StreamClient(metered.server.endpoint)
        #expect(stream.ask(Query("h.x"))?.data == ["10.0.0.1"])
        // A response gets no answer, and a truncated message FORMERR.
        client.socket.write([0, 1, 0x80, 0] + [UInt8](repeating: 0, count: 8))
        client.socket.write([0, 1, 0x01, 0, 0, 1] + [UInt8](repeating: 0, count: 6))
        #expect(client.replies(1).first?.code == .formatError)

        let after = try metered.scrape()
        #expect(
            growth(before, after, "waggle_queries_total") == [
                #"waggle_queries_total{protocol="udp",type="A"}"#: 6,
                #"waggle_queries_total{protocol="udp",type="AAAA"}"#: 1,
                #"waggle_queries_total{protocol="udp",type="HTTPS"}"#: 1,
                #"waggle_queries_total{protocol="udp",type="MX"}"#: 1,
                #"waggle_queries_total{protocol="udp",type="TXT"}"#: 1,
                #"waggle_queries_total{protocol="udp",type="other"}"#: 1,
                #"waggle_queries_total{protocol="tcp",type="A"}"#: 1,
            ])
        #expect(
            growth(before, after, "waggle_responses_total") == [
                #"waggle_responses_total{source="local",rcode="NOERROR"}"#: 4,
                #"waggle_responses_total{source="rule",rcode="NOERROR"}"#: 2,
                #"waggle_responses_total{source="rule",rcode="NXDOMAIN"}"#: 1,
                #"waggle_responses_total{source="upstream",rcode="NOERROR"}"#: 1,
                #"waggle_responses_total{source="upstream",rcode="NXDOMAIN"}"#: 1,
                #"waggle_responses_total{source="cache",rcode="NOERROR"}"#: 1,
                #"waggle_responses_total{source="chaos",rcode="NOERROR"}"#: 1,
                #"waggle_responses_total{source="error",rcode="FORMERR"}"#: 1,
            ])
        func grown(_ name: String) -> Double? { growth(before, after, name)[name] }
        let server = #"{server="\#(upstream.endpoint)"}"#
        #expect(grown(#"waggle_drops_total{reason="no_query"}"#) == 1)
        #expect(grown("waggle_cache_hits_total") == 1)
        #expect(grown("waggle_cache_misses_total") == 2)
        #expect(grown("waggle_tcp_connections_total") == 1)
        #expect(grown("waggle_cache_insertions_total") == 2)
        #expect(after.samples["waggle_cache_entries"] == 2)
        #expect(grown("waggle_upstream_queries_total" + server) == 2)
        #expect(grown("waggle_upstream_nxdomain_total" + server) == 1)
        #expect(after.samples["waggle_upstream_healthy" + server] == 1)
        #expect(after.samples["waggle_queries_in_flight"] == 0)
        #expect(grown("dnsmasq_hits") == 9)
        #expect(grown("dnsmasq_misses") == 2)
        #expect(grown("dnsmasq_insertions") == 2)
        #expect(grown("dnsmasq_servers_queries" + server) == 2)
        #expect(after.samples["dnsmasq_cachesize"] == 150)
    }

    @Test func `durations are those that clients have seen`() throws {
        let metered = try Metered(upstreams: [try upstream()])
        let before = try metered.scrape()
        let client = try DNSClient(metered.server.endpoint)
        #expect(client.ask(Query("a.example"))?.code == .noError)
        for _ in 0..<64 { #expect(client.ask(Query("h.x"))?.code == .noError) }
        let name = "waggle_response_duration_seconds"
        var counted: Double = 0
        _ = eventually {
            let after = try? metered.scrape()
            counted = after?.samples["\(name)_count{source=\"local\"}"] ?? 0
            return counted >= 4
        }
        let after = try metered.scrape()
        #expect(growth(before, after, "\(name)_count{source=\"upstream\"}").values.first == 1)
        let sum = growth(before, after, "\(name)_sum{source=\"upstream\"}").values.first ?? 0
        #expect(sum >= 0.029 && sum < 2)
        #expect(after.samples["\(name)_bucket{source=\"upstream\",le=\"0.02\"}"] == 0)
        #expect(after.samples["\(name)_bucket{source=\"upstream\",le=\"4\"}"] == 1)
        // A sample of them, and none that was not asked.
        #expect(counted >= 4 && counted <= 70)
    }

    @Test func `a server that is silent is not healthy, one that says no is`() throws {
        var table: [String: UpstreamAction] = ["*": .silence]
        for index in 0..<4 { table["no\(index).test"] = .code(.serverFailure) }
        let upstream = try ScriptedUpstream(table)
        let metered = try Metered(upstreams: [upstream])
        let client = try DNSClient(metered.server.endpoint)
        let server = #"{server="\#(upstream.endpoint)"}"#
        for index in 0..<4 { _ = client.ask(Query("no\(index).test")) }
        #expect(try metered.scrape().samples["waggle_upstream_healthy" + server] == 1)
        var isUnhealthy = false
        for index in 0..<20 where !isUnhealthy {
            _ = client.ask(Query("n\(index).example"), within: 200)
            isUnhealthy = try metered.scrape().samples["waggle_upstream_healthy" + server] == 0
        }
        #expect(isUnhealthy)
        let page = try metered.scrape()
        #expect((page.samples["waggle_upstream_failures_total" + server] ?? 0) >= 1)
        #expect(
            (page.samples[#"waggle_responses_total{source="upstream",rcode="SERVFAIL"}"#] ?? 0)
                + (page.samples[#"waggle_responses_total{source="error",rcode="SERVFAIL"}"#] ?? 0)
                >= 1)
    }

    @Test func `reloads, the configuration and the process are told of`() throws {
        let metered = try Metered()
        let before = try metered.scrape()
        let info = try #require(before.samples.keys.first { $0.hasPrefix("waggle_config_info") })
        #expect(metered.server.log.contains("identity \(try identity(info))"))
        kill(metered.server.child.pid, SIGHUP)
        #expect(
            try eventually {
                let key = #"waggle_config_reloads_total{result="success"}"#
                return try metered.scrape().samples[key] == 1.0
            })
        try metered.server.configure("no-such-option\n")
        kill(metered.server.child.pid, SIGHUP)
        #expect(
            try eventually {
                let key = #"waggle_config_reloads_total{result="failure"}"#
                return try metered.scrape().samples[key] == 1.0
            })
        let page = try metered.scrape()
        let now = Date().timeIntervalSince1970
        let start = page.samples["process_start_time_seconds"] ?? 0
        let last = page.samples["waggle_config_last_reload_success_timestamp_seconds"] ?? 0
        #expect(start > now - 60 && start <= now + 1 && last >= start && last <= now + 1)
        #expect((page.samples["process_resident_memory_bytes"] ?? 0) > 1_048_576)
        #expect((page.samples["process_open_fds"] ?? 0) > 5)
        #expect((page.samples["process_cpu_seconds_total"] ?? 0) > 0)
        #expect(page.samples["waggle_workers"] == Double(metered.server.workerCount))
    }

    private func identity(_ sample: String) throws -> String {
        String(try #require(sample.firstMatch(of: /identity="([0-9a-f]{64})"/)).1)
    }

    @Test func `every node with the names of dnsmasq_exporter can be charted`() throws {
        let page = try Metered("server=192.0.2.1#5353\n").scrape()
        for name in [
            "dnsmasq_cachesize", "dnsmasq_insertions", "dnsmasq_evictions", "dnsmasq_misses",
            "dnsmasq_hits", "dnsmasq_auth", "dnsmasq_leases",
            #"dnsmasq_servers_queries{server="192.0.2.1#5353"}"#,
            #"dnsmasq_servers_queries_failed{server="192.0.2.1#5353"}"#,
        ] {
            #expect(page.samples[name] != nil, "\(name)")
        }
        #expect(page.samples.keys.contains { $0.hasPrefix("dnsmasq_exporter_build_info{") })
    }

    // MARK: HTTP

    @Test func `a path or method that there is not gets its code`() throws {
        let metered = try Metered()
        let http = metered.http
        let health = try #require(http.get("/health"))
        #expect(health.status == 200 && health.body == "ok\n")
        #expect(http.get("/health?full=1")?.status == 200)
        let head = try #require(http.get("/metrics", method: "HEAD"))
        #expect(head.status == 200 && head.body.isEmpty)
        #expect((Int(head.fields["content-length"] ?? "") ?? 0) > 1000)
        for path in ["/", "/metrics/", "/metric", "/../etc/passwd", "/%6detrics"] {
            #expect(http.get(path)?.status == 404, "\(path)")
        }
        for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
            #expect(http.get("/metrics", method: method)?.status == 405, "\(method)")
        }
        for request in [
            "GET\r\n\r\n", "GET /metrics\r\n\r\n", "GET  /metrics HTTP/1.1\r\n\r\n",
            "GET /metrics HTTP/2.0\r\n\r\n", "GET metrics HTTP/1.1\r\n\r\n", "\u{0}\u{1}\u{2}",
        ] {
            #expect(http.send(request)?.status == 400, "\(request)")
        }
        let long = "GET /metrics HTTP/1.1\r\nX: " + String(repeating: "x", count: 4_100)
        #expect(http.send(long)?.status == 431)
        #expect(http.send("GET /metrics HTTP/1.0\n\n")?.status == 200)
        withExtendedLifetime(metered) {}
    }

    @Test func `an address may be IPv6, or all of them`() throws {
        guard Ports.hasIPv6 else { return skip("there is no IPv6") }
        #expect(try Metered(address: "::1").scrape().samples["waggle_workers"] != nil)
        let port = try Ports.free()
        let server = try ServerProcess(Self.config + "metrics-listen=:\(port)\n")
        for address in ["127.0.0.1", "::1"] {
            let http = HTTPClient(endpoint: Endpoint(address, port))
            #expect(http.get("/health")?.status == 200, "\(address)")
        }
        withExtendedLifetime(server) {}
    }

    @Test func `a port that is taken ends the start with status 2`() throws {
        let holder = try Metered()
        let port = holder.http.endpoint.port
        let directory = try TemporaryDirectory()
        try directory.write(
            "conf",
            "port=\(try Ports.free())\nlisten-address=127.0.0.1\nbind-interfaces\n"
                + "no-resolv\npid-file=\nmetrics-listen=127.0.0.1:\(port)\n")
        let child = try ChildProcess(
            [Binary.debug, "-k", "-C", directory.path("conf")],
            output: directory.path("out"), errors: directory.path("err"))
        #expect(child.exitStatus(within: 5000) == 2)
        #expect(directory.text("err").contains("holds port \(port)"))
    }

    @Test func `hostile clients are dropped while DNS and scrapers are served`() throws {
        let metered = try Metered()
        let endpoint = metered.http.endpoint
        var sockets: [Socket] = []
        // Hundred that say nothing, half a request, octet by octet, or garbage.
        for index in 0..<100 {
            let socket = try Socket.tcp(to: endpoint)
            switch index % 4 {
            case 0: break
            case 1: socket.write(Array("GET /metrics HTTP/1.1\r\nX: ".utf8))
            case 2: socket.write(Array("G".utf8))
            default: socket.write((0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 37) })
            }
            sockets.append(socket)
        }
        let client = try DNSClient(metered.server.endpoint)
        var slowest = Duration.zero
        for round in 0..<200 {
            let taken = ContinuousClock().measure {
                #expect(client.ask(Query("h.x"))?.data == ["10.0.0.1"])
            }
            slowest = max(slowest, taken)
            // Those that drip keep dripping.
            if round % 10 == 0 {
                for index in stride(from: 2, to: 100, by: 4) { sockets[index].write([0x45]) }
            }
        }
        #expect(slowest < .milliseconds(1000))
        // Somebody who behaves gets in within the time that those before have for a turn.
        #expect(metered.http.get("/metrics", within: 10_000)?.status == 200)
        let page = try metered.scrape()
        // Of a hundred some sixteen are held.
        #expect((page.samples["process_open_fds"] ?? .infinity) < 80)
        let deadline = Deadline(milliseconds: 12_000)
        let open = sockets.filter { socket in
            while let octets = socket.read(deadline) {
                if octets.isEmpty { return false }
            }
            return true
        }
        #expect(open.isEmpty)
        #expect(client.ask(Query("h.x"))?.data == ["10.0.0.1"])
    }

    @Test func `a client that does not read its answer holds nobody up`() throws {
        let metered = try Metered()
        var idle: [Socket] = []
        for _ in 0..<8 {
            let socket = try Socket.tcp(to: metered.http.endpoint)
            socket.write(Array("GET /metrics HTTP/1.1\r\n\r\n".utf8))
            idle.append(socket)
        }
        for _ in 0..<20 { #expect(metered.http.get("/metrics")?.status == 200) }
        withExtendedLifetime(idle) {}
    }

    // MARK: The reader of this test

    @Test(arguments: [
        "a_total 1\n", "# TYPE a_total counter\na_total 1\n", "# HELP a_total x\na_total 1\n",
        "# HELP a x\n# TYPE a counter\na 1\n",
        "# HELP a_total x\n# TYPE a_total gauge\na_total 1\n",
        "# HELP a x\n# TYPE a gauge\na 1\na 1\n", "# HELP a x\n# TYPE a gauge\na 1",
        "# HELP a x\n# TYPE a gauge\na{b=\"c\"d\"} 1\n", "# HELP a x\n# TYPE a gauge\na x\n",
        "# HELP a_ms x\n# TYPE a_ms gauge\na_ms 1\n", "# HELP A x\n# TYPE A gauge\nA 1\n",
        "# HELP a x\n# TYPE a gauge\na{le=\"1\"} 1\n", "# HELP a x\n# TYPE a gauge\n",
        "# HELP a x\n# TYPE a histogram\na_bucket{le=\"1\"} 1\na_sum 1\na_count 1\n",
        "# HELP a x\n# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 2\n",
        "# HELP a x\n# TYPE a gauge\na 1\n# HELP b x\n# TYPE b gauge\nb 1\na{c=\"d\"} 1\n",
    ])
    func `a page with a fault is found`(text: String) {
        #expect(MetricsPage(text).faults != [])
    }

    @Test(arguments: [
        "# HELP a x\n# TYPE a gauge\na -1\n",
        "# HELP a_total x y\n# TYPE a_total counter\na_total{b=\"c\\\"\\\\\",d=\"\"} 1e3\n",
        "# HELP a x\n# TYPE a histogram\na_bucket{le=\"1\"} 1\na_bucket{le=\"+Inf\"} 2\n"
            + "a_sum 1.5\na_count 2\n",
    ])
    func `a page without one is not`(text: String) {
        #expect(MetricsPage(text).faults == [])
    }
}
