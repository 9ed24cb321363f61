import Testing

@testable import DNSResolver

@Suite struct ForwarderDeadlineHeapTests {
    @Test func `the first is the earliest, whatever is set, moved and removed`() {
        var heap = DeadlineHeap()
        var expected: [Int: Int64] = [:]
        heap.grow(to: 50)
        var random = SeededGenerator(seed: 7)
        for _ in 0..<5000 {
            let slot = Int.random(in: 0..<50, using: &random)
            if Int.random(in: 0..<3, using: &random) == 0 {
                heap.remove(slot)
                expected[slot] = nil
            } else {
                let due = Int64.random(in: 0..<100, using: &random)
                heap.set(slot, to: Instant(milliseconds: due))
                expected[slot] = due
            }
            #expect(heap.first?.due.milliseconds == expected.values.min())
            if let first = heap.first { #expect(expected[first.slot] == first.due.milliseconds) }
        }
    }
}

/// Numbers that are the same in every run: SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
