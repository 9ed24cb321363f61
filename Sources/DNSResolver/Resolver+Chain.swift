import DNSConfig
package import DNSWire

extension Resolver {
    /// Answers through a local CNAME chain whose end has no local data of the asked type.
    ///
    /// // Differs: dnsmasq answers the bare CNAME unless a client happened to ask for the target
    /// before; here data of `address=` counts, and a target that is not local is asked upstream, so
    /// that the client gets the whole chain.
    mutating func followChain(
        _ chain: PackedAnswer, now: Instant, snapshot: Snapshot, into writer: inout WireWriter
    ) -> Verdict {
        guard snapshot.names.readTarget(of: chain, into: &upstreamName),
            target.take(upstreamName)
        else { return endChain(chain, snapshot, into: &writer) }
        let targetHash = target.hash(from: 0, seed: snapshot.seed)
        if !snapshot.synthetics.isEmpty {
            if let verdict = appendSynthetic(to: chain, snapshot: snapshot, into: &writer) {
                return verdict
            }
            if snapshot.synthetics.contains(target) {
                return endChain(chain, snapshot, into: &writer)
            }
        }
        if let end = snapshot.names.find(target, hash: targetHash), end.flags.contains(.isKnown) {
            return endChain(chain, snapshot, into: &writer)
        }
        switch snapshot.domains.decide(target, type: query.type, seed: snapshot.seed) {
        case .literal(let answer, let table):
            guard !snapshot.compatibility.contains(.literalTarget) else {
                return endChain(chain, snapshot, into: &writer)
            }
            return appendLiteral(answer, table, to: chain, snapshot: snapshot, into: &writer)
        case .local:
            return endChain(chain, snapshot, into: &writer)
        case .servers(let group, _):
            guard query.isRecursionDesired, !snapshot.groups[group].servers.isEmpty else {
                return endChain(chain, snapshot, into: &writer)
            }
            hasLastResort = false
            if !query.isDNSSECOK,
                appendCached(chain, hash: targetHash, now: now, snapshot, into: &writer)
            {
                return .reply
            }
            // A type that is filtered need not be asked for.
            let isHidden = snapshot.policy.filtersTypes && snapshot.filters.hides(query.type)
            guard !isHidden, !snapshot.compatibility.contains(.bareCNAME) else {
                return endChain(chain, snapshot, into: &writer)
            }
            captureSpelling(writer.message)
            source = .upstream
            return .forward(ForwardPlan(group: UInt16(truncatingIfNeeded: group)))
        }
    }

    /// The chain alone: NOERROR, as dnsmasq answers it.
    private mutating func endChain(
        _ chain: PackedAnswer, _ snapshot: Snapshot, into writer: inout WireWriter
    ) -> Verdict {
        source = .local
        counters.add(.answeredLocally)
        guard chain.bodyLength <= writer.limit &- writer.count &- query.reserve else {
            return truncate(flags: MessageHeader.Flags.authoritative, into: &writer)
        }
        _ = snapshot.names.writeBody(chain, into: &writer)
        end(chain, flags: MessageHeader.Flags.authoritative, into: &writer)
        return .reply
    }

    /// Appends `address=` data under the chain's end, which the last CNAME of the reply names.
    private mutating func appendLiteral(
        _ answer: PackedAnswer, _ table: DomainTable.Table, to chain: PackedAnswer,
        snapshot: Snapshot, into writer: inout WireWriter
    ) -> Verdict {
        source = .rule
        counters.add(.answeredByRule)
        let start = writer.count &+ chain.bodyLength
        let owner = questionEnd &+ chain.chainEndOffset
        guard answer.bodyLength <= writer.limit &- start &- query.reserve,
            snapshot.names.writeBody(chain, into: &writer)
        else { return truncate(flags: MessageHeader.Flags.authoritative, into: &writer) }
        let turn = snapshot.rotation.turn(of: answer)
        _ = snapshot.domains.writeBody(answer, in: table, turn: turn, into: &writer)
        // The packed records are owned by the question; here they belong to the chain's end.
        var at = start
        for _ in 0..<Int(answer.answerCount) {
            var reader = WireReader(writer.message, at: at)
            guard let record = reader.readRecord() else { break }
            at = record.endOffset
            writer.patchUInt16(0xC000 | UInt16(truncatingIfNeeded: owner), at: record.ownerOffset)
        }
        query.end(
            .noError, flags: MessageHeader.Flags.authoritative,
            answers: chain.answerCount &+ answer.answerCount, into: &writer)
        return .reply
    }

