import DNSWire
import Testing

@testable import DNSResolver

@Suite struct NameTableTests {
    private let seed: UInt64 = 77

    private func answer(_ type: RecordType, _ body: [UInt8]) -> AnswerParts {
        var parts = AnswerParts(type: type)
        parts.body = body
        return parts
    }

    private func body(_ answer: PackedAnswer, of table: borrowing NameTable) -> [UInt8] {
        var row = [UInt8](repeating: 0, count: 512)
        var count = 0
        do {
            var span = row.mutableSpan
            var writer = WireWriter(span.mutableBytes)
            _ = table.writeBody(answer, into: &writer)
            count = writer.count
        }
        return Array(row[..<count])
    }

    @Test(arguments: [0, 1, 2, 3, 10, 1000, 3000])
    func `a table gives what a dictionary gives`(count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        var model: [DomainName: (value: UInt32, body: [UInt8])] = [:]
        while model.count < count {
            model[generator.name(labels: 0...5)] = (
                UInt32(truncatingIfNeeded: generator.next()),
                generator.octets(generator.number(0...40))
            )
        }
        var builder = NameTableBuilder(capacity: count, seed: seed)
        for (name, entry) in model {
            builder.add(
                name: name.octets, labelCount: name.labelCount, flags: .isKnown,
                value: entry.value, answers: [answer(.a, entry.body), answer(.txt, [1])])
        }
        let table = builder.build()
        #expect(table.count == count)
        #expect(table.isEmpty == (count == 0))
        #expect(table.labelLimit == model.keys.map(\.labelCount).max() ?? 0)
        var faults = 0
        for _ in 0..<1000 {
            faults += check(generator.name(labels: 0...6), table, model)
        }
        for name in model.keys { faults += check(name, table, model) }
        #expect(faults == 0)
    }

    /// Looks up every suffix of a name; how many were not as they should be.
    private func check(
        _ domain: DomainName, _ table: borrowing NameTable,
        _ model: [DomainName: (value: UInt32, body: [UInt8])]
    ) -> Int {
        let name = folded(domain)
        var faults = 0
        let offsets = (0..<name.labelCount).map { Int(name.labelOffsets[$0]) }
        for offset in offsets + [name.length - 1] {
            let octets = (offset..<name.length).map { name.octet(at: $0) }
            let expected = DomainName(wire: octets).flatMap { model[$0] }
            let node = table.find(
                name, from: offset, hash: name.hash(from: offset, seed: seed))
            if node?.value != expected?.value { faults += 1 }
            guard let node else { continue }
            let bodies = [.a, .txt, .mx].map { type in
                table.answer(of: node, type: type).map { body($0, of: table) }
            }
            if bodies != [expected?.body, [1], nil] || node.nameLength != octets.count
                || node.flags != .isKnown
            {
                faults += 1
            }
        }
        return faults
    }

    @Test func `two names with one hash are told apart`() {
        var builder = NameTableBuilder(capacity: 1, seed: seed)
        let name = folded("a.test")
        let other = folded("b.test")
        let stored = DomainName(parsing: "b.test")
        builder.add(
            name: stored?.octets ?? [], labelCount: 2, flags: [], answers: [AnswerParts]())
        let table = builder.build()
        let hash = other.hash(from: 0, seed: seed)
        let (found, none) = (table.find(other, hash: hash), table.find(name, hash: hash))
        #expect(found != nil && none == nil)
    }

    @Test func `a turned body has its records in turned order`() {
        var parts = AnswerParts(type: .a)
        parts.body = [9, 1, 1, 2, 2, 3, 3, 8]
        parts.header.rotationOffset = 1
        parts.header.rotationCount = 3
        parts.header.rotationStride = 2
        var builder = NameTableBuilder(capacity: 1, seed: seed)
        builder.add(name: [0], labelCount: 0, flags: [], answers: [parts])
        let table = builder.build()
        let root = folded(".")
        guard let node = table.find(root, hash: root.hash(from: 0, seed: seed)),
            let answer = table.answer(of: node, type: .a)
        else {
            Issue.record("the root was not found")
            return
        }
        var row = [UInt8](repeating: 0, count: 8)
        for (turn, expected) in [
            [9, 1, 1, 2, 2, 3, 3, 8], [9, 2, 2, 3, 3, 1, 1, 8], [9, 3, 3, 1, 1, 2, 2, 8],
        ].enumerated() {
            var span = row.mutableSpan
            var writer = WireWriter(span.mutableBytes)
            let isWhole = table.writeBody(answer, turn: turn, into: &writer)
            #expect(isWhole)
            #expect(row == expected.map(UInt8.init))
        }
    }
}
