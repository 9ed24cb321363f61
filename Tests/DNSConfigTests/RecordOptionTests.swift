import DNSConfig
import DNSWire
import Testing

/// Records that the configuration states.
@Suite struct RecordOptionTests {
    private func text(_ record: RecordOption) -> String {
        func string(_ octets: [UInt8]) -> String { String(decoding: octets, as: UTF8.self) }
        let data =
            switch record.data {
            case .host(let addresses, let ownsReverse):
                "host \(addresses.map(\.description).joined(separator: " "))"
                    + (ownsReverse ? " ptr" : "")
            case .interface(let name, let families, let host4, let host6):
                "interface \(name) \(families) \(host4?.description ?? "-") "
                    + (host6?.description ?? "-")
            case .ptr(let target): "ptr \(target)"
            case .txt(let strings): "txt \(strings.map(string).joined(separator: "|"))"
            case .mx(let preference, let target): "mx \(preference) \(target?.description ?? "-")"
            case .srv(let priority, let weight, let port, let target):
                "srv \(priority) \(weight) \(port) \(target)"
            case .naptr(
                let order, let preference, let flags, let service, let regexp, let replacement):
                "naptr \(order) \(preference) \(string(flags)) \(string(service)) "
                    + "\(string(regexp)) \(replacement)"
            case .caa(let flags, let tag, let value): "caa \(flags) \(string(tag)) \(string(value))"
            case .raw(let type, let octets): "raw \(type.rawValue) \(octets)"
            }
        return "\(record.owner) \(data)" + (record.ttlSeconds.map { " ttl \($0)" } ?? "")
    }

    private func check(_ config: String, _ expected: [String], warnings: Int = 0) {
        let loaded = load(config)
        #expect(loaded.errors.isEmpty, "\(config): \(loaded.errors)")
        #expect(loaded.warnings.count == warnings, "\(config): \(loaded.warnings)")
        #expect(loaded.options.records.map(text) == expected)
    }

    private func refuse(_ config: String, _ message: String, column: Int) {
        let error = load(config).errors.first
        #expect(error?.message.hasPrefix(message) == true, "\(String(describing: error))")
        #expect(error?.column == column)
    }

    @Test func `host-record`() {
        check(
            "host-record=A.test,b,1.2.3.4,fd00::1,60",
            [
                "a.test host 1.2.3.4 fd00::1 ptr ttl 60", "b host 1.2.3.4 fd00::1 ttl 60",
            ])
        check("host-record=a,1.2.3.4,1.2.3.5", ["a host 1.2.3.5 ptr"])
        check("host-record=a,,fd00::1", ["a host fd00::1 ptr"])
        check("host-record=a,1.2.3.400", ["a host  ptr", "1.2.3.400 host "], warnings: 2)
        check("host-record=a..b,1.2.3.4", [], warnings: 1)
        check("host-record=a,1.2.3.4,99999999999", ["a host 1.2.3.4 ptr ttl 4294967295"])
        refuse("host-record=a", "Bad host-record", column: 13)
        refuse(
            "host-record=a,\(String(repeating: "b", count: 64)),1.2.3.4", "Bad name in host-record",
            column: 15)
    }

    @Test func `cname`() {
        func aliases(_ config: String, _ expected: [String], warnings: Int = 0) {
            let loaded = load(config)
            #expect(loaded.errors.isEmpty)
            #expect(loaded.warnings.count == warnings)
            let texts = loaded.options.cnames.map { cname in
                "\(cname.alias) \(cname.target)" + (cname.ttlSeconds.map { " \($0)" } ?? "")
                    + " @\(cname.origin.column)"
            }
            #expect(texts == expected)
        }
        aliases("cname=a, B,c,60", ["a c 60 @7", "b c 60 @10"])
        aliases("cname=a,60", ["a 60 @7"])
        aliases("cname=a,b,", ["a b @7"])
        aliases("cname=*.x,b", ["*.x b @7"])
        aliases("cname=a,,b", ["a b @7"])
        aliases("cname=a..b,c", [], warnings: 1)
        refuse("cname=a", "bad CNAME", column: 7)
        refuse("cname=a,b\ncname=c,A,d", "duplicate CNAME", column: 9)
    }

