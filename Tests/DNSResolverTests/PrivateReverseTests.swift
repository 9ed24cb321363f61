import DNSWire
import Testing

@testable import DNSResolver

@Suite struct PrivateReverseTests {
    private func isPrivate(_ name: DomainName) -> Bool {
        let name = folded(name)
        return PrivateReverse.contains(name)
    }

    @Test(arguments: [
        "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255",
        "127.0.0.1", "169.254.0.1", "172.16.0.0", "172.31.255.255", "192.0.2.1", "192.168.0.1",
        "198.51.100.255", "203.0.113.0", "255.255.255.255", "::", "::1", "fd00::", "fdff::1",
        "fe80::1", "febf::1", "fec0::1", "feff::1", "2001:db8::1", "2001:db8:ffff::",
        "::ffff:10.0.0.1",
    ])
    func `the reverse name of a private address is private`(address: String) throws {
        let address = try #require(IPAddress(parsing: address))
        #expect(isPrivate(DomainName(reverseOf: address)))
    }

    @Test(arguments: [
        "1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.0.0.1",
        "128.0.0.1", "169.253.0.1", "172.15.255.255", "172.32.0.0", "192.0.3.0", "192.167.0.1",
        "192.169.0.1", "198.51.101.0", "203.0.112.255", "255.255.255.254", "8.8.8.8", "::2",
        "fc00::1", "fe7f::1", "ff00::1", "2001:db7::1", "2001:db9::1", "::ffff:8.8.8.8", "1::",
    ])
    func `the reverse name of a public address is not`(address: String) throws {
        let address = try #require(IPAddress(parsing: address))
        #expect(!isPrivate(DomainName(reverseOf: address)))
    }

    @Test(arguments: [
        ("10.in-addr.arpa", true), ("168.192.in-addr.arpa", true), ("1.168.192.in-addr.arpa", true),
        ("16.172.in-addr.arpa", true), ("2.0.192.in-addr.arpa", true), ("d.f.ip6.arpa", true),
        ("0.8.e.f.ip6.arpa", true), ("8.e.f.ip6.arpa", true), ("c.e.f.ip6.arpa", true),
        ("8.b.d.0.1.0.0.2.ip6.arpa", true),
        ("192.in-addr.arpa", false), ("172.in-addr.arpa", false), ("in-addr.arpa", false),
        ("arpa", false), (".", false), ("f.ip6.arpa", false), ("e.f.ip6.arpa", false),
        ("c.f.ip6.arpa", false), ("ip6.arpa", false), ("1.1.1.1.10.in-addr.arpa", false),
        ("256.10.in-addr.arpa", false), ("x.10.in-addr.arpa", false), ("-1.10.in-addr.arpa", false),
        ("0001.10.in-addr.arpa", false), ("10.in-addr.test", false), ("10.in-addx.arpa", false),
        ("10.in-addr.arpa.test", false), ("g.d.f.ip6.arpa", false), ("dd.d.f.ip6.arpa", false),
        ("10.ip6.arpa", false), ("d.f.in-addr.arpa", false),
    ])
    func `partial and wrong names`(name: String, isPrivate: Bool) {
        #expect(self.isPrivate(domain(name)) == isPrivate)
    }
}
