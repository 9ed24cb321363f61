import DNSWire
import Testing

@Suite struct RecordTypeTests {
    private func check(_ text: String, _ expected: UInt16?) {
        #expect(RecordType(parsing: text)?.rawValue == expected, "\(text)")
    }

    @Test(arguments: [
        ("A", 1), ("aaaa", 28), ("Https", 65), ("nsap_ptr", 23), ("ANY", 255), ("TYPE65", 65),
        ("type0", 0), ("TYPE65535", 65_535), ("257", 257), ("0", 0), ("65535", 65_535),
        ("DLV", 32_769), ("TYPE1", 1), ("007", 7),
    ])
    func `mnemonics and numbers are read`(text: String, expected: UInt16) {
        check(text, expected)
    }

    @Test(arguments: [
        "", "B", "A ", " A", "TYPE", "TYPEA", "TYPE65536", "65536", "-1", "1.0", "TYPE-1", "TYPE 1",
        "0x1", "٣", "99999999999999999999",
    ])
    func `anything else is refused`(text: String) { check(text, nil) }

    @Test(arguments: ["+1", "TYPE+1", "+0", "-0", "TYPE-0"])
    func `a number with a sign is refused`(text: String) { check(text, nil) }

    @Test func `every mnemonic is read as the number that it stands for`() {
        var count = 0
        for number in UInt16.min...UInt16.max {
            guard let mnemonic = RecordType(number).mnemonic else { continue }
            count += 1
            check(mnemonic, number)
            check(mnemonic.lowercased(), number)
        }
        #expect(count == 89)
    }

    @Test func `the named types have their names`() {
        let types: [RecordType] = [
            .a, .ns, .cname, .soa, .ptr, .mx, .txt, .aaaa, .srv, .naptr, .dname, .opt, .rrsig,
            .https, .axfr, .any, .caa,
        ]
        #expect(
            types.compactMap(\.mnemonic).joined(separator: " ")
                == "A NS CNAME SOA PTR MX TXT AAAA SRV NAPTR DNAME OPT RRSIG HTTPS AXFR ANY CAA")
        #expect(RecordType(54).mnemonic == nil)
        #expect(RecordType(rawValue: 7) == RecordType(7))
    }

    @Test(
        arguments: [
            (.noError, "NOERROR"), (.formatError, "FORMERR"), (.serverFailure, "SERVFAIL"),
            (.nameError, "NXDOMAIN"), (.notImplemented, "NOTIMP"), (.refused, "REFUSED"),
            (.badVersion, "BADVERS"), (ResponseCode(rawValue: 9), "9"),
        ] as [(ResponseCode, String)])
    func `response codes have texts`(code: ResponseCode, text: String) {
        #expect(code.text == text)
    }

    @Test func `classes have their numbers`() {
        let classes = [RecordClass.internet, .chaos, .any]
        #expect(classes.map(\.rawValue) == [1, 3, 255])
    }
}
