import DNSWire
import Synchronization

extension AnswerCache {
    /// What the cache has of a question, found without a trace: no hit is noted, no record takes
    /// its turn, nothing is asked anew.
    ///
    /// `now` and what is over are those of `writeAnswer`. Cost: as a hit, but it waits for a stripe
    /// that is held.
    func peek(
        _ question: DomainName, _ type: RecordType, now: Instant, snapshot: Snapshot
    ) -> (entry: LiveState.Entry, message: [UInt8]) {
        let policy = snapshot.policy
        let isKept = isEnabled && policy.caches(type)
        let nothing = LiveState.Entry(
            name: question, type: type, freshness: isKept ? .none : .never)
        var name = FoldedName()
        guard isEnabled, name.take(question) else { return (nothing, []) }
        let hash = name.hash(from: 0, seed: snapshot.seed)
        var best: (entry: LiveState.Entry, message: [UInt8])?
        // NXDOMAIN holds for every type of the name; what is over comes last.
        for key in [type.rawValue, CacheKey.nameError] {
            var probe = ClientQuery()
            probe.transport = .tcp
            probe.type = type
            probe.name = NameBuffer(question)
            let found = peek(name, key, probe, hash: hash, now: now.seconds, policy)
            guard let found, best == nil || best?.entry.freshness == .stale,
                best == nil || found.entry.freshness == .fresh
            else { continue }
            best = found
        }
        return best ?? (nothing, [])
    }

    private func peek(
        _ name: borrowing FoldedName, _ key: UInt16, _ probe: ClientQuery, hash: UInt64,
        now: UInt32, _ policy: AnswerPolicy
    ) -> (entry: LiveState.Entry, message: [UInt8])? {
        var row = ScratchMessage(octets: ResolverLimits.cachedAnswerOctets)
        var entry: LiveState.Entry?
        let count: Int
        do {
            var writer = WireWriter(row.row)
            probe.start(into: &writer)
            let start = writer.count
            entry = shards[Self.index(hash)].withLock { shard in
                guard let place = shard.find(name, type: key, hash: hash) else { return nil }
                let (stored, expires) = (shard.stored(place), shard.expires(place))
                let isOver = now >= expires
                guard !isOver || AnswerPolicy.allows(now &- expires, over: policy.lastResortSeconds)
                else { return nil }
                let answer = shard.answer(of: place)
                guard !answer.isMark(under: key) else { return nil }
                guard shard.copyBody(of: place, into: &writer) else { return nil }
                var entry = LiveState.Entry(
                    name: probe.name.domainName ?? .root, type: probe.type,
                    freshness: isOver ? .stale : .fresh)
                // Another worker's clock may be a moment ahead of ours.
                entry.ageSeconds = now > stored ? now &- stored : 0
                entry.ttlSeconds = expires &- stored
                entry.code = ResponseCode(rawValue: answer.responseCode)
                entry.recordCount = Int(answer.answerCount)
                let authority = UInt16(answer.authorityCount)
                let records = entry.recordCount + Int(authority)
                if isOver {
                    writer.setTTLs(of: records, from: start, to: policy.staleTTLSeconds)
                } else {
                    writer.countDown(
                        records, from: start, age: entry.ageSeconds,
                        maximum: policy.maximumTTLSeconds)
                }
                probe.end(
                    entry.code, flags: 0, answers: answer.answerCount, authority: authority,
                    into: &writer)
                return entry
            }
            count = writer.count
        }
        guard let entry else { return nil }
        let bytes = row.bytes
        return (entry, (0..<count).map { bytes.octet(at: $0) })
    }
}
