import DNSWire
import Testing

/// `NameCompressor.copy`: one record of a message becomes one of another.
@Suite struct RecordCopyTests {
    /// The source: a name to point at, and then a record owned by the root.
    private func source(_ type: Int, _ rdata: [UInt8], length: Int? = nil) -> [UInt8] {
        let length = length ?? rdata.count
        return hex("'t' 00  00") + [UInt8(type >> 8), UInt8(type & 255)] + hex("0001 00000009")
            + [UInt8(length >> 8), UInt8(length & 255)] + rdata
    }

    /// Copies the record behind `'x' 't' 00`, which can be pointed at with c000 and c002.
    ///
    /// `expected` is the rdata of the copy, nil that it is malformed.
    private func check(
        type: Int, _ rdata: [UInt8], length: Int? = nil, behind: [UInt8] = [],
        _ expected: [UInt8]?
    ) throws {
        let octets = source(type, rdata, length: length) + behind
        let record = try record(in: octets, at: 3)
        var scratch = NameBuffer()
        let copied = written { writer in
            var compressor = NameCompressor()
            expect(compressor.write(name("x.t"), compressing: true, into: &writer))
            let result = compressor.copy(
                record, of: octets.span.bytes, ttlSeconds: 7, scratch: &scratch, into: &writer)
            #expect(result == (expected == nil ? .malformed : .whole))
            // After a refusal the compressor must not point at what was taken back.
            if expected == nil {
                #expect(writer.count == 5)
                expect(compressor.write(name("new.t"), compressing: true, into: &writer))
            }
        }
        let start = hex("'x' 't' 00")
        guard let expected else {
            #expect(copied == start + hex("'new' c002"))
            return
        }
        let header = hex("00") + [UInt8(type >> 8), UInt8(type & 255)] + hex("0001 00000007")
        let length = [UInt8(expected.count >> 8), UInt8(expected.count & 255)]
        #expect(copied == start + header + length + expected, "type \(type)")
    }

    /// Types with names: octets before, octets after, how many names, and whether RFC 3597 §4 lets
    /// us compress.
    private static let layouts: [(Int, String, Int, String, Bool)] = [
        (2, "", 1, "", true), (3, "", 1, "", true), (4, "", 1, "", true), (5, "", 1, "", true),
        (6, "", 2, "00000001 00000002 00000003 00000004 00000005", true),
        (7, "", 1, "", true), (8, "", 1, "", true), (9, "", 1, "", true),
        (12, "", 1, "", true), (14, "", 2, "", true), (15, "0005", 1, "", true),
        (17, "", 2, "", false), (18, "0001", 1, "", false), (21, "0001", 1, "", false),
        (26, "0001", 2, "", false), (33, "0001 0002 0035", 1, "", false),
        (35, "0001 0002 'U' 'SIP' '!x!y!'", 1, "", false),
        (35, "0001 0002 00 00 00", 1, "", false), (36, "0001", 1, "", false),
        (39, "", 1, "", false),
    ]

    @Test(arguments: layouts)
    func `names in rdata are expanded, and compressed where that is allowed`(
        type: Int, before: String, names: Int, after: String, isCompressible: Bool
    ) throws {
        for spelled in ["'n' 't' 00", "'n' c000"] {
            let all = String(repeating: spelled, count: names)
            let first = isCompressible ? "'n' c002" : "'n' 't' 00"
            // The second name finds the first: behind 5 octets of start and 11 of the record.
            let at = hex(before).count + 16
            let second = isCompressible ? [0xC0, UInt8(at)] : hex("'n' 't' 00")
            try check(
                type: type, hex(before + " " + all.replacing("'n'", with: " 'n'") + " " + after),
                hex(before + " " + first) + (names == 2 ? second : []) + hex(after))
        }
    }

    @Test(arguments: layouts)
    func `rdata that is cut or too long is malformed`(
        type: Int, before: String, names: Int, after: String, isCompressible: Bool
    ) throws {
        let one = hex("'n' 't' 00")
        let rdata = hex(before) + (0..<names).flatMap { _ in one } + hex(after)
        for length in 1..<rdata.count {
            try check(type: type, Array(rdata.prefix(length)), nil)
            // Names that run over the end of rdata into what follows.
            try check(
                type: type, rdata, length: length, behind: hex("00*32"), nil)
        }
        try check(type: type, rdata + [0], nil)
        try check(type: type, [], [])
    }

    @Test(arguments: ["c0ff", "c020", "40", "'n'", "c0"])
    func `a bad name in rdata is malformed`(rdata: String) throws {
        try check(type: 2, hex(rdata), nil)
        try check(type: 15, hex("0005 " + rdata), nil)
    }

    @Test func `a name in rdata that points at itself is malformed`() throws {
        // Rdata starts at 14 of the source.
        try check(type: 2, hex("c00e"), nil)
        try check(type: 2, hex("'n' c00e"), nil)
        try check(type: 15, hex("0005 c010"), nil)
    }

    @Test(arguments: [1, 10, 13, 16, 28, 41, 46, 47, 64, 65, 99, 257, 65_280])
    func `octets of other types stay as they are`(type: Int) throws {
        try check(type: type, hex("c000 03 ff"), hex("c000 03 ff"))
        try check(type: type, [], [])
    }

    @Test func `a compressed owner is expanded, a bad one is malformed`() throws {
        let octets = hex("'t' 00  'a' c000  0001 0001 00000000 0000")
        let record = try record(in: octets, at: 3)
        var scratch = NameBuffer()
        let copied = written { writer in
            var compressor = NameCompressor()
            let result = compressor.copy(
                record, of: octets.span.bytes, ttlSeconds: .max, scratch: &scratch,
                into: &writer)
            #expect(result == .whole)
        }
        #expect(copied == hex("'a' 't' 00 0001 0001 ffffffff 0000"))
        let loop = hex("c000  0001 0001 00000000 0000")
        let bad = try DNSWireTests.record(in: loop)
        let nothing = written { writer in
            var compressor = NameCompressor()
            let result = compressor.copy(
                bad, of: loop.span.bytes, ttlSeconds: 0, scratch: &scratch, into: &writer)
            #expect(result == .malformed)
        }
        #expect(nothing == [])
    }

    @Test(arguments: layouts)
    func `a record without room leaves nothing behind`(
        type: Int, before: String, names: Int, after: String, isCompressible: Bool
    ) throws {
        let one = hex("'n' 't' 00")
        let octets = source(type, hex(before) + (0..<names).flatMap { _ in one } + hex(after))
        let record = try record(in: octets, at: 3)
        var scratch = NameBuffer()
        func copy(limit: Int) -> (NameCompressor.Copied, Int) {
            var result = NameCompressor.Copied.whole
            let octets = written(limit: limit) { writer in
                var compressor = NameCompressor()
                result = compressor.copy(
                    record, of: octets.span.bytes, ttlSeconds: 0, scratch: &scratch,
                    into: &writer)
            }
            return (result, octets.count)
        }
        let (result, whole) = copy(limit: 512)
        #expect(result == .whole)
        for limit in 0..<whole { #expect(copy(limit: limit) == (.noRoom, 0)) }
        #expect(copy(limit: whole) == (.whole, whole))
    }
}
