import DNSWire

/// Names with their packed answers, found by one probe and compared in words of eight octets.
///
/// Shape: `slots` is an open-addressing table of 8-octet slots (upper half: hash tag, lower half:
/// offset of the node divided by 8, plus one; 0 is empty), at most two thirds full. `nodes` holds
/// for each name:
/// ```
///  0 nameLength u8 | 1 answerCount u8 | 2 flags u8 | 3 labelCount u8 | 4 value u32
///  8 name, folded wire octets, zero-padded to a multiple of 8
///    then answerCount × PackedAnswer | padding to a multiple of 8
/// ```
/// A hit touches one line of `slots` and the lines of its own node. Cost of a lookup: O(1), no
/// allocation.
struct NameTable: ~Copyable {
    /// What is known of a name beside its answers.
    struct Flags: OptionSet {
        let rawValue: UInt8
        /// Defined, or an ancestor of a defined name: upstream's NXDOMAIN becomes NODATA.
        static let isKnown = Flags(rawValue: 1)
        /// Any type leads through a CNAME.
        static let isAlias = Flags(rawValue: 2)
        /// In a domain table: the rule holds for names below only.
        static let isBelowOnly = Flags(rawValue: 4)
        /// An alias `*.` of the name answers for all names below that do not exist.
        static let hasWildcard = Flags(rawValue: 8)
        /// Hosts files or `host-record` give the name an address.
        static let isHost = Flags(rawValue: 16)
    }

    /// A node that was found. Trivial; meaningful only for the table that gave it.
    struct Node {
        let offset: Int
        let nameLength: Int
        let answerCount: Int
        let flags: Flags
        /// What the owner of the table put there.
        let value: UInt32

        var answersOffset: Int { offset &+ 8 &+ (nameLength &+ 7) & ~7 }
    }

    private let slots: FrozenOctets
    private let mask: UInt64
    let nodes: FrozenOctets
    let count: Int
    /// The largest number of labels of a stored name; longer suffixes need not be probed.
    let labelLimit: Int

    init(slots: [UInt8], nodes: [UInt8], count: Int, labelLimit: Int) {
        precondition(slots.count.nonzeroBitCount == 1 && slots.count >= 8, "a power of two")
        mask = UInt64(slots.count / 8 - 1)
        self.slots = FrozenOctets(slots)
        self.nodes = FrozenOctets(nodes)
        self.count = count
        self.labelLimit = labelLimit
    }

    var isEmpty: Bool { count == 0 }

    /// Finds the suffix of `name` that starts at `offset`; `hash` is its hash.
    @inline(__always)
    func find(_ name: borrowing FoldedName, from offset: Int = 0, hash: UInt64) -> Node? {
        let slots = slots.bytes
        let nodes = nodes.bytes
        let length = name.length &- offset
        var index = hash & mask
        let tag = hash >> 32
        while true {
            let slot = slots.word(at: Int(truncatingIfNeeded: index) &* 8)
            if slot == 0 { return nil }
            if slot >> 32 == tag {
                let node = Int(truncatingIfNeeded: (slot & 0xFFFF_FFFF) &- 1) &* 8
                if Int(nodes.octet(at: node)) == length,
                    Self.isEqual(nodes, at: node &+ 8, to: name, from: offset)
                {
                    return Node(
                        offset: node, nameLength: length,
                        answerCount: Int(nodes.octet(at: node &+ 1)),
                        flags: Flags(rawValue: nodes.octet(at: node &+ 2)),
                        value: nodes.littleUInt32(at: node &+ 4))
                }
            }
            index = (index &+ 1) & mask
        }
    }

    @inline(__always)
    private static func isEqual(
        _ nodes: RawSpan, at stored: Int, to name: borrowing FoldedName, from offset: Int
    ) -> Bool {
        let length = name.length &- offset
        var index = 0
        while index < length {
            if nodes.word(at: stored &+ index) != name.word(at: offset &+ index) { return false }
            index &+= 8
        }
        return true
    }

    /// The answer of a type, or nil. At most `answerCount` headers are read.
    @inline(__always)
    func answer(of node: Node, type: RecordType) -> PackedAnswer? {
        let bytes = nodes.bytes
        var offset = node.answersOffset
        // A name with one type has no answer for ANY of its own.
        if type == .any, node.answerCount == 1 { return PackedAnswer(bytes, at: offset) }
        for _ in 0..<node.answerCount {
            let answer = PackedAnswer(bytes, at: offset)
            if answer.type == type.rawValue { return answer }
            offset = answer.endOffset
        }
        return nil
    }

    /// Appends the body of an answer of this table; false if there is no room.
    @inline(__always)
    func writeBody(_ answer: PackedAnswer, turn: Int = 0, into writer: inout WireWriter) -> Bool {
        answer.writeBody(nodes.bytes, turn: turn, into: &writer)
    }

    /// Reads the name at the end of an open CNAME chain.
    func readTarget(of chain: PackedAnswer, into name: inout NameBuffer) -> Bool {
        var reader = WireReader(nodes.bytes, at: chain.bodyOffset &+ chain.chainEndOffset)
        return reader.readName(into: &name)
    }
}
