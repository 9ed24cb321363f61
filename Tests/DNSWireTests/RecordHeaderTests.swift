import DNSWire
import Testing

@Suite struct RecordHeaderTests {
    /// A line of what was read, or nil.
    private func check(_ octets: [UInt8], at offset: Int = 0, _ expected: String?) {
        var reader = WireReader(octets.span.bytes, at: offset)
        let record = reader.readRecord()
        let text = record.map {
            "\($0.ownerOffset) \($0.type.mnemonic ?? "?") \($0.recordClass.rawValue) "
                + "\($0.ttlSeconds)@\($0.ttlOffset) \($0.rdataLength)@\($0.rdataOffset)"
        }
        #expect(text == expected)
        if let record { #expect(reader.offset == record.endOffset) }
    }

    private let address = hex(
        """
        'a' 00      ; owner
        0001 0001   ; A IN
        0000003c    ; TTL 60
        0004        ; RDLENGTH
        c0000201    ; 192.0.2.1
        """)

    @Test func `the parts of a record are found`() {
        check(address, "0 A 1 60@7 4@13")
        check([0xFF] + address + [0xFF], at: 1, "1 A 1 60@8 4@14")
        check(hex("00 001c 00ff ffffffff 0000"), "0 AAAA 255 4294967295@5 0@11")
        check(hex("ffff 0001 0001 80000000 0000"), "0 A 1 2147483648@6 0@12")
    }

    @Test func `a record that is cut anywhere is refused`() {
        for length in 0..<address.count { check(Array(address.prefix(length)), nil) }
    }

    @Test func `a length that says too much is refused`() {
        check(hex("00 0001 0001 00000000 0001"), nil)
        check(hex("00 0001 0001 00000000 0003 0102"), nil)
        check(hex("00 0001 0001 00000000 ffff") + [UInt8](repeating: 0, count: 65_534), nil)
        check(
            hex("00 0001 0001 00000000 ffff") + [UInt8](repeating: 0, count: 65_535),
            "0 A 1 0@5 65535@11")
    }

    @Test(arguments: ["40 00*80", "bf 00*80", "c0", "'a'"])
    func `a bad owner is refused`(owner: String) { check(hex(owner), nil) }

    @Test func `a refused record may be tried elsewhere`() {
        let octets = hex("c0") + address
        var reader = WireReader(octets.span.bytes)
        // c0 01 is taken for a pointer: where it leads is not looked at.
        expect(reader.readRecord() == nil || reader.offset <= octets.count)
        check(octets, at: 1, "1 A 1 60@8 4@14")
    }
}

@Suite struct MessageHeaderTests {
    private func check(_ flags: String, _ expected: String) throws {
        let octets = hex("abcd \(flags) 0001 0002 0003 ffff")
        let read = MessageHeader(octets.span.bytes)
        let header = try #require(read)
        #expect(header.id == 0xABCD)
        #expect(
            [
                header.questionCount, header.answerCount, header.authorityCount,
                header.additionalCount,
            ] == [1, 2, 3, 65_535])
        let text =
            (header.isResponse ? "qr " : "") + (header.isTruncated ? "tc " : "")
            + "\(header.opcode) \(header.responseCode.text)"
        #expect(text == expected)
    }

    @Test(arguments: [
        ("0000", "0 NOERROR"), ("8180", "qr 0 NOERROR"), ("8583", "qr 0 NXDOMAIN"),
        ("0200", "tc 0 NOERROR"), ("2800", "5 NOERROR"), ("7800", "15 NOERROR"),
        ("ffff", "qr tc 15 15"), ("0002", "0 SERVFAIL"), ("0005", "0 REFUSED"),
        ("0001", "0 FORMERR"), ("0004", "0 NOTIMP"),
    ])
    func `flags are read`(flags: String, expected: String) throws { try check(flags, expected) }

    @Test func `fewer than twelve octets are no header`() {
        let octets = hex("00*12")
        for length in 0...12 {
            let header = MessageHeader(octets.span.bytes.extracting(first: length))
            #expect((header != nil) == (length == 12))
        }
    }

    @Test func `every flag is one bit and none is twice`() {
        let flags = [
            MessageHeader.Flags.response, MessageHeader.Flags.authoritative,
            MessageHeader.Flags.truncated, MessageHeader.Flags.recursionDesired,
            MessageHeader.Flags.recursionAvailable, MessageHeader.Flags.reserved,
            MessageHeader.Flags.authenticData, MessageHeader.Flags.checkingDisabled,
        ]
        #expect(flags.allSatisfy { $0.nonzeroBitCount == 1 })
        let all = flags.reduce(MessageHeader.Flags.opcodeMask, |)
        #expect(all == 0xFFF0)
    }
}
