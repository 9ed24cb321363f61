/// A cursor over a message that never reads beyond its end.
///
/// Every `read` answers nil (or false) where the message is too short or malformed; a packet from
/// the network is a value, never a trap. Cost: no allocation, no call on the good path.
@frozen @usableFromInline
package struct WireReader: ~Escapable {
    @usableFromInline package let message: RawSpan
    /// Octets from the start of the message; 0...message.byteCount.
    @usableFromInline package var offset: Int

    @inlinable @_lifetime(copy message)
    package init(_ message: RawSpan, at offset: Int = 0) {
        precondition(offset >= 0, "an offset counts from the start of the message")
        self.message = message
        self.offset = min(offset, message.byteCount)
    }

    /// Octets from the cursor to the end.
    @inlinable package var remaining: Int { message.byteCount &- offset }

    @inlinable @_lifetime(self: copy self)
    package mutating func readUInt8() -> UInt8? {
        guard remaining >= 1 else { return nil }
        let value = message.octet(at: offset)
        offset = offset &+ 1
        return value
    }

    @inlinable @_lifetime(self: copy self)
    package mutating func readUInt16() -> UInt16? {
        guard remaining >= 2 else { return nil }
        let value = message.uint16(at: offset)
        offset = offset &+ 2
        return value
    }

    @inlinable @_lifetime(self: copy self)
    package mutating func readUInt32() -> UInt32? {
        guard remaining >= 4 else { return nil }
        let value = message.uint32(at: offset)
        offset = offset &+ 4
        return value
    }

    @inlinable @_lifetime(self: copy self)
    package mutating func skip(_ count: Int) -> Bool {
        guard count >= 0, count <= remaining else { return false }
        offset = offset &+ count
        return true
    }

    /// Reads a name as it is spelled, following compression pointers, and moves behind it. RFC 1035
    /// §4.1.4.
    @_lifetime(self: copy self)
    package mutating func readName(into name: inout NameBuffer) -> Bool {
        var octets = name.octets.mutableSpan
        var walk = NameWalk(at: offset)
        while true {
            let start = walk.length
            switch walk.next(in: message) {
            case .label(let length):
                copyLabel(1 &+ length, from: walk.label, to: start, of: &octets)
            case .root:
                octets[start] = 0
                name.length = walk.length
                name.padWithZeros()
                offset = walk.end
                return true
            case .malformed: return false
            }
        }
    }

    /// Copies a label with its length, in words where there is room: what a word has too much is
    /// overwritten by the next label, or cleared at the end.
    @inline(__always) @_lifetime(octets: copy octets)
    private func copyLabel(
        _ count: Int, from source: Int, to target: Int, of octets: inout MutableSpan<UInt8>
    ) {
        var index = 0
        while index < count {
            if source &+ index &+ 8 <= message.byteCount, target &+ index &+ 8 <= octets.count {
                // Safe: both ranges were compared with their ends.
                unsafe octets.withUnsafeMutableBytes {
                    unsafe $0.storeBytes(
                        of: message.word(at: source &+ index), toByteOffset: target &+ index,
                        as: UInt64.self)
                }
                index &+= 8
            } else {
                octets[target &+ index] = message.octet(at: source &+ index)
                index &+= 1
            }
        }
    }

    /// Moves behind a name without reading where its pointers lead.
    @inlinable @_lifetime(self: copy self)
    package mutating func skipName() -> Bool {
        var at = offset
        while at < message.byteCount {
            let octet = Int(message.octet(at: at))
            if octet >= 0xC0 {
                guard at &+ 2 <= message.byteCount else { return false }
                offset = at &+ 2
                return true
            }
            guard octet <= WireLimits.labelOctets else { return false }
            at = at &+ 1 &+ octet
            if octet == 0 {
                offset = at
                return true
            }
        }
        return false
    }
}

extension NameBuffer {
    /// Clears the octets behind the name up to a multiple of eight.
    @inlinable package mutating func padWithZeros() {
        var index = length
        var mine = octets.mutableSpan
        while index < mine.count, index & 7 != 0 {
            mine[index] = 0
            index &+= 1
        }
    }
}

extension RawSpan {
    /// One octet; the offset must be inside.
    @inlinable package func octet(at offset: Int) -> UInt8 {
        precondition(offset >= 0 && offset < byteCount, "an octet beyond the span")
        // Safe: compared above.
        return unsafe unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
    }

    /// A number in network order; both octets must be inside.
    @inlinable package func uint16(at offset: Int) -> UInt16 {
        precondition(offset >= 0 && offset <= byteCount &- 2, "a number beyond the span")
        // Safe: compared above.
        return UInt16(
            bigEndian: unsafe unsafeLoadUnaligned(
                fromUncheckedByteOffset: offset, as: UInt16.self))
    }

    /// A number in network order; all four octets must be inside.
    @inlinable package func uint32(at offset: Int) -> UInt32 {
        precondition(offset >= 0 && offset <= byteCount &- 4, "a number beyond the span")
        // Safe: compared above.
        return UInt32(
            bigEndian: unsafe unsafeLoadUnaligned(
                fromUncheckedByteOffset: offset, as: UInt32.self))
    }

    /// Eight octets as they lie in memory; all must be inside.
    @inlinable package func word(at offset: Int) -> UInt64 {
        precondition(offset >= 0 && offset <= byteCount &- 8, "a word beyond the span")
        // Safe: compared above.
        return unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
    }
}
