/// Configurations that take something out of the answers of servers, or change it.
extension DifferentialTable {
    static let filtered: [Row] = [
        Row(
            config: "server={UP}\nfilter-AAAA\naddress=/rule.test/1.2.3.4\ntxt-record=t.test,x\n",
            hosts: "fd00::1 six.test\n10.0.0.1 four.test\n",
            queries: [
                "six.test AAAA", "four.test AAAA", "four.test AAAA +edns", "rule.test AAAA +edns",
                "t.test AAAA +edns", "www.up.example AAAA", "www.up.example AAAA +edns",
                "www.up.example AAAA +tcp +edns", "www.up.example AAAA +do", "www.up.example A",
                "www.up.example AAAA +rd0", "www.up.example AAAA +cd", "www.up.example ANY +edns",
                "fouronly.up.example AAAA +edns", "fouronly.up.example AAAA", "mail.up.example MX",
                "other.up.example A", "other.up.example AAAA +edns", "nx.up.example AAAA +edns",
                "nx.up.example AAAA +edns", "chain.up.example AAAA +edns",
                "chain.up.example AAAA +edns", "chain.up.example AAAA", "fail.example AAAA +edns",
            ]),
        Row(
            config: "server={UP}\nfilter-AAAA\nfilter-A\naddress=//\nadd-subnet=24,64\n"
                + "address=/six.test/10.0.0.1\nbogus-nxdomain=2001:db8::/64\n",
            hosts: "fd00::1 six.test\n10.0.0.1 printer\n",
            queries: [
                "six.test A +edns", "printer AAAA +do", "x.six.test A", "printer TXT +edns",
                "www.up.example A +edns", "www.up.example A +do +tcp",
                "bogus.up.example AAAA +edns",
                "www.up.example A +opt=10:0102030405060708", "www.up.example A +opt=15:0000",
            ]),
        Row(
            config: "server={UP}\nfilter-A\n",
            queries: [
                "www.up.example A", "www.up.example A +edns", "alias.up.example A +edns",
                "alias.up.example A +edns", "alias.up.example A +tcp", "www.up.example AAAA",
                "aliasnew.up.example CNAME", "aliasnew.up.example A",
                "four.up.example AAAA", "four.up.example A +edns", "www.up.example ANY +edns",
                "www.up.example ANY", "www.up.example TXT +edns",
            ]),
        Row(
            config: "server={UP}\nfilter-rr=TXT,MX,65400\ncache-rr=TXT\n",
            queries: [
                "www.up.example TXT +edns", "www.up.example TXT +edns", "www.up.example MX +edns",
                "other.up.example MX +edns", "other.up.example MX +edns",
                "other.up.example A +edns", "other.up.example MX +edns",
                "other.up.example ANY +edns", "a.up.example TYPE65400 +edns",
            ]),
        Row(
            config: "server={UP}\nfilter-rr=ANY\n",
            queries: [
                "www.up.example ANY +edns", "www.up.example ANY", "www.up.example A +edns",
                "www.up.example TXT +edns", "www.up.example ANY +tcp", "nx.up.example ANY +edns",
                "four.up.example ANY +edns", "four.up.example ANY",
            ]),
        Row(
            config: "server={UP}\nfilter-rr=ANY,A\nfilter-AAAA\n",
            queries: [
                "www.up.example ANY +edns", "www.up.example A +edns", "www.up.example AAAA",
                "www.up.example ANY",
            ]),
        Row(
            config: "server={UP}\nbogus-nxdomain=198.51.100.2\n",
            queries: [
                "www.up.example A +edns", "www.up.example A +edns", "www.up.example AAAA +edns",
                "www.up.example TXT", "second.up.example AAAA", "second.up.example A",
                "second.up.example AAAA", "any.up.example ANY +edns", "any.up.example A +edns",
                "alias.up.example A", "mail.up.example MX", "tcp.up.example A +tcp +edns",
                "tcp.up.example A +tcp +edns",
            ]),
        Row(
            config: "server={UP}\nbogus-nxdomain=198.51.100.0/24\nbogus-nxdomain=2001:db8::/64\n"
                + "no-negcache\nhost-record=known.up.example,fd00::1\n",
            queries: [
                "www.up.example A +edns", "www.up.example A +edns", "six.up.example AAAA +do",
                "six.up.example A +edns", "alias.up.example A +edns", "alias.up.example A +edns",
                "real.up.example A +edns", "known.up.example A +edns", "known.up.example A +edns",
                "known.up.example TXT",
                "known.up.example AAAA", "private.up.example A",
            ]),
        Row(
            config: "server={UP}\nstop-dns-rebind\nrebind-domain-ok=/ok.example/\n"
                + "rebind-domain-ok=//\n",
            queries: [
                "private.up.example A", "private.up.example A +edns", "private.up.example A +tcp",
                "private.up.example A +do", "private.up.example A +cd", "privatechain.example A",
                "privatechain.example A +edns", "private.up.example ANY", "private.ok.example A",
                "private.ok.example A", "private.notok.example A +edns", "privatename A",
                "private6.up.example AAAA +edns", "loop.up.example A +edns",
                "private.up.example TXT +edns", "www.up.example A +edns",
            ]),
        Row(
            config: "server={UP}\nstop-dns-rebind\nrebind-domain-ok=privatechain.example\n",
            queries: [
                "privatechain.example A +edns", "private.up.example A +edns",
                "privatechain.example A +edns", "a.privatechain.example A +edns",
            ]),
        Row(
            config: "server={UP}\nfilter-rr=PTR,SRV\n",
            queries: [
                "4.4.8.8.in-addr.arpa PTR +edns", "4.4.8.8.in-addr.arpa PTR +edns",
                "www.up.example SRV +edns", "www.up.example SRV +edns", "www.up.example SRV",
            ]),
        Row(
            config: "server={UP}\nstop-dns-rebind\nrebind-localhost-ok\nfilter-A\n",
            queries: [
                "loop.up.example A +edns", "loop.up.example A +edns", "private.up.example A +edns",
                "private.up.example ANY +edns",
            ]),
        Row(
            config: "server={UP}\nstop-dns-rebind\nrebind-localhost-ok\n",
            queries: [
                "loop.up.example A +edns", "loop.up.example A", "private.up.example A +edns",
                "private6.up.example AAAA",
            ]),
        Row(
            config: "server={UP}\nalias=198.51.100.0,203.0.112.0,255.255.255.0\n"
                + "alias=192.168.7.1-192.168.7.9,8.8.8.0,255.255.255.0\n"
                + "alias=198.51.100.2,8.8.4.4\nhost-record=l.test,198.51.100.1\n"
                + "address=/rule.test/198.51.100.1\nno-round-robin\n",
            queries: [
                "www.up.example A", "www.up.example A +edns", "alias.up.example A",
                "alias.up.example A", "private.up.example A +tcp", "private.up.example A",
                "www.up.example ANY", "mail.up.example MX", "1.100.51.198.in-addr.arpa PTR",
                "l.test A", "rule.test A", "loop.up.example A",
            ]),
        Row(
            config: "server={UP}\nalias=198.51.100.2,10.0.0.7\nalias=192.168.7.7,8.8.8.8\n"
                + "bogus-nxdomain=198.51.100.9\nbogus-nxdomain=127.0.0.5\nstop-dns-rebind\n"
                + "alias=198.51.100.9,8.8.4.4\nalias=127.0.0.1,127.0.0.5\n",
            queries: [
                "www.up.example A +edns", "private.up.example A +edns", "alias.up.example A +edns",
                "loop.up.example A +edns", "loop.up.example A +edns",
            ]),
        Row(
            config: "server={UP}\nignore-address=192.168.7.0/24\n",
            queries: ["private.up.example A", "private.up.example AAAA", "www.up.example A"]),
        Row(
            config: "server={UP}\ncache-rr=ANY\n",
            queries: [
                "www.up.example TXT", "www.up.example TXT", "www.up.example MX",
                "www.up.example MX", "www.up.example NAPTR", "www.up.example NAPTR",
                "www.up.example ANY", "www.up.example ANY",
            ]),
        Row(
            config: "server={UP}\ncache-rr=TXT,15\ncache-rr=0\ncache-rr=\n",
            queries: [
                "www.up.example TXT", "www.up.example TXT", "www.up.example MX",
                "www.up.example MX", "www.up.example NAPTR", "www.up.example NAPTR",
            ]),
    ]
}
