import DNSWire
import Testing

@testable import DNSResolver

@Suite struct CacheShardTests {
    /// The least a shard can have: two of the largest answers.
    private static let octets = 2 * ResolverLimits.cachedAnswerOctets

    /// One stripe with short words for what tests do with it.
    private final class Bench {
        var shard: CacheShard

        init(octets: Int = CacheShardTests.octets) { shard = CacheShard(octets: octets) }

        private func hash(_ name: borrowing FoldedName) -> UInt64 { name.hash(from: 0, seed: 5) }

        @discardableResult
        func insert(
            _ domain: DomainName, _ body: [UInt8], type: UInt16 = 1, now: UInt32 = 0,
            expires: UInt32 = 100, rotation: Int = 0
        ) -> Int {
            let name = folded(domain)
            var header = AnswerHeader(type: RecordType(type))
            header.bodyLength = body.count
            if rotation > 1 {
                header.rotationCount = rotation
                header.rotationStride = body.count / rotation
            }
            return shard.insert(
                name, type: type, hash: hash(name), stored: now, expires: expires,
                header: header, body: body.span.bytes)
        }

        func has(_ domain: DomainName, type: UInt16 = 1) -> Bool {
            let name = folded(domain)
            return shard.find(name, type: type, hash: hash(name)) != nil
        }

        /// The body, as a hit gives it out; nil for a miss.
        func hit(
            _ domain: DomainName, type: UInt16 = 1, rotates: Bool = false
        ) -> [UInt8]? {
            let name = folded(domain)
            guard let entry = shard.find(name, type: type, hash: hash(name)) else { return nil }
            var row = [UInt8](repeating: 0, count: 16_384)
            var count = 0
            do {
                var span = row.mutableSpan
                var writer = WireWriter(span.mutableBytes)
                guard shard.writeBody(of: entry, rotates: rotates, into: &writer) else { return [] }
                count = writer.count
            }
            return Array(row[..<count])
        }
    }

    private func name(_ number: Int) -> DomainName { domain("n\(10_000 + number)") }

    /// Octets of an entry with such a name: 32 + 8 + 20 and the body make a multiple of eight.
    private let bodyOctets = 1024 - 60

    private func body(_ number: Int) -> [UInt8] {
        [UInt8](repeating: UInt8(number & 255), count: bodyOctets)
    }

    @Test func `name and type make the key`() {
        let bench = Bench()
        bench.insert(domain("a.test"), [1], type: 1)
        bench.insert(domain("a.test"), [28], type: 28)
        bench.insert(domain("a.tesu"), [2], type: 1)
        #expect(bench.hit(domain("A.TEST"), type: 1) == [1])
        #expect(bench.hit(domain("a.test"), type: 28) == [28])
        #expect(bench.hit(domain("a.tesu")) == [2])
        #expect(bench.hit(domain("a.test"), type: 5) == nil)
        #expect(bench.hit(domain("test")) == nil)
        #expect(bench.shard.count == 3)
    }

    @Test func `a second answer replaces the first`() {
        let bench = Bench()
        bench.insert(name(0), [1, 2, 3])
        bench.insert(name(0), [4])
        #expect(bench.hit(name(0)) == [4])
        #expect(bench.shard.count == 1)
    }

