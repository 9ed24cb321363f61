import DNSWire
import Testing

@Suite struct NameCompressorTests {
    /// Writes names behind `start` octets of 0xEE with one compressor; `expected` is what follows.
    private func check(
        _ names: [NameBuffer], compressing: Bool = true, start: Int = 0, _ expected: [UInt8]
    ) {
        let filler = [UInt8](repeating: 0xEE, count: start)
        let message = written { writer in
            expect(writer.write(filler.span.bytes))
            var compressor = NameCompressor()
            for name in names {
                expect(compressor.write(name, compressing: compressing, into: &writer))
            }
        }
        #expect(Array(message.dropFirst(start)) == expected)
    }

    private func check(_ names: [String], _ expected: String) {
        check(names.map { name($0) }, hex(expected))
    }

    @Test func `a name is written whole, then as a pointer`() {
        check(["www.test"], "'www' 'test' 00")
        check(["www.test", "www.test"], "'www' 'test' 00 c000")
        check(["www.test", "test"], "'www' 'test' 00 c004")
        check(["www.test", "a.test", "b.a.test"], "'www' 'test' 00 'a' c004 'b' c00a")
        check(["test", "a.b"], "'test' 00 'a' 'b' 00")
    }

    @Test func `the root is one octet`() {
        check([".", ".", "a", "."], "00 00 'a' 00 00")
    }

    @Test func `names that are alike only in part are not pointed at`() {
        check(["a.b", "a"], "'a' 'b' 00 'a' 00")
        check(["ab.c", "b.c"], "'ab' 'c' 00 'b' c003")
        check(["a.a.a", "a.a"], "'a' 'a' 'a' 00 c002")
        check(["a", "a.a"], "'a' 00 'a' c000")
    }

    @Test func `the first spelling is pointed at`() {
        check(["wWw.Test", "WWW.tEST", "X.TEST"], "'wWw' 'Test' 00 c000 'X' c004")
    }

    @Test func `without compression names are whole, and can be pointed at`() {
        let two = [name("a.test"), name("a.test")]
        check(two, compressing: false, hex("'a' 'test' 00 'a' 'test' 00"))
        let message = written { writer in
            var compressor = NameCompressor()
            expect(compressor.write(two[0], compressing: false, into: &writer))
            expect(compressor.write(two[1], compressing: true, into: &writer))
        }
        #expect(message == hex("'a' 'test' 00 c000"))
    }

    @Test func `a question that is remembered is pointed at`() {
        let question = hex("00*12 'www' 'test' 00 0001 0001")
        let message = written { writer in
            expect(writer.write(question.span.bytes))
            var compressor = NameCompressor()
            compressor.remember(name("www.test"), at: 12)
            expect(compressor.write(name("www.test"), compressing: true, into: &writer))
            expect(compressor.write(name("a.test"), compressing: true, into: &writer))
        }
        #expect(Array(message.dropFirst(question.count)) == hex("c00c 'a' c010"))
    }

    @Test(arguments: [
        (0x3FFE, "'a' 'b' 00 fffe"), (0x3FFF, "'a' 'b' 00 ffff"),
        // The first label is out of reach.
        (0x4000, "'a' 'b' 00 'a' 'b' 00"),
    ])
    func `a pointer reaches 0x3FFF`(start: Int, expected: String) {
        check([name("a.b"), name("a.b")], start: start, hex(expected))
    }

    @Test func `a label within reach serves where the name before it does not`() {
        check([name("a.b"), name("b"), name("a.b")], start: 0x3FFD, hex("'a' 'b' 00 ffff fffd"))
        check([name("x"), name("x")], start: 0x4000, hex("'x' 00 'x' 00"))
    }

    @Test func `48 suffixes are remembered and names beyond are right, only longer`() {
        // Numbers as labels, in hexadecimal: 30 is "0", 31 is "1".
        let names = (0..<50).map { name(String($0)) }
        var expected = names.flatMap(\.wire)
        let last = expected.count - 3 * 4
        // Of 47, the last that was remembered, there is a pointer; 48 and 49 are written again.
        expected += [0xC0 | UInt8((last + 4 - 4) >> 8), UInt8(last)]
        check(names + [names[47]], expected)
        check(names + [names[48], names[49]], names.flatMap(\.wire) + hex("'48' 00 '49' 00"))
    }

    @Test(arguments: [0, 1, 3, 4, 5])
    func `a name without room is refused`(limit: Int) {
        _ = written(limit: limit) { writer in
            var compressor = NameCompressor()
            let isWritten = compressor.write(name("a.b"), compressing: true, into: &writer)
            #expect(isWritten == (limit >= 5))
            #expect(writer.count <= limit)
        }
    }

    @Test func `a pointer without room is refused`() {
        _ = written(limit: 6) { writer in
            var compressor = NameCompressor()
            expect(compressor.write(name("a.b"), compressing: true, into: &writer))
            expect(!compressor.write(name("a.b"), compressing: true, into: &writer))
            #expect(writer.count == 5)
        }
    }

    @Test func `names of 255 octets and of 127 labels are pointed at`() {
        let long = name(nameText(wireOctets: 255))
        check([long, long], long.wire + hex("c000"))
        let many = name(Array(repeating: "x", count: 127).joined(separator: "."))
        check([many, many], many.wire + hex("c000"))
        // Suffixes of less than 80 labels were not remembered: 127 - 48 are left.
        let short = name(Array(repeating: "x", count: 80).joined(separator: "."))
        check([many, short], many.wire + hex("c05e"))
    }
}
