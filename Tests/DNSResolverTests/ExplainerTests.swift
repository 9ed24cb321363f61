import DNSConfig
import DNSWire
import ScenarioSupport
import Testing

@testable import DNSResolver

/// Explanations agree with answers, whatever the configuration.
@Suite struct ExplainerTests {
    private struct World {
        var options: Options
        var hosts = HostsTable()
        var names: [LocatedName]
        var places: [String: [Origin]]

        init(config: String, hosts text: String) {
            var files = OneFile(octets: Array(config.utf8))
            let loaded = ConfigLoader.load(arguments: [], files: &files, keepsPlaces: true)
            options = loaded.options
            places = loaded.places
            let octets = Array(text.utf8)
            _ = HostsParser.parse(
                octets, path: "/etc/hosts", options: ScenarioBench.facts.resolve(options.hosts),
                into: &hosts)
            names = LocatedName.names(inHosts: octets, source: "/etc/hosts")
        }

        /// Anew for each question: addresses take turns.
        var snapshot: Snapshot {
            Snapshot(options: options, hosts: hosts, facts: ScenarioBench.facts, seed: 0xE1A)
        }

        func explain(_ name: String, _ type: RecordType = .a) -> Explanation {
            let explainer = Explainer(
                options: options, hosts: hosts, names: names, places: places, snapshot: snapshot)
            return explainer.explain(DomainName(parsing: name) ?? .root, type)
        }

        /// What the resolver says itself: the message, and whom it would ask for what.
        func respond(
            _ name: DomainName, _ type: RecordType
        ) -> (message: [UInt8], servers: [ServerOption]?, asked: DomainName?) {
            let snapshot = snapshot
            var resolver = Resolver(
                cache: AnswerCache(octets: AnswerCache.octets(forEntries: 150)),
                counters: Counters())
            var message = TestMessage()
            message.flags = 0x0100
            message.name = "\(name)"
            message.type = type
            var row = [UInt8](repeating: 0, count: WireLimits.messageOctets)
            var count = 0
            let verdict: Verdict
            do {
                var span = row.mutableSpan
                var writer = WireWriter(span.mutableBytes)
                verdict = resolver.respond(
                    to: message.octets.span.bytes, transport: .tcp,
                    now: Instant(milliseconds: 5_000), snapshot: snapshot, into: &writer)
                count = writer.count
            }
            guard case .forward(let plan) = verdict else {
                return (Array(row[..<count]), nil, nil)
            }
            let servers = snapshot.groups[Int(plan.group)].servers.map {
                snapshot.servers[Int($0)].option
            }
            return ([], servers, resolver.upstreamName.domainName)
        }
    }

    private static let names = [
        "a.test", "b.test", "www.a.test", "x.y.a.test", "host", "printer", "nx.lan", "h1.lan",
        "n3.lan", "deep.er.b.test", "c.example", "lan", "alias.test", "star.a.test", "xlan",
        "_web._tcp.test", "1.0.0.10.in-addr.arpa", "9.2.168.192.in-addr.arpa", "d.e.test",
    ]
    private static let domains = ["test", "a.test", "lan", "example", "b.test", "er.b.test", "#"]
    private static let addresses = ["10.0.0.1", "10.0.0.2", "192.168.2.9", "fd00::1", "fd00::2"]
    private static let options = [
        "bogus-priv", "domain-needed", "filterwin2k", "expand-hosts\ndomain=test", "localmx",
        "selfmx", "filter-A", "filter-AAAA", "filter-rr=TXT,MX", "no-round-robin",
        "synth-domain=lan,10.0.0.0/24,n*", "synth-domain=test,fd00::/64,v6-",
        "compat=bare-cname", "compat=literal-target", "compat=literal-cname", "local-ttl=7",
        "interface-name=if.test,lo", "no-resolv", "localise-queries",
    ]
    private static let types: [RecordType] = [
        .a, .a, .a, .aaaa, .aaaa, .txt, .mx, .srv, .any, .cname, .ptr, .ptr, .soa, .https,
    ]

