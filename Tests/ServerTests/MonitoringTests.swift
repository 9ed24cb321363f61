import DNSWire
import Foundation
import Testing

/// What monitoring that was made for dnsmasq asks Waggle, and what it gets.
@Suite struct MonitoringTests {
    private func server(
        _ config: String, upstreams: [ScriptedUpstream] = []
    ) throws -> (server: ServerProcess, http: HTTPClient) {
        let port = try Ports.free()
        let server = try ServerProcess(
            config + "metrics-listen=127.0.0.1:\(port)\n", upstreams: upstreams)
        return (server, HTTPClient(endpoint: Endpoint("127.0.0.1", port)))
    }

    /// Questions of every kind, so that every family has samples.
    private func busy() throws -> (server: ServerProcess, page: String) {
        let upstream = try ScriptedUpstream([
            "a.example": .answer(["@ 60 A 192.0.2.1"]), "b.example": .code(.refused),
        ])
        let (server, http) = try server("host-record=h.x,10.0.0.1\n", upstreams: [upstream])
        for name in ["h.x", "a.example", "a.example", "b.example", "none.example"] {
            _ = try server.ask(name)
        }
        return (server, try #require(http.get("/metrics")).body)
    }

    @Test func `promtool finds nothing wrong with the page`() throws {
        guard let promtool = Tool.path("promtool") else { return skip("promtool is missing") }
        let (server, page) = try busy()
        try server.directory.write("page", page)
        let result = try Tool.run([
            "/bin/sh", "-c", "\(promtool) check metrics < \(server.directory.path("page"))",
        ])
        // It reads dnsmasq_exporter's gauges as what they are called, and finds nothing to say.
        #expect(result.status == 0 && result.output + result.errors == "", "\(result)")
    }

    /// The expressions of the dashboard of dnsmasq_exporter (dnsmasq-overview.json), and of others
    /// that count the same.
    private static let expressions = [
        #"dnsmasq_exporter_build_info{job=~"dns", instance=~"node"}"#,
        #"sum(dnsmasq_leases{job=~"dns", instance=~"node"})"#,
        #"sum(dnsmasq_servers_queries{job=~"dns", instance=~"node"})"#,
        #"""
        sum(dnsmasq_servers_queries_failed{job=~"dns", instance=~"node"}) \#
        / sum(dnsmasq_servers_queries{job=~"dns", instance=~"node"})
        """#,
        #"sum(dnsmasq_cachesize{job=~"dns", instance=~"node"})"#,
        #"sum(dnsmasq_hits{job=~"dns", instance=~"node"})"#,
        #"sum(dnsmasq_insertions{job=~"dns", instance=~"node"})"#,
        #"sum by (server) (rate(dnsmasq_servers_queries{job="dns", instance=~".*"}[5m]))"#,
        #"sum by (server) (rate(dnsmasq_servers_queries_failed{job="dns", instance=~".*"}[5m]))"#,
        #"rate(dnsmasq_hits{job="dns"}[5m]) / (rate(dnsmasq_hits[5m]) + rate(dnsmasq_misses[5m]))"#,
        #"rate(dnsmasq_insertions{job="dns", instance=~".*"}[5m])"#,
        #"rate(dnsmasq_evictions{job="dns", instance=~".*"}[5m])"#,
        #"rate(dnsmasq_auth{job="dns", instance=~".*"}[5m])"#,
    ]

    @Test func `every expression of the dashboard of dnsmasq_exporter has a value`() throws {
        guard let promtool = Tool.path("promtool") else { return skip("promtool is missing") }
        let (server, page) = try busy()
        var text = "evaluation_interval: 1m\ntests:\n  - interval: 1m\n    input_series:\n"
        for (key, value) in MetricsPage(page).samples where key.hasPrefix("dnsmasq_") {
            let name = key.prefix { $0 != "{" }
            let labels = key.dropFirst(name.count + 1).dropLast()
            let all = #"job="dns",instance="node""# + (labels.isEmpty ? "" : "," + labels)
            // Twice, and the second time more, as a counter is scraped.
            text += "      - series: '\(name){\(all)}'\n        values: '\(value)+1x10'\n"
        }
        text += "    promql_expr_test:\n"
        for expression in Self.expressions {
            text += "      - expr: 'count(\(expression)) >= bool 1'\n        eval_time: 8m\n"
            text += "        exp_samples:\n          - labels: '{}'\n            value: 1\n"
        }
        try server.directory.write("expressions.yml", text)
        let result = try Tool.run([
            promtool, "test", "rules", server.directory.path("expressions.yml"),
        ])
        #expect(result.status == 0, "\(result)")
    }

    @Test(arguments: [false, true])
    func `what dnsmasq tells of itself has its form by both transports`(isTCP: Bool) throws {
        let upstream = try ScriptedUpstream(["a.example": .answer(["@ 60 A 192.0.2.1"])])
        let refusing = try ScriptedUpstream(["*": .code(.refused)])
        let server = try ServerProcess(
            "cache-size=321\nhost-record=h.x,10.0.0.1\n"
                + "server=/b.example/\(refusing.endpoint)\n", upstreams: [upstream])
        for name in ["h.x", "a.example", "a.example", "b.example"] { _ = try server.ask(name) }
        let stream = try StreamClient(server.endpoint)
        func tell(_ name: String) throws -> [String] {
            let query = Query("\(name).bind", .txt, class: 3)
            let reply = try #require(isTCP ? stream.ask(query) : try server.ask(query))
            #expect(reply.code == .noError && reply.answers.count == 1)
            return reply.data
        }
        #expect(try tell("cachesize") == ["\"321\""])
        #expect(try tell("insertions") == ["\"1\""])
        #expect(try tell("evictions") == ["\"0\""])
        #expect(try tell("misses") == ["\"2\""])
        #expect(try tell("auth") == ["\"0\""])
        // h.x and the second a.example, and what monitoring itself has asked before.
        let hits = try #require(try tell("hits").first?.firstMatch(of: /^"(\d+)"$/))
        #expect((2...30).contains(Int(hits.1) ?? 0))
        let servers = try tell("servers").joined(separator: " ")
        #expect(servers.contains("\"\(upstream.endpoint) 1 0\""), "\(servers)")
        #expect(servers.contains(#/"127\.0\.0\.1\#\d+ (\d) \1"/#), "\(servers)")
    }
}
