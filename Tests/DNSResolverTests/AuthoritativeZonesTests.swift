import DNSConfig
import DNSWire
import ScenarioSupport
import Testing

@testable import DNSResolver

/// Zones without a server around them: who is of the world, what it is told, how zones are cut into
/// messages.
@Suite struct AuthoritativeZonesTests {
    private static let zone = """
        auth-server=ns.zone.test,127.0.0.2,eth0/6
        auth-zone=zone.test,10.0.0.0/24
        auth-soa=5,,100,20,3000
        auth-sec-servers=second.test
        host-record=a.zone.test,10.0.0.1
        host-record=out.zone.test,10.9.0.1

        """

    private func snapshot(
        _ config: String, hosts: String = "", generation: UInt64 = 1
    ) -> Snapshot {
        var files = OneFile(octets: Array(config.utf8))
        let loaded = ConfigLoader.load(arguments: [], files: &files)
        #expect(loaded.diagnostics.filter { $0.severity == .error } == [])
        var table = HostsTable()
        _ = HostsParser.parse(
            Array(hosts.utf8), path: "/etc/hosts", options: loaded.options.hosts, into: &table)
        return Snapshot(
            options: loaded.options, hosts: table, facts: ScenarioBench.facts, seed: 1,
            generation: generation)
    }

    private enum Outcome {
        case message(TestMessage)
        case transfer(ZoneTransfer)
        case other
    }

    private func respond(
        _ snapshot: Snapshot, _ name: String, _ type: RecordType, local: String,
        interface: UInt32 = 0, transport: Transport = .udp
    ) throws -> Outcome {
        var message = TestMessage()
        message.name = name
        message.type = type
        var resolver = Resolver(cache: AnswerCache(octets: 0), counters: Counters())
        var row = [UInt8](repeating: 0, count: WireLimits.messageOctets)
        var span = row.mutableSpan
        var writer = WireWriter(span.mutableBytes)
        let arrival = Arrival(
            local: try #require(IPAddress(parsing: local)), client: .ipv4Loopback,
            interfaceIndex: interface)
        let octets = message.octets
        let verdict = resolver.respond(
            to: octets.span.bytes, transport: transport, arrival: arrival,
            now: Instant(milliseconds: 5_000), snapshot: snapshot, into: &writer)
        let count = writer.count
        switch verdict {
        case .reply: return .message(try TestMessage(octets: Array(row[..<count])))
        case .transfer(let plan):
            return .transfer(ZoneTransfer(plan, for: resolver.query, from: snapshot))
        default: return .other
        }
    }

    private func text(
        _ snapshot: Snapshot, _ name: String, _ type: RecordType, local: String = "127.0.0.2",
        interface: UInt32 = 0
    ) throws -> String {
        guard
            case .message(let message) = try respond(
                snapshot, name, type, local: local, interface: interface)
        else { return "no answer" }
        return (message.flags & 0x0080 == 0 ? "" : "ra ") + message.text
    }

