import DNSWire

extension RandomConfiguration {
    /// Options beside the records and rules; several lines of one group belong together.
    static let options: [[String]] = [
        ["domain-needed"], ["bogus-priv"], ["expand-hosts", "domain=test"],
        ["expand-hosts", "domain=lan,10.0.0.0/24", "domain=test"],
        ["expand-hosts", "domain=lan,192.168.1.0,192.168.1.9"], ["filterwin2k"],
        ["no-round-robin"], ["local-ttl={NUMBER}"], ["max-ttl={NUMBER}"],
        ["max-cache-ttl=20"], ["min-cache-ttl=90"], ["neg-ttl={NUMBER}"], ["no-negcache"],
        ["cache-size=0"], ["cache-size=500"], ["use-stale-cache"], ["use-stale-cache=0"],
        ["cache-rr=TXT,MX"], ["cache-rr=ANY"], ["edns-packet-max=4096"], ["edns-packet-max=512"],
        ["localmx", "mx-target=mail.test"], ["selfmx"], ["mx-target=mail.test"],
        ["strict-order"], ["all-servers"], ["dns-forward-max=20"], ["no-ident"],
        ["server=/a.test/{UP2}", "strict-order"], ["domain=lan"],
    ]

    /// Options that may not have any effect yet, each group taken in as soon as all of it has.
    static let laterOptions: [[String]] = [
        ["filter-A"], ["filter-AAAA"], ["filter-rr=TXT,MX"], ["filter-rr=ANY"],
        ["bogus-nxdomain=8.8.0.0/24"], ["bogus-nxdomain=2600::/64"],
        ["ignore-address=8.8.0.0/26"], ["stop-dns-rebind"],
        ["stop-dns-rebind", "rebind-localhost-ok"],
        ["stop-dns-rebind", "rebind-domain-ok=/up.example/test/"],
        ["stop-dns-rebind", "rebind-domain-ok=up.example"],
        ["alias=8.8.0.3,10.9.9.9"], ["alias=8.8.0.0,10.9.9.0,255.255.255.0"],
        ["alias=8.8.0.1-8.8.0.40,10.9.9.0"],
        ["synth-domain=lan,10.0.0.0/24,dyn-"], ["synth-domain=syn.test,192.168.1.0,192.168.1.9"],
        ["synth-domain=test,10.1.2.0/24,n*"], ["synth-domain=six.test,fd00::/64,v6-"],
        ["localise-queries"], ["proxy-dnssec"], ["add-subnet=24,64"], ["add-subnet"],
        ["add-cpe-id=id"], ["umbrella"], ["strip-subnet"], ["strip-mac"], ["add-mac"],
    ]

    /// A server that refuses or fails, beside others or alone. dnsmasq may pass on what it says.
    mutating func addFailingServer() {
        let server = one(["{FAILING}", "{REFUSING}"]) + " # fails"
        let line = "server=" + (chance(2, of: 3) ? "" : "/\(domain())/") + server
        add(line, at: number(0...made.lines.count))
    }

    /// Puts some lines into a file of their own, those with servers perhaps into one that is read
    /// again by a signal.
    mutating func moveLines() {
        let start = number(0...made.lines.count)
        let end = number(start...made.lines.count)
        if chance(1, of: 3) {
            move("servers", to: \.servers, start..<end) {
                $0.hasPrefix("server=") || $0.hasPrefix("rev-server=")
            }
        } else {
            move("included", to: \.included, start..<end) { _ in true }
        }
    }

    private mutating func move(
        _ file: String, to path: WritableKeyPath<DifferentialCase, [String]>, _ range: Range<Int>,
        where goes: (String) -> Bool
    ) {
        let moved = made.lines[range].filter(goes)
        guard !moved.isEmpty else { return }
        made[keyPath: path] = moved
        let option = file == "servers" ? "servers-file" : "conf-file"
        made.lines.replaceSubrange(
            range, with: made.lines[range].filter { !goes($0) } + ["\(option)={DIR}/\(file)"])
    }

