import DNSWire
import Testing

@testable import DNSConfig
@testable import DNSResolver

@Suite struct AddressSetTests {
    private func set(_ texts: [String]) throws -> AddressSet {
        AddressSet(
            try texts.map { text in
                let parts = text.split(separator: "/")
                let address = try #require(IPAddress(parsing: String(parts[0])))
                let length = parts.count > 1 ? Int(parts[1]) : nil
                return AddressPrefix(address: address, length: length ?? address.octetCount * 8)
            })
    }

    @Test(arguments: [
        ("10.0.0.0", true), ("10.0.0.255", true), ("10.0.1.0", false), ("9.255.255.255", false),
        ("10.0.2.7", true), ("10.0.2.6", false), ("10.0.2.8", false), ("0.0.0.0", false),
        ("255.255.255.255", true), ("2001:db8::", true), ("2001:db8:0:ffff::1", true),
        ("2001:db8:1::", false), ("::10.0.0.1", false), ("::ffff:10.0.0.1", false),
        ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true),
    ])
    func `prefixes hold their addresses and no others`(address: String, isIn: Bool) throws {
        let set = try set([
            "10.0.2.7", "10.0.0.77/24", "255.255.255.255", "10.0.0.128/25", "2001:db8::5/48",
            "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "10.0.2.7",
        ])
        #expect(set.contains(try #require(IPAddress(parsing: address))) == isIn)
    }

    @Test func `a prefix of no length is everything of its family`() throws {
        let all = try set(["1.2.3.4/0"])
        #expect(all.contains(try #require(IPAddress(parsing: "255.255.255.255"))))
        #expect(!all.contains(try #require(IPAddress(parsing: "::"))))
        #expect(try set([]).isEmpty && !all.isEmpty)
    }

    @Test func `many intervals answer as a scan of them does`() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<50 {
            let ranges = (0..<40).map { _ in
                let first = UInt32(random.next() & 0x3FF)
                return first...first + UInt32(random.next() & 0xF)
            }
            let set = IntervalSet(ranges)
            #expect(set.count <= ranges.count)
            for number in UInt32(0)..<1100 {
                #expect(set.contains(number) == ranges.contains { $0.contains(number) })
            }
        }
    }
}

@Suite struct ReplyFiltersTests {
    private func filters(_ change: (inout AnswerOptions) -> Void) -> ReplyFilters {
        var options = AnswerOptions()
        change(&options)
        return ReplyFilters(options, seed: 1)
    }

    private func number(_ text: String) throws -> UInt32 {
        try #require(IPAddress(parsing: text)).ipv4
    }

    @Test func `types below and above 255 are told apart`() {
        let filters = filters { $0.filteredTypes = [.txt, RecordType(65_400), RecordType(256)] }
        for type: UInt16 in [16, 256, 65_400] { #expect(filters.hides(RecordType(type))) }
        for type: UInt16 in [0, 15, 17, 80, 255, 257, 272, 65_535] {
            #expect(!filters.hides(RecordType(type)))
        }
    }

    @Test(arguments: [
        // address, first, last, new, mask, becomes
        ("1.2.3.56", "1.2.3.0", nil, "6.7.8.0", "255.255.255.0", "6.7.8.56"),
        ("1.2.4.56", "1.2.3.0", nil, "6.7.8.0", "255.255.255.0", nil),
        ("1.2.3.56", "1.2.3.9", nil, "6.7.8.9", "255.255.255.0", "6.7.8.56"),
        ("1.2.3.4", "1.2.3.4", nil, "9.9.9.9", "255.255.255.255", "9.9.9.9"),
        ("192.168.0.9", "192.168.0.10", "192.168.0.40", "10.0.0.0", "255.255.255.0", nil),
        ("192.168.0.10", "192.168.0.10", "192.168.0.40", "10.0.0.0", "255.255.255.0", "10.0.0.10"),
        ("192.168.0.40", "192.168.0.10", "192.168.0.40", "10.0.0.0", "255.255.255.0", "10.0.0.40"),
        ("192.168.0.41", "192.168.0.10", "192.168.0.40", "10.0.0.0", "255.255.255.0", nil),
        ("1.2.4.30", "1.2.4.10", nil, "10.0.0.7", "255.0.255.0", "10.2.0.30"),
        ("1.2.4.30", "1.2.4.10", nil, "10.0.0.7", "0.0.0.0", "1.2.4.30"),
    ])
    func `an alias changes the bits of its mask`(
        address: String, first: String, last: String?, new: String, mask: String, becomes: String?
    ) throws {
        let alias = AddressAlias(
            first: try number(first), last: try last.map(number), new: try number(new),
            mask: try number(mask))
        let found = filters { $0.aliases = [alias] }.replacement(for: try number(address))
        #expect(found.map { "\(IPAddress(ipv4: $0))" } == becomes)
    }

    @Test func `the last alias that fits is used`() throws {
        let filters = filters {
            $0.aliases = [
                AddressAlias(first: 7, new: 1), AddressAlias(first: 7, new: 2),
                AddressAlias(first: 8, new: 3),
            ]
        }
        #expect(filters.replacement(for: 7) == 2)
        #expect(filters.replacement(for: 8) == 3)
        #expect(filters.replacement(for: 9) == nil)
    }

    @Test(arguments: [
        ("10.0.0.1", true, true), ("127.0.0.1", true, false), ("0.1.2.3", true, false),
        ("::", true, false), ("::1", true, false), ("::ffff:127.0.0.1", true, false),
        ("::ffff:10.0.0.1", true, true), ("8.8.8.8", false, false), ("::2", false, false),
        ("fd00::1", true, true), ("fec0::1", true, true), ("100.64.0.1", true, true),
        ("7f00::1", false, false), ("::ffff:8.8.8.8", false, false),
    ])
    func `private addresses are rebinding, loopback where it is not allowed`(
        text: String, isRebinding: Bool, isWithLoopbackAllowed: Bool
    ) throws {
        let address = try #require(IPAddress(parsing: text))
        #expect(filters { $0.stopsRebinding = true }.isRebinding(address) == isRebinding)
        let allowing = filters {
            $0.stopsRebinding = true
            $0.allowsLoopbackRebinding = true
        }
        #expect(allowing.isRebinding(address) == isWithLoopbackAllowed)
    }

    @Test(arguments: [
        ("lan.org", false), ("a.b.lan.org", false), ("LAN.org", false), ("xlan.org", true),
        ("org", false), ("single", false), (".", false), ("a.test", true), ("deep.a.test", false),
        ("x.deep.a.test", false), ("lan.org.test", true),
    ])
    func `domains may have private addresses with all below them`(
        text: String, isWatched: Bool
    ) throws {
        let filters = filters {
            $0.stopsRebinding = true
            $0.allowsDotlessRebinding = true
            $0.rebindDomains = ["lan.org", "deep.a.test", "lan.org"].compactMap {
                DomainName(parsing: $0)
            }
        }
        let name = folded(text)
        let watches = (
            address: filters.watchesRebinding(of: name, type: .a, seed: 1),
            text: filters.watchesRebinding(of: name, type: .txt, seed: 1)
        )
        #expect(watches == (isWatched, false))
    }
}
