import DNSConfig
import DNSWire
import Synchronization

/// The cache of all workers: stripes of packed answers, each with its own lock and its own share of
/// the memory.
///
/// A stripe that another worker holds counts as a miss: nobody waits. Memory is bounded by the size
/// given at init, whatever the traffic. Cost of a hit: one uncontended lock, one compare, one copy.
package final class AnswerCache: Sendable {
    let shards: InlineArray<16, Mutex<CacheShard>>
    /// Answers by the rules of an older snapshot are not taken any more.
    private let generation = Atomic<UInt64>(0)
    package let isEnabled: Bool

    /// `octets` is the budget of all stripes together; 0 switches the cache off.
    package init(octets: Int) {
        isEnabled = octets > 0
        let share = octets / 16
        shards = InlineArray { _ in Mutex(CacheShard(octets: share)) }
    }

    /// The budget for a `cache-size` of so many answers, as dnsmasq counts them.
    ///
    /// // Differs: dnsmasq's 150 entries are too few for a house; at least 2 MiB are used unless
    /// the cache is off.
    package static func octets(forEntries entries: Int) -> Int {
        entries == 0
            ? 0
            : min(
                max(
                    StatedLimits.cacheOctets.lowerBound,
                    entries * StatedLimits.cacheOctetsPerEntry),
                StatedLimits.cacheOctets.upperBound)
    }

    /// What a lookup found.
    enum Found {
        case miss
        /// The body is written.
        case hit(PackedAnswer)
        /// The same, of an entry that is asked often and will soon be over: time to ask anew.
        case expiring(PackedAnswer)
        /// The body is written of an entry whose time is over.
        case stale(PackedAnswer)
        /// There is an answer whose time is over, for the case that nobody has a better one.
        case lastResort
        /// There is an answer, but it has no room.
        case tooLarge(PackedAnswer)
    }

    @inline(__always)
    static func index(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> 60) }

    /// Appends what is cached about a question behind it in `writer`, with its TTLs counted down.
    ///
    /// Those of a stale answer are `staleTTLSeconds`. `reserve` octets stay free for an OPT record.
    @inline(__always)
    func writeAnswer(
        to name: borrowing FoldedName, type: RecordType, hash: UInt64, now: Instant,
        policy: AnswerPolicy, reserve: Int, into writer: inout WireWriter
    ) -> Found {
        let found = writeEither(
            to: name, type: type, hash: hash, now: now, policy: policy, mayBeStale: false,
            reserve: reserve, into: &writer)
        // What is over comes last: a fresh NXDOMAIN must not hide behind a stale answer.
        guard case .lastResort = found, policy.staleSeconds != nil else { return found }
        return writeEither(
            to: name, type: type, hash: hash, now: now, policy: policy, mayBeStale: true,
            reserve: reserve, into: &writer)
    }

    @inline(__always)
    private func writeEither(
        to name: borrowing FoldedName, type: RecordType, hash: UInt64, now: Instant,
        policy: AnswerPolicy, mayBeStale: Bool, reserve: Int, into writer: inout WireWriter
    ) -> Found {
        let found = writeEntry(
            to: name, type: type.rawValue, hash: hash, now: now, policy: policy,
            mayBeStale: mayBeStale, reserve: reserve, into: &writer)
        // NXDOMAIN holds for every type of the name. RFC 2308 §5.
        switch found {
        case .hit, .expiring, .stale, .tooLarge: return found
        case .miss, .lastResort: break
        }
        let denial = writeEntry(
            to: name, type: CacheKey.nameError, hash: hash, now: now, policy: policy,
            mayBeStale: mayBeStale, reserve: reserve, into: &writer)
        if case .miss = denial { return found }
        return denial
    }

    /// Appends what is cached and not over of any type of a name, a denial of the name aside.
    func writeAny(
        of name: borrowing FoldedName, hash: UInt64, now: Instant, policy: AnswerPolicy,
        into writer: inout WireWriter
    ) -> Found {
        guard isEnabled else { return .miss }
        let type = shards[Self.index(hash)].withLockIfAvailable { shard in
            shard.findAnyType(of: name, hash: hash, now: now.seconds)
        }
        guard case .some(.some(let type)) = type else { return .miss }
        return writeEntry(
            to: name, type: type, hash: hash, now: now, policy: policy, mayBeStale: false,
            reserve: 0, into: &writer)
    }

    @inline(__always)
    private func writeEntry(
        to name: borrowing FoldedName, type: UInt16, hash: UInt64, now: Instant,
        policy: AnswerPolicy, mayBeStale: Bool, reserve: Int, into writer: inout WireWriter
    ) -> Found {
        guard isEnabled else { return .miss }
        let seconds = now.seconds
        let start = writer.count
        var age: UInt32 = 0
        let found: Found? = shards[Self.index(hash)].withLockIfAvailable { shard in
            guard let entry = shard.find(name, type: type, hash: hash) else { return .miss }
            if type == CacheKey.nameError, shard.answer(of: entry).isMark(under: type) {
                return .miss
            }
            let expires = shard.expires(entry)
            // What has no second left is over, also where stale data is of use.
            let isStale = seconds >= expires
            if isStale {
                let over = seconds &- expires
                guard mayBeStale, AnswerPolicy.allows(over, over: policy.staleSeconds) else {
                    return AnswerPolicy.allows(over, over: policy.lastResortSeconds)
                        ? .lastResort : .miss
                }
            }
            // Another worker's clock may be a moment ahead of ours.
            let stored = shard.stored(entry)
            age = seconds > stored ? seconds &- stored : 0
            let answer = shard.answer(of: entry)
            guard answer.bodyLength <= writer.limit &- writer.count &- reserve else {
                return .tooLarge(answer)
            }
            let isExpiring =
                policy.prefetches && !isStale && shard.takesRefresh(of: entry, now: seconds)
            _ = shard.writeBody(of: entry, rotates: policy.rotates, into: &writer)
            return isStale ? .stale(answer) : isExpiring ? .expiring(answer) : .hit(answer)
        }
        switch found ?? .miss {
        case .hit(let answer), .expiring(let answer):
            let records = Int(answer.answerCount) &+ Int(answer.authorityCount)
            writer.countDown(records, from: start, age: age, maximum: policy.maximumTTLSeconds)
        case .stale(let answer):
            let records = Int(answer.answerCount) &+ Int(answer.authorityCount)
            writer.setTTLs(of: records, from: start, to: policy.staleTTLSeconds)
        case .miss, .lastResort, .tooLarge: break
        }
        return found ?? .miss
    }

    /// Stores an answer that came under the snapshot of a generation; a stripe that is held by
    /// another worker loses it.
    ///
    /// A denial of the whole name is stored as one of its type where the name is known to exist.
    func insert(
        _ name: borrowing FoldedName, type: UInt16, hash: UInt64, stored: UInt32,
        expires: UInt32, header: AnswerHeader, body: RawSpan, generation: UInt64
    ) -> (inserted: Bool, evicted: Int) {
        guard isEnabled else { return (false, 0) }
        let evicted: Int?? = shards[Self.index(hash)].withLockIfAvailable { shard in
            // Under the lock: `removeAll(but:)` is then either still to come here, or has said so.
            guard generation >= self.generation.load(ordering: .relaxed),
                let key = shard.settle(name, key: type, header, hash: hash)
            else { return nil }
            return shard.insert(
                name, type: key, hash: hash, stored: stored, expires: expires, header: header,
                body: body)
        }
        guard case .some(.some(let evicted)) = evicted else { return (false, 0) }
        return (true, evicted)
    }

    /// Notes that a name exists, of which an answer of a type was seen that is not kept under it.
    ///
    /// It lifts a denial of the name, and keeps those to come to their types. `nothing` is a span
    /// without octets.
    func mark(
        _ name: borrowing FoldedName, seen type: RecordType, hash: UInt64, now: UInt32,
        nothing: RawSpan, generation: UInt64
    ) {
        guard isEnabled else { return }
        _ = shards[Self.index(hash)].withLockIfAvailable { shard in
            guard generation >= self.generation.load(ordering: .relaxed),
                !shard.provesName(name, but: nil, hash: hash)
            else { return }
            _ = shard.insert(
                name, type: CacheKey.nameError, hash: hash, stored: now,
                expires: now &+ ResolverLimits.negativeTTLSeconds,
                header: AnswerHeader(type: type), body: nothing)
        }
    }

    /// Forgets everything.
    package func removeAll() {
        for index in shards.indices { shards[index].withLock { $0.removeAll() } }
    }

    /// Forgets what a change of the configuration makes untrue; returns how many answers stay.
    ///
    /// A stripe is held for some hundred answers at a time: for workers these are misses.
    package func removeAll(but retention: inout CacheRetention) -> Int {
        generation.store(retention.generation, ordering: .relaxed)
        guard retention.keepsAny else {
            removeAll()
            return 0
        }
        for index in shards.indices {
            var bucket = 0
            while let next = shards[index].withLock({
                $0.removeAll(but: &retention, from: bucket)
            }) { bucket = next }
        }
        return count
    }

    /// Octets that entries take up, and those that there are.
    package var octets: (used: Int, all: Int) {
        guard isEnabled else { return (0, 0) }
        var (used, all) = (0, 0)
        for index in shards.indices {
            let shard = shards[index].withLock { ($0.usedOctets, $0.size) }
            used += shard.0
            all += shard.1
        }
        return (used, all)
    }

    /// Answers that are stored, expired ones included.
    package var count: Int {
        var count = 0
        for index in shards.indices { count += shards[index].withLock { $0.count } }
        return count
    }
}

extension WireWriter {
    /// Gives `count` records from `offset` on one TTL.
    @_lifetime(self: copy self)
    mutating func setTTLs(of count: Int, from offset: Int, to ttlSeconds: UInt32) {
        var at = offset
        for _ in 0..<count {
            var reader = WireReader(message, at: at)
            guard let record = reader.readRecord() else { return }
            at = record.endOffset
            patchUInt32(ttlSeconds, at: record.ttlOffset)
        }
    }

    /// Lowers the TTL of `count` records from `offset` on by `age`, and to `maximum` if that is not
    /// 0.
    ///
    /// The records were packed by the cache and are well formed; a malformed one would end it.
    @_lifetime(self: copy self)
    mutating func countDown(_ count: Int, from offset: Int, age: UInt32, maximum: UInt32) {
        var at = offset
        for _ in 0..<count {
            var reader = WireReader(message, at: at)
            guard let record = reader.readRecord() else { return }
            at = record.endOffset
            let left = record.ttlSeconds > age ? record.ttlSeconds &- age : 0
            patchUInt32(maximum > 0 ? min(left, maximum) : left, at: record.ttlOffset)
        }
    }
}
