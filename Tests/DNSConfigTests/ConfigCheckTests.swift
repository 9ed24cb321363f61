import DNSConfig
import Testing

@Suite struct ConfigCheckTests {
    private func start(_ config: String, _ expected: [String]) {
        let loaded = load(config)
        #expect(loaded.errors.isEmpty)
        #expect(ConfigCheck.startDiagnostics(loaded.options).map(\.message) == expected)
    }

    @Test func `ports must leave room`() {
        start("min-port=5000\nmax-port=4000", ["max_port cannot be smaller than min_port"])
        start("min-port=5000\nmax-port=5000", [])
        start("min-port=5000\nmax-port=5001\nport-limit=2", [])
        start(
            "min-port=5000\nmax-port=5001\nport-limit=3",
            ["port_limit must not be larger than available port range"])
    }

    @Test func `one way of binding is enough`() {
        start("bind-interfaces\nbind-interfaces", [])
        start("bind-interfaces\nbind-dynamic", ["cannot set --bind-interfaces and --bind-dynamic"])
        start("bind-dynamic\nbind-interfaces", ["cannot set --bind-interfaces and --bind-dynamic"])
    }

    @Test func `no-poll wants one file`() {
        let loaded = load("no-poll\nresolv-file=/a\nresolv-file=/b")
        #expect(loaded.errors.map(\.line) == [3])
    }

    private func loops(_ config: String, _ expected: [String]) {
        let errors = load(config).errors
        #expect(errors.map { $0.message + ": " + ($0.hint ?? "") } == expected)
    }

    @Test func `aliases must not lead to themselves`() {
        loops("cname=a,a", ["CNAME loop involving a: it is a -> a"])
        loops("cname=a,b\ncname=b,A", ["CNAME loop involving a: it is a -> b -> a"])
        loops(
            "cname=x,a\ncname=a,b\ncname=b,c\ncname=c,a\ncname=p,q\ncname=q,p",
            [
                "CNAME loop involving a: it is a -> b -> c -> a",
                "CNAME loop involving p: it is p -> q -> p",
            ])
        loops("cname=a,b\ncname=b,c\ncname=*.a,x.a", [])
    }

    private func lint(_ config: String, hosts: String = "", _ expected: [String]) {
        let loaded = load(config)
        #expect(loaded.failure == nil)
        var table = HostsTable()
        _ = HostsParser.parse(
            Array(hosts.utf8), path: "/h", options: loaded.options.hosts, into: &table)
        let warnings = ConfigLint.danglingAliases(loaded.options, hosts: table)
        #expect(warnings.map { "\($0.line): " + $0.message + ": " + ($0.hint ?? "") } == expected)
        #expect(warnings.allSatisfy { $0.severity == .warning })
    }

    @Test func `an alias of nothing is named with the nearest name`() {
        lint(
            "cname=athome.ga,workers.swarm.sixeyed",
            hosts: "10.0.0.1 managers.swarm.sixeyed\n10.0.0.2 arm.workers.swarm.sixeyed\n",
            [
                "1: cname athome.ga leads to workers.swarm.sixeyed, which nothing here defines: "
                    + "did you mean arm.workers.swarm.sixeyed?"
            ])
        lint(
            "local=/lan/\ncname=a.lan,serverr.lan", hosts: "10.0.0.1 x.lan",
            [
                "2: cname a.lan leads to serverr.lan, which nothing here defines, in a domain "
                    + "which local=/lan/ keeps from being asked elsewhere: "
            ])
    }

    @Test(arguments: [
        "cname=a,www.example.org", "cname=a,b\ncname=b,c.x.y",
        "host-record=h.x.y,1.2.3.4\ncname=a,h.x.y",
        "address=/x.y/1.2.3.4\nhost-record=h.x.y,1.2.3.4\ncname=a,q.x.y",
        "server=/x.y/1.1.1.1\nhost-record=h.x.y,1.2.3.4\ncname=a,q.x.y", "cname=a,in.hosts.x",
        "host-record=h.org,1.2.3.4\ncname=a,q.org",
    ])
    func `an alias of something is left in peace`(config: String) {
        lint(config, hosts: "10.0.0.1 in.hosts.x other.hosts.x", [])
    }
}