    @Test func `the oldest goes first, one for one, around the end of the ring`() {
        let bench = Bench()
        for number in 0..<16 { #expect(bench.insert(name(number), body(number)) == 0) }
        for number in 16..<200 {
            #expect(bench.has(name(number - 16)))
            #expect(bench.insert(name(number), body(number)) == 1)
            #expect(!bench.has(name(number - 16)))
            #expect(bench.hit(name(number - 20)) == nil)
            #expect(bench.shard.count == 16)
        }
    }

    @Test func `entries of odd lengths leave fillers at the end, which are passed`() {
        let bench = Bench()
        for number in 0..<500 {
            let octets = [UInt8](repeating: UInt8(number & 255), count: 300 + number % 777)
            bench.insert(name(number), octets)
            #expect(bench.hit(name(number)) == octets)
            #expect(bench.shard.count <= Self.octets / 360)
        }
    }

    @Test func `an entry that was hit gets a second chance, and only one`() {
        let bench = Bench()
        for number in 0..<16 { bench.insert(name(number), body(number)) }
        #expect(bench.hit(name(0)) == body(0))
        bench.insert(name(16), body(16))
        #expect(bench.has(name(0)))
        #expect(!bench.has(name(1)))
        for number in 17..<32 { bench.insert(name(number), body(number)) }
        #expect(!bench.has(name(0)))
    }

    @Test func `a flood leaves what was asked for again`() {
        let bench = Bench(octets: 128 * 1024)
        for number in 0..<20 { bench.insert(name(number), body(number)) }
        for number in 0..<20 { #expect(bench.hit(name(number)) == body(number)) }
        var evicted = 0
        for number in 100..<5000 { evicted += bench.insert(name(number), body(number)) }
        for number in 0..<20 { #expect(bench.hit(name(number)) == body(number)) }
        // All of the memory is used.
        #expect(bench.shard.count >= 120 && evicted == 4920 - bench.shard.count)
        // What becomes popular later finds its place, too.
        for number in 4990..<5000 { #expect(bench.hit(name(number)) == body(number)) }
        for number in 6000..<9000 { bench.insert(name(number), body(number)) }
        for number in 4990..<5000 { #expect(bench.hit(name(number)) == body(number)) }
    }

    @Test func `what is over gets no second chance and counts as no eviction`() {
        let bench = Bench()
        for number in 0..<16 { bench.insert(name(number), body(number), expires: 10) }
        _ = bench.hit(name(0))
        #expect(bench.insert(name(16), body(16), now: 10) == 0)
        #expect(!bench.has(name(0)))
    }

    @Test func `replaced entries leave their octets to the ring and are not evicted twice`() {
        let bench = Bench()
        for number in 0..<100 {
            #expect(bench.insert(name(0), body(number)) == 0)
            #expect(bench.hit(name(0)) == body(number))
            #expect(bench.shard.count == 1)
        }
    }

    @Test func `half a stripe is taken, more is refused`() {
        let bench = Bench()
        let half = [UInt8](repeating: 7, count: Self.octets / 2 - 60)
        bench.insert(name(0), half)
        #expect(bench.hit(name(0)) == half)
        bench.insert(name(1), half + [7])
        #expect(!bench.has(name(1)))
        for number in 2..<20 {
            bench.insert(name(number), half)
            #expect(bench.hit(name(number)) == half)
        }
    }

    @Test func `hits turn a set right, the first one not`() {
        let bench = Bench()
        bench.insert(name(0), [1, 1, 2, 2, 3, 3], rotation: 3)
        let hits = (0..<4).map { _ in bench.hit(name(0), rotates: true) }
        #expect(
            hits == [
                [1, 1, 2, 2, 3, 3], [3, 3, 1, 1, 2, 2], [2, 2, 3, 3, 1, 1], [1, 1, 2, 2, 3, 3],
            ])
        #expect(bench.hit(name(0)) == [1, 1, 2, 2, 3, 3])
    }

    @Test func `after all is forgotten nothing is found and all can be stored`() {
        let bench = Bench()
        for number in 0..<20 { bench.insert(name(number), body(number)) }
        bench.shard.removeAll()
        #expect(bench.shard.count == 0)
        for number in 0..<20 { #expect(!bench.has(name(number))) }
        for number in 0..<16 { #expect(bench.insert(name(number), body(number)) == 0) }
    }

    @Test(arguments: [1, 2, 3], [16_384, 20_008, 65_536, 131_072])
    func `a hit is what was stored last`(seed: UInt64, octets: Int) {
        var generator = SeededGenerator(seed: seed)
        let bench = Bench(octets: octets)
        let names = (0..<200).map { _ in generator.name(labels: 1...8) }
        let types: [UInt16] = [0, 1, 28]
        var model: [Int: [UInt8]] = [:]
        var hits = 0
        var faults = 0
        for now in 0..<(50_000 / 9) {
            let key = generator.number(0...(names.count - 1))
            let type = generator.number(0...2)
            let index = Self.key(names[key], types[type], names)
            switch generator.number(0...9) {
            case 0...4:
                let found = bench.hit(names[key], type: types[type])
                if let found {
                    hits += 1
                    if found != model[index] { faults += 1 }
                }
            case 5 where generator.number(0...300) == 0:
                bench.shard.removeAll()
                model = [:]
            default:
                let large = generator.number(0...20) == 0
                let body = generator.octets(generator.number(0...(large ? 4000 : 300)))
                bench.insert(
                    names[key], body, type: types[type], now: UInt32(now),
                    expires: UInt32(now + generator.number(0...500)))
                model[index] = body
            }
            if bench.shard.count > model.count { faults += 1 }
        }
        #expect(hits > 100)
        #expect(faults == 0)
    }

    /// The same number for equal names.
    private static func key(_ name: DomainName, _ type: UInt16, _ names: [DomainName]) -> Int {
        (names.firstIndex(of: name) ?? 0) * 100 + Int(type)
    }
}