    private static func line(_ random: inout SeededGenerator) -> String {
        func one(_ items: [String]) -> String { items.randomElement(using: &random) ?? "" }
        let form = one(["", "", "", "*.", "*"])
        switch Int.random(in: 0...11, using: &random) {
        case 0, 1: return "address=/\(form)\(one(domains))/" + one(addresses + ["#", ""])
        case 2: return "local=/\(form)\(one(domains + ["", "test/lan"]))/"
        case 3, 4:
            return "server=/\(form)\(one(domains + [""]))/" + one(["10.9.0.1", "10.9.0.2", "#"])
        case 5: return "server=" + one(["10.9.0.1", "10.9.0.3#5353"])
        case 6: return "cname=\(one(names + ["*.a.test", "*.lan"])),\(one(names))"
        case 7: return "host-record=\(one(names)),\(one(addresses))"
        case 8: return "txt-record=\(one(names)),text"
        case 9: return "srv-host=_web._tcp.test,\(one(names)),80"
        case 10: return "mx-host=\(one(names))" + one([",\(one(names))", ""])
        default: return one(options)
        }
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `an explanation is the answer that the resolver gives`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let config = (0..<Int.random(in: 1...10, using: &random)).map { _ in Self.line(&random) }
        let hosts = (0..<Int.random(in: 0...5, using: &random)).map { _ in
            (Self.addresses.randomElement(using: &random) ?? "") + " "
                + (Self.names.randomElement(using: &random) ?? "")
        }
        let text = config.joined(separator: "\n") + "\n"
        let world = World(config: text, hosts: hosts.joined(separator: "\n") + "\n")
        for _ in 0..<12 {
            var name = Self.names.randomElement(using: &random) ?? ""
            if Int.random(in: 0...3, using: &random) == 0 { name = "q.\(name)" }
            let type = Self.types.randomElement(using: &random) ?? .a
            let explanation = world.explain(name, type)
            let answer = world.respond(explanation.name, type)
            let why: Comment = "\(name) \(type.text)\n\(text)\(hosts)\n\(explanation)"
            #expect(explanation.message == answer.message, why)
            if let servers = answer.servers {
                #expect(explanation.decision == .servers(servers), why)
                #expect(explanation.askedName == answer.asked, why)
            }
            #expect(explanation.expected == explanation.decision, why)
            #expect(!explanation.steps.isEmpty, why)
            expectHops(explanation, why)
        }
    }

    /// Each alias of the answer is a step, and each step stands where it says.
    private func expectHops(_ explanation: Explanation, _ why: Comment) {
        let texts = explanation.steps.map(\.text)
        for record in explanation.records where record.type == .cname {
            let target = DomainName(wire: record.rdata).map { "\($0)" } ?? ""
            #expect(
                texts.contains { $0.hasPrefix("\(record.owner) is an alias of \(target)") }, why)
        }
        let addresses = explanation.records.filter { $0.type == .a || $0.type == .aaaa }
        guard explanation.decision == .local, explanation.type != .any else { return }
        for record in addresses {
            let owner = "\(record.owner) has "
            #expect(texts.contains { $0.hasPrefix(owner) || $0.hasPrefix("synth-domain: ") }, why)
        }
    }

    // MARK: By hand

    private let swarm = World(
        config: """
            no-resolv
            server=192.0.2.1
            local=/lan/
            address=/ads.lan/10.0.0.9
            cname=www.lan,nas.lan
            cname=old.lan,workers.lan

            """,
        hosts: "10.0.0.1 nas.lan nas\n10.0.0.2 arm.workers.lan\n10.0.0.3 nas.lan\n")

    @Test func `each hop has its file and line`() {
        let explanation = swarm.explain("www.lan")
        let places = explanation.steps.map { "\($0.place?.source ?? "-"):\($0.place?.line ?? 0)" }
        #expect(places == ["/etc/dnsmasq.conf:5", "/etc/hosts:1", "/etc/hosts:3"])
        #expect(explanation.passedOver.map(\.place?.line) == [3, 2])
    }

    @Test func `the winner is told from rules that are shorter`() {
        let explanation = swarm.explain("x.ads.lan")
        #expect(explanation.steps.map(\.place?.line) == [4])
        #expect(
            explanation.passedOver.map(\.text) == [
                "local=/lan/: less specific", "server=192.0.2.1: less specific",
            ])
    }

    @Test(arguments: [
        ("old.lan", "arm.workers.lan"), ("nsa.lan", "nas.lan"), ("workers.lan", "arm.workers.lan"),
        ("arm", "arm.workers.lan"), ("wwww.lan", "www.lan"), ("nothing.lan", nil),
    ])
    func `a name without data brings the one that was meant`(name: String, meant: String?) {
        #expect(swarm.explain(name).proposal?.description == meant)
    }
}
