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
