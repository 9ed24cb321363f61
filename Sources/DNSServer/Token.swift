/// What an event of epoll is about.
///
/// The last octet tells these words from the tokens of upstream attempts: an attempt has its place
/// there, which is far below 128.
///
/// Shape: `generation u32 | index u24 | 1 u1 | kind u7`. A generation makes the token of
/// what is gone harmless: it comes back after four thousand million others in the same place.
struct Token: Equatable {
    enum Kind: UInt64 { case wake, udpListener, tcpListener, stream, connection, sharedSocket }

    private static let mark: UInt64 = 0x80
    /// Indexes are below this: `ConfigLimits.tcpConnections`, which a test holds against it. More
    /// listeners would take more descriptors than a process may have.
    static let indexes = 1 << 24

    let word: UInt64

    init(_ kind: Kind, index: Int = 0, generation: UInt32 = 0) {
        precondition(index < Self.indexes, "an index has 24 bits")
        word = UInt64(generation) << 32 | UInt64(index) << 8 | Self.mark | kind.rawValue
    }

    /// nil for a token of an upstream attempt.
    init?(word: UInt64) {
        guard word & Self.mark != 0 else { return nil }
        self.word = word
    }

    var kind: Kind { Kind(rawValue: word & 0x7F) ?? .wake }
    var index: Int { Int(word >> 8 & 0xFF_FFFF) }
    var generation: UInt32 { UInt32(truncatingIfNeeded: word >> 32) }
}
