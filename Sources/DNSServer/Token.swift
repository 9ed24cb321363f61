/// What an event of epoll is about, in words below 2³²; larger ones are tokens of upstream
/// attempts.
///
/// Shape: `kind u4 | generation u12 | index u16`.
struct Token {
    enum Kind: UInt64 { case wake, udpListener, tcpListener, stream, sharedSocket }

    let word: UInt64

    init(_ kind: Kind, index: Int = 0, generation: UInt16 = 0) {
        word =
            kind.rawValue << 28 | UInt64(generation & 0xFFF) << 16
            | UInt64(UInt16(truncatingIfNeeded: index))
    }

    /// nil for a token of an upstream attempt.
    init?(word: UInt64) {
        guard word >> 32 == 0 else { return nil }
        self.word = word
    }

    var kind: Kind { Kind(rawValue: word >> 28) ?? .wake }
    var index: Int { Int(word & 0xFFFF) }
    var generation: UInt16 { UInt16(word >> 16 & 0xFFF) }
}
