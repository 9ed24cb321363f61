package import DNSWire

extension Resolver {
    /// Takes a checked upstream reply into the cache. Call once for each reply, before the clients
    /// are answered.
    ///
    /// Kept are the records on the CNAME chain from the question to the data, under the name that
    /// was asked for and no other; everything else in the reply is left out. RFC 2181 §5.4.1, RFC
    /// 5452 §6. // Differs: dnsmasq also keeps what was asked for without RD.
    package mutating func accept(_ reply: RawSpan, now: Instant, snapshot: Snapshot) {
        guard let header = MessageHeader(reply), !header.isTruncated,
            header.flags & MessageHeader.Flags.checkingDisabled == 0,
            header.flags & MessageHeader.Flags.recursionDesired != 0,
            target.read(from: reply, at: WireLimits.headerOctets)
        else { return }
        let end = WireLimits.headerOctets + target.length
        guard end + 4 <= reply.byteCount, reply.uint16(at: end + 2) == 1 else { return }
        let type = RecordType(reply.uint16(at: end))
        // One record alone leads nowhere.
        guard
            header.answerCount < 2
                || ReplyChain(header, reply, questionEnd: end + 4, type: type).isSound
        else { return }
        switch snapshot.judge(
            reply, header, to: target, type: type, upTo: serverAnswers)
        {
        case .passed: break
        case .bogus(let ttl, let owner):
            return acceptBogus(reply, type, ttlSeconds: ttl, owner: owner, now: now, snapshot)
        case .rebinding: return
        }
        // What is ours is not rewritten, and the cache cannot tell.
        let filters = snapshot.filters
        guard serverAnswers == .max || !filters.rewritesAddresses && !filters.hidesHints else {
            return
        }
        var packer = ReplyPacker(type: type, snapshot)
        let octets = packer.pack(header, reply, questionEnd: end + 4, into: &scratch)
        if packer.provesName { noteNames(of: packer, isKept: octets > 0, type, now: now, snapshot) }
        guard octets > 0 else { return }
        if packer.key == CacheKey.nameError, isKnown(target, snapshot) {
            // A denial of a name that exists here says nothing about its other types.
            guard type == .a || type == .aaaa || type == .srv else { return }
            packer.key = type.rawValue
        }
        insert(
            packer.header, key: packer.key, ttlSeconds: packer.ttlSeconds,
            body: (end + 4)..<octets, now: now, snapshot)
    }

    /// Notes which names a reply says to exist, but for those that an answer is kept of.
    private mutating func noteNames(
        of packer: borrowing ReplyPacker, isKept: Bool, _ type: RecordType, now: Instant,
        _ snapshot: Snapshot
    ) {
        if !isKept {
            cache.mark(
                target, seen: type, hash: target.hash(from: 0, seed: snapshot.seed),
                now: now.seconds, nothing: scratch.bytes.extracting(0..<0),
                generation: snapshot.generation)
        }
        guard packer.hasData, name.take(packer.wanted), !name.isEqual(to: target) else { return }
        cache.mark(
            name, seen: type, hash: name.hash(from: 0, seed: snapshot.seed), now: now.seconds,
            nothing: scratch.bytes.extracting(0..<0), generation: snapshot.generation)
    }

    /// Keeps what `bogus-nxdomain` makes of a reply: a denial that holds as long as the address
    /// would have.
    ///
    /// // Differs: behind a CNAME nothing is kept, where dnsmasq denies the other name.
    private mutating func acceptBogus(
        _ reply: RawSpan, _ type: RecordType, ttlSeconds: UInt32, owner: Int, now: Instant,
        _ snapshot: Snapshot
    ) {
        var reader = WireReader(reply, at: owner)
        let ttl = snapshot.policy.cachedTTL(ttlSeconds)
        guard ttl > 0 || snapshot.policy.staleSeconds != nil,
            reader.readName(into: &scratchName), name.take(scratchName), name.isEqual(to: target)
        else { return }
        var header = AnswerHeader(type: type)
        header.responseCode = .nameError
        header.source = PackedAnswer.bogus
        insert(
            header, key: CacheKey.nameError, ttlSeconds: ttl, body: 0..<0, now: now, snapshot)
    }

    /// Stores an answer about `target` whose body lies in `scratch`.
    private mutating func insert(
        _ header: AnswerHeader, key: UInt16, ttlSeconds: UInt32, body: Range<Int>, now: Instant,
        _ snapshot: Snapshot
    ) {
        let seconds = now.seconds
        let result = cache.insert(
            target, type: key, hash: target.hash(from: 0, seed: snapshot.seed), stored: seconds,
            expires: seconds &+ ttlSeconds, header: header, body: scratch.bytes.extracting(body),
            generation: snapshot.generation)
        if result.inserted { counters.add(.cacheInsertions) }
        counters.add(.cacheEvictions, UInt64(result.evicted))
    }

    /// Writes the answer for one waiting client out of an upstream's reply; `source` says what it
    /// became. `isLastResort` says that the reply came out of the cache.
    @_lifetime(writer: copy writer)
    package mutating func compose(
        _ client: ClientQuery, from reply: RawSpan, isLastResort: Bool = false,
        snapshot: Snapshot, into writer: inout WireWriter
    ) {
        client.setLimit(of: &writer, snapshot.policy)
        isCut = false
        composeWhole(
            client, from: reply, isLastResort: isLastResort, snapshot: snapshot, into: &writer)
        guard isCut else { return }
        shorten(
            client, from: reply, isLastResort: isLastResort, snapshot: snapshot, into: &writer)
    }

