import DNSWire

// An entry, in octets:
//
//      0 next u32 | 4 length u32 | 8 hash u64 | 16 expires u32 | 20 stored u32
//     24 type u16 | 26 nameLength u8 | 27 wasHit u8 | 28 turn u32
//     32 name, zero-padded to 8 | PackedAnswer | padding to 8

/// One stripe of the cache: packed answers in a fixed number of octets, a ring for those that
/// nobody asked for again, and a larger one for those that somebody did.
///
/// Invariant: entries of a ring lie one behind the other from `oldest` to `newest`, around its end;
/// `next` links the entries of one bucket by offset plus one, 0 ending the chain. A length whose
/// entry would cross the end is preceded by a filler with type 0xFFFF.
///
/// The oldest entry of the first ring goes over to the second if it was hit, or while there is
/// room; there the oldest is put in front again if it was hit since, else it goes. So a flood of
/// names that nobody asks twice turns the first ring only, and what is asked now and then stays.
/// After S3-FIFO (Yang and others, 2023). Cost of an insertion: O(1), at most `reprieves` entries
/// copied; of a lookup: one bucket.
@safe
struct CacheShard: ~Copyable {
    private static let headerOctets = 32
    private static let reprieves = 8
    private static let bucketsPerSweep = 256
    private static let fillerType: UInt16 = 0xFFFF
    /// What `wasHit` says.
    private static let isHit: UInt8 = 1
    private static let isRefreshing: UInt8 = 2

    private let memory: UnsafeMutableRawBufferPointer
    let buckets: UnsafeMutableBufferPointer<UInt32>
    private var rings: InlineArray<2, Ring>
    private(set) var count = 0

    /// Where one of the rings lies and how far it is used.
    private struct Ring {
        var start: Int
        var end: Int
        var oldest: Int
        var newest: Int
        var used = 0

        init(_ range: Range<Int>) {
            (start, end) = (range.lowerBound, range.upperBound)
            (oldest, newest) = (start, start)
        }

        var size: Int { end - start }
        var free: Int { size - used }
    }

    /// The ring of new entries; a small stripe has no other.
    private static let new = 0
    /// The ring of those that were asked for again.
    private static let known = 1

