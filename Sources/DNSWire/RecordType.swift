/// The type of a resource record or question. RFC 1035 §3.2.2; numbers from the IANA registry.
@frozen @usableFromInline
package struct RecordType: RawRepresentable, Hashable, Sendable {
    @usableFromInline package var rawValue: UInt16

    @inlinable package init(rawValue: UInt16) { self.rawValue = rawValue }
    @inlinable package init(_ rawValue: UInt16) { self.rawValue = rawValue }

    @inlinable package static var a: Self { Self(1) }
    @inlinable package static var ns: Self { Self(2) }
    @inlinable package static var cname: Self { Self(5) }
    @inlinable package static var soa: Self { Self(6) }
    @inlinable package static var ptr: Self { Self(12) }
    @inlinable package static var mx: Self { Self(15) }
    @inlinable package static var txt: Self { Self(16) }
    @inlinable package static var aaaa: Self { Self(28) }
    @inlinable package static var srv: Self { Self(33) }
    @inlinable package static var naptr: Self { Self(35) }
    @inlinable package static var dname: Self { Self(39) }
    @inlinable package static var opt: Self { Self(41) }
    @inlinable package static var ds: Self { Self(43) }
    @inlinable package static var rrsig: Self { Self(46) }
    @inlinable package static var nsec: Self { Self(47) }
    @inlinable package static var nsec3: Self { Self(50) }
    @inlinable package static var svcb: Self { Self(64) }
    @inlinable package static var https: Self { Self(65) }
    @inlinable package static var ixfr: Self { Self(251) }
    @inlinable package static var axfr: Self { Self(252) }
    @inlinable package static var any: Self { Self(255) }
    @inlinable package static var caa: Self { Self(257) }

    /// Whether a question of the type is between a client and the server at hand only: OPT, TKEY,
    /// TSIG, IXFR and AXFR. RFC 6895 §3.1, RFC 5936 §2, RFC 2930 §2.
    @inlinable package var isBetweenTwo: Bool { rawValue == 41 || 249...252 ~= rawValue }
}

extension RecordType {
    /// Mnemonics in the order of their numbers, as dnsmasq and `dig` spell them.
    private static let names: [(UInt16, StaticString)] = [
        (1, "A"), (2, "NS"), (3, "MD"), (4, "MF"), (5, "CNAME"), (6, "SOA"), (7, "MB"), (8, "MG"),
        (9, "MR"), (10, "NULL"), (11, "WKS"), (12, "PTR"), (13, "HINFO"), (14, "MINFO"),
        (15, "MX"), (16, "TXT"), (17, "RP"), (18, "AFSDB"), (19, "X25"), (20, "ISDN"), (21, "RT"),
        (22, "NSAP"), (23, "NSAP_PTR"), (24, "SIG"), (25, "KEY"), (26, "PX"), (27, "GPOS"),
        (28, "AAAA"), (29, "LOC"), (30, "NXT"), (31, "EID"), (32, "NIMLOC"), (33, "SRV"),
        (34, "ATMA"), (35, "NAPTR"), (36, "KX"), (37, "CERT"), (38, "A6"), (39, "DNAME"),
        (40, "SINK"), (41, "OPT"), (42, "APL"), (43, "DS"), (44, "SSHFP"), (45, "IPSECKEY"),
        (46, "RRSIG"), (47, "NSEC"), (48, "DNSKEY"), (49, "DHCID"), (50, "NSEC3"),
        (51, "NSEC3PARAM"), (52, "TLSA"), (53, "SMIMEA"), (55, "HIP"), (56, "NINFO"),
        (57, "RKEY"), (58, "TALINK"), (59, "CDS"), (60, "CDNSKEY"), (61, "OPENPGPKEY"),
        (62, "CSYNC"), (63, "ZONEMD"), (64, "SVCB"), (65, "HTTPS"), (99, "SPF"), (100, "UINFO"),
        (101, "UID"), (102, "GID"), (103, "UNSPEC"), (104, "NID"), (105, "L32"), (106, "L64"),
        (107, "LP"), (108, "EUI48"), (109, "EUI64"), (249, "TKEY"), (250, "TSIG"), (251, "IXFR"),
        (252, "AXFR"), (253, "MAILB"), (254, "MAILA"), (255, "ANY"), (256, "URI"), (257, "CAA"),
        (258, "AVC"), (259, "DOA"), (260, "AMTRELAY"), (32_768, "TA"), (32_769, "DLV"),
    ]

    /// The mnemonic, or nil where the number has none. Cost: a scan; for logs and configuration
    /// only.
    package var mnemonic: String? {
        Self.names.first { $0.0 == rawValue }.map { "\($0.1)" }
    }

    /// Reads a mnemonic (any case), `TYPE65` (RFC 3597 §5) or a plain number.
    package init?(parsing text: some StringProtocol) {
        let upper = text.uppercased()
        if let known = Self.names.first(where: { "\($0.1)" == upper }) {
            self.init(known.0)
            return
        }
        let digits = upper.hasPrefix("TYPE") ? upper.dropFirst(4) : upper[...]
        // `UInt16` alone would take a sign.
        guard digits.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let number = UInt16(digits) else {
            return nil
        }
        self.init(number)
    }
}

/// The class of a record or question. RFC 1035 §3.2.4.
@frozen @usableFromInline
package struct RecordClass: RawRepresentable, Hashable, Sendable {
    @usableFromInline package var rawValue: UInt16

    @inlinable package init(rawValue: UInt16) { self.rawValue = rawValue }

    @inlinable package static var internet: Self { Self(rawValue: 1) }
    @inlinable package static var chaos: Self { Self(rawValue: 3) }
    @inlinable package static var any: Self { Self(rawValue: 255) }
}

/// The response code of a message. RFC 1035 §4.1.1, RFC 6891 §9.
@frozen @usableFromInline
package struct ResponseCode: RawRepresentable, Hashable, Sendable {
    @usableFromInline package var rawValue: UInt8

    @inlinable package init(rawValue: UInt8) { self.rawValue = rawValue }

    @inlinable package static var noError: Self { Self(rawValue: 0) }
    @inlinable package static var formatError: Self { Self(rawValue: 1) }
    @inlinable package static var serverFailure: Self { Self(rawValue: 2) }
    @inlinable package static var nameError: Self { Self(rawValue: 3) }
    @inlinable package static var notImplemented: Self { Self(rawValue: 4) }
    @inlinable package static var refused: Self { Self(rawValue: 5) }
    /// BADVERS needs the upper bits of the OPT record.
    @inlinable package static var badVersion: Self { Self(rawValue: 16) }

    /// The RFC mnemonic where there is one, else the number.
    package var text: String {
        switch rawValue {
        case 0: "NOERROR"
        case 1: "FORMERR"
        case 2: "SERVFAIL"
        case 3: "NXDOMAIN"
        case 4: "NOTIMP"
        case 5: "REFUSED"
        case 16: "BADVERS"
        default: "\(rawValue)"
        }
    }
}
