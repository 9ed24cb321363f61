package import DNSWire

/// The question's name folded to lower case, ready to be hashed and compared in words of eight
/// octets.
///
/// Shape: `length` wire octets, then at least eight zero octets, so that a suffix starting anywhere
/// can be read in whole words. One per worker, overwritten by each query. Cost of reading a
/// 20-octet name: about 60 instructions.
struct FoldedName: ~Copyable {
    private let pin = Pin()
    private var octets = InlineArray<272, UInt8>(repeating: 0)
    /// Offsets of the labels from the start of the name, first label first; `labelCount` of them.
    private(set) var labelOffsets = InlineArray<128, UInt8>(repeating: 0)
    private(set) var labelCount = 0
    /// Wire octets with the root label, 1...255.
    private(set) var length = 0

    init() {}

    /// Reads a name without compression that starts at `offset`; false if it is malformed or a
    /// pointer.
    ///
    /// A question's name is never compressed: there is nothing before it to point to. RFC 1035
    /// §4.1.4.
    mutating func read(from message: RawSpan, at offset: Int) -> Bool {
        var at = offset
        var labels = 0
        while true {
            guard at < message.byteCount else { return false }
            let label = Int(message.octet(at: at))
            if label == 0 { break }
            guard label <= WireLimits.labelOctets, labels < WireLimits.nameLabels else {
                return false
            }
            labelOffsets[labels] = UInt8(truncatingIfNeeded: at &- offset)
            labels &+= 1
            at &+= label &+ 1
            guard at &- offset < WireLimits.nameOctets else { return false }
        }
        labelCount = labels
        length = at &- offset &+ 1
        fold(message, from: offset)
        return true
    }

    /// Takes a name that was read before, such as the target of a CNAME.
    mutating func take(_ name: borrowing NameBuffer) -> Bool {
        read(from: name.bytes, at: 0)
    }

    /// Becomes `*.` and the suffix of another name that starts at `offset`, behind a label.
    mutating func takeWildcard(of name: borrowing FoldedName, from offset: Int) {
        length = name.length &- offset &+ 2
        labelCount = 1
        octets[0] = 1
        octets[1] = UInt8(ascii: "*")
        var index = 0
        while index < length {
            store(name.word(at: offset &+ index), at: index &+ 2)
            index &+= 8
        }
        store(0, at: length)
    }

    /// Takes a name of the configuration.
    mutating func take(_ name: DomainName) -> Bool {
        // Safe: the octets of an array are initialised.
        unsafe read(from: name.octets.span.bytes, at: 0)
    }

    private mutating func fold(_ message: RawSpan, from offset: Int) {
        var index = 0
        while index &+ 8 <= length {
            store(foldedWord(message.word(at: offset &+ index)), at: index)
            index &+= 8
        }
        if index < length, length >= 8 {
            // Overlaps the word before: folding twice changes nothing.
            store(foldedWord(message.word(at: offset &+ length &- 8)), at: length &- 8)
        } else {
            while index < length {
                octets[index] = foldedOctet(message.octet(at: offset &+ index))
                index &+= 1
            }
        }
        store(0, at: length)
    }

    @inline(__always)
    private mutating func store(_ word: UInt64, at offset: Int) {
        var bytes = octets.mutableSpan
        var raw = unsafe bytes.mutableBytes
        raw.storeBytes(of: word, toByteOffset: offset, as: UInt64.self)
    }

    /// Eight octets from `offset` on; zero behind the name.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        // Safe: the octets are initialised; the load is checked against all 272 of them.
        unsafe octets.span.bytes.word(at: offset)
    }

    /// The hash of the suffix that starts at `offset`, as `NameHash` makes it of stored names.
    @inline(__always)
    func hash(from offset: Int, seed: UInt64) -> UInt64 {
        var hash = NameHash(seed: seed, length: length &- offset)
        var index = offset
        while index < length {
            hash.mix(word(at: index))
            index &+= 8
        }
        return hash.value
    }

    func isEqual(to other: borrowing FoldedName) -> Bool {
        guard length == other.length else { return false }
        for index in stride(from: 0, to: length, by: 8)
        where word(at: index) != other.word(at: index) {
            return false
        }
        return true
    }

    /// Octet `index` of the name, folded.
    func octet(at index: Int) -> UInt8 { octets[index] }
}

/// A keyed hash of folded names, the same for a name in memory and a name in a table.
///
/// The seed is drawn for each process, so that nobody outside can make names collide. Cost: one
/// multiplication for eight octets.
struct NameHash {
    private(set) var value: UInt64

    @inline(__always)
    init(seed: UInt64, length: Int) {
        value = seed ^ (UInt64(truncatingIfNeeded: length) &* 0x9E37_79B9_7F4A_7C15)
    }

    @inline(__always)
    mutating func mix(_ word: UInt64) {
        let product = (value ^ word).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
        value = product.high ^ product.low
    }

    /// The hash of wire octets that are already folded.
    static func hash(_ octets: some RandomAccessCollection<UInt8>, seed: UInt64) -> UInt64 {
        var hash = NameHash(seed: seed, length: octets.count)
        var word: UInt64 = 0
        var shift: UInt64 = 0
        for octet in octets {
            word |= UInt64(octet) << shift
            shift += 8
            if shift == 64 {
                hash.mix(word)
                (word, shift) = (0, 0)
            }
        }
        if shift > 0 { hash.mix(word) }
        return hash.value
    }
}

extension IPAddress {
    /// A number that stands for the address and that nobody outside can foretell.
    package func hash(seed: UInt64) -> UInt64 {
        var hash = NameHash(seed: seed, length: octetCount)
        hash.mix(high)
        hash.mix(low)
        return hash.value
    }
}