    @Test(arguments: [
        ("127.0.0.2", UInt32(0), true), ("127.0.0.1", 1, false), ("fe80::1", 2, true),
        ("10.0.0.1", 2, false), ("127.0.0.3", 2, false),
    ])
    func `the world comes in by the addresses and interfaces of auth-server`(
        local: String, interface: UInt32, isWorld: Bool
    ) throws {
        let snapshot = snapshot(Self.zone)
        let text = try text(snapshot, "out.zone.test", .a, local: local, interface: interface)
        #expect(
            text
                == (isWorld
                    ? "NOERROR aa\n  authority\n"
                        + "  zone.test 600 SOA ns.zone.test hostmaster.ns.zone.test "
                        + "5 100 20 3000 600"
                    : "ra NOERROR\n  out.zone.test 600 A 10.9.0.1"))
    }

    @Test(arguments: ["127.0.0.2", "127.0.0.1"])
    func `of an answer that does not fit come the records that do`(local: String) throws {
        let lots = (1...40).map { "10.0.0.\($0) lots.zone.test\n" }.joined()
        let snapshot = snapshot(Self.zone + "cname=to.zone.test,lots.zone.test\n", hosts: lots)
        for (name, count) in [("lots.zone.test", 30), ("to.zone.test", 28)] {
            guard
                case .message(let message) = try respond(
                    snapshot, name, .a, local: local)
            else {
                Issue.record("no answer")
                continue
            }
            let isWorld = local == "127.0.0.2"
            #expect(message.flagText == (isWorld ? ["aa", "tc"] : ["tc"]), "\(message.text)")
            #expect(message.sections[0].count { $0.type == .a } == count, "\(message.text)")
            #expect(message.sections[1].isEmpty)
        }
    }

    @Test func `a positive answer names the servers of the zone`() throws {
        let snapshot = snapshot(Self.zone)
        #expect(
            try text(snapshot, "a.zone.test", .a) == """
                NOERROR aa
                  a.zone.test 600 A 10.0.0.1
                  authority
                  zone.test 600 NS ns.zone.test
                  zone.test 600 NS second.test
                """)
        #expect(
            try text(snapshot, "1.0.0.10.in-addr.arpa", .ptr) == """
                NOERROR aa
                  1.0.0.10.in-addr.arpa 600 PTR a.zone.test
                  authority
                  0.0.10.in-addr.arpa 600 NS ns.zone.test
                """)
        #expect(try text(snapshot, "1.0.9.10.in-addr.arpa", .ptr) == "REFUSED")
    }

    @Test func `the serial grows with each snapshot and wraps`() throws {
        for (serial, generation, expected) in [
            ("7", 1, "7"), ("7", 3, "9"), ("4294967295", 2, "0"),
        ] {
            let config = Self.zone.replacing("auth-soa=5", with: "auth-soa=\(serial)")
            let snapshot = snapshot(config, generation: UInt64(generation))
            #expect(try text(snapshot, "zone.test", .soa).contains("test \(expected) 100 20"))
        }
    }

    @Test func `the longest wildcard answers, below it and above nothing that exists`() throws {
        let snapshot = snapshot(
            Self.zone + "cname=*.x.w.zone.test,a.zone.test\ncname=*.w.zone.test,out.zone.test\n")
        for (name, target) in [
            ("q.x.w.zone.test", "a"), ("q.p.x.w.zone.test", "a"), ("q.w.zone.test", "out"),
            ("x.w.zone.test", "out"),
        ] {
            let text = try text(snapshot, name, .a)
            #expect(text.contains("  \(name) 600 CNAME \(target).zone.test\n"), "\(text)")
        }
        #expect(try text(snapshot, "w.zone.test", .a).hasPrefix("NOERROR aa\n  authority"))
        #expect(try text(snapshot, "v.zone.test", .a).hasPrefix("NXDOMAIN aa\n  authority"))
    }

    @Test(arguments: [
        ("1.2.3.4", 32, "3.2.1.in-addr.arpa"), ("1.2.3.4", 24, "3.2.1.in-addr.arpa"),
        ("1.2.3.4", 23, "2.1.in-addr.arpa"), ("1.2.3.4", 16, "2.1.in-addr.arpa"),
        ("1.2.3.4", 15, "1.in-addr.arpa"), ("1.2.3.4", 1, "1.in-addr.arpa"),
        ("fd12:3456::1", 16, "2.1.d.f.ip6.arpa"), ("fd12:3456::1", 17, "3.2.1.d.f.ip6.arpa"),
    ])
    func `reverse zones are cut where dnsmasq cuts them`(
        address: String, length: Int, zone: String
    ) throws {
        let address = try #require(IPAddress(parsing: address))
        #expect("\(ReverseZoneName.zone(of: address, length: length))" == zone)
    }

    @Test(
        arguments: [
            ("4.3.2.1.in-addr.arpa", "1.2.3.4"), ("2.1.in-addr.arpa", "1.2.0.0"),
            ("f.d.ip6.arpa", "df00::"), ("256.1.in-addr.arpa", nil), ("a.1.in-addr.arpa", nil),
            ("5.4.3.2.1.in-addr.arpa", nil), ("in-addr.arpa", nil), ("1.xin-addr.arpa", nil),
            ("12.f.ip6.arpa", nil), ("g.ip6.arpa", nil), ("1.2.3.4", nil),
        ] as [(String, String?)])
    func `reverse names spell addresses, maybe in part`(name: String, address: String?) throws {
        let name = folded(name)
        let found = ReverseZoneName.address(name)
        #expect(found == address.flatMap { IPAddress(parsing: $0) })
    }

    @Test(arguments: [200, 300, 1000, 65_535])
    func `a transfer of any message size holds every record once`(octets: Int) throws {
        let hosts = (1...200).map { "10.0.0.\($0) h\($0).zone.test\n" }.joined()
        let snapshot = snapshot(Self.zone, hosts: hosts)
        guard
            case .transfer(var transfer) = try respond(
                snapshot, "zone.test", .axfr, local: "127.0.0.2", transport: .tcp)
        else { return #expect(Bool(false), "no transfer") }
        var records: [String] = []
        var messages = 0
        while !transfer.isDone, messages < 1000 {
            var row = [UInt8](repeating: 0, count: octets)
            var span = row.mutableSpan
            var writer = WireWriter(span.mutableBytes)
            transfer.writeMessage(into: &writer)
            let count = writer.count
            let message = try TestMessage(octets: Array(row[..<count]))
            #expect(message.text.hasPrefix("NOERROR aa"))
            records += message.sections[0].map(\.text)
            messages += 1
        }
        #expect(records.count == 201 + 4 && Set(records).count == 201 + 3)
        #expect(records.first == records.last)
        #expect(records.first?.contains("zone.test 600 SOA") == true)
        #expect((messages == 1) == (octets == 65_535))
    }
}
