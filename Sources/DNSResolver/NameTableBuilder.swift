import DNSWire

/// Collects names with their answers and lays them out as a `NameTable`.
struct NameTableBuilder {
    private var slots: [UInt8]
    private var nodes: [UInt8] = []
    private var count = 0
    private var labelLimit = 0
    private let seed: UInt64

    /// `capacity` is how many names will come; more are a programmer's error.
    init(capacity: Int, seed: UInt64) {
        var slotCount = 8
        while slotCount * 2 < capacity * 3 { slotCount *= 2 }
        slots = Array(repeating: 0, count: slotCount * 8)
        self.seed = seed
    }

    /// Adds one name. Each name may be added once.
    mutating func add(
        name: some RandomAccessCollection<UInt8>, labelCount: Int, flags: NameTable.Flags,
        value: UInt32 = 0, answers: some Collection<AnswerParts>
    ) {
        precondition(nodes.count / 8 < Int(UInt32.max), "a table holds at most 32 GiB")
        precondition(answers.count < 256, "a name has at most 255 types")
        let node = nodes.count
        nodes.append(UInt8(name.count))
        nodes.append(UInt8(answers.count))
        nodes.append(flags.rawValue)
        nodes.append(UInt8(labelCount))
        nodes.appendLittle(value)
        nodes += name
        pad()
        for answer in answers { answer.append(to: &nodes) }
        pad()
        insert(hash: NameHash.hash(name, seed: seed), node: node)
        count += 1
        labelLimit = max(labelLimit, labelCount)
    }

    private mutating func pad() {
        while nodes.count % 8 != 0 { nodes.append(0) }
    }

    private mutating func insert(hash: UInt64, node: Int) {
        let mask = UInt64(slots.count / 8 - 1)
        precondition(count * 3 <= slots.count / 8 * 2, "the table was made for fewer names")
        var index = hash & mask
        while slots[Int(index) * 8..<Int(index) * 8 + 8].contains(where: { $0 != 0 }) {
            index = (index + 1) & mask
        }
        slots.storeLittle(UInt32(node / 8 + 1), at: Int(index) * 8)
        slots.storeLittle(UInt32(truncatingIfNeeded: hash >> 32), at: Int(index) * 8 + 4)
    }

    consuming func build() -> NameTable {
        NameTable(slots: slots, nodes: nodes, count: count, labelLimit: labelLimit)
    }
}
