import DNSWire
import Testing

/// What the EDNS compliance suite of ISC (genreport) looks at in the header and the OPT record of
/// each answer. RFC 1035 §4.1.1, RFC 6891, RFC 7873, RFC 3225.
@Suite(.serialized) struct ComplianceTests {
    private enum Flag {
        static let all: UInt16 = 0x07F0
        static let authentic: UInt16 = 0x0020
        static let checkingDisabled: UInt16 = 0x0010
        static let zero: UInt16 = 0x0040
    }

    /// A query and what must be true of its answer.
    private struct Case: Sendable {
        var name: String
        var query: Query
        var flags = "qr aa ra"
        var code = ResponseCode.noError
        var hasOPT = true
        var extendedCode: UInt8 = 0

        init(
            _ name: String, _ type: RecordType = .a, flags: UInt16 = 0, options: [String] = [],
            version: UInt8 = 0, isDNSSECOK: Bool = false, udpOctets: UInt16? = nil
        ) {
            self.name = name
            query = Query("a.test", type, flags: flags, edns: udpOctets)
            if !options.isEmpty || version > 0 || isDNSSECOK {
                query.options = Query.Options(
                    version: version, isDNSSECOK: isDNSSECOK, options: options)
            }
            hasOPT = query.options != nil
            // As in dnsmasq: what is not there is nobody's own data.
            if type != .a { self.flags = "qr ra" }
            if version > 0 {
                extendedCode = 1
                self.flags = "qr ra"
            }
        }
    }

    private static let cases: [Case] = [
        Case("dns"), Case("aa", flags: 0x0400), Case("ad", flags: Flag.authentic),
        Case("cd", flags: Flag.checkingDisabled), Case("ra", flags: 0x0080),
        Case("rd", flags: 0x0100), Case("tc", flags: 0x0200), Case("zflag", flags: Flag.zero),
        Case("type666", RecordType(666)), Case("edns", udpOctets: 4096),
        Case("edns@512", udpOctets: 512), Case("edns1", version: 1),
        Case("ednsopt", options: ["100:"]), Case("edns1opt", options: ["100:"], version: 1),
        Case("do", isDNSSECOK: true),
        Case("docookie", options: ["10:0102030405060708"], isDNSSECOK: true),
        Case("edns1do", version: 1, isDNSSECOK: true), Case("ednsnsid", options: ["3:"]),
        Case("ednscookie", options: ["10:0102030405060708"]), Case("ednsexpire", options: ["9:"]),
        Case("ednssubnet", options: ["8:00010000"]), Case("ednspadding", options: ["12:00"]),
        Case("ednskeepalive", options: ["11:"]),
    ]

    @Test(arguments: [false, true])
    func `each answer has the flags and the OPT record that it shall have`(isTCP: Bool) throws {
        let server = try ServerProcess("host-record=a.test,10.0.0.1\nlocal=/test/\n")
        for item in Self.cases {
            var query = item.query
            query.isTCP = isTCP
            let reply = try #require(try server.ask(query), "\(item.name)")
            var flags = item.flags
            if query.flags & 0x0100 != 0 { flags = flags.replacing("ra", with: "rd ra") }
            if query.flags & Flag.checkingDisabled != 0 { flags += " cd" }
            #expect(reply.flags == flags, "\(item.name)")
            #expect(reply.code == item.code, "\(item.name)")
            #expect((reply.edns != nil) == item.hasOPT, "\(item.name)")
            #expect((reply.edns?.extendedCode ?? 0) == item.extendedCode, "\(item.name)")
            #expect((reply.edns?.version ?? 0) == 0, "\(item.name)")
            // A flag of the OPT record that nobody has defined is not sent back, DO is.
            #expect(
                (reply.edns?.isDNSSECOK ?? false) == (query.options?.isDNSSECOK ?? false),
                "\(item.name)")
        }
    }

    @Test(arguments: [1, 2, 3, 6, 15] as [UInt16])
    func `an operation that is not known has a header and no flags`(opcode: UInt16) throws {
        let server = try ServerProcess("host-record=a.test,10.0.0.1\nlocal=/test/\n")
        for flags in [0, Flag.all] {
            let query = Query("a.test", flags: opcode << 11 | flags)
            let reply = try #require(try server.ask(query))
            #expect(reply.header.flags == 0x8000 | opcode << 11 | 4)
            #expect(reply.octets.count == 12)
        }
    }
}
