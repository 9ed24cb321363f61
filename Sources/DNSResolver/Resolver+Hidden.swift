import DNSWire

extension Resolver {
    /// Answers a question of a filtered type with what is known of the name, but for that type;
    /// nil where nothing is known.
    ///
    /// dnsmasq: a name of which any record is known is not asked for upstream, even where the
    /// client wants more than the cache holds. Costs a lookup more than other types.
    mutating func answerHidden(
        _ message: RawSpan, hash: UInt64, group: Int, isKnown: Bool, now: Instant,
        snapshot: Snapshot, into writer: inout WireWriter
    ) -> Verdict? {
        var found = AnswerCache.Found.miss
        if query.isRecursionDesired, !query.isDNSSECOK {
            found = Self.readCached(
                message, questionEnd, name, query.type, hash: hash, now: now, cache,
                snapshot.policy, into: &scratch)
        }
        switch found {
        case .hit(let answer), .stale(let answer):
            let (count, octets) = chain(of: answer)
            guard count == answer.answerCount else {
                let verdict = endHidden(chainCount: count, from: octets, into: &writer)
                if case .stale = found { return refresh(message, group) }
                return verdict
            }
            return endDenied(
                answer, found, message, group, isKnown: isKnown, snapshot, into: &writer)
        case .expiring, .lastResort, .tooLarge, .miss: break
        }
        guard
            let answer = Self.readAny(
                message, questionEnd, name, hash: hash, now: now, cache, snapshot.policy,
                into: &scratch)
        else { return nil }
        let (count, octets) = chain(of: answer)
        return endHidden(chainCount: count, from: octets, into: &writer)
    }

    /// Answers a question of a filtered type about a name that has an address here: with nothing,
    /// before any domain rule is looked at. dnsmasq.
    mutating func answerHidden(
        _ node: NameTable.Node, snapshot: Snapshot, into writer: inout WireWriter
    ) -> Verdict? {
        guard node.flags.contains(.isHost), snapshot.filters.hides(query.type) else { return nil }
        return endHidden(chainCount: 0, from: 0, into: &writer)
    }

    /// Ends a reply with the CNAMEs that lie in `scratch`, up to the offset `end`.
    private mutating func endHidden(
        chainCount: UInt16, from end: Int, into writer: inout WireWriter
    ) -> Verdict {
        source = .cachedFiltered
        counters.add(.answeredFromCache)
        if chainCount > 0 {
            guard end - questionEnd <= writer.limit - writer.count - query.reserve,
                writer.write(scratch.bytes, from: questionEnd, length: end - questionEnd)
            else { return truncate(into: &writer) }
        }
        query.end(
            .noError, flags: 0, answers: chainCount, extendedError: .filtered, into: &writer)
        return .reply
    }

    /// Ends a reply with a cached denial: there was nothing to hide.
    private mutating func endDenied(
        _ answer: PackedAnswer, _ found: AnswerCache.Found, _ message: RawSpan, _ group: Int,
        isKnown: Bool, _ snapshot: Snapshot, into writer: inout WireWriter
    ) -> Verdict {
        var isStale = false
        if case .stale = found { isStale = true }
        source = isStale ? .stale : .cache
        counters.add(isStale ? .answeredStale : .answeredFromCache)
        guard answer.bodyLength <= writer.limit - writer.count - query.reserve,
            writer.write(scratch.bytes, from: questionEnd, length: answer.bodyLength)
        else { return truncate(into: &writer) }
        endCached(
            answer, isKnown: isKnown, extendedError: isStale ? .stale : nil, snapshot: snapshot,
            into: &writer)
        return isStale ? refresh(message, group) : .reply
    }

    private mutating func refresh(_ message: RawSpan, _ group: Int) -> Verdict {
        captureName(message)
        return .replyAndRefresh(ForwardPlan(group: UInt16(truncatingIfNeeded: group)))
    }

    /// How many CNAMEs stand at the front of the answer in `scratch`, and where they end.
    private func chain(of answer: PackedAnswer) -> (count: UInt16, end: Int) {
        var count: UInt16 = 0
        var end = questionEnd
        guard query.type != .cname else { return (0, end) }
        let octets = questionEnd + answer.bodyLength
        while count < answer.answerCount {
            var reader = WireReader(scratch.bytes.extracting(0..<octets), at: end)
            guard let record = reader.readRecord(), record.type == .cname else { break }
            end = record.endOffset
            count += 1
        }
        return (count, end)
    }

    // MARK: Reading into `scratch`, where the body stands as it does in a reply

    // Static functions name what they read, since the writer holds a part of the resolver.

    private static func readCached(
        _ message: RawSpan, _ end: Int, _ name: borrowing FoldedName, _ type: RecordType,
        hash: UInt64,
        now: Instant, _ cache: AnswerCache, _ policy: AnswerPolicy,
        into scratch: inout ScratchMessage
    ) -> AnswerCache.Found {
        var policy = policy
        policy.prefetches = false
        var writer = WireWriter(scratch.row)
        guard writer.write(message, from: 0, length: end) else { return .miss }
        return cache.writeAnswer(
            to: name, type: type, hash: hash, now: now, policy: policy, reserve: 0, into: &writer)
    }

    private static func readAny(
        _ message: RawSpan, _ end: Int, _ name: borrowing FoldedName, hash: UInt64, now: Instant,
        _ cache: AnswerCache, _ policy: AnswerPolicy, into scratch: inout ScratchMessage
    ) -> PackedAnswer? {
        var policy = policy
        policy.prefetches = false
        var writer = WireWriter(scratch.row)
        guard writer.write(message, from: 0, length: end),
            case .hit(let answer) = cache.writeAny(
                of: name, hash: hash, now: now, policy: policy, into: &writer)
        else { return nil }
        return answer
    }
}
