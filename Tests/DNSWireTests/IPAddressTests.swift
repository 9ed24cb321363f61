import DNSWire
import Glibc
import Testing

@Suite struct IPAddressTests {
    /// What is parsed, formatted again; nil if it is refused. The C library must agree.
    private func check(_ text: String, _ expected: String?) {
        let address = IPAddress(parsing: text)
        #expect(address?.description == expected, "\(text)")
        #expect(systemText(of: text) == expected, "inet_pton of \(text)")
        let octets = Array(text.utf8)
        if octets.count <= 64 {
            #expect(IPAddress(parsing: octets.span) == address, "the octets of \(text)")
        }
    }

    /// `inet_ntop` of `inet_pton` of a text.
    private func systemText(of text: String) -> String? {
        let family = text.utf8.contains(UInt8(ascii: ":")) ? AF_INET6 : AF_INET
        var octets = [UInt8](repeating: 0, count: 16)
        guard inet_pton(family, text, &octets) == 1 else { return nil }
        return systemText(of: octets, family)
    }

    private func systemText(of octets: [UInt8], _ family: Int32) -> String {
        var text = [CChar](repeating: 0, count: 64)
        _ = inet_ntop(family, octets, &text, 64)
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8($0) }, as: UTF8.self)
    }

    @Test(arguments: [
        "0.0.0.0", "127.0.0.1", "255.255.255.255", "192.0.2.1", "1.2.3.4", "::", "::1",
        "fd00::1", "2001:db8::8:800:200c:417a", "1:2:3:4:5:6:7:8", "::ffff:192.0.2.1",
        "fe80::", "1::8", "2001:db8:0:1:1:1:1:1", "2001:0:0:1::1", "ffff::ffff",
    ])
    func `an address stays as it is`(text: String) { check(text, text) }

    @Test(arguments: [
        ("2001:DB8::ABCD", "2001:db8::abcd"), ("0:0:0:0:0:0:0:0", "::"),
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("0001:0::", "1::"),
        ("1:0:0:4:5:0:0:0", "1:0:0:4:5::"), ("::1:2:3:4:5:6:7", "0:1:2:3:4:5:6:7"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::FFFF:1.2.3.4", "::ffff:1.2.3.4"),
        ("1::1.2.3.4", "1::102:304"), ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
        ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
    ])
    func `other spellings become the one of RFC 5952`(text: String, expected: String) {
        check(text, expected)
    }

    @Test func `the oldest form of IPv4 in IPv6 is printed as the C library does`() {
        for text in ["::1.2.3.4", "::0.1.0.0", "::0.0.255.255", "::102:304", "::1:0"] {
            check(text, systemText(of: text))
        }
    }

    @Test(arguments: [
        "", " ", "1", "1.2", "1.2.3", "1.2.3.", ".1.2.3", "1.2.3.4.", "1.2.3.4.5", "1..2.3",
        "256.1.1.1", "1.1.1.256", "01.2.3.4", "1.2.3.00", "0x1.2.3.4", "1.2.3.4 ", " 1.2.3.4",
        "-1.2.3.4", "+1.2.3.4", "1.2.3.a", "1000.2.3.4", "4294967296.1.1.1", "1.2.3.4\u{0}5",
    ])
    func `what is no IPv4 address is refused`(text: String) {
        if text.contains("\u{0}") {
            #expect(IPAddress(parsing: text) == nil)
        } else {
            check(text, nil)
        }
    }

    @Test(arguments: [
        ":", ":::", "1:", ":1", "1:2", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::",
        "::12345", "g::", "::g", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "fe80::1%eth0",
        "[::1]", "::1 ", "::1.2.3", "::1.2.3.4.5", "::1.2.3.256", "1:2:3:4:5:6:7:1.2.3.4",
        "1.2.3.4::", "::1.2.3.4:5", ":1::", "1::2:", "::01.2.3.4", "1:::2", "::.", "::1.",
    ])
    func `what is no IPv6 address is refused`(text: String) { check(text, nil) }

    @Test func `the longest address has 45 octets`() {
        check("0000:0000:0000:0000:0000:ffff:255.255.255.255", "::ffff:255.255.255.255")
        check("0000:0000:0000:0000:0000:ffff:0255.255.255.255", nil)
        check(String(repeating: "0", count: 1000), nil)
        check(String(repeating: "0:", count: 1000), nil)
    }

    @Test(arguments: [11, 12, 13] as [UInt64])
    func `random text is taken as the C library takes it`(seed: UInt64) {
        var random = Generator(seed: seed)
        let pieces = ["0", "1", "9", "25", "255", "256", "a", "F", "ffff", "0000", "g", "%"]
        for _ in 0..<20_000 {
            let separator = random.number(0...2) == 0 ? "." : ":"
            let separators = [separator, separator, separator, "::", "."]
            var text = random.number(0...4) == 0 ? "::" : ""
            for _ in 0..<random.number(1...9) {
                text += random.element(of: pieces)
                if random.number(0...9) > 0 { text += random.element(of: separators) }
            }
            if random.number(0...2) > 0 {
                while let last = text.last, last == "." || last == ":" { text.removeLast() }
            }
            #expect(IPAddress(parsing: text)?.description == systemText(of: text), "\(text)")
        }
    }

    @Test(arguments: [21, 22] as [UInt64])
    func `random addresses are printed as the C library prints them, and read again`(
        seed: UInt64
    ) {
        var random = Generator(seed: seed)
        for _ in 0..<5_000 {
            let ipv4 = IPAddress(ipv4: UInt32.random(in: 0...(.max), using: &random))
            // Groups of zero are what the rules are about.
            let groups = (0..<8).map { _ in UInt64(random.number(0...2) * random.number(0...99)) }
            let ipv6 = IPAddress(
                high: groups[0..<4].reduce(0) { $0 << 16 | $1 },
                low: groups[4..<8].reduce(0) { $0 << 16 | $1 })
            for address in [ipv4, ipv6] {
                let octets = (0..<address.octetCount).map { address.octet($0) }
                let text = address.description
                #expect(text == systemText(of: octets, address.isIPv4 ? AF_INET : AF_INET6))
                #expect(IPAddress(parsing: text) == address)
            }
        }
    }
}

