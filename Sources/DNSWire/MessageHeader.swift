/// The fixed part of every message. RFC 1035 §4.1.1.
///
/// ```
///   0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15
/// | id                                            |
/// |QR|  opcode   |AA|TC|RD|RA| Z|AD|CD|   rcode   |   flags
/// | QDCOUNT | ANCOUNT | NSCOUNT | ARCOUNT         |   four numbers of 16 bits
/// ```
@frozen @usableFromInline
package struct MessageHeader: Sendable {
    @usableFromInline package var id: UInt16
    @usableFromInline package var flags: UInt16
    @usableFromInline package var questionCount: UInt16
    @usableFromInline package var answerCount: UInt16
    @usableFromInline package var authorityCount: UInt16
    @usableFromInline package var additionalCount: UInt16

    /// Reads the first twelve octets; nil if there are fewer.
    @inlinable package init?(_ message: RawSpan) {
        guard message.byteCount >= WireLimits.headerOctets else { return nil }
        id = message.uint16(at: 0)
        flags = message.uint16(at: 2)
        questionCount = message.uint16(at: 4)
        answerCount = message.uint16(at: 6)
        authorityCount = message.uint16(at: 8)
        additionalCount = message.uint16(at: 10)
    }

    @inlinable package var isResponse: Bool { flags & Flags.response != 0 }
    @inlinable package var opcode: UInt16 { flags >> 11 & 15 }
    @inlinable package var isTruncated: Bool { flags & Flags.truncated != 0 }
    @inlinable package var responseCode: ResponseCode {
        ResponseCode(rawValue: UInt8(truncatingIfNeeded: flags & 15))
    }

    /// The bits of the second word.
    @frozen @usableFromInline
    package enum Flags {
        @inlinable package static var response: UInt16 { 0x8000 }
        @inlinable package static var opcodeMask: UInt16 { 0x7800 }
        @inlinable package static var authoritative: UInt16 { 0x0400 }
        @inlinable package static var truncated: UInt16 { 0x0200 }
        @inlinable package static var recursionDesired: UInt16 { 0x0100 }
        @inlinable package static var recursionAvailable: UInt16 { 0x0080 }
        @inlinable package static var reserved: UInt16 { 0x0040 }
        @inlinable package static var authenticData: UInt16 { 0x0020 }
        @inlinable package static var checkingDisabled: UInt16 { 0x0010 }
    }
}
