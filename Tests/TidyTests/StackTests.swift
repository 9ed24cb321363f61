import Testing

/// The reference swarm says the same in its three files, and an update of it does no harm.
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

    /// What would make a rolling update an outage.
    private func hazards(_ stack: BlockYAML) -> [String] {
        let update = "services.dns.deploy.update_config"
        var found: [String] = []
        if stack["\(update).parallelism"] != "1" { found.append("more than one node at a time") }
        if stack["\(update).order"] != "stop-first" { found.append("two tasks on one host port") }
        if stack["\(update).failure_action"] != "rollback" { found.append("no rollback") }
        let monitor = seconds(stack["\(update).monitor"]) ?? 5
        if monitor < 10 { found.append("monitor is too short to see a task exit") }
        let check = "services.dns.healthcheck"
        if stack.holds(check) {
            let interval = seconds(stack["\(check).interval"]) ?? 30
            let retries = stack["\(check).retries"].flatMap(Int.init) ?? 3
            let start = seconds(stack["\(check).start_period"]) ?? 0
            if monitor <= start + interval * retries {
                found.append("monitor ends before a failing health check shows")
            }
        }
        return found
    }

    private func seconds(_ text: String?) -> Int? {
        guard let match = text?.wholeMatch(of: /(\d+)(s|m)/), let count = Int(match.1) else {
            return nil
        }
        return match.2 == "m" ? count * 60 : count
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

    @Test func `an update takes one node at a time and rolls back`() throws {
        #expect(try hazards(stack()) == [])
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

    @Test func `the container keeps one capability and writes nothing`() throws {
        let stack = try stack()
        #expect(stack["services.dns.read_only"] == "true")
        #expect(stack.list("services.dns.cap_drop") == ["ALL"])
        #expect(stack.list("services.dns.cap_add") == ["NET_BIND_SERVICE"])
        #expect(stack["services.dns.stop_grace_period"] != nil)
        let name = try #require(stack["configs.dnsmasq.name"])
        // docker takes a hyphen in the message for a default, and a wrong name goes out.
        #expect(name.contains(/^dnsmasq_\$\{DNSMASQ_SHA:\?[\w ]+\}$/))
    }

    @Test(
        .enabled(if: Repository.isInstalled("docker"), "there is no docker client"))
    func `docker accepts the stack, and only with the hash`() throws {
        let command = ["docker", "stack", "config", "--compose-file", "stacks/dns.yml"]
        let with = try Repository.run(command, environment: ["DNSMASQ_SHA": "0123abcd"])
        #expect(
            with.status == 0 && with.output.contains("name: dnsmasq_0123abcd"), "\(with.output)")
        let without = try Repository.run(command, environment: ["DNSMASQ_SHA": ""])
        #expect(without.status != 0 && without.output.contains("run make deploy"))
    }

    @Test(
        .enabled(if: Repository.isInstalled("dnsmasq"), "dnsmasq is not installed"))
    func `dnsmasq accepts the configuration`() throws {
        let result = try Repository.run(
            ["dnsmasq", "--test", "--conf-file=config/dnsmasq.conf"])
        #expect(result.status == 0 && result.output.contains("syntax check OK"))
    }

    @Test(arguments: [
        ("parallelism: 2", 1), ("order: start-first", 1), ("failure_action: pause", 1),
        ("monitor: 5s", 1), ("delay: 1s", 0),
    ])
    func `a harmful update is found`(line: String, count: Int) throws {
        let key = line.prefix { $0 != ":" }
        let good = [
            "parallelism: 1", "order: stop-first", "failure_action: rollback", "monitor: 30s",
        ]
        let lines = good.filter { !$0.hasPrefix(key) } + [line]
        let text =
            "services:\n  dns:\n    deploy:\n      update_config:\n"
            + lines.map { "        \($0)\n" }.joined()
        #expect(try hazards(BlockYAML(text)).count == count)
        let checked = text + "    healthcheck:\n      interval: 10s\n      retries: 3\n"
        #expect(try hazards(BlockYAML(checked)).count == count + 1)
    }

    @Test func `a hosts file may hold several names, blanks and comments`() {
        #expect(
            entries(ofHosts: "# a\n\n192.0.2.1\ta b # c\n2001:db8::1 d\n") == [
                "a:192.0.2.1", "b:192.0.2.1", "d:2001:db8::1",
            ])
    }
}
