/// A domain name in wire form, held in place: no heap, copied like any value.
///
/// Shape: `octets[0..<length]` is `[label length][label]…[0]`, without compression pointers, as spelled by whoever
/// sent it. Octets from `length` to the next multiple of eight are zero, so that it can be compared in words.
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
        for index in 0..<length where octets[index] != other.octets[index] { return false }
        return true
    }

    /// Folds ASCII letters to lower case in place. Length octets are at most 63 and so never letters.
    @inlinable package mutating func fold() {
        for index in 0..<length { octets[index] = foldedOctet(octets[index]) }
    }

    /// The owned, folded name; nil if nothing was read yet.
    package var domainName: DomainName? {
        DomainName(wire: (0..<length).map { octets[$0] })
    }
}
