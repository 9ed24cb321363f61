import DNSConfig
import DNSResolver
import DNSWire
import ScenarioSupport

/// The names, addresses and configurations that inputs of FuzzUpstream speak of.
enum UpstreamWorld {
    static let names: [[UInt8]] = [
        "www.test", "deep.www.test", "other.test", "x.attacker.test", "host.corp.test",
        "router.lan", "a.lan", "out.lan", "none.lan", "ads.ad.test", "far.lan", "s.wild.lan",
        "1.1.168.192.in-addr.arpa", "ok.test", "single", "", "_s._tcp.test",
        "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.test",
        "\(long).\(long).\(long).\(long).test",
    ].map { DomainName(parsing: $0)?.octets ?? [0] }

    private static let long = String(repeating: "l", count: 59)

    static let lan = DomainName(parsing: "lan")?.octets ?? []
    static let corp = DomainName(parsing: "corp.test")?.octets ?? []

    /// Of whom `rebind-domain-ok` speaks.
    static let exempt = DomainName(parsing: "ok.test")?.octets ?? []

    static let types = [
        1, 28, 255, 5, 15, 16, 12, 33, 65, 6, 2, 43, 48, 65_400, 252, 41, 0, 64, 39, 46, 47,
    ]

    /// What only a reply that is not to be believed says.
    static let forged: [UInt8] = [9, 9, 9, 66]
    /// What only a reply says that is a failure.
    static let failed: [UInt8] = [9, 9, 9, 77]

    static let addresses: [[UInt8]] = [
        [9, 9, 9, 7], [9, 9, 9, 1], [9, 9, 9, 55], [192, 168, 1, 1], [10, 0, 0, 9],
        [127, 0, 0, 1], [0, 0, 0, 0], [169, 254, 1, 1], [172, 16, 0, 1], [100, 64, 0, 1],
        [255, 255, 255, 255], [9, 9, 9, 99],
    ]

    /// The server of the domain `corp.test`, which nobody else may be asked of.
    static let corpServer = "192.0.2.9"

    private static let base = """
        server=/corp.test/192.0.2.9
        local=/lan/
        host-record=a.lan,192.0.2.10
        cname=out.lan,www.test
        cname=far.lan,host.corp.test
        cname=*.wild.lan,www.test
        address=/ad.test/0.0.0.0

        """

    static let configurations = [
        "server=192.0.2.1",
        "server=192.0.2.1\nserver=192.0.2.2\nserver=192.0.2.3",
        "server=192.0.2.1\nstop-dns-rebind\nrebind-domain-ok=/ok.test/\n"
            + "host-record=router.lan,192.168.1.1",
        "server=192.0.2.1\nbogus-nxdomain=9.9.9.55\nalias=9.9.9.1,9.9.8.1\n"
            + "ignore-address=9.9.9.99",
        "server=192.0.2.1\nserver=192.0.2.2\nfilter-AAAA\nfilter-rr=TXT,HTTPS",
        "server=192.0.2.1\nadd-subnet=24,96\nstrip-mac\nadd-cpe-id=fuzz",
        "server=192.0.2.1\nuse-stale-cache=3600\nmax-cache-ttl=30\nmin-cache-ttl=2",
        "server=192.0.2.1\nserver=192.0.2.2\nno-0x20-encode\nstrict-order",
        "server=192.0.2.1\nserver=192.0.2.2\nall-servers\ndns-forward-max=2\n"
            + "fast-dns-retry=500,4000",
        "server=192.0.2.1\ndomain-needed\nbogus-priv\nfilterwin2k\nedns-packet-max=512\n"
            + "proxy-dnssec",
        "server=192.0.2.1\ncache-size=0\nno-negcache\nfilter-rr=ANY\nfilter-A",
        "host-record=router.lan,192.168.1.1\nstop-dns-rebind\nrebind-localhost-ok\n"
            + "server=192.0.2.1\nserver=/test/192.0.2.3\naddress=/deep.www.test/9.9.9.44",
    ]

    /// Whether private addresses of others must not come through.
    static let stopsRebinding = configurations.map { $0.contains("stop-dns-rebind") }

    static let options = configurations.map { load(Array((base + $0).utf8)).options }
    static let snapshots = options.map { ScenarioBench.compile($0, HostsTable(), after: nil) }

    /// Whether an address is private or this machine's, by a list of the most usual ones.
    static func isPrivate(_ address: [UInt8], exceptLoopback: Bool) -> Bool {
        guard address.count == 4 else {
            guard address.count == 16 else { return false }
            if address[..<10].allSatisfy({ $0 == 0 }), address[10] == 255, address[11] == 255 {
                return isPrivate(Array(address[12...]), exceptLoopback: exceptLoopback)
            }
            if address[..<15].allSatisfy({ $0 == 0 }), address[15] < 2 { return !exceptLoopback }
            return address[0] == 0xFD || address[0] == 0xFE && address[1] & 0xC0 == 0x80
        }
        switch (address[0], address[1]) {
        case (127, _), (0, _): return !exceptLoopback
        case (10, _), (192, 168), (169, 254), (172, 16...31), (100, 64...127): return true
        default: return false
        }
    }
}
