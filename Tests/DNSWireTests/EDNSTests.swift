import DNSWire
import Testing

@Suite struct EDNSTests {
    /// What an OPT record with these class and TTL says: `octets version DO extended-code`.
    private func check(_ octets: String, _ ttl: String, _ expected: String) throws {
        let record = hex("00 0029 \(octets) \(ttl) 0000")
        let edns = EDNS(try DNSWireTests.record(in: record))
        let flag = edns.isDNSSECOK ? " DO" : ""
        #expect("\(edns.udpOctets) v\(edns.version)\(flag) \(edns.extendedCode)" == expected)
    }

    @Test(arguments: [
        ("0000", "512"), ("01ff", "512"), ("0200", "512"), ("0201", "513"), ("04d0", "1232"),
        ("ffff", "65535"),
    ])
    func `a payload size below 512 counts as 512`(octets: String, expected: String) throws {
        try check(octets, "00000000", "\(expected) v0 0")
    }

    @Test(arguments: [
        ("00008000", "v0 DO 0"), ("00007fff", "v0 0"), ("00010000", "v1 0"),
        ("01000000", "v0 1"), ("ffffffff", "v255 DO 255"),
    ])
    func `version, flag and code stand where the TTL would`(
        ttl: String, expected: String
    ) throws {
        try check("04d0", ttl, "1232 \(expected)")
    }

    @Test func `an OPT record is written`() {
        let plain = written { expect($0.writeOPT(udpOctets: 1232, isDNSSECOK: false)) }
        #expect(plain == hex("00 0029 04d0 00 00 0000 0000"))
        let full = written {
            expect($0.writeOPT(udpOctets: 4096, isDNSSECOK: true, extendedCode: 1))
        }
        #expect(full == hex("00 0029 1000 01 00 8000 0000"))
        #expect(plain.count == WireLimits.optOctets)
    }

    @Test func `an OPT record with an extended error is written`() {
        let octets = written {
            expect($0.writeOPT(udpOctets: 1232, isDNSSECOK: true, extendedError: 22))
        }
        #expect(octets == hex("00 0029 04d0 00008000 0006  000f 0002 0016"))
    }

    @Test(arguments: 0...18)
    func `an OPT record without room leaves nothing behind`(limit: Int) {
        let plain = written(limit: limit) {
            expect($0.writeOPT(udpOctets: 1232, isDNSSECOK: false) == (limit >= 11))
        }
        #expect(plain.count == (limit >= 11 ? 11 : 0))
        let full = written(limit: limit) {
            expect(
                $0.writeOPT(udpOctets: 1232, isDNSSECOK: false, extendedError: 1)
                    == (limit >= 17))
        }
        #expect(full.count == (limit >= 17 ? 17 : 0))
    }
}
