import DNSWire

/// How an answer that nobody should believe differs from a true one.
///
/// Each has an address that the true answer has not, so that whoever believes it can be told.
enum Forgery: String, CaseIterable {
    case id, port, question, letters
    /// QR is 0: a question.
    case query
    /// NOTIFY instead of QUERY.
    case opcode
    case noQuestion = "no-question"
    /// Nothing but the header, whose counts promise more.
    case header
    /// No octets, and seven of them.
    case empty, short
    /// Octets that mean nothing behind the right id.
    case trash
    /// A compression pointer that leads to itself.
    case pointer
    /// One record more is promised than there is.
    case count
    /// The data of the last record reaches beyond the end.
    case length
    case formerr, servfail, refused

    /// The address in forged answers.
    static let address = "203.0.113.66"

    /// Makes a forgery of the octets of an answer; `number` tells several apart.
    func apply(to octets: inout [UInt8], questionEnd end: Int, number: Int) {
        switch self {
        case .id:
            let id = UInt16(octets[0]) << 8 | UInt16(octets[1])
            let other = id &+ UInt16(truncatingIfNeeded: 1 + number % 65_535)
            (octets[0], octets[1]) = (UInt8(other >> 8), UInt8(other & 0xFF))
        case .port: break
        case .question: octets[13] = octets[13] == 0x7A ? 0x79 : 0x7A
        case .letters:
            if let at = (12..<end - 4).first(where: { Self.hasCase(octets[$0]) }) {
                octets[at] ^= 0x20
            }
        case .query: octets[2] &= 0x7F
        case .opcode: octets[2] |= 0x20
        case .noQuestion:
            octets.removeSubrange(12..<end)
            octets[5] = 0
        case .header: octets.removeSubrange(12...)
        case .empty: octets = []
        case .short: octets.removeSubrange(7...)
        case .trash: octets = octets.prefix(2) + [UInt8](repeating: 0xA5, count: 50)
        case .pointer:
            octets.replaceSubrange(end..<end + 1, with: [0xC0, UInt8(end)])
        case .count: octets[7] += 1
        case .length: octets[octets.count - 5] = 0x40
        case .formerr: (octets[3], octets[7]) = (octets[3] & 0xF0 | 1, 0)
        case .servfail: (octets[3], octets[7]) = (octets[3] & 0xF0 | 2, 0)
        case .refused: (octets[3], octets[7]) = (octets[3] & 0xF0 | 5, 0)
        }
        if [.formerr, .servfail, .refused].contains(self) { octets.removeSubrange(end...) }
    }

    private static func hasCase(_ octet: UInt8) -> Bool {
        UInt8(ascii: "a") <= octet | 0x20 && octet | 0x20 <= UInt8(ascii: "z") && octet > 64
    }
}
