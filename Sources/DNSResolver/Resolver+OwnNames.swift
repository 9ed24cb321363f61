package import DNSWire

// A server's reply that leads by CNAME to a name of the configuration: what is said of that name is
// not the server's to say.

extension Resolver {
    /// Puts the configuration's data in place of what a reply says of a name that is defined here.
    ///
    /// `own` and `merged` are empty; `merged` then holds the reply to go on with. False where the
    /// chain does not lead here. Cost: one walk over the answer, for each CNAME a lookup more.
    ///
    /// Differs: dnsmasq passes on what the server says.
    @_lifetime(merged: copy merged)
    @_lifetime(own: copy own)
    package mutating func replaceOwnEnd(
        of reply: RawSpan, now: Instant, snapshot: Snapshot, own: inout WireWriter,
        merged: inout WireWriter
    ) -> Bool {
        serverAnswers = .max
        guard let header = MessageHeader(reply), header.answerCount > 0,
            target.read(from: reply, at: WireLimits.headerOctets)
        else { return false }
        let end = WireLimits.headerOctets + target.length + 4
        guard end <= reply.byteCount, reply.uint16(at: end - 2) == 1 else { return false }
        let type = RecordType(reply.uint16(at: end - 4))
        let chain = ReplyChain(header, reply, questionEnd: end, type: type)
        for hop in 1..<chain.count {
            var reader = WireReader(reply, at: chain.offset(hop))
            guard reader.readName(into: &scratchName), target.take(scratchName) else {
                return false
            }
            guard snapshot.defines(target, type, wildcard: &wildcard),
                answerOwn(scratchName, type, now: now, snapshot: snapshot, into: &own)
            else { continue }
            guard
                let leading = merge(reply, end, chain, hop, own: own.message, into: &merged)
            else { return false }
            serverAnswers = leading
            return true
        }
        return false
    }

    /// Answers a question of our own out of the configuration; false if a server had to be asked.
    private mutating func answerOwn(
        _ name: NameBuffer, _ type: RecordType, now: Instant, snapshot: Snapshot,
        into writer: inout WireWriter
    ) -> Bool {
        var question = ClientQuery()
        question.transport = .tcp
        question.flags = MessageHeader.Flags.recursionDesired
        question.type = type
        question.name = name
        var row = InlineArray<288, UInt8>(repeating: 0)
        var length = 0
        do {
            var span = row.mutableSpan
            // Safe: octets have no invariants.
            var text = WireWriter(unsafe span.mutableBytes)
            question.start(into: &text)
            // A question, where `start` writes a reply.
            text.patchUInt16(MessageHeader.Flags.recursionDesired, at: 2)
            length = text.count
        }
        // Safe: the array is initialised.
        let message = unsafe row.span.bytes.extracting(0..<length)
        let block = counters
        counters = uncounted
        defer { counters = block }
        let verdict = decide(
            message, .tcp, Arrival(), now: now, snapshot: snapshot, into: &writer)
        if case .reply = verdict { return true }
        return false
    }

    /// Writes the chain of a reply up to a hop, and our own answer about the name that it leads to;
    /// how many records the chain has.
    @_lifetime(writer: copy writer)
    private mutating func merge(
        _ reply: RawSpan, _ questionEnd: Int, _ chain: ReplyChain, _ hop: Int, own: RawSpan,
        into writer: inout WireWriter
    ) -> Int? {
        guard let mine = MessageHeader(own), let theirs = MessageHeader(reply),
            writer.write(reply, from: 0, length: questionEnd)
        else { return nil }
        var compressor = NameCompressor()
        var question = WireReader(reply, at: WireLimits.headerOctets)
        guard question.readName(into: &scratchName) else { return nil }
        compressor.remember(scratchName, at: WireLimits.headerOctets)
        var reader = WireReader(reply, at: questionEnd)
        var leading = 0
        for _ in 0..<Int(theirs.answerCount) {
            guard let record = reader.readRecord() else { return nil }
            guard chain.leads(record, of: reply, before: hop) else { continue }
            guard
                compressor.copy(
                    record, of: reply, ttlSeconds: record.ttlSeconds, scratch: &scratchName,
                    into: &writer) == .whole
            else { return nil }
            leading += 1
        }
        reader = WireReader(own, at: WireLimits.headerOctets)
        guard reader.skipName(), reader.skip(4) else { return nil }
        for _ in 0..<Int(mine.answerCount) {
            guard let record = reader.readRecord(),
                compressor.copy(
                    record, of: own, ttlSeconds: record.ttlSeconds, scratch: &scratchName,
                    into: &writer) == .whole
            else { return nil }
        }
        writer.patchUInt16(
            theirs.flags & ~(MessageHeader.Flags.authoritative | 0xF)
                | UInt16(mine.responseCode.rawValue), at: 2)
        writer.patchUInt16(UInt16(leading) &+ mine.answerCount, at: 6)
        writer.patchUInt32(0, at: 8)
        return leading
    }
}
