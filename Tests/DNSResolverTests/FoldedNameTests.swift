import DNSWire
import Testing

@testable import DNSResolver

@Suite struct FoldedNameTests {
    private let seed: UInt64 = 0x5EED

    /// What was read of a name that stands behind some other octets; nil if it was refused.
    private func read(_ octets: [UInt8]) -> (octets: [UInt8], labelCount: Int)? {
        var name = FoldedName()
        let message = [UInt8](repeating: 0xFF, count: 12) + octets
        guard name.read(from: message.span.bytes, at: 12) else { return nil }
        return ((0..<name.length).map { name.octet(at: $0) }, name.labelCount)
    }

    @Test(arguments: 1...17)
    func `every octet is folded at every place as ASCII is`(length: Int) throws {
        var wrong: Set<UInt8> = []
        for octet in UInt8.min...UInt8.max {
            for place in [1, length] {
                var label = [UInt8](repeating: 0x2D, count: length)
                label[place - 1] = octet
                let name = try #require(read([UInt8(length)] + label + [0]))
                label[place - 1] = foldedOctet(octet)
                if name.octets != [UInt8(length)] + label + [0] { wrong.insert(octet) }
            }
        }
        #expect(wrong == [])
    }

    @Test func `what a longer name left behind does not show`() {
        var name = folded("a-very-long-name-that-fills-many-words.example.com")
        let isTaken = name.take(NameBuffer(.root))
        #expect(isTaken)
        #expect((name.length, name.labelCount) == (1, 0))
        #expect(name.word(at: 0) == 0)
        let root = folded(".")
        let isRoot = name.isEqual(to: root)
        #expect(isRoot)
    }

    @Test func `labels are found`() throws {
        let name = folded("www.example.com")
        #expect(name.labelCount == 3)
        #expect((0..<3).map { name.labelOffsets[$0] } == [0, 4, 12])
    }

    @Test(arguments: 0..<200)
    func `the hash of each suffix is that of the suffix alone`(round: Int) {
        var generator = SeededGenerator(seed: UInt64(round))
        var suffix = generator.name(labels: 1...20)
        let name = folded(suffix)
        for label in 0..<name.labelCount {
            let offset = Int(name.labelOffsets[label])
            let hash = name.hash(from: offset, seed: seed)
            #expect(hash == NameHash.hash(suffix.octets, seed: seed))
            let alone = folded(suffix).hash(from: 0, seed: seed)
            #expect(hash == alone)
            suffix = suffix.parent ?? .root
        }
    }

    @Test func `names that differ in one octet or in the seed have different hashes`() {
        var hashes: Set<UInt64> = []
        for number in 0..<10_000 {
            hashes.insert(folded("host\(number).test").hash(from: 0, seed: seed))
        }
        hashes.insert(folded("host0.test").hash(from: 0, seed: seed + 1))
        #expect(hashes.count == 10_001)
    }

    @Test func `a name has at most 255 octets and 127 labels`() {
        let labels = [UInt8](repeating: 1, count: 254)
        #expect(read(labels + [0])?.labelCount == 127)
        #expect(read(labels + [1, 1, 0]) == nil)
        let long = ([63] + [UInt8](repeating: 97, count: 63))
        #expect(read(long + long + long + [61] + [UInt8](repeating: 97, count: 61) + [0]) != nil)
        #expect(read(long + long + long + [62] + [UInt8](repeating: 97, count: 62) + [0]) == nil)
        #expect(read(long + long + long + long) == nil)
    }

    @Test(arguments: [
        [], [1], [1, 97], [64] + [UInt8](repeating: 97, count: 70), [0xC0, 0x0C], [0x80],
    ])
    func `cut names, long labels and pointers are refused`(octets: [UInt8]) {
        #expect(read(octets) == nil)
    }
}
