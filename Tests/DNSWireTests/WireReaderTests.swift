import DNSWire
import Testing

@Suite struct WireReaderTests {
    private enum Step { case octet, word, long, skip(Int) }

    /// Reads in steps; `-` is a refusal, which must leave the cursor where it was.
    private func check(_ text: String, at offset: Int = 0, _ steps: [Step], _ expected: String) {
        let octets = hex(text)
        var reader = WireReader(octets.span.bytes, at: offset)
        var results: [String] = []
        for step in steps {
            let before = reader.offset
            let result: String? =
                switch step {
                case .octet: reader.readUInt8().map { String($0, radix: 16) }
                case .word: reader.readUInt16().map { String($0, radix: 16) }
                case .long: reader.readUInt32().map { String($0, radix: 16) }
                case .skip(let count): reader.skip(count) ? "+" : nil
                }
            if result == nil { #expect(reader.offset == before) }
            results.append(result ?? "-")
        }
        results.append("@\(reader.offset)")
        #expect(results.joined(separator: " ") == expected, "\(text)")
        #expect(reader.remaining == octets.count - reader.offset)
    }

    @Test func `numbers are in network order`() {
        check("01 0203 04050607", [.octet, .word, .long], "1 203 4050607 @7")
        check("ff ffff ffffffff", [.octet, .word, .long], "ff ffff ffffffff @7")
        check("ff 8001 80000002", at: 1, [.word, .long], "8001 80000002 @7")
    }

    @Test func `a number that is cut is refused and nothing moves`() {
        check("", [.octet, .word, .long, .skip(1), .skip(0)], "- - - - + @0")
        check("01", [.word, .long, .octet, .octet], "- - 1 - @1")
        check("010203", [.long, .word, .word, .octet], "- 102 - 3 @3")
    }

    @Test func `a skip stays inside`() {
        check("0102", [.skip(-1), .skip(3), .skip(2), .skip(0), .skip(1)], "- - + + - @2")
        check("0102", [.skip(.max), .skip(.min), .octet], "- - 1 @1")
    }

    @Test func `an offset beyond the end is the end`() {
        check("0102", at: 2, [.octet], "- @2")
        check("0102", at: 3, [.octet], "- @2")
        check("0102", at: .max, [.octet], "- @2")
    }

    @Test func `an offset before the start is a mistake of ours`() async {
        await #expect(processExitsWith: .failure) {
            let octets: [UInt8] = [1]
            _ = WireReader(octets.span.bytes, at: -1)
        }
    }

    @Test func `loads beyond a span are mistakes of ours`() async {
        await #expect(processExitsWith: .failure) {
            let octets: [UInt8] = [1]
            _ = octets.span.bytes.octet(at: 1)
        }
        await #expect(processExitsWith: .failure) {
            let octets: [UInt8] = [1]
            _ = octets.span.bytes.uint16(at: 0)
        }
        await #expect(processExitsWith: .failure) {
            let octets: [UInt8] = [1, 2, 3, 4]
            _ = octets.span.bytes.uint32(at: 1)
        }
        await #expect(processExitsWith: .failure) {
            let octets: [UInt8] = [1, 2, 3, 4, 5, 6, 7]
            _ = octets.span.bytes.word(at: 0)
        }
        await #expect(processExitsWith: .failure) {
            let octets: [UInt8] = [1, 2]
            _ = octets.span.bytes.uint16(at: -1)
        }
    }

    @Test func `a word is eight octets as they lie`() {
        let octets = hex("ff 01 02 03 04 05 06 07 08")
        expect(octets.span.bytes.word(at: 1).bigEndian == 0x0102_0304_0506_0708)
    }
}
