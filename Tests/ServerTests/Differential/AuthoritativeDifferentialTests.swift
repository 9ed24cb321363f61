import DNSWire
import Testing

/// The zones of `auth-zone` beside dnsmasq's: for the world, which asks 127.0.0.2, and for local
/// clients.
@Suite(.serialized) struct AuthoritativeDifferentialTests {
    /// A configuration with questions that both kinds of clients ask.
    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        var config: String
        var hosts = ""
        var queries: [String]
        /// Questions to the world's address alone.
        var worldQueries: [String] = []
        /// Questions whose answers differ on purpose, and why.
        var departures: [String: String] = [:]

        var testDescription: String { name }
    }

    /// dnsmasq knows 127.0.0.2 by the wildcard socket only: no interface has that address.
    private static let common = ServerProcess.common.replacing("bind-interfaces\n", with: "")

    @Test(arguments: rows)
    func `zones answer alike`(row: Row) throws {
        guard let dnsmasq = Binary.dnsmasq else { return skip("dnsmasq is not installed") }
        let config = row.config + "addn-hosts={DIR}/hosts\n"
        let ours = try ServerProcess(config, files: ["hosts": row.hosts], common: Self.common)
        let theirs = try ServerProcess(
            config, files: ["hosts": row.hosts], common: Self.common, binary: dnsmasq,
            wrapper: ["/bin/sh", "-c", "ulimit -n 1024; exec \"$0\" \"$@\""])
        for address in ["127.0.0.2", "127.0.0.1"] {
            let isWorld = address == "127.0.0.2"
            let ourClient = try DNSClient(Endpoint(address, ours.port))
            let theirClient = try DNSClient(Endpoint(address, theirs.port))
            for text in row.queries + (isWorld ? row.worldQueries : []) {
                let query = Query(text: text)
                let comparison = Comparison(
                    config: config, query: query, ours: ourClient.ask(query),
                    theirs: theirClient.ask(query, within: 1000))
                let isKnown =
                    row.departures[text] != nil || comparison.departure?.name == "order"
                #expect(comparison.isEqual || isKnown, "@\(address) \(comparison)")
                if row.departures[text] != nil, isWorld {
                    #expect(!comparison.isEqual, "no departure any more: \(text)")
                }
            }
        }
    }

    private static let head = """
        auth-server=ns.zone.test,127.0.0.2
        auth-soa=9,me@zone.test,100,20,3000
        no-round-robin

        """

    static let rows: [Row] = [
        Row(
            name: "addresses, subnets and reverse zones",
            config: head + "auth-zone=zone.test,10.0.0.0/24,fd00::/64,127.0.0.0/8,"
                + "exclude:10.0.0.77/32\nauth-zone=two.test,172.16.0.0/12\nlocal=/#/\n"
                + "interface-name=if.zone.test,lo\nhost-record=r.zone.test,10.0.0.200,99\n",
            hosts: """
                10.0.0.1 a.zone.test alt.zone.test
                10.0.0.2 a.zone.test
                192.168.9.9 priv.zone.test
                10.0.0.5 x.other.test five.zone.test
                10.0.0.6 six.deep.zone.test
                10.0.0.77 excluded.zone.test
                fd00::1 a.zone.test
                172.17.1.1 h.two.test
                10.0.0.9 bare

                """,
            queries: [
                "a.zone.test A", "A.Zone.Test AAAA", "a.zone.test TXT", "a.zone.test ANY",
                "alt.zone.test A", "priv.zone.test A", "excluded.zone.test A", "five.zone.test A",
                "six.deep.zone.test A", "deep.zone.test A", "none.zone.test A",
                "x.none.zone.test MX", "if.zone.test A", "if.zone.test AAAA", "r.zone.test A",
                "h.two.test A", "two.test A", "zone.test SOA", "zone.test NS", "zone.test A",
                "zone.test DS", "a.zone.test A +edns", "none.zone.test A +edns",
                "a.zone.test A +rd0", "a.zone.test A +cd", "zone.test AXFR",
            ],
            worldQueries: [
                "1.0.0.10.in-addr.arpa PTR", "5.0.0.10.in-addr.arpa PTR",
                "77.0.0.10.in-addr.arpa PTR", "78.0.0.10.in-addr.arpa PTR",
                "9.0.0.10.in-addr.arpa PTR", "1.0.0.10.in-addr.arpa A",
                "0.0.10.in-addr.arpa SOA", "0.0.10.in-addr.arpa NS", "0.0.10.in-addr.arpa PTR",
                "1.0.0.10.in-addr.arpa SOA", "1.1.0.10.in-addr.arpa PTR",
                "9.9.168.192.in-addr.arpa PTR", "1.0.0.127.in-addr.arpa PTR",
                "1.1.17.172.in-addr.arpa PTR", "172.in-addr.arpa SOA", "other.test A", "bare A",
                "version.bind TXT +ch",
            ],
            departures: ["zone.test AXFR": "refused by UDP, where dnsmasq says nothing"]),
        Row(
            name: "records, aliases and wildcards",
            config: head + "auth-zone=zone.test\nauth-zone=two.test\nlocal=/#/\n"
                + "auth-sec-servers=second.test,third.zone.test\nauth-ttl=77\n"
                + "cname=*.wild.zone.test,a.zone.test\ncname=al.zone.test,a\n"
                + "cname=out.zone.test,www.elsewhere.test\ncname=cross.zone.test,h.two.test\n"
                + "cname=gone.zone.test,nothing.two.test\ncname=chain.zone.test,al.zone.test\n"
                + "cname=hidden.zone.test,a.zone.test\ntxt-record=t.hidden.zone.test,x\n"
                + "cname=*.sub.two.test,al.zone.test\ncname=other.zone.test,o.other.test\n"
                + "mx-host=zone.test,mail.zone.test,5\nmx-host=zone.test,mail2.zone.test,10\n"
                + "srv-host=_s._tcp.zone.test,a.zone.test,80\ntxt-record=t.zone.test,one,two\n"
                + "txt-record=t.zone.test,three\nnaptr-record=n.zone.test,1,2,u,sip,!a!b!,x\n"
                + "caa-record=c.zone.test,0,issue,ca\ndns-rr=r.x.zone.test,65400,aabb\n"
                + "ptr-record=_p.zone.test,foo\nlocalmx\nmx-target=m.test\n",
            hosts: "10.0.0.1 a.zone.test\n10.0.0.2 h.two.test\n10.0.0.3 o.other.test\n",
            queries: [
                "a.zone.test A", "a.zone.test MX", "zone.test NS", "zone.test SOA",
                "zone.test MX", "x.wild.zone.test A", "X.y.wild.zone.test A",
                "wild.zone.test A", "x.wild.zone.test TXT", "al.zone.test A",
                "al.zone.test CNAME", "al.zone.test TXT", "out.zone.test A",
                "cross.zone.test A", "gone.zone.test A", "chain.zone.test A",
                "hidden.zone.test A", "hidden.zone.test TXT", "t.hidden.zone.test TXT",
                "q.sub.two.test A", "sub.two.test A", "other.zone.test A",
                "_s._tcp.zone.test SRV", "_tcp.zone.test A", "t.zone.test TXT",
                "n.zone.test NAPTR", "c.zone.test CAA", "c.zone.test A",
                "r.x.zone.test TYPE65400", "x.zone.test A", "_p.zone.test PTR",
                "none.zone.test TXT", "two.test NS", "al.zone.test SOA",
            ],
            departures: [
                "al.zone.test SOA": "dnsmasq adds the SOA record of the zone to the alias"
            ]),
        Row(
            name: "zones inside of zones, made up names",
            config: head + "auth-zone=zone.test,10.0.0.0/24\nauth-zone=in.zone.test\nlocal=/#/\n"
                + "synth-domain=zone.test,10.0.0.8/30,s-\n",
            hosts: "10.1.0.1 a.in.zone.test\n10.0.0.1 b.zone.test\n",
            queries: [
                "a.in.zone.test A", "in.zone.test NS", "none.in.zone.test A", "b.zone.test A",
                "in.zone.test A", "s-10-0-0-9.zone.test A", "s-10-0-0-13.zone.test A",
            ],
            worldQueries: [
                "9.0.0.10.in-addr.arpa PTR", "13.0.0.10.in-addr.arpa PTR",
            ]),
        Row(
            name: "localise-queries keeps zones from local clients",
            config: head + "auth-zone=zone.test,10.0.0.0/24\nlocalise-queries\nlocal=/#/\n"
                + "cname=*.zone.test,a.zone.test\n",
            hosts: "10.0.0.1 a.zone.test\n10.1.0.1 b.zone.test\n",
            queries: ["a.zone.test A", "b.zone.test A"],
            worldQueries: ["none.zone.test A", "zone.test SOA"]),
    ]
}
