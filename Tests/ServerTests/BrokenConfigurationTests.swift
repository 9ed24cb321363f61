import Foundation
import Testing

/// Small configurations with a fault, or several: Waggle refuses what dnsmasq refuses, with its
/// exit status, and names each place.
@Suite struct BrokenConfigurationTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var text: String
        /// Every error as `line:column`; nothing where both take the text.
        var places: [String]

        init(_ text: String, _ places: String) {
            self.text = text
            self.places = places.split(separator: " ").map(String.init)
        }

        var testDescription: String { text }
    }

    static let rows: [Row] = [
        Row("server=1.1.1.1,8.8.8.8", "1:8"),
        Row("server=1.1.1.1 8.8.8.8", "1:8"),
        Row("no-resolv\nserver=/lan/10.0.0.1/", ""),
        Row("server=lan/10.0.0.1", "1:8"),
        Row("server=9.9.9.9#65536", "1:16"),
        Row("server=9.9.9.9#53#53", "1:16"),
        Row("server=tls://9.9.9.9", "1:8"),
        Row("server=9.9.9.9@::1", "1:16"),
        Row("server=/lan/10.0.0.1@10.0.0.2@lo#5", "1:31"),
        Row("\"server\"=9.9.9.9", "1:2"),
        Row("server=\"9.9.9.9#dns\"", "1:17"),
        Row("address=10.0.0.1", ""),
        Row("address=/lan/10.0.0.256", "1:14"),
        Row("address=/lan/10.0.0.1#53", "1:14"),
        Row("address=/a/10.0.0.1\naddress=/b/host.lan", "2:12"),
        Row("local=lan/x", "1:7"),
        Row("host-record=nas", "1:13"),
        Row("host-record=nas,10.0.0.1,\(String(repeating: "x", count: 64))", "1:26"),
        Row("cname=a", "1:7"),
        Row("cname=www,nas\n\ncname=ftp,nas,\ncname=www,box", "4:7"),
        Row("cname=a,b\ncname=b,c\ncname=c,a", "1:7"),
        Row("mx-host=lan,mail,ten", "1:18"),
        Row("mx-host=lan,mail,65536", "1:18"),
        Row("srv-host=_ldap._tcp,dc,ldap", "1:24"),
        Row("srv-host=_ldap._tcp,dc,389,0,1,2", "1:32"),
        Row("srv-host=_ldap._tcp,dc,389,-1", "1:28"),
        Row("naptr-record=lan,1,2", "1:14"),
        Row("caa-record=lan,0,issue", "1:12"),
        Row("dns-rr=lan,TXT,00", "1:12"),
        Row("txt-record=lan,\"v=spf1", "1:16"),
        Row("ptr-record=a\nptr-record", "2:1"),
        Row("synth-domain=lan,10.0.0.0/33", "1:27"),
        Row("synth-domain=lan,10.0.0.0/24,a.b", ""),
        Row("domain=lan,10.0.0.0/24,", "1:24"),
        Row("domain=lan,10.0.0.0/24,remote", "1:24"),
        Row("domain=lan,10.0.0.1,fd00::1", "1:21"),
        Row("interface-name=gw", "1:16"),
        Row("interface-name=gw,eth0/5", "1:24"),
        Row("dynamic-host=gw,eth0", "1:14"),
        Row("dynamic-host=gw,0.0.0.5,eth0/4", "1:30"),
        Row("alias=10.0.0.1", "1:7"),
        Row("alias=10.0.0.1,10.0.0.2,/24", "1:25"),
        Row("alias=10.0.0.1,10.0.0.2,255.255.255.0,x", "1:39"),
        Row("alias=10.0.0.9-10.0.0.1,10.1.0.0", "1:7"),
        Row("bogus-nxdomain=10.0.0.1,10.0.0.2", "1:16"),
        Row("ignore-address=10.0.0.0/40", "1:25"),
        Row("filter-rr=A,SVBC", "1:13"),
        Row("filter-rr=TYPE65", "1:11"),
        Row("rev-server=10.0.0.0/33,10.0.0.1", "1:21"),
        Row("rev-server=lan,10.0.0.1", "1:12"),
        Row("cache-size=10k", "1:12"),
        Row("cache-size=-1", "1:12"),
        Row("cache-size=1 000", "1:12"),
        Row("local-ttl=1h", "1:11"),
        Row("max-ttl=1.5", "1:9"),
        Row("use-stale-cache=always", "1:17"),
        Row("port=53;", "1:6"),
        Row("port=0x35", "1:6"),
        Row("listen-address=127.0.0.1#53", "1:16"),
        Row("listen-address=localhost", "1:16"),
        Row("listen-address=127.0.0.1,", "1:26"),
        Row("listen-address=10.0.0.0/24", "1:16"),
        Row("edns-packet-max=big", "1:17"),
        Row("dns-forward-max=", ""),
        Row("query-port=65536", "1:12"),
        Row("port-limit=0", "1:12"),
        Row("max-tcp-connections=0", "1:21"),
        Row("fast-dns-retry=20", "1:16"),
        Row("local-service=lan", "1:15"),
        Row("add-subnet=32,129", ""),
        Row("add-subnet=10.0.0.0/33", ""),
        Row("umbrella=orgid:x", "1:10"),
        Row("log-facility=local9", "1:14"),
        Row("log-async=many", "1:11"),
        Row("auth-soa=now", ""),
        Row("auth-peer=ns.lan", "1:11"),
        Row("auth-server=a,eth0/5", "1:20"),
        Row("no-resolv=1", "1:11"),
        Row("domain-needed = true", "1:17"),
        Row("strict-order=", "1:14"),
        Row("domain-needed#always", "1:1"),
        Row("domain-needed;", "1:1"),
        Row("-domain-needed", "1:1"),
        Row("--no-resolv", "1:1"),
        Row("D", "1:1"),
        Row("DOMAIN-NEEDED", "1:1"),
        Row("no_resolv", "1:1"),
        Row("nameserver 9.9.9.9", "1:1"),
        Row("include=/etc/x", "1:1"),
        Row("=", "1:1"),
        Row("server", "1:1"),
        Row("conf-script=exit 3", "1:13"),
        Row("conf-dir=/nonexistent", "1:10"),
        Row("conf-file=/nonexistent", "1:11"),
        Row("cache-size=100\nserver=9.9.9.9\ncache-size=200", "3:12"),
        Row("user=a\nuser=a", "2:6"),
        Row("txt-record=a,\"b\"\"c\"", "1:19"),
        Row("resolv-file=/a\nresolv-file=/b\nno-poll", "2:13"),
        Row("\t# fine\n\t\tcache-size\t=\tmuch\t# why", "2:16"),
        Row("port=x\nno-such=1\n# fine\nserver=1.2.3\naddress=/x/1.2.3", "1:6 2:1 4:8 5:12"),
        Row("cache-size=1\ncache-size=2\ncname=a\n\n  mx-host = a,b,c", "2:12 3:7 5:17"),
        Row("bogus-priv\nbogus-prive\nlog-querys\nadress=/x/1.1.1.1", "2:1 3:1 4:1"),
        Row("\u{FEFF}port=53\nserver=x y", "1:1 2:8"),
        Row("domain-needed=1\r\n\r\nport=53 54\r\n", "1:15 3:6"),
        Row(
            "server=/a/10.0.0.1\nserver=/b/10.0.0.1x\n\nserver=/d/10.0.0.1#x\nserver=/e/",
            "2:11 4:20"),
    ]

    @Test(arguments: rows) func `the faults are those of dnsmasq`(row: Row) throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("c")
        try directory.write("c", row.text + "\n")
        let result = try Tool.run([Binary.debug, "--test", "--conf-file=" + path])
        #expect(places(result.errors, path) == row.places, "\(result.errors)")
        #expect((result.status == 0) == row.places.isEmpty)
        let check = try Tool.run([Binary.debug, "check", "-C", path, "--hosts", "/dev/null"])
        #expect(places(check.output, path) == row.places, "\(check.output)")
        guard let theirs = try OfflineDnsmasq.test(path) else { return }
        #expect(result.status == theirs.status, "\(result.errors)\(theirs.errors)")
        guard let line = theirs.line else { return }
        #expect(row.places.first?.split(separator: ":").first == "\(line)", "\(theirs.errors)")
    }

    private func places(_ text: String, _ path: String) -> [String] {
        Remark.all(in: text, about: path).filter { $0.contains(": error: ") }.map {
            String($0.prefix { $0 != " " }.dropLast())
        }
    }
}
