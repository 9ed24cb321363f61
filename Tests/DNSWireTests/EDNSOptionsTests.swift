import DNSWire
import Testing

@Suite struct EDNSOptionsTests {
    private func list(_ octets: [UInt8], from offset: Int = 0, count: Int? = nil) -> EDNSOptions {
        var list = EDNSOptions()
        list.take(octets.span.bytes, from: offset, count: count ?? octets.count - offset)
        return list
    }

    private func octets(_ list: EDNSOptions) -> [UInt8] {
        (0..<list.length).map { list.bytes.octet(at: $0) }
    }

    @Test func `whole options are taken as they are`() {
        let message = hex("ffff 000a 0002 0102 fde9 0000")
        #expect(octets(list(message, from: 2)) == Array(message[2...]))
    }

    @Test(arguments: ["000a 0002 01", "000a 00", "000a", ""])
    func `an option that is cut off is left out`(tail: String) {
        let first = hex("0003 0000")
        #expect(octets(list(first + hex(tail))) == first)
        // Cut off by the end of the record, not of the message.
        let whole = first + hex("000a 0002 0102")
        #expect(octets(list(whole, count: whole.count - 1)) == first)
    }

    @Test func `what has no room is left out, and smaller ones behind it are not`() {
        let large = hex("000c 00f6") + [UInt8](repeating: 0, count: 246)
        let small = hex("0003 0002 0000")
        let cookie = hex("000a 0008 0102030405060708")
        #expect(octets(list(large + cookie + small)) == large + small)
        let exact = hex("000c 00fc") + [UInt8](repeating: 7, count: 252)
        #expect(octets(list(exact)) == exact)
        #expect(list(hex("000c 00fd") + [UInt8](repeating: 7, count: 253)).isEmpty)
    }

    @Test func `every option of a code is taken out`() {
        var found = list(hex("0008 0001 aa 000a 0000 0008 0000 0003 0001 bb"))
        found.remove(8)
        #expect(octets(found) == hex("000a 0000 0003 0001 bb"))
        found.remove(8)
        #expect(octets(found) == hex("000a 0000 0003 0001 bb"))
        let option = found.find(3)
        #expect(option?.offset == 8 && option?.length == 1)
        #expect(found.find(8) == nil)
    }

    @Test func `options are built octet by octet`() {
        var built = EDNSOptions()
        let isBegun = built.start(0x4F44, count: 7)
        #expect(isBegun)
        built.put(UInt32(0x4F44_4E53))
        built.put(UInt16(0x0100))
        built.put(UInt8(9))
        #expect(octets(built) == hex("4f44 0007 4f444e53 0100 09"))
        let (over, at) = (
            built.start(1, count: 256 - 11 - 3), built.start(1, count: 256 - 11 - 4)
        )
        #expect(!over && at)
    }

    @Test func `lists are compared octet for octet`() {
        let one = list(hex("000a 0004 01020304"))
        #expect(one.isIdentical(to: list(hex("000a 0004 01020304"))))
        #expect(!one.isIdentical(to: list(hex("000a 0004 01020305"))))
        #expect(!one.isIdentical(to: list(hex("000a 0004 01020304 0003 0000"))))
        #expect(!one.isIdentical(to: EDNSOptions()))
    }

    @Test func `an OPT record is written with options`() {
        let options = hex("ff 0003 0000 ff")
        let octets = written {
            expect(
                $0.writeOPT(
                    udpOctets: 1232, isDNSSECOK: true, extendedCode: 1,
                    options: options.span.bytes, from: 1, count: 4))
        }
        #expect(octets == hex("00 0029 04d0 01 00 8000 0004 0003 0000"))
    }

    /// A reader of options must not stand still, nor leave its octets.
    @Test(arguments: 0..<50)
    func `any octets are read to their end`(seed: Int) {
        var random = SystemRandomNumberGenerator()
        let octets = (0..<Int.random(in: 0...600)).map { _ in
            UInt8.random(in: 0...(seed % 2 == 0 ? 3 : 255), using: &random)
        }
        var reader = EDNSOptionReader(octets.span.bytes, from: 0, count: octets.count + seed)
        var end = 0
        while let option = reader.next() {
            #expect(option.offset == end + 4)
            end = option.offset + option.length
            #expect(end <= octets.count)
        }
        let taken = list(octets)
        #expect(taken.length <= 256)
    }
}
