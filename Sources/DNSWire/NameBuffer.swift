/// A domain name in wire form, held in place: no heap, copied like any value.
///
/// Shape: `octets[0..<length]` is `[label length][label]…[0]`, without compression pointers, as
/// spelled by whoever sent it. Octets from `length` to the next multiple of eight are zero, so that
/// it can be compared in words.
@frozen @usableFromInline
package struct NameBuffer: Sendable {
    @usableFromInline package var octets: InlineArray<256, UInt8>
    /// 0 before a name was read, else 1...255.
    @usableFromInline package var length: Int

    @inlinable package init() {
        octets = InlineArray(repeating: 0)
        length = 0
    }

    /// Takes an owned name.
    package init(_ name: DomainName) {
        self.init()
        for (index, octet) in name.octets.enumerated() { octets[index] = octet }
        length = name.octets.count
    }

    /// The octets of the name.
    @inlinable package var bytes: RawSpan {
        @_lifetime(borrow self) get {
            // Safe: the array is initialised and length never exceeds its 256 octets.
            unsafe octets.span.bytes.extracting(0..<length)
        }
    }

    /// Whether both are the same octets, letter case included.
    @inlinable package func isIdentical(to other: borrowing NameBuffer) -> Bool {
        guard length == other.length else { return false }
        // Spans, because indexing a borrowed InlineArray in a loop copies all of it each time
        // (6.3.1).
        let mine = octets.span
        let theirs = other.octets.span
        for index in 0..<length where mine[index] != theirs[index] { return false }
        return true
    }

    /// Whether a message has exactly these octets at `offset`, letter case included.
    @inlinable package func isIdentical(to message: RawSpan, at offset: Int) -> Bool {
        guard offset >= 0, length <= message.byteCount &- offset else { return false }
        let mine = octets.span
        for index in 0..<length where mine[index] != message.octet(at: offset &+ index) {
            return false
        }
        return true
    }

    /// Whether a message has this name in small letters, and nothing else, at `offset`.
    package func isIdentical(folded message: RawSpan, at offset: Int) -> Bool {
        guard offset >= 0, length <= message.byteCount &- offset else { return false }
        let mine = octets.span
        for index in 0..<length
        where foldedOctet(mine[index]) != message.octet(at: offset &+ index) {
            return false
        }
        return true
    }

    /// Whether a message has this name at `offset`, uncompressed, without regard to case.
    package func isEqual(to message: RawSpan, at offset: Int) -> Bool {
        guard offset >= 0, length <= message.byteCount &- offset else { return false }
        let mine = octets.span
        for index in 0..<length
        where foldedOctet(mine[index]) != foldedOctet(message.octet(at: offset &+ index)) {
            return false
        }
        return true
    }

    /// Whether both are one name, without regard to case. RFC 4343 §3.
    @inlinable package func isEqual(to other: borrowing NameBuffer) -> Bool {
        guard length == other.length else { return false }
        return isEqual(to: other, from: 0)
    }

    /// Whether the name equals `ancestor` or lies below it, without regard to case.
    package func isInside(_ ancestor: borrowing NameBuffer) -> Bool {
        let mine = octets.span
        var offset = 0
        while length - offset > ancestor.length { offset += 1 + Int(mine[offset]) }
        guard length - offset == ancestor.length else { return false }
        return isEqual(to: ancestor, from: offset)
    }

    @inlinable func isEqual(to other: borrowing NameBuffer, from offset: Int) -> Bool {
        let mine = octets.span
        let theirs = other.octets.span
        for index in 0..<other.length
        where foldedOctet(mine[offset &+ index]) != foldedOctet(theirs[index]) {
            return false
        }
        return true
    }

    /// Folds ASCII letters to lower case in place. Length octets are at most 63 and so never
    /// letters.
    @inlinable package mutating func fold() {
        let count = length
        var mine = octets.mutableSpan
        for index in 0..<count { mine[index] = foldedOctet(mine[index]) }
    }

    /// The owned, folded name; nil if nothing was read yet.
    package var domainName: DomainName? {
        DomainName(wire: (0..<length).map { octets[$0] })
    }
}
