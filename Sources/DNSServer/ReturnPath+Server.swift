import DNSResolver
import LinuxIO

/// How the server uses the words of a return path: six for the client of a datagram or one for a
/// stream, the last for `serial u32 | kind u8 | listener u24`.
extension ReturnPath {
    enum Kind: UInt8 { case datagram, stream }

    init(datagramTo client: ReplyAddress, listener: Int, serial: UInt32) {
        self.init()
        let packed = client.packed
        for index in packed.indices { words[index] = packed[index] }
        words[7] = UInt64(serial) << 32 | UInt64(listener) & 0xFF_FFFF
    }

    init(stream token: UInt64, client: ReplyAddress, serial: UInt32) {
        self.init(datagramTo: client, listener: 0, serial: serial)
        // The peer's address takes three words and a half; a stream has no local address to answer
        // from.
        words[5] = token
        words[7] |= UInt64(Kind.stream.rawValue) << 24
    }

    var kind: Kind { words[7] >> 24 & 0xFF == 0 ? .datagram : .stream }
    var listener: Int { Int(words[7] & 0xFF_FFFF) }
    var serial: UInt32 { UInt32(truncatingIfNeeded: words[7] >> 32) }
    var streamToken: UInt64 { words[5] }

    var client: ReplyAddress {
        var packed = InlineArray<7, UInt64>(repeating: 0)
        for index in packed.indices { packed[index] = words[index] }
        return ReplyAddress(packed: packed)
    }

    /// Who asked.
    var peer: ReplyAddress { ReplyAddress(peer: client.peer) }
}
