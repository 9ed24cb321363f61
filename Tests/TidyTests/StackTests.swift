import Testing

/// The reference swarm says the same in its three files.
@Suite struct StackTests {
    private func stack() throws -> BlockYAML {
        try BlockYAML(Repository.text("stacks/dns.yml"))
    }

    /// The lines of a hosts file as `name:address`, one for each name, in order.
    private func entries(ofHosts text: String) -> [String] {
        text.split(separator: "\n").flatMap { line in
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
            return words.dropFirst().map { "\($0):\(words[0])" }
        }
    }

    @Test func `extra_hosts and config/hosts are the same list`() throws {
        let hosts = try entries(ofHosts: Repository.text("config/hosts"))
        let extra = try stack().list("services.dns.extra_hosts")
        #expect(!hosts.isEmpty)
        #expect(hosts == extra)
    }

    @Test func `the hosts are those of the reference swarm`() throws {
        let nodes = (0...6).map { "pine64-0\($0 + 1).sixeyed:192.168.2.\(240 + $0)" }
        let others = [
            "up-ub1604.sixeyed:192.168.2.120", "linux-01.sixeyed:192.168.2.150",
            "windows-01.sixeyed:192.168.2.160",
        ]
        let managers = (240...242).map { "managers.swarm.sixeyed:192.168.2.\($0)" }
        let workers = (243...246).map { "arm.workers.swarm.sixeyed:192.168.2.\($0)" }
        #expect(
            try entries(ofHosts: Repository.text("config/hosts"))
                == nodes + others + managers + workers)
    }

    @Test func `every alias leads to a name of the hosts file`() throws {
        let names = try Set(
            entries(ofHosts: Repository.text("config/hosts"))
                .map { $0.prefix { $0 != ":" } })
        let aliases = try Repository.text("config/dnsmasq.conf")
            .matches(of: /^cname=([^,\n]+),([^,\n]+)$/.anchorsMatchLineEndings())
        #expect(aliases.count == 7)
        for alias in aliases { #expect(names.contains(alias.2), "\(alias.0)") }
    }

    @Test func `the service is global, on managers, on host ports of both transports`() throws {
        let stack = try stack()
        let deploy = "services.dns.deploy"
        #expect(stack["\(deploy).mode"] == "global")
        #expect(stack.list("\(deploy).placement.constraints").contains("node.role == manager"))
        #expect(stack["\(deploy).resources.limits.cpus"] == "0.25")
        #expect(stack["\(deploy).resources.limits.memory"] == "100M")
        for (index, transport) in ["udp", "tcp"].enumerated() {
            let port = "services.dns.ports[\(index)]"
            #expect(stack["\(port).target"] == "53")
            #expect(stack["\(port).published"] == "53")
            #expect(stack["\(port).protocol"] == transport)
            #expect(stack["\(port).mode"] == "host")
        }
    }

    @Test func `the container has no capability, is nobody and writes nothing`() throws {
        let stack = try stack()
        #expect(stack["services.dns.read_only"] == "true")
        #expect(stack["services.dns.user"] == "65532:65532")
        #expect(stack.list("services.dns.cap_drop") == ["ALL"])
        #expect(stack["services.dns.stop_grace_period"] != nil)
    }

    @Test(arguments: ["stacks/dns.yml", "stacks/dns-ingress.yml"])
    func `Prometheus finds the port of every task, and nobody else does`(path: String) throws {
        let stack = try BlockYAML(Repository.text(path))
        let arguments = stack.list("services.dns.command")
        let value = try #require(arguments.first { $0.hasPrefix("--metrics-listen=:") })
        let port = value.dropFirst("--metrics-listen=:".count)
        let jobs = try BlockYAML(Repository.text("config/monitoring/prometheus.yml"))
        let discovery = "scrape_configs[0].dns_sd_configs[0]"
        #expect(jobs["\(discovery).port"].map { $0 == port } == true)
        #expect(jobs.list("\(discovery).names") == ["tasks.dns_dns"])
        #expect(jobs["\(discovery).type"] == "A")
        // The network of a stack "dns" whose service names none, as a service `dns_dns` has it.
        let monitoring = try BlockYAML(Repository.text("stacks/monitoring.yml"))
        #expect(monitoring["networks.dns.name"] == "dns_default")
        #expect(monitoring["networks.dns.external"] == "true")
        #expect(monitoring.list("services.prometheus.networks") == ["dns"])
        #expect(!stack.holds("services.dns.networks"))
        for index in 0..<4 {
            #expect(stack["services.dns.ports[\(index)].target"].map { $0 == port } != true)
        }
    }

    @Test(
        .enabled(if: Repository.isInstalled("dnsmasq"), "dnsmasq is not installed"))
    func `dnsmasq accepts the configurations of swarm and image`() throws {
        for path in ["config/dnsmasq.conf", "config/default.conf"] {
            let result = try Repository.run(["dnsmasq", "--test", "--conf-file=\(path)"])
            #expect(result.status == 0 && result.output.contains("syntax check OK"))
        }
    }

    @Test func `a hosts file may hold several names, blanks and comments`() {
        #expect(
            entries(ofHosts: "# a\n\n192.0.2.1\ta b # c\n2001:db8::1 d\n") == [
                "a:192.0.2.1", "b:192.0.2.1", "d:2001:db8::1",
            ])
    }
}
