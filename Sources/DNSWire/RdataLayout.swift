/// Where the rdata of a type holds domain names, which a copy of the record must expand.
///
/// Shape: `prefix` octets, `strings` character strings, `names` names, `suffix` octets to the end.
/// A type that is not listed has none: its octets are copied as they are, as RFC 3597 §4 asks.
struct RdataLayout {
    var prefix = 0
    var strings = 0
    var names = 0
    var suffix = 0
    /// RFC 3597 §4: only the types of RFC 1035 may be compressed when they are sent.
    var isCompressible = false

    init(_ type: RecordType) {
        switch type.rawValue {
        case 2, 3, 4, 5, 7, 8, 9, 12: (names, isCompressible) = (1, true)  // NS … CNAME, MB … PTR
        case 6: (names, suffix, isCompressible) = (2, 20, true)  // SOA
        case 14: (names, isCompressible) = (2, true)  // MINFO
        case 15: (prefix, names, isCompressible) = (2, 1, true)  // MX
        case 17: names = 2  // RP
        case 18, 21, 36: (prefix, names) = (2, 1)  // AFSDB, RT, KX
        case 26: (prefix, names) = (2, 2)  // PX
        case 33: (prefix, names) = (6, 1)  // SRV
        case 35: (prefix, strings, names) = (4, 3, 1)  // NAPTR
        case 39: names = 1  // DNAME
        default: break
        }
    }
}

extension RecordHeader {
    /// Where the first name in the rdata of a well-formed record stands, and how many names stand
    /// there one behind the other; nil where there is none.
    package func firstName(in message: RawSpan) -> (offset: Int, count: Int)? {
        let layout = RdataLayout(type)
        guard layout.names > 0, rdataLength > 0 else { return nil }
        var at = rdataOffset &+ layout.prefix
        for _ in 0..<layout.strings {
            guard at < endOffset else { return nil }
            at &+= 1 &+ Int(message.octet(at: at))
        }
        return (at, layout.names)
    }

    /// Octets before the name in the rdata of newer types, whose names are never compressed: RRSIG,
    /// NSEC, SVCB, HTTPS. RFC 4034 §3.1.7, §4.1.1; RFC 9460 §2.2.
    private static func wholeNamePrefix(_ type: RecordType) -> Int? {
        switch type {
        case .nsec: 0
        case .svcb, .https: 2
        case .rrsig: 18
        default: nil
        }
    }

    /// Whether the names in the rdata of a record end inside it, and all else has its length. RFC
    /// 9267 §3: what is read is checked first.
    ///
    /// Rdata without names has no form here, but for addresses: RFC 1035 §3.4.1, RFC 3596 §2.2.
    package func isWellFormed(in message: RawSpan) -> Bool {
        if recordClass == .internet {
            if type == .a { return rdataLength == 4 }
            if type == .aaaa { return rdataLength == 16 }
        }
        if let prefix = Self.wholeNamePrefix(type) {
            // A pointer there would lead elsewhere in every other message. RFC 3597 §4. What is too
            // short for a name has none.
            guard rdataLength > prefix else { return true }
            var walk = NameWalk(at: rdataOffset &+ prefix, followsPointers: false)
            return walk.isWhole(in: message) && walk.end <= endOffset
        }
        let layout = RdataLayout(type)
        guard layout.names > 0 else { return true }
        guard let first = firstName(in: message) else { return false }
        var at = first.offset
        for _ in 0..<first.count {
            guard at < endOffset else { return false }
            var walk = NameWalk(at: at)
            guard walk.isWhole(in: message) else { return false }
            at = walk.end
        }
        return at &+ layout.suffix == endOffset
    }
}
