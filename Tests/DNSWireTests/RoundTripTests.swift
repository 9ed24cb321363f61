import DNSWire
import Testing

/// What is written is read again, for random names, records and messages. Seeds are printed.
@Suite struct RoundTripTests {
    private struct Record {
        var owner: NameBuffer
        var type: UInt16
        var ttlSeconds: UInt32
        var before: [UInt8]
        var names: [NameBuffer]
        var after: [UInt8]
    }

    /// Types with their names in rdata, as RFC 1035 and their own RFCs have them.
    private static let shapes: [(type: UInt16, before: Int, names: Int, after: Int)] = [
        (1, 4, 0, 0), (28, 16, 0, 0), (16, 9, 0, 0), (2, 0, 1, 0), (5, 0, 1, 0), (12, 0, 1, 0),
        (6, 0, 2, 20), (14, 0, 2, 0), (15, 2, 1, 0), (17, 0, 2, 0), (18, 2, 1, 0), (26, 2, 2, 0),
        (33, 6, 1, 0), (39, 0, 1, 0), (65_400, 30, 0, 0),
    ]

    private static func record(_ random: inout Generator) -> Record {
        let shape = random.element(of: shapes)
        return Record(
            owner: random.name(), type: shape.type,
            ttlSeconds: .random(in: 0...(.max), using: &random),
            before: random.octets(shape.before),
            names: (0..<shape.names).map { _ in random.name() },
            after: random.octets(shape.after))
    }

    /// A message of records without compression, and where each starts.
    private static func message(_ records: [Record]) -> [UInt8] {
        var octets: [UInt8] = []
        for record in records {
            let rdata = record.before + record.names.flatMap(\.wire) + record.after
            let ttl = record.ttlSeconds
            octets += record.owner.wire + [UInt8(record.type >> 8), UInt8(record.type & 255), 0, 1]
            octets += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: ttl >> UInt32($0)) }
            octets += [UInt8(rdata.count >> 8), UInt8(rdata.count & 255)] + rdata
        }
        return octets
    }

    private func copy(_ octets: [UInt8], limit: Int = 65_535) -> (octets: [UInt8], count: Int) {
        var count = 0
        let copied = written(limit: limit) { writer in
            var compressor = NameCompressor()
            var scratch = NameBuffer()
            var reader = WireReader(octets.span.bytes)
            while let record = reader.readRecord() {
                let result = compressor.copy(
                    record, of: octets.span.bytes, ttlSeconds: record.ttlSeconds,
                    scratch: &scratch, into: &writer)
                #expect(result != .malformed)
                guard result == .whole else { break }
                count += 1
            }
        }
        return (copied, count)
    }

    /// Reads the records back and compares names without regard to case, all else to the octet.
    private func check(_ octets: [UInt8], _ records: some Sequence<Record>) {
        var reader = WireReader(octets.span.bytes)
        var name = NameBuffer()
        for expected in records {
            guard let record = reader.readRecord() else {
                Issue.record("a record is missing")
                return
            }
            var owner = WireReader(octets.span.bytes, at: record.ownerOffset)
            expect(owner.readName(into: &name) && name.isEqual(to: expected.owner))
            #expect(record.type.rawValue == expected.type)
            #expect(record.ttlSeconds == expected.ttlSeconds)
            var rdata = WireReader(octets.span.bytes, at: record.rdataOffset)
            for octet in expected.before { expect(rdata.readUInt8() == octet) }
            for target in expected.names {
                expect(rdata.readName(into: &name) && name.isEqual(to: target))
            }
            for octet in expected.after { expect(rdata.readUInt8() == octet) }
            #expect(rdata.offset == record.endOffset)
        }
        #expect(reader.remaining == 0)
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `copied records say what the originals said, and their copy is the same`(
        seed: UInt64
    ) {
        var random = Generator(seed: seed)
        for _ in 0..<50 {
            let records = (0..<random.number(0...40)).map { _ in Self.record(&random) }
            let octets = Self.message(records)
            let once = copy(octets)
            #expect(once.count == records.count && once.octets.count <= octets.count)
            check(once.octets, records)
            #expect(copy(once.octets).octets == once.octets)
        }
    }

    @Test(arguments: [5, 6] as [UInt64])
    func `a full message holds its first records whole`(seed: UInt64) {
        var random = Generator(seed: seed)
        for _ in 0..<50 {
            let records = (0..<40).map { _ in Self.record(&random) }
            let octets = Self.message(records)
            let cut = copy(octets, limit: random.number(0...512))
            check(cut.octets, records.prefix(cut.count))
        }
    }

    @Test(arguments: [7, 8] as [UInt64])
    func `random names are read back as they are spelled`(seed: UInt64) {
        var random = Generator(seed: seed)
        for _ in 0..<500 {
            let spelled = random.name()
            let octets = spelled.wire + random.octets(3)
            var reader = WireReader(octets.span.bytes)
            var read = NameBuffer()
            expect(reader.readName(into: &read) && read.isIdentical(to: spelled))
            #expect(reader.remaining == 3)
            var folded = spelled
            folded.fold()
            #expect(spelled.domainName?.octets == folded.wire)
        }
    }

    @Test(arguments: [9, 10] as [UInt64])
    func `random octets never trap, and reading agrees with skipping`(seed: UInt64) {
        var random = Generator(seed: seed)
        // Few values, so that lengths and pointers often hit.
        let values: [UInt8] = [0, 0, 1, 2, 3, 5, 12, 63, 64, 0xC0, 0xC0, 0xC1, 0xFF]
        for _ in 0..<5_000 {
            let octets = (0..<random.number(0...60)).map { _ in
                random.element(of: values)
            }
            let at = random.number(0...60)
            var name = NameBuffer()
            var reader = WireReader(octets.span.bytes, at: at)
            var skipper = WireReader(octets.span.bytes, at: at)
            if reader.readName(into: &name) {
                expect(skipper.skipName() && skipper.offset == reader.offset)
                #expect(name.domainName != nil)
            }
            var walker = WireReader(octets.span.bytes, at: at)
            while let record = walker.readRecord() { #expect(record.endOffset <= octets.count) }
        }
    }
}
