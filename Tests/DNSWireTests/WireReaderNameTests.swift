import DNSWire
import Testing

/// Names in messages: RFC 1035 §4.1.4 and the mistakes of RFC 9267.
@Suite struct WireReaderNameTests {
    /// Reads and skips a name; a nil means that reading is refused. `end` is where both must end.
    private func check(
        _ octets: [UInt8], at offset: Int = 0, _ expected: [UInt8]?, end: Int? = nil,
        skips: Bool? = nil
    ) {
        var read = name("old")
        var reader = WireReader(octets.span.bytes, at: offset)
        let isRead = reader.readName(into: &read)
        #expect(isRead == (expected != nil))
        if let expected {
            #expect(read.wire == expected)
            #expect(reader.offset == end ?? octets.count)
            for index in read.length..<min((read.length + 7) & ~7, 256) {
                #expect(read.octets[index] == 0, "padding")
            }
        } else {
            #expect(reader.offset == offset)
            #expect(read.length == 5, "a refused name leaves the old length")
        }
        var skipper = WireReader(octets.span.bytes, at: offset)
        expect(skipper.skipName() == (skips ?? (expected != nil)))
        if expected != nil { #expect(skipper.offset == end ?? octets.count) }
    }

    @Test(arguments: ["00", "'a' 00", "'www' 'Example' 'COM' 00", "'\u{1}.' 00", "'a_b' '*' 00"])
    func `a name is read as it is spelled`(text: String) {
        check(hex(text), hex(text))
        check(hex(text) + [0xFF], hex(text), end: hex(text).count)
    }

    @Test func `a label has at most 63 octets`() {
        let label63 = hex("3f 78*63 00")
        check(label63, label63)
        check(hex("40 78*64 00"), nil)
        check(hex("7f 78*127 00"), nil)
        // The two reserved kinds of labels, RFC 6891 §5 and RFC 1035 §4.1.4.
        check(hex("41 80 00*80"), nil)
        check(hex("80 00*130"), nil)
        check(hex("bf 00*191"), nil)
    }

    @Test func `a name has at most 255 octets`() {
        for octets in [3, 64, 65, 66, 127, 128, 254, 255] {
            let wire = name(nameText(wireOctets: octets)).wire
            #expect(wire.count == octets)
            check(wire, wire)
        }
        let wire255 = name(nameText(wireOctets: 255)).wire
        // One more octet in the last label, or one more label.
        check(hex("3f 78*63 3f 78*63 3f 78*63 3e 78*62 00"), nil, skips: true)
        check(hex("0178*127 00"), hex("0178*127 00"))
        check(hex("0178*128 00"), nil, skips: true)
        // The pointer to a name of 255 octets is fine, a label before it is not.
        check(wire255 + hex("c000"), at: 255, wire255, end: 257)
        check(wire255 + hex("'a' c000"), at: 255, nil, skips: true)
    }

    @Test func `a pointer is followed and two octets long`() {
        check(hex("'b' 00  'a' c000 ff"), at: 3, hex("'a' 'b' 00"), end: 7)
        check(hex("'b' 00  c000"), at: 3, hex("'b' 00"), end: 5)
        check(hex("00  c000 c001"), at: 3, hex("00"), end: 5)
        // Into the middle of another name, and to an octet that is the length of a label by chance.
        check(hex("'a' 'b' 00  'c' c002"), at: 5, hex("'c' 'b' 00"), end: 9)
        check(hex("'a\u{1}x' 00  c002"), at: 5, hex("'x' 00"), end: 7)
    }

    @Test func `a pointer to itself, forwards, or beyond the end is refused`() {
        check(hex("c000"), nil, skips: true)
        check(hex("'a' c000"), nil, skips: true)
        check(hex("'a' c002"), nil, skips: true)
        check(hex("c002 00"), nil, skips: true)
        check(hex("c0ff"), nil, skips: true)
        check(hex("ffff"), nil, skips: true)
        check(hex("c004 c000 00"), at: 2, nil, skips: true)
    }

    @Test func `a cut pointer is refused by reading and skipping`() {
        check(hex("c0"), nil)
        check(hex("'b' 00 'a' c0"), at: 3, nil)
    }

    @Test func `pointers that go round are refused`() {
        check(hex("'a' c000"), at: 2, nil, end: nil, skips: true)
        check(hex("'a' c004 'b' c000"), at: 4, nil, skips: true)
    }

    @Test(arguments: [1, 126, 127, 128, 400])
    func `at most 127 pointers are followed`(jumps: Int) {
        // The root, then pointers that each lead to the one before.
        var octets = hex("00")
        for index in 0..<jumps {
            let target = index == 0 ? 0 : octets.count - 2
            octets += [0xC0 | UInt8(target >> 8), UInt8(target & 255)]
        }
        check(octets, at: octets.count - 2, jumps <= 127 ? [0] : nil, skips: true)
    }

    @Test(arguments: ["'www' 'example' 'com' 00", "'a' 00", "00"])
    func `a name that is cut anywhere is refused`(text: String) {
        let octets = hex(text)
        for length in 0..<octets.count { check(Array(octets.prefix(length)), nil) }
    }

    @Test func `a pointer reaches 0x3FFF and no further`() {
        let octets = [UInt8](repeating: 0xEE, count: 0x3FFD) + hex("'a' 00")
        check(octets + hex("ffff"), at: octets.count, hex("00"), end: octets.count + 2)
        check(octets + hex("fffd"), at: octets.count, hex("'a' 00"), end: octets.count + 2)
    }

    @Test func `every octet is a value of labels`() {
        for octet in UInt8.min...UInt8.max { check([1, octet, 0], [1, octet, 0]) }
    }
}
