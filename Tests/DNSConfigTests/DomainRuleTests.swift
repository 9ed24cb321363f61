import DNSConfig
import DNSWire
import Testing

/// `server`, `local`, `address` and `rev-server`.
@Suite struct DomainRuleTests {
    private func text(_ rule: DomainRule) -> String {
        let match =
            switch rule.match {
            case .domain(let name): "\(name)"
            case .below(let name): "*.\(name)"
            case .textSuffix(let octets): "*" + String(decoding: octets, as: UTF8.self)
            case .dotless: "dotless"
            }
        let action =
            switch rule.action {
            case .address(let address): "\(address)"
            case .zeros: "zeros"
            case .local: "local"
            case .standardServers: "standard"
            case .server(let server):
                "ask \(server.address)#\(server.port)"
                    + (server.interface.map { " on \($0)" } ?? "")
                    + (server.sourceAddress.map { " from \($0)" } ?? "")
                    + (server.sourcePort.map { "#\($0)" } ?? "")
            }
        return "\(match): \(action)"
    }

    private func check(_ config: String, _ expected: [String], warnings: Int = 0) {
        let loaded = load(config)
        #expect(loaded.errors.isEmpty, "\(config): \(loaded.errors)")
        #expect(loaded.warnings.count == warnings)
        #expect(loaded.options.domainRules.map(text) == expected, "\(config)")
    }

    private func refuse(_ config: String, _ message: String, column: Int) {
        let error = load(config).errors.first
        #expect(error?.message.hasPrefix(message) == true, "\(String(describing: error))")
        #expect(error?.column == column)
    }

    @Test(arguments: [
        ("1.2.3.4", ".: ask 1.2.3.4#53"), ("1.2.3.4#5353", ".: ask 1.2.3.4#5353"),
        ("1.2.3.4@eth0", ".: ask 1.2.3.4#53 on eth0"),
        ("1.2.3.4@9.9.9.9", ".: ask 1.2.3.4#53 from 9.9.9.9"),
        ("1.2.3.4#1@9.9.9.9#2", ".: ask 1.2.3.4#1 from 9.9.9.9#2"),
        ("1.2.3.4@lo@9.9.9.9#2", ".: ask 1.2.3.4#53 on lo from 9.9.9.9#2"),
        ("fe80::1%eth0#5", ".: ask fe80::1#5 on eth0"), ("1.2.3.4%nosuch", ".: ask 1.2.3.4#53"),
        ("1.2.3.4@", ".: ask 1.2.3.4#53"), ("1.2.3.4 # 53", ".: ask 1.2.3.4#53"),
        ("#", ".: standard"),
        ("", ".: local"),
    ])
    func `a server has address, port, interface and source`(value: String, expected: String) {
        check("server=\(value)", [expected])
    }

    @Test(arguments: [
        ("/a/", ["a: local"]), ("/A./b.c/", ["a: local", "b.c: local"]), ("//", ["dotless: local"]),
        ("/", ["dotless: local"]), ("/#/", [".: local"]), ("/./", [".: local"]),
        ("/.a/", ["a: local"]),
        ("/*a/", ["*a: local"]), ("/*.a/", ["*.a: local"]), ("/*/", [".: local"]),
        ("/*a.b/", ["*a.b: local"]),
        ("/a/#", ["a: standard"]),
        ("/a//1.2.3.4", ["a: ask 1.2.3.4#53", "dotless: ask 1.2.3.4#53"]),
        ("/a.*.b/", ["a.*.b: local"]),
    ])
    func `domains stand between slashes`(value: String, expected: [String]) {
        check("server=\(value)", expected)
        check("local=\(value)", expected)
    }

    @Test func `a domain that can never match is left out`() {
        check("local=/a..b/c/", ["c: local"], warnings: 1)
    }

    @Test func `addresses`() {
        check("address=/a/b/1.2.3.4", ["a: 1.2.3.4", "b: 1.2.3.4"])
        check("address=/a/::1", ["a: ::1"])
        check("address=/a/#", ["a: zeros"])
        check("address=/a/", ["a: local"])
        check("address=/#/1.2.3.4", [".: 1.2.3.4"])
        check("address=1.2.3.4", [".: 1.2.3.4"])
        refuse("address=x", "Bad address in --address", column: 9)
        refuse("address=/x/1.2.3.4,1.2.3.5", "Bad address in --address", column: 12)
    }

    @Test func `faults of servers`() {
        refuse("server=/a/1.2.3.4#65536", "bad port", column: 19)
        refuse("server=1.2.3.4@1.2.3.4#x", "bad port", column: 24)
        refuse("server=/a/b", "Name or service not known", column: 11)
        refuse("server=fe80::1%nosuch0", "bad interface name", column: 16)
        refuse("server=1.2.3.4@lo@eth0", "interface can only be specified once", column: 19)
        refuse(
            "server=::1@1.2.3.4", "cannot use IPv6 server address with IPv4 source address",
            column: 12)
    }

    @Test(arguments: [
        ("10.0.0.0/8,1.1.1.1", ["10.in-addr.arpa: ask 1.1.1.1#53"]),
        ("10.1.2.3", ["3.2.1.10.in-addr.arpa: local"]),
        ("10.1.2.0/24,#", ["2.1.10.in-addr.arpa: standard"]),
        ("10.4.0.0/15", ["4.10.in-addr.arpa: local", "5.10.in-addr.arpa: local"]),
        ("fd00::/8", ["d.f.ip6.arpa: local"]),
        ("2001:db8::/32", ["8.b.d.0.1.0.0.2.ip6.arpa: local"]),
        ("fd00::/7", ["c.f.ip6.arpa: local", "d.f.ip6.arpa: local"]),
    ])
    func `a network is one or more reverse zones`(value: String, expected: [String]) {
        check("rev-server=\(value)", expected)
    }

    @Test func `faults of networks`() {
        refuse("rev-server=10.0.0.0/33,1.1.1.1", "bad IPv4 prefix length", column: 21)
        refuse("rev-server=10.0.0.0/0,1.1.1.1", "bad IPv4 prefix length", column: 21)
        refuse("rev-server=::/129", "bad IPv6 prefix length", column: 15)
        refuse("rev-server=foo/8,1.2.3.4", "error in rev-server", column: 12)
        check("rev-server=1.0.0.0/1", (0...127).map { "\($0).in-addr.arpa: local" })
    }
}
