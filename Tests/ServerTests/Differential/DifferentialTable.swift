import Testing

/// Configurations with questions; `{UP}` is an upstream server.
enum DifferentialTable {
    struct Row: Sendable, CustomTestStringConvertible {
        var config: String
        var hosts = ""
        var queries: [String]

        var testDescription: String {
            config.split(separator: "\n").joined(separator: " ") + hosts.prefix(20)
        }
    }

    static let rows: [Row] =
        [
            Row(
                config: "server={UP}\n", hosts: "10.0.0.1 a.test b.test\nfd00::1 a.test\n",
                queries: [
                    "a.test A", "A.Test AAAA", "b.test AAAA", "a.test TXT", "a.test ANY",
                    "1.0.0.10.in-addr.arpa PTR", "test A", "x.a.test A", "a.test A +edns",
                    "a.test A +rd0", "a.test A +cd", "a.test A +ad", "a.test A +z", "a.test A +do",
                    "a.test CNAME", "a.test A +version", "a.test A +opcode", "a.test A +ch",
                ]),
            Row(
                config: "local=/test/\nlocal-ttl=60\n", hosts: "10.0.0.1 a.test\n",
                queries: [
                    "a.test A", "a.test AAAA", "a.test MX", "test A", "none.test A",
                    "none.test TXT",
                    "b.a.test A", "none.test A +edns", "other A", "other A +edns", "a.test ANY",
                ]),
            Row(
                config: "server={UP}\nexpand-hosts\ndomain=lan\nlocal=/lan/\n",
                hosts: "10.0.0.1 host\n10.0.0.2 host.full\n",
                queries: [
                    "host A", "host.lan A", "host.full A", "host.full.lan A", "lan A",
                    "1.0.0.10.in-addr.arpa PTR", "2.0.0.10.in-addr.arpa PTR", "host AAAA",
                    "host.lan AAAA", "full A",
                ]),
            Row(
                config: "server={UP}\naddress=/d.test/1.2.3.4\naddress=/six.test/fd00::1\n"
                    + "address=/zero.test/#\naddress=/gone.test/\naddress=/d.test/1.2.3.5\n"
                    + "server=/sub.gone.test/{UP}\nserver=/std.gone.test/#\n",
                queries: [
                    "d.test A", "x.d.test A", "d.test AAAA", "d.test TXT", "d.test ANY",
                    "six.test A",
                    "six.test AAAA", "zero.test A", "zero.test AAAA", "zero.test TXT",
                    "zero.test ANY",
                    "gone.test A", "x.gone.test TXT", "sub.gone.test A", "a.std.gone.test A",
                    "xd.test A", "gone.test A +edns",
                ]),
            Row(
                config: "server={UP}\naddress=/d.test/1.2.3.4\nlocal=/d.test/\n"
                    + "address=/both.test/1.2.3.4\naddress=/both.test/fd00::1\n"
                    + "host-record=h.d.test,5.6.7.8\n",
                queries: [
                    "d.test A", "d.test AAAA", "d.test TXT", "both.test A", "both.test AAAA",
                    "both.test ANY", "both.test TXT", "h.d.test A", "h.d.test AAAA", "x.h.d.test A",
                ]),
            Row(
                config: "server={UP}\ncname=alias.test,real.test\ncname=second.test,alias.test\n"
                    + "cname=out.test,www.up.example\ncname=addr.test,x.d.test,77\n"
                    + "address=/d.test/1.2.3.4\ntxt-record=real.test,words\nlocal=/test/\n"
                    + "cname=lost.test,none.test\n",
                hosts: "10.0.0.1 real.test\nfd00::1 real.test\n",
                queries: [
                    "alias.test A", "alias.test AAAA", "alias.test TXT", "alias.test CNAME",
                    "alias.test MX", "alias.test ANY", "second.test A", "out.test A",
                    "out.test CNAME",
                    "addr.test A", "lost.test A", "lost.test CNAME", "Alias.Test A",
                ]),
            Row(
                config: "server={UP}\nhost-record=n1.test,n2.test,10.0.0.5,fd00::5,120\n"
                    + "host-record=n1.test,10.0.0.6\n",
                queries: [
                    "n1.test A", "n2.test A", "n2.test AAAA", "n1.test ANY",
                    "5.0.0.10.in-addr.arpa PTR", "6.0.0.10.in-addr.arpa PTR", "n1.test TXT",
                ]),
            Row(
                config: "server={UP}\nmx-host=m.test,mail.test,5\nmx-host=m.test,mail2.test,6\n"
                    + "srv-host=_x._tcp.test,web.test,80,1,2\nsrv-host=_none._tcp.test\n"
                    + "txt-record=t.test,one,\"two, three\"\ntxt-record=empty.test\n"
                    + "naptr-record=n.test,1,2,u,sip,!^.*$!a!,\n"
                    + "caa-record=c.test,128,issue,ca.test\n"
                    + "ptr-record=p.test,target.test\ndns-rr=raw.test,65,00:01:02\n",
                hosts: "10.0.0.1 mail.test\nfd00::1 mail.test\n10.0.0.2 web.test\n",
                queries: [
                    "m.test MX", "m.test A", "m.test ANY", "_x._tcp.test SRV",
                    "_none._tcp.test SRV",
                    "t.test TXT", "empty.test TXT", "n.test NAPTR", "c.test CAA", "c.test A",
                    "p.test PTR", "raw.test HTTPS", "raw.test A", "_tcp.test A", "m.test MX +edns",
                ]),
            Row(
                config:
                    "server={UP}\nbogus-priv\ndomain-needed\nserver=/16.172.in-addr.arpa/{UP}\n",
                hosts: "192.168.0.1 router.test\n",
                queries: [
                    "1.0.168.192.in-addr.arpa PTR", "2.0.168.192.in-addr.arpa PTR",
                    "1.1.1.10.in-addr.arpa PTR", "1.1.16.172.in-addr.arpa PTR",
                    "1.1.17.172.in-addr.arpa PTR", "168.192.in-addr.arpa PTR",
                    "2.0.168.192.in-addr.arpa TXT", "2.0.168.192.in-addr.arpa ANY",
                    "4.4.8.8.in-addr.arpa PTR", "1.2.64.100.in-addr.arpa PTR", "single A",
                    "single AAAA", "single TXT", "single ANY", ". NS", ". A", "two.words A",
                ]),
        ] + forwarded + filtered