    /// As `compose`, as far as the writer has room; `isCut` says whether it had.
    @_lifetime(writer: copy writer)
    mutating func composeWhole(
        _ client: ClientQuery, from reply: RawSpan, isLastResort: Bool,
        snapshot: Snapshot, into writer: inout WireWriter
    ) {
        client.start(into: &writer)
        let start = writer.count
        counters.add(isLastResort ? .answeredStale : .answeredByUpstream)
        source = isLastResort ? .stale : .upstream
        guard let header = MessageHeader(reply), name.take(client.name),
            target.read(from: reply, at: WireLimits.headerOctets)
        else { return composeFailure(client, .serverFailure, nil, into: &writer) }
        var composer = ReplyComposer(snapshot)
        if isLastResort { composer.rewritesAddresses = false }
        // Differs: dnsmasq passes AA on once, and not out of the cache. It says that the server at
        // hand owns the name; only for our own data we do. RFC 1035 §4.1.1.
        var flags: UInt16 = 0
        // dnsmasq: whoever asks, with DO or AD or without.
        if snapshot.policy.passesAuthenticatedData {
            flags |= header.flags & MessageHeader.Flags.authenticData
        }
        if !name.isEqual(to: target) {
            guard let chain = writeChain(client, snapshot: snapshot, into: &writer) else {
                isCut = true
                return client.endTruncated(questionEnd: start, into: &writer)
            }
            (composer.chainCount, composer.chainEnd) = chain
        }
        if let code = blocks(reply, header, snapshot) {
            if code != .noError { flags = 0 }
            guard let opt = Forwarder.findOPT(reply, header),
                client.appendOPT(
                    opt, of: reply, hidesSubnet: snapshot.additions.stripsSubnet,
                    extendedError: .blocked, into: &writer)
            else {
                return client.end(
                    code, flags: flags, answers: composer.chainCount, extendedError: .blocked,
                    into: &writer)
            }
            return client.endRecords(
                code, flags: flags, answers: composer.chainCount, authority: 0, additional: 1,
                into: &writer)
        }
        var code = header.responseCode
        if code == .nameError, header.answerCount == 0, isKnown(target, snapshot) {
            // dnsmasq: the name exists here, so upstream's denial of it is only "no such data".
            code = .noError
            flags |= MessageHeader.Flags.authoritative
        }
        composer.serverAnswers = serverAnswers
        composer.finish(
            client, from: reply, code: code, flags: flags,
            extendedError: isLastResort ? .stale : nil, scratch: &scratchName, into: &writer)
        isCut = composer.isCut
        if composer.hiddenCount > 0 { source = .filtered }
    }

    /// Writes how the alias that a client asked for leads to the name that a reply is about;
    /// answers how many records that takes, and where the name stands. nil: there is no room.
    private mutating func writeChain(
        _ client: ClientQuery, snapshot: Snapshot, into writer: inout WireWriter
    ) -> (UInt16, Int)? {
        let start = writer.count
        let hash = name.hash(from: 0, seed: snapshot.seed)
        if let node = findLocal(hash: hash, snapshot),
            let chain = snapshot.names.answer(of: node, type: RecordType(0))
        {
            guard chain.bodyLength <= writer.limit &- writer.count &- client.reserve,
                snapshot.names.writeBody(chain, into: &writer)
            else { return nil }
            let end = start + chain.chainEndOffset
            var reader = WireReader(writer.message, at: end)
            if reader.readName(into: &scratchName), wildcard.take(scratchName),
                wildcard.isEqual(to: target)
            {
                return (chain.answerCount, end)
            }
            writer.truncate(to: start)
        }
        // A reload has changed the alias while the server was asked: it led here.
        guard writer.writeUInt16(WireLimits.questionPointer),
            writer.writeUInt16(RecordType.cname.rawValue),
            writer.writeUInt16(RecordClass.internet.rawValue), writer.writeUInt32(0),
            writer.writeUInt16(UInt16(target.length))
        else { return nil }
        let end = writer.count
        for index in 0..<target.length {
            guard writer.writeUInt8(target.octet(at: index)) else { return nil }
        }
        return (1, end)
    }

    /// The code of the empty answer that the filters put in place of a reply; nil lets it pass.
    private mutating func blocks(
        _ reply: RawSpan, _ header: MessageHeader, _ snapshot: Snapshot
    ) -> ResponseCode? {
        let type = Self.questionType(reply, target)
        switch snapshot.judge(
            reply, header, to: target, type: type, upTo: serverAnswers)
        {
        case .passed: return nil
        case .bogus:
            source = .bogus
            return .nameError
        case .rebinding:
            source = .rebinding
            return .noError
        }
    }

    /// Whether a name is defined here, by a record or by `address=`.
    private func isKnown(_ name: borrowing FoldedName, _ snapshot: Snapshot) -> Bool {
        let hash = name.hash(from: 0, seed: snapshot.seed)
        if let node = snapshot.names.find(name, hash: hash), node.flags.contains(.isKnown) {
            return true
        }
        return snapshot.synthetics.contains(name)
            || snapshot.domains.hasLiteral(name, seed: snapshot.seed)
    }

    /// Writes SERVFAIL or another failure for a waiting client, with the reason if it understands
    /// EDNS.
    package mutating func composeFailure(
        _ client: ClientQuery, _ code: ResponseCode, _ extendedError: ExtendedError?,
        into writer: inout WireWriter
    ) {
        source = .error
        counters.add(code == .refused ? .refused : .failed)
        writer.truncate(to: 0)
        client.start(into: &writer)
        client.end(code, flags: 0, answers: 0, extendedError: extendedError, into: &writer)
    }
}
