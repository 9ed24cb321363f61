import DNSWire
import Testing

@Suite struct DomainNameTests {
    /// The text that comes out again; nil if the name is refused.
    private func check(_ text: String, _ expected: String?) {
        let name = DomainName(parsing: text)
        #expect(name?.description == expected, "\(text)")
        guard let name else { return }
        #expect(DomainName(wire: name.octets) == name)
        #expect(name.labelCount == name.labels.count)
        #expect(name.isRoot == (name.octets == [0]))
        #expect(name.octets.count <= WireLimits.nameOctets)
    }

    @Test(arguments: [
        ("a", "a"), ("WWW.Example.COM", "www.example.com"), ("a.", "a"), (".", "."), ("", "."),
        ("_dns._udp.x", "_dns._udp.x"), ("*.a", "*.a"), ("a b", "a b"), ("\\.a", "\\.a"),
        ("É.é", "É.é"),
    ])
    func `text becomes a folded name`(text: String, expected: String) { check(text, expected) }

    @Test(arguments: ["..", ".a", "a..", "a..b", "...", "a. .b..c"])
    func `empty labels are refused`(text: String) { check(text, nil) }

    @Test(arguments: [62, 63, 64, 255, 256])
    func `a label has at most 63 octets`(length: Int) {
        let label = String(repeating: "a", count: length)
        for text in [label, label + ".b", "b." + label] {
            check(text, length <= 63 ? text : nil)
        }
    }

    @Test func `a name has at most 255 octets`() {
        let longest = nameText(wireOctets: 255)
        check(longest, longest)
        check(longest + ".", longest)
        check(longest + "x", nil)
        check("a." + longest, nil)
        let most = Array(repeating: "a", count: 127).joined(separator: ".")
        check(most, most)
        #expect(DomainName(parsing: most)?.labelCount == WireLimits.nameLabels)
        check(most + ".a", nil)
    }

    @Test(
        arguments: [
            ("00", "."), ("'a' 00", "a"), ("'A' 'b' 00", "a.b"), ("", nil), ("'a'", nil),
            ("00 00", nil), ("'a' 00 00", nil), ("02 61", nil), ("02 61 00", nil), ("c000", nil),
            ("40 00*65", nil), ("3f 61*63 00", String(repeating: "a", count: 63)),
        ] as [(String, String?)])
    func `wire octets are taken if they are one whole name`(text: String, expected: String?) {
        #expect(DomainName(wire: hex(text))?.description == expected)
    }

    @Test func `wire octets of 255 are a name, of 256 not`() {
        #expect(DomainName(wire: hex("0178*127 00"))?.labelCount == 127)
        #expect(DomainName(wire: hex("0178*126 027878 00")) == nil)
        #expect(DomainName(wire: hex("0178*128 00")) == nil)
    }

    @Test func `labels are whatever octets they are`() {
        let name = DomainName(wire: hex("03 002eff 'B' 00"))
        #expect(name?.labels.map(Array.init) == [[0, 0x2E, 0xFF], [0x62]])
        #expect(DomainName.root.labels.isEmpty && DomainName.root.isRoot)
        #expect(DomainName.root.labelCount == 0)
    }

    @Test func `names are one without regard to case`() {
        #expect(DomainName(parsing: "a.B") == DomainName(parsing: "A.b"))
        #expect(Set([DomainName(parsing: "a"), DomainName(parsing: "A")]).count == 1)
        #expect(DomainName(parsing: "a.b") != DomainName(parsing: "ab"))
    }

    @Test func `parents end with the root`() {
        var name = DomainName(parsing: "a.b.c")
        var seen: [String] = []
        while let next = name {
            seen.append(next.description)
            name = next.parent
        }
        #expect(seen == ["a.b.c", "b.c", "c", "."])
    }

    @Test(arguments: [
        ("a.b", "b", true), ("a.b", "a.b", true), ("a.b", ".", true), (".", ".", true),
        ("ab", "b", false), ("b", "a.b", false), ("a.b", "a", false), (".", "a", false),
        ("x.a", "b", false), ("A.B", "b", true),
    ])
    func `a name is inside itself and its ancestors`(
        text: String, ancestor: String, expected: Bool
    ) throws {
        let name = try #require(DomainName(parsing: text))
        #expect(name.isInside(try #require(DomainName(parsing: ancestor))) == expected)
    }

    @Test(arguments: [("a", "b", "a.b"), (".", "b", "b"), ("a", ".", "a"), (".", ".", ".")])
    func `a suffix is appended`(text: String, suffix: String, expected: String) throws {
        let name = try #require(DomainName(parsing: text))
        let joined = name.appending(try #require(DomainName(parsing: suffix)))
        #expect(joined?.description == expected)
    }

    @Test(arguments: [(100, 156, true), (100, 157, false), (255, 1, true), (255, 3, false)])
    func `a suffix is appended up to 255 octets`(
        first: Int, second: Int, isFine: Bool
    ) throws {
        let name = try #require(DomainName(parsing: nameText(wireOctets: first)))
        let suffix = try #require(DomainName(parsing: nameText(wireOctets: second)))
        #expect((name.appending(suffix) != nil) == isFine)
    }

    @Test(arguments: [
        ("192.0.2.10", "10.2.0.192.in-addr.arpa"), ("0.0.0.0", "0.0.0.0.in-addr.arpa"),
        ("255.255.255.255", "255.255.255.255.in-addr.arpa"),
        (
            "2001:db8::567:89ab",
            "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"
        ),
    ])
    func `an address has a reverse name`(address: String, expected: String) throws {
        let name = DomainName(reverseOf: try #require(IPAddress(parsing: address)))
        #expect(name.description == expected)
        check(expected, expected)
        #expect(DomainName(parsing: expected) == name)
    }
}
