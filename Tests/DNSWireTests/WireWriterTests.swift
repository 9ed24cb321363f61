import DNSWire
import Testing

@Suite struct WireWriterTests {
    /// A row of ten octets with nine written; what `body` answers, and what is there afterwards.
    private func check(
        limit: Int = 10, _ isWritten: Bool, _ expected: String,
        _ body: (inout WireWriter) -> Bool
    ) {
        let octets = written(limit: limit, row: 10) { writer in
            for octet in 1...9 as ClosedRange<UInt8> where writer.count < limit - 1 {
                expect(writer.writeUInt8(octet))
            }
            #expect(body(&writer) == isWritten)
        }
        #expect(octets == hex(expected))
    }

    private let nine = "01 02 03 04 05 06 07 08 09"

    @Test func `the last octet of a row can be written, and no more`() {
        check(true, nine + "aa") { $0.writeUInt8(0xAA) }
        check(false, nine + "aa") { $0.writeUInt8(0xAA) && $0.writeUInt8(0xBB) }
    }

    @Test func `a refused write leaves nothing behind`() {
        check(false, nine) { $0.writeUInt16(0xAABB) }
        check(false, nine) { $0.writeUInt32(0xAABB_CCDD) }
        let two = hex("aabb")
        check(false, nine) { $0.write(two.span.bytes) }
        check(false, nine) { $0.writeOPT(udpOctets: 1232, isDNSSECOK: true) }
        check(false, nine) {
            $0.writeOPT(udpOctets: 1232, isDNSSECOK: true, extendedError: 22)
        }
    }

    @Test func `numbers are in network order`() {
        let octets = written { writer in
            expect(writer.writeUInt8(1) && writer.writeUInt16(0x0203))
            expect(writer.writeUInt32(0x0405_0607))
            #expect(writer.count == 7)
        }
        #expect(octets == hex("01 0203 04050607"))
    }

    @Test func `a limit is at most the row and stops writes before it`() {
        check(limit: 4, false, "01 02 03") { $0.writeUInt16(1) }
        check(limit: 4, true, "01 02 03 aa") { $0.writeUInt8(0xAA) }
        check(limit: 100, false, nine) { $0.writeUInt16(1) }
        check(limit: 0, false, "") { $0.writeUInt8(1) }
    }

    @Test func `a limit below what is written stops all writes but loses nothing`() {
        let two = hex("aabb")
        for limit in [3, 0, -1, Int.min] {
            check(false, nine) { writer in
                writer.setLimit(limit)
                let isWritten =
                    writer.writeUInt8(1) || writer.writeUInt16(1) || writer.writeUInt32(1)
                    || writer.write(two.span.bytes)
                    || writer.writeOPT(udpOctets: 512, isDNSSECOK: false)
                #expect(writer.capacity == 10)
                return isWritten
            }
        }
    }

    @Test func `a message is cut and written on`() {
        check(true, "01 02 aa") { writer in
            writer.truncate(to: 2)
            return writer.writeUInt8(0xAA)
        }
        check(true, nine + "aa") { writer in
            writer.truncate(to: 9)
            writer.truncate(to: 200)
            return writer.writeUInt8(0xAA)
        }
    }

    @Test func `part of a source is written`() {
        let source = hex("a0 a1 a2 a3")
        check(limit: 5, true, "01 02 03 04 a3") {
            $0.write(source.span.bytes, from: 3, length: 1)
        }
        check(true, nine) { $0.write(source.span.bytes, from: 4, length: 0) }
        let empty: [UInt8] = []
        check(true, nine) { $0.write(empty.span.bytes) }
    }

    @Test(arguments: [
        (0, 5), (1, 4), (4, 1), (5, 0), (-1, 1), (0, -1), (Int.max, 1), (1, Int.max),
        (Int.min, 1), (0, Int.min),
    ])
    func `a part that is not in the source is refused`(offset: Int, length: Int) {
        let source = hex("a0 a1 a2 a3")
        expect(
            written { expect(!$0.write(source.span.bytes, from: offset, length: length)) } == [])
    }

    @Test func `a patch goes over what is there`() {
        check(true, "aabb 03 04 05 06 07 08 09") { writer in
            writer.patchUInt16(0xAABB, at: 0)
            return true
        }
        check(true, "01 02 03 04 05 06 07 aabb") { writer in
            writer.patchUInt16(0xAABB, at: 7)
            return true
        }
        check(true, "01 02 03 04 05 aabbccdd") { writer in
            writer.patchUInt32(0xAABB_CCDD, at: 5)
            return true
        }
    }

    @Test func `a patch beyond what is written is a mistake of ours`() async {
        await #expect(processExitsWith: .failure) {
            _ = written { $0.patchUInt16(1, at: 0) }
        }
        await #expect(processExitsWith: .failure) {
            _ = written { writer in
                _ = writer.writeUInt16(1)
                writer.patchUInt16(1, at: 1)
            }
        }
        await #expect(processExitsWith: .failure) {
            _ = written { writer in
                _ = writer.writeUInt32(1)
                writer.patchUInt32(1, at: -1)
            }
        }
        await #expect(processExitsWith: .failure) {
            _ = written { writer in
                _ = writer.writeUInt16(1) && writer.writeUInt8(1)
                writer.patchUInt32(1, at: 0)
            }
        }
    }

    @Test(arguments: [511, 512, 513])
    func `a datagram of 512 octets fits a plain client`(octets: Int) {
        let source = [UInt8](repeating: 1, count: octets)
        let message = written(limit: WireLimits.plainDatagramOctets) { writer in
            expect(writer.write(source.span.bytes) == (octets <= 512))
        }
        #expect(message.count == (octets <= 512 ? octets : 0))
    }
}