    /// Appends what the cache knows of the chain's end; false if it knows nothing.
    private mutating func appendCached(
        _ chain: PackedAnswer, hash: UInt64, now: Instant, _ snapshot: Snapshot,
        into writer: inout WireWriter
    ) -> Bool {
        var probe = ClientQuery()
        probe.transport = .tcp
        probe.type = query.type
        probe.name = upstreamName
        let (octets, found) = Self.readCached(
            probe, target, hash: hash, now: now, cache, snapshot.policy, into: &scratch)
        guard case .hit = found else {
            counters.add(.cacheMisses)
            if case .lastResort = found { hasLastResort = true }
            return false
        }
        source = .cache
        counters.add(.answeredFromCache)
        guard chain.bodyLength <= writer.limit &- writer.count &- query.reserve,
            snapshot.names.writeBody(chain, into: &writer)
        else {
            _ = truncate(into: &writer)
            return true
        }
        var composer = ReplyComposer(snapshot)
        composer.rewritesAddresses = false
        composer.chainCount = chain.answerCount
        composer.chainEnd = questionEnd + chain.chainEndOffset
        var name = NameBuffer()
        composer.finish(
            query, from: scratch.bytes.extracting(0..<octets), scratch: &name, into: &writer)
        isCut = composer.isCut
        return true
    }

    /// Writes the cached answer to `probe` as a message of its own, and says how long it is.
    private static func readCached(
        _ probe: ClientQuery, _ name: borrowing FoldedName, hash: UInt64, now: Instant,
        _ cache: AnswerCache, _ policy: AnswerPolicy, into scratch: inout ScratchMessage
    ) -> (octets: Int, found: AnswerCache.Found) {
        var policy = policy
        policy.prefetches = false
        var writer = WireWriter(scratch.row)
        probe.start(into: &writer)
        let found = cache.writeAnswer(
            to: name, type: probe.type, hash: hash, now: now, policy: policy, reserve: 0,
            into: &writer)
        switch found {
        case .hit(let answer), .stale(let answer):
            probe.end(
                ResponseCode(rawValue: answer.responseCode), flags: 0,
                answers: answer.answerCount, authority: UInt16(answer.authorityCount),
                into: &writer)
        case .miss, .lastResort, .expiring, .tooLarge: break
        }
        return (writer.count, found)
    }

    /// Writes what the cache has of a question that is under way, however old, as the reply of a
    /// server would be: what clients get where nobody answers.
    ///
    /// False where there is nothing.
    ///
    /// Differs: dnsmasq gives such answers only with `use-stale-cache`, and then at once.
    package mutating func writeLastResort(
        _ view: FlightView, now: Instant, snapshot: Snapshot, into writer: inout WireWriter
    ) -> Bool {
        serverAnswers = .max
        var probe = ClientQuery()
        probe.transport = .tcp
        probe.type = view.type
        probe.name = view.name
        guard view.recordClass == .internet, target.take(view.name) else { return false }
        var policy = snapshot.policy
        guard let limit = policy.lastResortSeconds else { return false }
        policy.staleSeconds = limit
        let hash = target.hash(from: 0, seed: snapshot.seed)
        let (octets, found) = Self.readCached(
            probe, target, hash: hash, now: now, cache, policy, into: &scratch)
        switch found {
        case .hit, .stale: return writer.write(scratch.bytes, from: 0, length: octets)
        case .miss, .lastResort, .expiring, .tooLarge: return false
        }
    }
}

extension PackedAnswer {
    /// For an open chain: where in the body the last CNAME's target stands.
    var chainEndOffset: Int { rotationOffset }
}