    @Test func `interface-name and dynamic-host`() {
        check("interface-name=a,lo", ["a interface lo both - -"])
        check("interface-name=a,lo/6", ["a interface lo ipv6 - -"])
        refuse("interface-name=a,lo/5", "error in interface-name", column: 21)
        refuse("interface-name=a", "bad interface name", column: 16)
        check("dynamic-host=a,0.0.0.8,::8,lo", ["a interface lo both 0.0.0.8 ::8"])
        check("dynamic-host=a,::8,lo", ["a interface lo ipv6 - ::8"])
        refuse("dynamic-host=a,lo", "missing address in dynamic host", column: 14)
        refuse("dynamic-host=a,1.2.3.4,lo/4", "bad dynamic host", column: 27)
    }

    @Test func `mx-host, srv-host and mx-target`() {
        check("mx-host=a", ["a mx 1 -"])
        check("mx-host=a,b,65535", ["a mx 65535 b"])
        check("mx-host=", [])
        refuse("mx-host=a,b,65536", "bad MX preference", column: 13)
        check("srv-host=_a._b", ["_a._b srv 0 0 1 ."])
        check("srv-host=_a._b,t,53,2,3", ["_a._b srv 2 3 53 t"])
        refuse("srv-host=a,b,x", "invalid port number", column: 14)
        refuse("srv-host=a,b,1,x", "invalid priority", column: 16)
        refuse("srv-host=a,b,1,2,x", "invalid weight", column: 18)
        refuse("srv-host=a,b,1,2,3,", "invalid weight", column: 20)
        #expect(load("mx-target=M.x").options.mail.target?.description == "m.x")
    }

    @Test func `a service without a domain gets that of domain, wherever that stands`() {
        func owner(_ config: String) -> String? {
            load(config).options.records.first?.owner.description
        }
        #expect(owner("srv-host=_a._tcp,x,1\ndomain=lan") == "_a._tcp.lan")
        #expect(owner("domain=lan,192.168.0.0/24\nsrv-host=_a._tcp,x,1") == "_a._tcp")
        #expect(owner("domain=lan\nsrv-host=_a._tcp.test,x,1") == "_a._tcp.test")
        #expect(owner("domain=lan\nsrv-host=a,x,1") == "a")
        #expect(owner("domain=lan\ntxt-record=a.b,x") == "a.b")
    }

    @Test func `txt-record`() {
        check("txt-record=a", ["a txt "])
        check("txt-record=a,b, c ,\"d,e\",", ["a txt b| c |d,e|"])
        let long = String(repeating: "x", count: 255)
        check("txt-record=a,\(long)", ["a txt \(long)"])
        check("txt-record=a,\(long)y", ["a txt \(long)|y"])
    }

    @Test func `ptr-record, naptr-record and caa-record`() {
        check("ptr-record=1.in-addr.arpa,T", ["1.in-addr.arpa ptr t"])
        check("ptr-record=a", ["a ptr ."])
        check("naptr-record=a,1,2,S,SIP+D2U,!x!,b", ["a naptr 1 2 S SIP+D2U !x! b"])
        check("naptr-record=a,1,2,S,x,", ["a naptr 1 2 S x  ."])
        refuse("naptr-record=a,1,70000,S,x,y", "bad NAPTR record", column: 18)
        check("caa-record=a,128,issue,ca.test", ["a caa 128 issue ca.test"])
        check("caa-record=a,300,issue,ca", ["a caa 44 issue ca"], warnings: 1)
        refuse("caa-record=a,x,issue,ca", "bad CAA record", column: 14)
    }

    @Test func `dns-rr`() {
        check("dns-rr=a,65,0102", ["a raw 65 [1, 2]"])
        check("dns-rr=a,65,01:02-3 04", ["a raw 65 [1, 2, 3, 4]"])
        check("dns-rr=a,65,012", ["a raw 65 [1, 2]"])
        check("dns-rr=a,65", ["a raw 65 []"])
        check("dns-rr=a,65536", [], warnings: 1)
        refuse("dns-rr=a,65,zz", "bad RR record", column: 13)
        refuse("dns-rr=a,A", "bad RR record", column: 10)
    }
}
