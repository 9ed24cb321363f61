import Testing

@testable import DNSResolver

@Suite struct ForwarderRandomPoolTests {
    @Test func `each refilled number is handed out once, then the system is asked`() {
        var pool = RandomPool()
        let room = pool.missingOctets
        #expect(room == 1024)
        pool.refill(from: ([7, 7, 9, 9, 1] as [UInt8]).span.bytes)
        let left = pool.missingOctets
        #expect(left == 1020)
        #expect([pool.next(), pool.next()] == [0x0909, 0x0707])
        // Sixteen numbers of the system are not all the same.
        #expect(Set((0..<16).map { _ in pool.next() }).count > 1)
    }

    @Test func `more octets than fit are left`() {
        var pool = RandomPool()
        let wasLow = pool.isLow
        pool.refill(from: [UInt8](repeating: 1, count: 5000).span.bytes)
        let (left, isLow) = (pool.missingOctets, pool.isLow)
        #expect(wasLow && !isLow && left == 0)
    }

    @Test(arguments: [1024...65_535, 0...65_535, 53...53, 1...2] as [ClosedRange<UInt16>])
    func `ports stay in their range and reach its ends`(range: ClosedRange<UInt16>) {
        for (octet, end) in [(UInt8.max, range.upperBound), (0, range.lowerBound)] {
            var pool = RandomPool()
            pool.refill(from: [UInt8](repeating: octet, count: 4).span.bytes)
            #expect(pool.nextPort(in: range) == end)
        }
        var pool = RandomPool()
        for _ in 0..<1000 { #expect(range.contains(pool.nextPort(in: range))) }
    }
}
