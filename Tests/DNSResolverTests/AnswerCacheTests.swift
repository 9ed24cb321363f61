import DNSConfig
import DNSWire
import Testing

@testable import DNSResolver

@Suite struct AnswerCacheTests {
    private let policy = AnswerPolicy(Options())
    private let seed: UInt64 = 99

    /// An A record under the question's name: 12 octets of owner, type, class, TTL, length; 4 more.
    private let body: [UInt8] = [0xC0, 12, 0, 1, 0, 1, 0, 0, 14, 16, 0, 4, 192, 0, 2, 1]

    private func insert(_ text: String, into cache: AnswerCache, generation: UInt64 = 1) {
        let name = folded(text)
        var header = AnswerHeader(type: .a)
        header.bodyLength = body.count
        header.answerCount = 1
        _ = cache.insert(
            name, type: 1, hash: name.hash(from: 0, seed: seed), stored: 0, expires: 3600,
            header: header, body: body.span.bytes, generation: generation)
    }

    private func isHit(_ text: String, in cache: AnswerCache) -> Bool {
        let name = folded(text)
        var row = [UInt8](repeating: 0, count: 64)
        var span = row.mutableSpan
        var writer = WireWriter(span.mutableBytes)
        let found = cache.writeAnswer(
            to: name, type: .a, hash: name.hash(from: 0, seed: seed),
            now: Instant(milliseconds: 0), policy: policy, reserve: 0, into: &writer)
        if case .hit = found { return true }
        return false
    }

    @Test func `a flood of names that are asked once does not push out the popular ones`() {
        let cache = AnswerCache(octets: 1 << 20)
        let seed: UInt64 = 42
        var generator = SeededGenerator(seed: seed)
        let popular = (0..<500).map { "popular\($0).example.com" }
        for name in popular { insert(name, into: cache) }
        var hits = 0
        let rounds = 8_000
        for round in 0..<rounds {
            let name = popular[generator.number(0...(popular.count - 1))]
            if isHit(name, in: cache) { hits += 1 } else { insert(name, into: cache) }
            for part in 0..<4 { insert("\(round)-\(part).flood.example.com", into: cache) }
        }
        // 32,000 names of 96 octets and more go through 1 MiB: three times round.
        let ratio = Double(hits) / Double(rounds)
        #expect(ratio > 0.98, "seed \(seed)")
    }

    @Test func `answers by the rules of before come too late`() {
        let cache = AnswerCache(octets: 1 << 20)
        func snapshot(_ generation: UInt64) -> Snapshot {
            Snapshot(options: Options(), hosts: HostsTable(), seed: seed, generation: generation)
        }
        insert("a.test", into: cache, generation: 4)
        var retention = CacheRetention(from: snapshot(4), to: snapshot(5))
        #expect(cache.removeAll(but: &retention) == 1)
        insert("b.test", into: cache, generation: 4)
        insert("c.test", into: cache, generation: 5)
        #expect(isHit("a.test", in: cache) && isHit("c.test", in: cache))
        #expect(!isHit("b.test", in: cache))
    }

    @Test func `without room nothing is cached`() {
        let cache = AnswerCache(octets: AnswerCache.octets(forEntries: 0))
        insert("a.test", into: cache)
        #expect(!cache.isEnabled)
        #expect(!isHit("a.test", in: cache))
        #expect(cache.count == 0)
    }

    @Test(arguments: [(0, 0), (1, 2 << 20), (150, 2 << 20), (10_000, 2_560_000)])
    func `the budget follows cache-size, with a least and a most`(entries: Int, octets: Int) {
        #expect(AnswerCache.octets(forEntries: entries) == octets)
        #expect(AnswerCache.octets(forEntries: 5_000_000) == 1 << 30)
    }

    @Test func `an answer without room is said to be too large`() {
        let cache = AnswerCache(octets: 1 << 20)
        let name = folded("a.test")
        insert("a.test", into: cache)
        var row = [UInt8](repeating: 0, count: 15)
        var span = row.mutableSpan
        var writer = WireWriter(span.mutableBytes)
        let found = cache.writeAnswer(
            to: name, type: .a, hash: name.hash(from: 0, seed: seed),
            now: Instant(milliseconds: 0), policy: policy, reserve: 0, into: &writer)
        guard case .tooLarge = found else {
            Issue.record("\(found)")
            return
        }
        #expect(writer.count == 0)
    }

    @Test(arguments: [(0, false), (255, false), (65_535, false), (16, true), (1, true)])
    func `cache-rr=ANY keeps no type that the cache uses itself`(type: Int, isCached: Bool) {
        var options = Options()
        options.cache.additionalTypes = [.any]
        #expect(AnswerPolicy(options).caches(RecordType(UInt16(type))) == isCached)
    }

    @Test(
        arguments: [
            (0, 0), (1, 1), (86_400, 86_400), (86_401, 86_400), (0x7FFF_FFFF, 86_400),
            (0x8000_0000, 0), (0xFFFF_FFFF, 0),
        ] as [(UInt32, UInt32)])
    func `a TTL is kept up to a day, with the top bit it is zero`(ttl: UInt32, cached: UInt32) {
        #expect(policy.cachedTTL(ttl) == cached)
        #expect(policy.clientTTL(ttl) == (ttl >> 31 == 0 ? ttl : 0))
    }
}