    /// `octets` is rounded down to a multiple of eight. The memory is taken from the system when it
    /// is first used.
    init(octets: Int) {
        let size = max(octets & ~7, 2 * ResolverLimits.cachedAnswerOctets)
        unsafe memory = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)
        var bucketCount = 16
        while bucketCount * 256 < size { bucketCount *= 2 }
        unsafe buckets = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: bucketCount)
        unsafe buckets.initialize(repeating: 0)
        rings = Self.rings(size)
    }

    /// A quarter is for new entries, if that has room for two of the largest.
    private static func rings(_ size: Int) -> InlineArray<2, Ring> {
        let quarter = size / 4 & ~7
        let first = quarter >= 2 * ResolverLimits.cachedAnswerOctets ? quarter : size
        return [Ring(0..<first), Ring(first..<size)]
    }

    deinit {
        unsafe memory.deallocate()
        unsafe buckets.deallocate()
    }

    var size: Int { unsafe memory.count }

    var bytes: RawSpan {
        @_lifetime(borrow self) get {
            // Safe: the memory lives as long as self.
            unsafe _overrideLifetime(memory.bytes, borrowing: self)
        }
    }

    // MARK: Reading

    /// The offset of the entry with this name and type, or nil.
    @inline(__always)
    func find(_ name: borrowing FoldedName, type: UInt16, hash: UInt64) -> Int? {
        let bytes = bytes
        var link = unsafe buckets[bucket(hash)]
        // Bounded: a chain holds each entry once.
        while link != 0 {
            let entry = Int(link) &- 1
            if bytes.word(at: entry &+ 8) == hash, bytes.littleUInt16(at: entry &+ 24) == type,
                Int(bytes.octet(at: entry &+ 26)) == name.length,
                isNamed(bytes, entry, name)
            {
                return entry
            }
            link = bytes.littleUInt32(at: entry)
        }
        return nil
    }

    @inline(__always)
    func isNamed(
        _ bytes: RawSpan, _ entry: Int, _ name: borrowing FoldedName
    ) -> Bool {
        var index = 0
        while index < name.length {
            if bytes.word(at: entry &+ Self.headerOctets &+ index) != name.word(at: index) {
                return false
            }
            index &+= 8
        }
        return true
    }

    @inline(__always)
    func bucket(_ hash: UInt64) -> Int {
        Int(truncatingIfNeeded: hash >> 8) & (unsafe buckets.count &- 1)
    }

    /// Whether an entry that was hit before has come to the last tenth of its time; yes only once.
    mutating func takesRefresh(of entry: Int, now: UInt32) -> Bool {
        let time = expires(entry) &- stored(entry)
        guard bytes.octet(at: entry &+ 27) == Self.isHit, time >= 10,
            expires(entry) &- now <= time / 10
        else { return false }
        store(Self.isRefreshing, at: entry &+ 27)
        return true
    }

    func expires(_ entry: Int) -> UInt32 { bytes.littleUInt32(at: entry &+ 16) }
    func stored(_ entry: Int) -> UInt32 { bytes.littleUInt32(at: entry &+ 20) }

    @inline(__always)
    func answer(of entry: Int) -> PackedAnswer {
        let name = (Int(bytes.octet(at: entry &+ 26)) &+ 7) & ~7
        return PackedAnswer(bytes, at: entry &+ Self.headerOctets &+ name)
    }

    /// Appends the body of an entry, turned right by one more than last time, and notes the hit.
    @inline(__always)
    mutating func writeBody(
        of entry: Int, rotates: Bool, into writer: inout WireWriter
    ) -> Bool {
        let answer = answer(of: entry)
        if bytes.octet(at: entry &+ 27) == 0 { store(Self.isHit, at: entry &+ 27) }
        var turn = 0
        if rotates, answer.rotationCount > 1 {
            let number = bytes.littleUInt32(at: entry &+ 28)
            store(number &+ 1, at: entry &+ 28)
            let rest = Int(number % UInt32(truncatingIfNeeded: answer.rotationCount))
            turn = rest == 0 ? 0 : answer.rotationCount &- rest
        }
        return answer.writeBody(bytes, turn: turn, into: &writer)
    }

    /// Appends the body of an entry as it was stored; nothing tells afterwards that it was looked
    /// at.
    func copyBody(of entry: Int, into writer: inout WireWriter) -> Bool {
        answer(of: entry).writeBody(bytes, turn: 0, into: &writer)
    }

    // MARK: Writing

    /// Stores an answer; an older one for the same question is replaced. Answers larger than half
    /// the ring of new entries are refused. Returns how many live entries had to go.
    mutating func insert(
        _ name: borrowing FoldedName, type: UInt16, hash: UInt64, stored: UInt32,
        expires: UInt32, header: AnswerHeader, body: RawSpan
    ) -> Int {
        let nameOctets = (name.length + 7) & ~7
        let answerOctets = PackedAnswer.headerOctets + body.byteCount
        let length = (Self.headerOctets + nameOctets + answerOctets + 7) & ~7
        guard length <= rings[Self.new].size / 2 else { return 0 }
        var ring = Self.new
        if let old = find(name, type: type, hash: hash) {
            if old >= rings[Self.known].start { ring = Self.known }
            unlink(old)
        }
        let evicted = makeRoom(length, in: ring, now: stored)
        let entry = rings[ring].newest
        store(UInt32(length), at: entry + 4)
        store(hash, at: entry + 8)
        store(expires, at: entry + 16)
        store(stored, at: entry + 20)
        store(type, at: entry + 24)
        store(UInt8(name.length), at: entry + 26)
        store(UInt8(0), at: entry + 27)
        store(UInt32(0), at: entry + 28)
        var at = entry + Self.headerOctets
        for index in stride(from: 0, to: nameOctets, by: 8) {
            store(name.word(at: index), at: at + index)
        }
        at += nameOctets
        let words = header.words
        for index in words.indices { store(words[index], at: at + 4 * index) }
        at += PackedAnswer.headerOctets
        unsafe body.withUnsafeBytes { source in
            // Safe: makeRoom left `length` octets at `newest`.
            unsafe UnsafeMutableRawBufferPointer(rebasing: memory[at..<at + source.count])
                .copyMemory(from: source)
        }
        link(entry, hash: hash)
        advance(ring, by: length)
        return evicted
    }

    /// Octets of all entries, those included that are out of their buckets but not overwritten.
    var usedOctets: Int { rings[Self.new].used + rings[Self.known].used }

    /// Forgets everything.
    mutating func removeAll() {
        unsafe buckets.update(repeating: 0)
        (rings, count) = (Self.rings(size), 0)
    }

    /// Forgets what a change of the configuration makes untrue, from a bucket on; returns the
    /// bucket to go on with, nil behind the last. Cost: `bucketsPerSweep` buckets.
    mutating func removeAll(but retention: inout CacheRetention, from first: Int) -> Int? {
        let end = unsafe min(first + Self.bucketsPerSweep, buckets.count)
        for bucket in first..<end {
            var link = unsafe buckets[bucket]
            while link != 0 {
                let entry = Int(link) - 1
                link = bytes.littleUInt32(at: entry)
                let stays = retention.keeps(
                    bytes, name: entry + Self.headerOctets, Int(bytes.octet(at: entry + 26)),
                    key: bytes.littleUInt16(at: entry + 24), answer(of: entry))
                if !stays { unlink(entry) }
            }
        }
        return unsafe end < buckets.count ? end : nil
    }

    private mutating func link(_ entry: Int, hash: UInt64) {
        let bucket = bucket(hash)
        store(unsafe buckets[bucket], at: entry)
        unsafe buckets[bucket] = UInt32(entry + 1)
        if !isMark(entry) { count += 1 }
    }

    /// Whether an entry says only that its name exists: it is no answer, and counts as none.
    private func isMark(_ entry: Int) -> Bool {
        bytes.littleUInt16(at: entry + 24) == CacheKey.nameError
            && answer(of: entry).responseCode != ResponseCode.nameError.rawValue
    }

    /// Takes an entry out of its bucket; its octets stay until the ring comes round. Harmless if it
    /// is out already.
    mutating func unlink(_ entry: Int) {
        let bucket = bucket(bytes.word(at: entry + 8))
        var link = unsafe buckets[bucket]
        var before: Int?
        while link != 0 {
            let at = Int(link) - 1
            let next = bytes.littleUInt32(at: at)
            if at == entry {
                if let before {
                    store(next, at: before)
                } else {
                    unsafe buckets[bucket] = next
                }
                if !isMark(entry) { count -= 1 }
                return
            }
            before = at
            link = next
        }
    }

    private mutating func advance(_ ring: Int, by length: Int) {
        rings[ring].newest += length
        rings[ring].used += length
        if rings[ring].newest == rings[ring].end { rings[ring].newest = rings[ring].start }
    }

    /// Frees `length` octets in one piece at `newest` of a ring. Returns how many live entries were
    /// evicted.
    private mutating func makeRoom(_ length: Int, in ring: Int, now: UInt32) -> Int {
        var evicted = 0
        var reprieves = Self.reprieves
        let newest = rings[ring].newest
        if newest + length > rings[ring].end {
            let rest = rings[ring].end - newest
            var none = 0
            while rings[ring].free < rest {
                evicted += evictOldest(ring, now: now, reprieves: &none, room: 0)
            }
            // The end of the ring is filled so that the walk of the oldest can pass it.
            if rest > 0 {
                store(UInt32(rest), at: newest + 4)
                if rest >= Self.headerOctets { store(Self.fillerType, at: newest + 24) }
                advance(ring, by: rest)
            }
        }
        while rings[ring].free < length {
            evicted += evictOldest(ring, now: now, reprieves: &reprieves, room: length)
        }
        return evicted
    }

    private mutating func evictOldest(
        _ ring: Int, now: UInt32, reprieves: inout Int, room: Int
    ) -> Int {
        let entry = rings[ring].oldest
        let length = Int(bytes.littleUInt32(at: entry + 4))
        let isFiller =
            length < Self.headerOctets || bytes.littleUInt16(at: entry + 24) == Self.fillerType
        let isLinked = !isFiller && isLinked(entry)
        let isAlive = isLinked && expires(entry) > now
        let isPopular = isAlive && bytes.octet(at: entry + 27) != 0
        if isLinked { unlink(entry) }
        rings[ring].oldest += length
        rings[ring].used -= length
        if rings[ring].oldest == rings[ring].end { rings[ring].oldest = rings[ring].start }
        if ring == Self.new, rings[Self.known].size > 0 {
            guard isAlive, isPopular || rings[Self.known].free >= 2 * length else {
                return isAlive ? 1 : 0
            }
            // Its octets are not overwritten before the ring comes round.
            let evicted = makeRoom(length, in: Self.known, now: now)
            move(entry, length, to: Self.known)
            return evicted
        }
        if isPopular, reprieves > 0, rings[ring].newest + length + room <= rings[ring].end {
            reprieves -= 1
            move(entry, length, to: ring)
            return 0
        }
        return isAlive ? 1 : 0
    }

    /// Puts an entry that was just taken off the old end of a ring onto the new end of one, which
    /// has room for it.
    private mutating func move(_ entry: Int, _ length: Int, to ring: Int) {
        let target = rings[ring].newest
        if target != entry {
            // Safe: both ranges lie in the memory; memmove allows them to overlap.
            unsafe UnsafeMutableRawBufferPointer(rebasing: memory[target..<target + length])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[entry..<entry + length]))
        }
        store(UInt8(0), at: target + 27)
        link(target, hash: bytes.word(at: target + 8))
        advance(ring, by: length)
    }

    private func isLinked(_ entry: Int) -> Bool {
        var link = unsafe buckets[bucket(bytes.word(at: entry + 8))]
        while link != 0 {
            if Int(link) - 1 == entry { return true }
            link = bytes.littleUInt32(at: Int(link) - 1)
        }
        return false
    }

    @inline(__always)
    private mutating func store<Value: BitwiseCopyable>(_ value: Value, at offset: Int) {
        precondition(offset >= 0 && offset &+ MemoryLayout<Value>.size <= size, "beyond the stripe")
        // Safe: compared above.
        unsafe memory.storeBytes(of: value, toByteOffset: offset, as: Value.self)
    }
}
