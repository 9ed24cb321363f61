import DNSWire

// What a client gets of an answer that has no room as it lies packed or as a server sent it.

extension Resolver {
    /// Ends a reply that has no room for its answer; what has room is found out behind it.
    mutating func truncate(flags: UInt16 = 0, into writer: inout WireWriter) -> Verdict {
        isCut = true
        query.endTruncated(questionEnd: questionEnd, flags: flags, into: &writer)
        return .reply
    }

    /// Answers the question at hand once more, where all of the answer has room, and writes of it
    /// what the client's message holds.
    ///
    /// Names are compressed, which packed answers are not: many answers are whole after that.
    /// Others have TC, and as many records as fit: there are clients that never come back by TCP.
    /// RFC 2181 §9. Cost: the answer twice, and a walk over it; only here.
    @inline(never) @_lifetime(writer: copy writer)
    mutating func shorten(
        _ message: RawSpan, now: Instant, snapshot: Snapshot, into writer: inout WireWriter
    ) -> Verdict {
        var row = WholeAnswer(repeating: 0)
        var span = row.mutableSpan
        // Safe: octets have no invariants.
        var whole = WireWriter(unsafe span.mutableBytes)
        let block = counters
        counters = uncounted
        let verdict = answerQuestion(message, now: now, snapshot: snapshot, into: &whole)
        counters = block
        isCut = false
        switch verdict {
        case .reply, .replyAndRefresh:
            if whole.message.copyAsFits(query, scratch: &scratchName, into: &writer) {
                counters.add(.truncated)
            }
        // The cache has lost it meanwhile.
        case .forward, .transfer, .drop: break
        }
        return verdict
    }

    /// The same for an answer out of a server's reply.
    @inline(never) @_lifetime(writer: copy writer)
    mutating func shorten(
        _ client: ClientQuery, from reply: RawSpan, isLastResort: Bool, snapshot: Snapshot,
        into writer: inout WireWriter
    ) {
        var row = WholeAnswer(repeating: 0)
        var span = row.mutableSpan
        // Safe: octets have no invariants.
        var whole = WireWriter(unsafe span.mutableBytes)
        let block = counters
        counters = uncounted
        composeWhole(
            client, from: reply, isLastResort: isLastResort, snapshot: snapshot, into: &whole)
        counters = block
        isCut = false
        _ = whole.message.copyAsFits(client, scratch: &scratchName, into: &writer)
    }
}

/// Room for any answer: a chain of `ResolverLimits.localChain` names, a set of
/// `ResolverLimits.localAnswerOctets` or a message of a server behind it, question and OPT record.
private typealias WholeAnswer = InlineArray<81_920, UInt8>

extension RawSpan {
    /// Writes this reply with its names compressed and with the records that have room; whether
    /// answers are missing, which TC then says.
    ///
    /// CNAMEs come first: without them addresses are nobody's. Behind the first record that has no
    /// room none follows, as from dnsmasq.
    @_lifetime(writer: copy writer)
    fileprivate func copyAsFits(
        _ client: ClientQuery, scratch: inout NameBuffer, into writer: inout WireWriter
    ) -> Bool {
        writer.truncate(to: 0)
        guard let header = MessageHeader(self), var reader = WireReader(answersOf: self, header),
            writer.write(self, from: 0, length: reader.offset)
        else { return false }
        let sections: InlineArray<3, UInt16> = [
            header.answerCount, header.authorityCount, header.additionalCount,
        ]
        let limit = writer.limit
        let opt = Forwarder.findOPT(self, header)
        let options = opt.map { $0.endOffset - $0.ownerOffset } ?? 0
        let hasOptions = options <= limit - writer.count
        writer.setLimit(limit - (hasOptions ? options : client.reserve))
        var compressor = NameCompressor()
        compressor.remember(nameAt: WireLimits.headerOctets, in: writer.message)
        compressor.placeQuestion(at: WireLimits.headerOctets, in: writer.message)
        var counts = InlineArray<3, UInt16>(repeating: 0)
        var isWhole = true
        if client.type != .cname, client.type != .any {
            var front = reader
            isWhole = copy(
                sections[0], .chain, from: &front, &compressor, &counts[0], scratch: &scratch,
                into: &writer)
        }
        let rest = client.type != .cname && client.type != .any ? Part.data : .all
        for section in sections.indices where isWhole {
            isWhole = copy(
                sections[section], section == 0 ? rest : .all, from: &reader, &compressor,
                &counts[section], scratch: &scratch, into: &writer)
        }
        // Only the answer has to be whole: RFC 2181 §9.
        let isCut = header.isTruncated || counts[0] < header.answerCount
        writer.setLimit(limit)
        var flags = header.flags
        if isCut { flags |= MessageHeader.Flags.truncated }
        writer.patchUInt16(flags, at: 2)
        if let opt {
            if hasOptions, writer.write(self, from: opt.ownerOffset, length: options) {
                counts[2] += 1
            } else {
                counts[2] += client.appendOPT(into: &writer)
            }
        }
        for section in counts.indices { writer.patchUInt16(counts[section], at: 6 + 2 * section) }
        return isCut
    }

    /// Copies one part of a section; whether all of it had room.
    @_lifetime(writer: copy writer)
    private func copy(
        _ count: UInt16, _ part: Part, from reader: inout WireReader,
        _ compressor: inout NameCompressor, _ copied: inout UInt16, scratch: inout NameBuffer,
        into writer: inout WireWriter
    ) -> Bool {
        for _ in 0..<Int(count) {
            guard let record = reader.readRecord() else { return false }
            let isLink = record.type == .cname || record.type == .dname
            guard record.type != .opt, part == .all || isLink == (part == .chain) else { continue }
            guard
                compressor.copy(
                    record, of: self, ttlSeconds: record.ttlSeconds, scratch: &scratch,
                    into: &writer) == .whole
            else { return false }
            copied += 1
        }
        return true
    }

    private enum Part { case chain, data, all }
}
