import DNSResolver
import DNSWire

/// Rdata as `dig` prints it.
enum RecordText {
    /// The text; RFC 3597 §5 for types that it does not know.
    static func text(_ record: Explanation.Record) -> String {
        known(record.type, record.rdata) ?? unknown(record.rdata)
    }

    private static func known(_ type: RecordType, _ rdata: [UInt8]) -> String? {
        switch type {
        case .a, .aaaa: address(rdata)
        case .cname, .ns, .ptr, .dname: name(rdata[...])
        case .mx: rdata.count > 2 ? name(rdata[2...]).map { "\(number(rdata, 0)) \($0)" } : nil
        case .srv:
            rdata.count > 6
                ? name(rdata[6...]).map {
                    "\(number(rdata, 0)) \(number(rdata, 2)) \(number(rdata, 4)) \($0)"
                } : nil
        case .txt: strings(rdata)
        case .caa: rdata.count > 2 ? property(rdata) : nil
        default: nil
        }
    }

    private static func address(_ rdata: [UInt8]) -> String? {
        func word(_ range: Range<Int>) -> UInt64 { rdata[range].reduce(0) { $0 << 8 | UInt64($1) } }
        switch rdata.count {
        case 4: return "\(IPAddress(ipv4: UInt32(truncatingIfNeeded: word(0..<4))))"
        case 16: return "\(IPAddress(high: word(0..<8), low: word(8..<16)))"
        default: return nil
        }
    }

    private static func number(_ rdata: [UInt8], _ at: Int) -> Int {
        Int(rdata[at]) << 8 | Int(rdata[at + 1])
    }

    private static func name(_ octets: ArraySlice<UInt8>) -> String? {
        DomainName(wire: Array(octets)).map(final)
    }

    /// With the final dot that says that nothing follows.
    static func final(_ name: DomainName) -> String { name.isRoot ? "." : "\(name)." }

    private static func property(_ rdata: [UInt8]) -> String? {
        let end = 2 + Int(rdata[1])
        guard end <= rdata.count else { return nil }
        let tag = String(decoding: rdata[2..<end], as: UTF8.self)
        return "\(rdata[0]) \(tag) \(quoted(rdata[end...]))"
    }

    private static func strings(_ rdata: [UInt8]) -> String? {
        var texts: [String] = []
        var at = 0
        while at < rdata.count {
            let end = at + 1 + Int(rdata[at])
            guard end <= rdata.count else { return nil }
            texts.append(quoted(rdata[(at + 1)..<end]))
            at = end
        }
        return texts.joined(separator: " ")
    }

    /// RFC 1035 §5.1: what is no printable ASCII as three decimal digits.
    private static func quoted(_ octets: ArraySlice<UInt8>) -> String {
        var text = "\""
        for octet in octets {
            if octet == UInt8(ascii: "\"") || octet == UInt8(ascii: "\\") {
                text += "\\" + String(UnicodeScalar(octet))
            } else if octet >= 0x20, octet < 0x7F {
                text += String(UnicodeScalar(octet))
            } else {
                let digits = String(octet)
                text += "\\" + String(repeating: "0", count: 3 - digits.utf8.count) + digits
            }
        }
        return text + "\""
    }

    private static func unknown(_ rdata: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let hexadecimal = rdata.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return "\\# \(rdata.count) \(String(decoding: hexadecimal, as: UTF8.self))"
    }
}
