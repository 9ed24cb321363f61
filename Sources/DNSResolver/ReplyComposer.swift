import DNSWire

/// Writes a client's answer out of an upstream's, record by record, so that nothing malformed gets
/// through.
///
/// The question and the first octets of the reply are already in the writer. Where it does not
/// fit, the reply is empty with TC: `Resolver.shorten` then makes another.
struct ReplyComposer {
    private let policy: AnswerPolicy
    private let filters: ReplyFilters
    /// Whether a client's subnet stays here, so that a server's word about one is none of its.
    private let hidesSubnet: Bool
    /// How many answers filters look at; those behind them are our own.
    var serverAnswers = Int.max
    /// CNAMEs of a local chain that stand in front.
    var chainCount: UInt16 = 0
    /// Where in the writer that chain ends in the name that the reply is about.
    var chainEnd: Int?
    /// Whether `alias` is still to be applied: what lies in the cache was rewritten before.
    var rewritesAddresses: Bool
    /// Records that filters left out of the answer.
    private(set) var hiddenCount = 0
    /// Whether the answer had no room.
    private(set) var isCut = false

    init(_ snapshot: Snapshot) {
        policy = snapshot.policy
        filters = snapshot.filters
        hidesSubnet = snapshot.additions.stripsSubnet
        rewritesAddresses = filters.rewritesAddresses
    }

    /// Copies the sections of `reply` behind what `writer` holds and ends the message.
    ///
    /// `code` and `flags` override the upstream's rcode and AA.
    @_lifetime(writer: copy writer)
    mutating func finish(
        _ client: ClientQuery, from reply: RawSpan, code: ResponseCode? = nil,
        flags: UInt16 = 0, extendedError: ExtendedError? = nil,
        scratch: inout NameBuffer, into writer: inout WireWriter
    ) {
        guard let header = MessageHeader(reply) else {
            return fail(client, into: &writer)
        }
        var opt: RecordHeader?
        var counts = InlineArray<3, UInt16>(repeating: 0)
        switch copy(
            header, reply, client, counts: &counts, opt: &opt, scratch: &scratch, into: &writer)
        {
        case .whole: break
        case .endless:
            writer.truncate(to: questionEnd(of: writer.message))
            return client.end(
                .serverFailure, flags: 0, answers: 0, extendedError: .other, into: &writer)
        case .noRoom:
            isCut = true
            return client.endTruncated(
                questionEnd: questionEnd(of: writer.message), into: &writer)
        case .malformed:
            return fail(client, into: &writer)
        }
        let extendedError = extendedError ?? (hiddenCount > 0 ? .filtered : nil)
        if let opt,
            client.appendOPT(
                opt, of: reply, hidesSubnet: hidesSubnet, extendedError: extendedError,
                into: &writer)
        {
            client.endRecords(
                code ?? header.responseCode, flags: flags, answers: counts[0] + chainCount,
                authority: counts[1], additional: counts[2] + 1, into: &writer)
            return
        }
        client.end(
            code ?? header.responseCode, flags: flags, answers: counts[0] + chainCount,
            authority: counts[1], additional: counts[2], extendedError: extendedError,
            into: &writer)
    }

    /// What became of the records of a reply.
    private enum Outcome {
        case whole, noRoom, malformed
        /// Its chain of CNAMEs is longer than is followed.
        case endless
    }

    private func questionEnd(of message: RawSpan) -> Int {
        var reader = WireReader(message, at: WireLimits.headerOctets)
        return reader.skipName() ? reader.offset + 4 : WireLimits.headerOctets
    }

    private func fail(_ client: ClientQuery, into writer: inout WireWriter) {
        writer.truncate(to: questionEnd(of: writer.message))
        client.end(
            .serverFailure, flags: 0, answers: 0, extendedError: .other, into: &writer)
    }

    /// Knows the names that the message has so far.
    private func compressor(
        of message: RawSpan, scratch: inout NameBuffer
    ) -> NameCompressor {
        var compressor = NameCompressor()
        var question = WireReader(message, at: WireLimits.headerOctets)
        if question.readName(into: &scratch) {
            compressor.remember(scratch, at: WireLimits.headerOctets)
        }
        // The name is spelled as in the chain, not as a server was asked for it.
        if let chainEnd { compressor.remember(nameAt: chainEnd, in: message) }
        compressor.placeQuestion(at: chainEnd ?? WireLimits.headerOctets, in: message)
        return compressor
    }

    @_lifetime(writer: copy writer)
    private mutating func copy(
        _ header: MessageHeader, _ reply: RawSpan, _ client: ClientQuery,
        counts: inout InlineArray<3, UInt16>, opt: inout RecordHeader?,
        scratch: inout NameBuffer,
        into writer: inout WireWriter
    ) -> Outcome {
        var compressor = compressor(of: writer.message, scratch: &scratch)
        var reader = WireReader(reply, at: WireLimits.headerOctets)
        for _ in 0..<Int(header.questionCount) {
            guard reader.skipName(), reader.skip(4) else { return .malformed }
        }
        let chain = ReplyChain(
            header, reply, questionEnd: reader.offset, type: client.type)
        guard !chain.isCut else { return .endless }
        guard !chain.isForged else { return .malformed }
        var additional = AdditionalNames()
        let limit = writer.limit
        writer.setLimit(limit - client.reserve)
        defer { writer.setLimit(limit) }
        let hides = policy.filtersTypes && header.responseCode == .noError
        let sections: InlineArray<3, UInt16> = [
            header.answerCount, header.authorityCount, header.additionalCount,
        ]
        for section in sections.indices {
            for index in 0..<Int(sections[section]) {
                let isOurs = section == 0 && index >= serverAnswers
                guard let record = reader.readRecord() else { return .malformed }
                // OPT is of one hop: RFC 6891 §6.1.1. The client gets its own with what comes down.
                if record.type == .opt {
                    opt = record
                    continue
                }
                // Differs: dnsmasq passes on whatever stands in the reply.
                let isWanted =
                    switch section {
                    case 0: chain.has(record, of: reply)
                    case 1: chain.proves(record, of: reply, isDNSSECOK: client.isDNSSECOK)
                    default: additional.has(record, of: reply)
                    }
                guard isWanted else { continue }
                if hides, !isOurs, section == 0 || client.type == .any && filters.reducesAny,
                    filters.hides(record, asked: client.type)
                        || filters.needsHiddenHints(record, of: reply)
                {
                    hiddenCount += 1
                    continue
                }
                let copied = compressor.copy(
                    record, of: reply, ttlSeconds: policy.clientTTL(record.ttlSeconds),
                    scratch: &scratch, into: &writer)
                // Only the answer has to be whole: RFC 2181 §9.
                if copied == .noRoom, section > 0 { return .whole }
                guard copied == .whole else { return copied == .noRoom ? .noRoom : .malformed }
                additional.note(record)
                if section != 1, !isOurs { rewrite(record, of: reply, in: &writer) }
                counts[section] += 1
            }
        }
        return .whole
    }

    /// Changes the addresses in the record that was written last, if filters say so.
    @_lifetime(writer: copy writer)
    private mutating func rewrite(
        _ record: RecordHeader, of reply: RawSpan, in writer: inout WireWriter
    ) {
        if record.isService {
            filters.changeHints(of: record, of: reply, rewrites: rewritesAddresses, in: &writer)
        }
        guard rewritesAddresses, record.type == .a, let address = reply.address(of: record),
            let new = filters.replacement(for: address.ipv4)
        else { return }
        writer.patchUInt32(new, at: writer.count - 4)
    }
}