    /// One record or rule.
    mutating func addLine() {
        switch number(0...21) {
        case 0...4: addAddress()
        case 5...7: addServer()
        case 8: addReverse()
        case 9...11: addHostRecord()
        case 12: add("txt-record=\(newName())" + one([",text", ",a,\"b, c\"", "", ",", ",a,"]))
        case 13: add("ptr-record=" + one(["1.0.0.10.in-addr.arpa", name()]) + ",\(name())")
        case 14: add("mx-host=\(newName())" + one([",\(name())", ",\(name()),10", ""]))
        case 15, 16: addService()
        case 17:
            add("naptr-record=\(newName()),10,20,s,SIP+D2U,," + one(["_sip._udp.test", ""]))
        case 18: add("caa-record=\(name()),0,issue,\(domain())")
        case 19: add("dns-rr=\(name()),\(one(["65400", "65", "99"])),01:23 45")
        case 20 where !made.lines.contains { $0.hasPrefix("interface-name") }:
            // Of two with one interface dnsmasq mixes the families up.
            add("interface-name=\(name()),lo" + one(["", "/4", "/6"]))
        default: add("cname=extra\(number(0...99999)).test,\(one(Self.names))")
        }
    }

    /// A domain of a rule: plain, below only, a text, dotless names, everything.
    private mutating func match() -> String {
        let domain = chance(1, of: 3) ? name() : domain()
        switch number(0...15) {
        case 0: return "*." + domain
        case 1: return "*" + domain
        case 2: return "." + domain
        // A final dot is left out: it disturbs dnsmasq's search for other names.
        case 3, 4: return chance(1, of: 2) ? "" : "#"
        // With a capital letter dnsmasq holds the name against IDNA, which bars a leading hyphen.
        case 5: return domain.hasPrefix("-") ? domain : domain.uppercased()
        default: return domain
        }
    }

    private mutating func matches() -> String {
        var text = "/" + match()
        // In a list of domains `#` means names without dots too, or instead.
        guard text != "/#" else { return "/#/" }
        while chance(1, of: 4) {
            let next = match()
            if next != "#" { text += "/" + next }
        }
        return text + "/"
    }

    private mutating func addAddress() {
        let keyword = chance(1, of: 4) ? one(["local", "server"]) : "address"
        let data = keyword == "address" ? one([address(), address(), address(), "#", ""]) : ""
        add("\(keyword)=\(matches())\(data)")
    }

    /// A domain always has the same server: of several the first to answer would win.
    private mutating func addServer() {
        let domain = chance(1, of: 3) ? name() : domain()
        let sum = domain.lowercased().utf8.reduce(0) { $0 + Int($1) }
        let server = domain.hasSuffix("arpa") ? "{UP2}" : ["{UP}", "{UP2}", "{UP3}"][sum % 3]
        let form = one(["", "", "", "*.", "*", "."])
        let target = chance(1, of: 5) ? "#" : server
        add((chance(1, of: 9) ? "local" : "server") + "=/\(form)\(domain)/\(target)")
    }

    private mutating func addReverse() {
        let network = one([
            "10.0.0.0/8", "10.0.0.0/24", "10.0.0.1", "192.168.0.0/16", "172.16.0.0/12",
            "fd00::/8", "fd00::/64", "10.0.0.0/23", "fe80::/10",
        ])
        add("rev-server=\(network)" + one(["", ",{UP2}", ",#"]))
    }

    private mutating func addHostRecord() {
        var pieces = [newName()]
        if chance(1, of: 4) { pieces.append(newName()) }
        pieces.append(address())
        if chance(1, of: 3) { pieces.append(address()) }
        if chance(1, of: 5) { pieces.append("\(number(1...99))") }
        if chance(1, of: 8) { pieces.shuffle(using: &random) }
        add("host-record=" + pieces.joined(separator: one([",", ", "])))
    }

    private mutating func addService() {
        let owner = one(Self.serviceNames)
        add("srv-host=\(owner)" + one([",\(name()),80,1,2", ",\(name())", "", ",\(name()),443"]))
    }
}
