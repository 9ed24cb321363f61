package import DNSWire

/// Answers queries: the one place where the order of decisions stands. One per worker; it does no
/// I/O.
///
/// admit → question → EDNS → zones → exact local name → CNAME → made-up name → domain rule →
/// filters → cache → plan an upstream.
///
/// Cost of a local answer: one hash, one probe, one copy; no allocation and no reference counting.
package struct Resolver: ~Copyable {
    private let pin = Pin()
    let cache: AnswerCache
    /// Where what is done is counted: the worker's block, or for a moment `uncounted`.
    var counters: Counters
    /// Takes the counts of questions that nobody asked.
    let uncounted = Counters()
    /// The question's name, folded; overwritten by each query.
    var name = FoldedName()
    /// The end of a local CNAME chain, folded.
    var target = FoldedName()
    /// The alias with a star that covers the question's name.
    var wildcard = FoldedName()
    /// The query at hand. Its `name` is filled in only where a query is forwarded.
    package internal(set) var query = ClientQuery()
    /// After `.forward`: the name to ask for, the question's own or the end of a local CNAME chain.
    package internal(set) var upstreamName = NameBuffer()
    /// After `.forward`: the EDNS options of the query that go on.
    package internal(set) var options = EDNSOptions()
    /// Where the rdata of the query's OPT record lies; no octets where it has none.
    private(set) var optionsOffset = 0
    private(set) var optionsLength = 0
    /// Where the last answer came from.
    package internal(set) var source = AnswerSource.none
    /// After `.forward`: whether the cache has an answer whose time is over.
    package internal(set) var hasLastResort = false
    /// Whether the answer at hand had no room: `shorten` then makes one that has.
    var isCut = false
    /// Where answers for the cache are put together.
    var scratch = ScratchMessage(octets: ResolverLimits.cachedAnswerOctets)
    var scratchName = NameBuffer()
    /// How many answers of the reply at hand are a server's, which filters look at; what follows
    /// them is our own.
    var serverAnswers = Int.max
    /// After `detectsRebinding`: the name that has a private address.
    package internal(set) var suspectName = NameBuffer()
    /// The counters of all workers.
    let team: [Counters]
    let readiness: Readiness

    /// `team` are the counters of all workers, if there are others.
    package init(
        cache: AnswerCache, counters: Counters, team: [Counters] = [],
        readiness: Readiness = Readiness()
    ) {
        self.readiness = readiness
        self.cache = cache
        self.counters = counters
        self.team = team.isEmpty ? [counters] : team
    }

    /// Answers one message from a client, or says what has to be done to answer it.
    ///
    /// `writer` must be empty. A message that cannot be understood gets FORMERR, one that is no
    /// query nothing.
    @_lifetime(writer: copy writer)
    package mutating func respond(
        to message: RawSpan, transport: Transport, arrival: Arrival = Arrival(), now: Instant,
        snapshot: Snapshot, into writer: inout WireWriter
    ) -> Verdict {
        var verdict = decide(
            message, transport, arrival, now: now, snapshot: snapshot, into: &writer)
        if isCut { verdict = shorten(message, now: now, snapshot: snapshot, into: &writer) }
        note(verdict, writer)
        return verdict
    }

    /// As `respond`, but for the counts of what came of the query.
    @_lifetime(writer: copy writer)
    mutating func decide(
        _ message: RawSpan, _ transport: Transport, _ arrival: Arrival, now: Instant,
        snapshot: Snapshot, into writer: inout WireWriter
    ) -> Verdict {
        source = .error
        isCut = false
        guard let header = MessageHeader(message), !header.isResponse else {
            counters.add(.dropped)
            return .drop
        }
        takeHeader(header, transport)
        query.arrival = arrival
        counters.add(transport == .udp ? .queriesUDP : .queriesTCP)
        guard header.opcode == 0 else {
            return refuse(.notImplemented, counting: .notImplemented, into: &writer)
        }
        guard readQuestion(header, of: message) else {
            return refuse(.formatError, counting: .malformed, into: &writer)
        }
        query.offeredOctets = UInt16(truncatingIfNeeded: snapshot.policy.udpOctets)
        query.setLimit(of: &writer, snapshot.policy)
        return answerQuestion(message, now: now, snapshot: snapshot, into: &writer)
    }

    /// Answers the question that was read, as far as the writer has room.
    @inline(__always) @_lifetime(writer: copy writer)
    mutating func answerQuestion(
        _ message: RawSpan, now: Instant, snapshot: Snapshot, into writer: inout WireWriter
    ) -> Verdict {
        startReply(to: message, into: &writer)
        if let verdict = answerUnusual(message, now: now, snapshot: snapshot, into: &writer) {
            return verdict
        }
        return answer(message, now: now, snapshot: snapshot, into: &writer)
    }

    /// Answers a question of class IN: what is local, then what a domain rule says.
    @inline(__always) @_lifetime(writer: copy writer)
    private mutating func answer(
        _ message: RawSpan, now: Instant, snapshot: Snapshot, into writer: inout WireWriter
    ) -> Verdict {
        let hash = name.hash(from: 0, seed: snapshot.seed)
        var isKnown = false
        if let node = findLocal(hash: hash, snapshot) {
            if let answer = snapshot.names.answer(of: node, type: query.type) {
                return writeLocal(answer, snapshot: snapshot, into: &writer)
            }
            if node.flags.contains(.isAlias),
                let chain = snapshot.names.answer(of: node, type: RecordType(0))
            {
                captureOptions(message)
                return followChain(chain, now: now, snapshot: snapshot, into: &writer)
            }
            if snapshot.policy.filtersTypes,
                let verdict = answerHidden(node, snapshot: snapshot, into: &writer)
            {
                return verdict
            }
            isKnown = node.flags.contains(.isKnown)
        }
        if !snapshot.synthetics.isEmpty {
            if let verdict = answerSynthetic(snapshot: snapshot, into: &writer) { return verdict }
            isKnown = isKnown || snapshot.synthetics.contains(name)
        }
        let decision = snapshot.domains.decide(name, type: query.type, seed: snapshot.seed)
        if let verdict = filter(decision, isKnown: isKnown, snapshot: snapshot, into: &writer) {
            return verdict
        }
        switch decision {
        case .literal(let answer, let table):
            return writeLiteral(answer, table, snapshot: snapshot, into: &writer)
        case .local:
            // A name that has an address of the other family exists: NODATA. dnsmasq.
            let exists = isKnown || snapshot.domains.hasLiteral(name, seed: snapshot.seed)
            return writeNegative(isKnown: exists, isAuthoritative: false, into: &writer)
        case .servers(let group, _):
            return answerFromCacheOrForward(
                message, hash: hash, group: group, isKnown: isKnown, now: now,
                snapshot: snapshot, into: &writer)
        }
    }

    /// Answers what is no question about names here: of another version, about a zone that is
    /// served, of another class, or our own.
    @inline(__always) @_lifetime(writer: copy writer)
    private mutating func answerUnusual(
        _ message: RawSpan, now: Instant, snapshot: Snapshot, into writer: inout WireWriter
    ) -> Verdict? {
        guard query.ednsVersion == 0 else { return answerBadVersion(into: &writer) }
        if snapshot.authority.isEnabled,
            let verdict = answerFromZones(message, snapshot: snapshot, into: &writer)
        {
            return verdict
        }
        guard query.recordClass == .internet else {
            return answerOtherClass(message, now: now, snapshot: snapshot, into: &writer)
        }
        guard query.type == .txt, snapshot.detectsLoops, takeProbe(snapshot) else { return nil }
        counters.add(.loopProbes)
        return .drop
    }

    // MARK: Reading the query

    @inline(__always)
    private mutating func takeHeader(_ header: MessageHeader, _ transport: Transport) {
        query.id = header.id
        query.flags = header.flags
        query.transport = transport
        query.type = RecordType(0)
        query.hasOPT = false
        query.ednsVersion = 0
        optionsLength = 0
        query.isDNSSECOK = false
        query.udpOctets = UInt16(WireLimits.plainDatagramOctets)
    }

    /// Reads question and EDNS; false if the message is malformed.
    @inline(__always)
    private mutating func readQuestion(_ header: MessageHeader, of message: RawSpan) -> Bool {
        // RFC 9619: exactly one question. dnsmasq since 2.91 also refuses queries that carry
        // answers.
        guard header.questionCount == 1, header.answerCount == 0,
            name.read(from: message, at: WireLimits.headerOctets)
        else { return false }
        let end = WireLimits.headerOctets &+ name.length
        guard end &+ 4 <= message.byteCount else { return false }
        query.type = RecordType(message.uint16(at: end))
        query.recordClass = RecordClass(rawValue: message.uint16(at: end &+ 2))
        let records = Int(header.authorityCount) &+ Int(header.additionalCount)
        return records == 0 || readEDNS(message, from: end &+ 4, records: records)
    }

    /// Finds the OPT record among `records` records. A second one makes the message malformed: RFC
    /// 6891 §6.1.1.
    private mutating func readEDNS(_ message: RawSpan, from offset: Int, records: Int) -> Bool {
        var reader = WireReader(message, at: offset)
        for _ in 0..<records {
            guard let record = reader.readRecord() else { return false }
            guard record.type == .opt else { continue }
            guard !query.hasOPT, message.octet(at: record.ownerOffset) == 0 else { return false }
            let edns = EDNS(record)
            query.hasOPT = true
            query.isDNSSECOK = edns.isDNSSECOK
            query.udpOctets = edns.udpOctets
            query.ednsVersion = edns.version
            optionsOffset = record.rdataOffset
            optionsLength = record.rdataLength
        }
        return true
    }

    // MARK: Writing

    /// Copies header and question of the query, so that the spelling is echoed, and makes it a
    /// response.
    @inline(__always) @_lifetime(writer: copy writer)
    private func startReply(to message: RawSpan, into writer: inout WireWriter) {
        _ = writer.write(message, from: 0, length: questionEnd)
        writer.patchUInt16(query.replyFlags, at: 2)
        writer.patchUInt32(0, at: 8)
    }

    /// Octets of header and question of the reply.
    @inline(__always)
    var questionEnd: Int { WireLimits.headerOctets &+ name.length &+ 4 }

    /// Ends a reply whose body was copied.
    @inline(__always)
    func end(
        _ answer: PackedAnswer, flags: UInt16, extendedError: ExtendedError? = nil,
        into writer: inout WireWriter
    ) {
        query.end(
            ResponseCode(rawValue: answer.responseCode), flags: flags,
            answers: answer.answerCount, authority: UInt16(answer.authorityCount),
            additional: UInt16(answer.additionalCount), extendedError: extendedError,
            into: &writer)
    }

    @inline(__always)
    private mutating func writeLocal(
        _ answer: PackedAnswer, snapshot: Snapshot, into writer: inout WireWriter
    ) -> Verdict {
        source = .local
        counters.add(.answeredLocally)
        if snapshot.localises,
            let verdict = writeLocalised(answer, snapshot: snapshot, into: &writer)
        {
            return verdict
        }
        guard answer.bodyLength <= writer.limit &- writer.count &- query.reserve else {
            return truncate(flags: MessageHeader.Flags.authoritative, into: &writer)
        }
        let turn = snapshot.rotation.turn(of: answer)
        _ = snapshot.names.writeBody(answer, turn: turn, into: &writer)
        end(answer, flags: MessageHeader.Flags.authoritative, into: &writer)
        return .reply
    }

    private mutating func writeLiteral(
        _ answer: PackedAnswer, _ table: DomainTable.Table, snapshot: Snapshot,
        into writer: inout WireWriter
    ) -> Verdict {
        source = .rule
        counters.add(.answeredByRule)
        guard answer.bodyLength <= writer.limit &- writer.count &- query.reserve else {
            return truncate(flags: MessageHeader.Flags.authoritative, into: &writer)
        }
        let turn = snapshot.rotation.turn(of: answer)
        _ = snapshot.domains.writeBody(answer, in: table, turn: turn, into: &writer)
        end(answer, flags: MessageHeader.Flags.authoritative, into: &writer)
        return .reply
    }

    // MARK: Cache and upstream

    @_lifetime(writer: copy writer)
    private mutating func answerFromCacheOrForward(
        _ message: RawSpan, hash: UInt64, group: Int, isKnown: Bool, now: Instant,
        snapshot: Snapshot, into writer: inout WireWriter
    ) -> Verdict {
        hasLastResort = false
        if snapshot.policy.filtersTypes, snapshot.filters.hides(query.type) {
            if let verdict = answerHidden(
                message, hash: hash, group: group, isKnown: isKnown, now: now,
                snapshot: snapshot, into: &writer)
            {
                return verdict
            }
        } else if query.isRecursionDesired, !query.isDNSSECOK {
            // dnsmasq: RD=0 and DO=1 ask for more than the cache holds.
            switch cache.writeAnswer(
                to: name, type: query.type, hash: hash, now: now, policy: snapshot.policy,
                reserve: query.reserve, into: &writer)
            {
            case .hit(let answer):
                source = .cache
                counters.add(.answeredFromCache)
                endCached(answer, isKnown: isKnown, snapshot: snapshot, into: &writer)
                return .reply
            case .expiring(let answer):
                source = .cache
                counters.add(.answeredFromCache)
                endCached(answer, isKnown: isKnown, snapshot: snapshot, into: &writer)
                captureName(message)
                return .replyAndRefresh(ForwardPlan(group: UInt16(truncatingIfNeeded: group)))
            case .stale(let answer):
                source = .stale
                counters.add(.answeredStale)
                endCached(
                    answer, isKnown: isKnown, extendedError: .stale, snapshot: snapshot,
                    into: &writer)
                captureName(message)
                return .replyAndRefresh(ForwardPlan(group: UInt16(truncatingIfNeeded: group)))
            case .tooLarge:
                source = .cache
                counters.add(.answeredFromCache)
                return truncate(into: &writer)
            case .lastResort:
                counters.add(.cacheMisses)
                hasLastResort = true
            case .miss: counters.add(.cacheMisses)
            }
        }
        return forward(message, to: group, snapshot: snapshot, into: &writer)
    }

    /// Plans to ask a group of servers, if it has any and the question is one that can be asked on.
    @_lifetime(writer: copy writer)
    mutating func forward(
        _ message: RawSpan, to group: Int, snapshot: Snapshot, into writer: inout WireWriter
    ) -> Verdict {
        guard !snapshot.groups[group].servers.isEmpty else {
            counters.add(.refused)
            query.end(
                .refused, flags: 0, answers: 0, extendedError: .notReady, into: &writer)
            return .reply
        }
        // Differs: dnsmasq forwards them. A zone is transferred by who serves it, and a transaction
        // is between two: of a forwarder both get nonsense, or somebody else's view of a zone.
        guard !query.type.isBetweenTwo else {
            counters.add(.refused)
            query.end(.refused, flags: 0, answers: 0, into: &writer)
            return .reply
        }
        captureName(message)
        source = .upstream
        return .forward(ForwardPlan(group: UInt16(truncatingIfNeeded: group)))
    }

    /// Ends a reply out of the cache. A denial of a name that exists here is only "no such data",
    /// as in `compose`.
    @inline(__always)
    func endCached(
        _ answer: PackedAnswer, isKnown: Bool, extendedError: ExtendedError? = nil,
        snapshot: Snapshot, into writer: inout WireWriter
    ) {
        guard answer.responseCode == ResponseCode.nameError.rawValue, answer.answerCount == 0,
            answer.source != PackedAnswer.bogus,
            isKnown || snapshot.domains.hasLiteral(name, seed: snapshot.seed)
        else { return end(answer, flags: 0, extendedError: extendedError, into: &writer) }
        query.end(
            .noError, flags: MessageHeader.Flags.authoritative, answers: 0,
            authority: UInt16(answer.authorityCount), extendedError: extendedError, into: &writer)
    }
}