@Suite struct IPAddressNetworkTests {
    private func check(_ address: String, _ network: String, _ prefix: Int, _ expected: Bool) {
        guard let address = IPAddress(parsing: address), let network = IPAddress(parsing: network)
        else {
            Issue.record("an address of the test is none")
            return
        }
        #expect(
            address.isInside(network, prefixLength: prefix) == expected,
            "\(address) in \(network)/\(prefix)")
    }

    @Test func `an address is inside its networks of all lengths`() {
        for prefix in 0...32 {
            check("192.168.1.77", "192.168.1.77", prefix, true)
            // One bit differs: the last that counts.
            let other = IPAddress(ipv4: 0xC0A8_014D ^ (1 << UInt32(min(32 - prefix, 31))))
            check(other.description, "192.168.1.77", prefix, prefix == 0)
        }
        for prefix in 1...128 {
            let bit = UInt64(1) << UInt64((128 - prefix) % 64)
            let other = IPAddress(
                high: prefix <= 64 ? bit : 0, low: prefix <= 64 ? 1 : 1 ^ bit)
            check(other.description, "::1", prefix, false)
            check(other.description, "::1", prefix - 1, true)
        }
    }

    @Test func `lengths beyond the address count as all of it`() {
        check("1.2.3.4", "1.2.3.4", 99, true)
        check("1.2.3.5", "1.2.3.4", 99, false)
        check("::1", "::1", 999, true)
        check("::2", "::1", 999, false)
        check("1.2.3.4", "9.9.9.9", 0, true)
        check("::", "ffff::", 0, true)
    }

    @Test func `families do not mix`() {
        check("1.2.3.4", "::", 0, false)
        check("::ffff:1.2.3.4", "1.2.3.4", 0, false)
        #expect(IPAddress(ipv4: 1) != IPAddress(high: 0, low: 1))
    }

    @Test func `well-known addresses`() {
        let all = [
            IPAddress.ipv4Any, .ipv6Any, .ipv4Loopback, .ipv6Loopback, IPAddress(ipv4: 1),
        ]
        #expect(all.map(\.description) == ["0.0.0.0", "::", "127.0.0.1", "::1", "0.0.0.1"])
        #expect(all.map(\.octetCount) == [4, 16, 4, 16, 4])
    }
}