    /// What comes from the upstream, and from the cache.
    private static let forwarded: [Row] = [
        Row(
            config: "server={UP}\n",
            queries: [
                "www.up.example A", "www.up.example A", "WWW.up.example A", "nx.up.example A",
                "nx.up.example A", "nx.up.example TXT", "four.up.example AAAA",
                "four.up.example AAAA", "alias.up.example A", "alias.up.example A",
                "www.up.example TXT", "www.up.example TXT", "www.up.example MX",
                "www.up.example SRV", "www.up.example SRV", "www.up.example A +rd0",
                "www.up.example A +edns", "www.up.example A +do", "www.up.example A +cd",
                "www.up.example NAPTR", "nx.up.example A +edns", "4.4.8.8.in-addr.arpa PTR",
                "4.4.8.8.in-addr.arpa PTR", "fail.example A", "alias.up.example CNAME",
            ]),
        Row(
            config: "server=/only.test/{UP}\nserver=/none.only.test/\n",
            queries: [
                "a.only.test A", "only.test A", "x.none.only.test A", "other.test A",
                "other.test A +edns", "aonly.test A",
            ]),
        Row(
            config: "server={UP}\nfilterwin2k\nmax-ttl=100\nmin-cache-ttl=50\n",
            queries: [
                "_x.up.example ANY", "www.up.example SOA", "www.up.example SRV",
                "www.up.example A", "www.up.example A",
            ]),
        Row(
            config: "server={UP}\nno-negcache\nmax-cache-ttl=20\n",
            queries: [
                "www.up.example A", "www.up.example A", "nx.up.example A", "nx.up.example A",
            ]),
        Row(
            config: "local=/#/\naddress=/big.test/#\n",
            hosts: (1...60).map { "10.3.0.\($0) big.all\n" }.joined(),
            queries: ["big.all A", "big.all A +small", "big.all A +edns", "big.test A", "x.y A"]),
        Row(
            config: "no-round-robin\nserver={UP}\n", hosts: "10.0.0.1 a.test\n10.0.0.2 a.test\n",
            queries: ["a.test A", "a.test A", "www.up.example A", "www.up.example A"]),
        Row(
            config: "local=/test/\ncname=to.lots.test,lots.test\n"
                + (1...40).map { "address=/rule.test/10.1.0.\($0)\n" }.joined()
                + (1...9).map { "txt-record=text.test,\(String(repeating: "x", count: 99))\($0)\n" }
                .joined(),
            hosts: (1...40).map { "10.0.0.\($0) lots.test\n" }.joined()
                + (1...80).map { "10.2.0.\($0) more.test\n" }.joined(),
            queries: [
                "lots.test A", "lots.test A +edns", "lots.test A +tcp", "lots.test ANY",
                "to.lots.test A", "more.test A +edns", "more.test A +do", "rule.test A",
                "rule.test A +edns", "text.test TXT", "text.test TXT +edns",
            ]),
        Row(
            config: "local=/test/\nlocalise-queries\n",
            hosts: "10.0.0.1 a.test\n127.0.0.1 a.test\n", queries: ["a.test A", "a.test ANY"]),
        Row(
            config: "server={UP}\nsynth-domain=s.test,192.168.0.0/24,h-\nbogus-priv\n"
                + "synth-domain=n.test,10.1.0.0/24,n*\nsynth-domain=n.test,fd00:1::/64,n*\n"
                + "synth-domain=six.test,fd00:2::/112\nsynth-domain=r.test,10.2.0.5,10.2.0.9\n"
                + "cname=alias.test,h-192-168-0-9.s.test\naddress=/s.test/9.9.9.9\n",
            hosts: "192.168.0.7 real.test\n",
            queries: [
                "h-192-168-0-5.s.test A", "H-192-168-0-5.s.test AAAA", "h-192-168-0-5.s.test TXT",
                "h-192-168-1-5.s.test A", "x.h-192-168-0-5.s.test A", "n7.n.test A",
                "n7.n.test AAAA", "n7.n.test ANY", "n256.n.test A", "n.n.test A", "n07.n.test A",
                "5.0.168.192.in-addr.arpa PTR", "7.0.168.192.in-addr.arpa PTR",
                "7.0.1.10.in-addr.arpa PTR", "10.0.2.10.in-addr.arpa PTR",
                "6.0.2.10.in-addr.arpa PTR", "10-2-0-6.r.test A", "10-2-0-10.r.test A",
                "fd00-2--5.six.test AAAA", "fd00-2-0-0-0-0-0-5.six.test AAAA", "alias.test A",
                "alias.test AAAA", "alias.test TXT",
            ]),
        Row(
            config: "server={UP}\ncompat=literal-cname,literal-target,bare-cname\n"
                + "cname=*.w.test,real.test\ncname=out.test,www.up.example\n"
                + "cname=rule.test,x.d.test\naddress=/d.test/1.2.3.4\n",
            hosts: "10.0.0.1 real.test\n",
            queries: [
                "*.w.test A", "x.w.test A", "w.test A", "out.test A", "rule.test A",
                "www.up.example A", "out.test A",
            ]),
        Row(
            config: "server={UP}\nexpand-hosts\ndomain=all.test\ndomain=here.test,lo\n"
                + "domain=net.test,192.168.8.0/22,local\ndomain=range.test,172.16.0.5,172.16.0.9\n",
            hosts: "127.5.6.7 a\n10.0.2.9 c\n192.168.9.1 d\n172.16.0.5 e\n172.16.0.10 f\n",
            queries: [
                "a.here.test A", "a A", "a.all.test A", "c.all.test A", "d.net.test A",
                "x.net.test A", "e.range.test A", "f.all.test A", "9.8.168.192.in-addr.arpa PTR",
                "9.12.168.192.in-addr.arpa PTR", "7.6.5.127.in-addr.arpa PTR", "net.test A",
            ]),
    ]
}
