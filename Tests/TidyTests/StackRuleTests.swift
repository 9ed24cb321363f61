import Testing

/// Every stack file keeps the rules, and each rule finds what breaks it.
@Suite struct StackRuleTests {
    private static let stacks = Repository.files.filter { $0.hasPrefix("stacks/") }

    @Test(arguments: stacks)
    func `a stack keeps the rules`(path: String) throws {
        #expect(path.hasSuffix(".yml"))
        #expect(try StackRules(stack: BlockYAML(Repository.text(path))).faults == [])
    }

    @Test func `there are the stacks of host ports, of ingress and of monitoring`() {
        #expect(
            Self.stacks.sorted() == [
                "stacks/dns-ingress.yml", "stacks/dns.yml", "stacks/monitoring.yml",
            ])
    }

    @Test(arguments: [
        ("parallelism: 1", "parallelism: 2", ["dns: more than one node at a time"]),
        (
            "      order: stop-first", "      order: start-first",
            ["dns: two tasks on one host port"]
        ),
        ("failure_action: rollback", "failure_action: pause", ["dns: no rollback"]),
        ("monitor: 20s", "monitor: 19s", ["dns: monitor ends before a failing health check shows"]),
        ("retries: 3", "retries: 4", ["dns: monitor ends before a failing health check shows"]),
        ("protocol: udp", "protocol: tcp", ["dns: port 53 of one transport"]),
        ("waggle:0.1.0", "waggle", ["dns: an image without a version"]),
        ("waggle:0.1.0", "waggle:latest", ["dns: an image without a version"]),
        ("pids: 64", "threads: 64", ["dns: no limit of pids"]),
        ("      - ALL", "      - CHOWN", ["dns: capabilities are kept"]),
        ("dns_${DNS_SHA:?run make deploy}", "dns", ["config dns: not named by its hash"]),
        (
            "dns_${DNS_SHA:?run make deploy}", "dns_${DNS_SHA:-0}",
            ["config dns: not named by its hash"]
        ),
        (
            "    cap_drop:", "    cap_add:\n      - SYS_TIME\n    cap_drop:",
            ["dns: capabilities are added"]
        ),
    ])
    func `a broken rule is found`(good: String, bad: String, faults: [String]) throws {
        let text = """
            services:
              dns:
                image: waggle:0.1.0
                cap_drop:
                  - ALL
                ports:
                  - published: 53
                    protocol: udp
                    mode: host
                  - published: 53
                    protocol: tcp
                    mode: host
                healthcheck:
                  interval: 5s
                  retries: 3
                  start_period: 5s
                deploy:
                  resources:
                    limits:
                      cpus: "0.25"
                      memory: 100M
                      pids: 64
                  update_config:
                    parallelism: 1
                    order: stop-first
                    monitor: 20s
                    failure_action: rollback
            configs:
              dns:
                name: dns_${DNS_SHA:?run make deploy}
            """
        #expect(try StackRules(stack: BlockYAML(text)).faults == [])
        #expect(text.contains(good))
        #expect(
            try StackRules(stack: BlockYAML(text.replacing(good, with: bad))).faults == faults)
    }

    @Test(
        .enabled(if: Repository.isInstalled("docker"), "there is no docker client"),
        arguments: stacks)
    func `docker accepts a stack, and only with the hashes`(path: String) throws {
        let help = try Repository.run(["docker", "stack", "config", "--help"])
        guard help.output.contains("docker stack config") else { return }  // a client before 23
        let command = ["docker", "stack", "config", "--compose-file", path]
        let hashes = ["DNSMASQ_SHA", "PROMETHEUS_SHA", "GRAFANA_SHA"]
        let with = try Repository.run(
            command, environment: Dictionary(uniqueKeysWithValues: hashes.map { ($0, "0123abcd") }))
        #expect(with.status == 0 && with.output.contains("_0123abcd"), "\(with.output)")
        let without = try Repository.run(
            command, environment: Dictionary(uniqueKeysWithValues: hashes.map { ($0, "") }))
        #expect(without.status != 0 && without.output.contains("run make"), "\(without.output)")
    }

    @Test func `the ingress stack serves what the stack of host ports serves`() throws {
        let host = try BlockYAML(Repository.text("stacks/dns.yml"))
        let ingress = try BlockYAML(Repository.text("stacks/dns-ingress.yml"))
        for path in ["extra_hosts", "command", "healthcheck.test"] {
            let list = host.list("services.dns.\(path)")
            #expect(!list.isEmpty && list == ingress.list("services.dns.\(path)"), "\(path)")
        }
        for index in 0...1 { #expect(ingress["services.dns.ports[\(index)].mode"] == "ingress") }
    }
}
