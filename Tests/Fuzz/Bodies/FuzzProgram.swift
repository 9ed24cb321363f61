/// The octets of an input, taken one by one; zeros behind their end.
struct FuzzProgram {
    private let octets: [UInt8]
    private var offset = 0

    init(_ octets: [UInt8]) {
        self.octets = octets
    }

    var isOver: Bool { offset >= octets.count }

    mutating func next() -> Int {
        guard offset < octets.count else { return 0 }
        offset += 1
        return Int(octets[offset - 1])
    }

    mutating func next<Element>(of list: [Element]) -> Element { list[next() % list.count] }

    mutating func take(_ count: Int) -> [UInt8] {
        let end = min(octets.count, offset + count)
        defer { offset = end }
        return Array(octets[offset..<end])
    }
}

extension [UInt8] {
    mutating func append(word: Int) {
        self += [UInt8(truncatingIfNeeded: word >> 8), UInt8(truncatingIfNeeded: word)]
    }

    /// ASCII letters in lower case; lengths of labels are no letters.
    var folded: [UInt8] { map { (65...90).contains($0) ? $0 | 32 : $0 } }
    var capitals: [UInt8] { map { (97...122).contains($0) ? $0 & 0xDF : $0 } }

    /// The labels of a name on the wire.
    var labels: [[UInt8]] {
        var found: [[UInt8]] = []
        var at = 0
        while at < count, self[at] > 0 {
            found.append(Array(self[(at + 1)..<(at + 1 + Int(self[at]))]))
            at += 1 + Int(self[at])
        }
        return found
    }

    /// Whether the name on the wire is, or lies below, another one in lower case.
    func isInside(_ ancestor: [UInt8]) -> Bool {
        let (mine, theirs) = (folded.labels, ancestor.labels)
        return mine.count >= theirs.count && Array<[UInt8]>(mine.suffix(theirs.count)) == theirs
    }
}
