import DNSWire

/// Turns an upstream's reply into what the cache keeps of it.
///
/// Types that are filtered are kept all the same: filters are applied on the way out. The packed
/// message is put together behind a copy of the question, so that its compression
/// pointers are those of the replies that it will be copied into.
struct ReplyPacker {
    private let type: RecordType
    private let policy: AnswerPolicy
    private let filters: ReplyFilters
    private(set) var header: AnswerHeader
    /// How long the answer holds: the least TTL in it.
    private(set) var ttlSeconds: UInt32 = .max
    /// The type to store it under: the question's, or `CacheKey.nameError`.
    var key: UInt16

    /// Whether the reply has data, or an alias, of the question's name, kept or not.
    private(set) var provesName = false
    /// Whether the name at the end of its CNAMEs has data.
    private(set) var hasData = false
    /// The name at the end of its CNAMEs.
    private(set) var wanted = NameBuffer()

    private var owner = NameBuffer()
    private var name = NameBuffer()
    private var sections = InlineArray<2, Int>(repeating: 0)

    init(type: RecordType, _ snapshot: Snapshot) {
        self.type = type
        policy = snapshot.policy
        filters = snapshot.filters
        header = AnswerHeader(type: type)
        key = type.rawValue
    }

    /// Packs `reply` as a message of its own; its octets, 0 if it is not to be kept.
    mutating func pack(
        _ message: MessageHeader, _ reply: RawSpan, questionEnd: Int,
        into scratch: inout ScratchMessage
    ) -> Int {
        var writer = WireWriter(scratch.row)
        return pack(message, reply, questionEnd: questionEnd, into: &writer) ? writer.count : 0
    }

    @_lifetime(writer: copy writer)
    private mutating func pack(
        _ message: MessageHeader, _ reply: RawSpan, questionEnd: Int,
        into writer: inout WireWriter
    ) -> Bool {
        let code = message.responseCode
        guard code == .noError || code == .nameError, questionEnd <= reply.byteCount,
            writer.write(reply, from: 0, length: questionEnd)
        else { return false }
        header.responseCode = code
        var question = WireReader(reply, at: WireLimits.headerOctets)
        guard question.readName(into: &wanted) else { return false }
        var compressor = NameCompressor()
        compressor.remember(wanted, at: WireLimits.headerOctets)
        compressor.placeQuestion(at: WireLimits.headerOctets, in: writer.message)
        sections[0] = questionEnd
        guard
            let hasData = copyChain(
                Int(message.answerCount), reply, &compressor, into: &writer)
        else { return false }
        self.hasData = hasData && code == .noError
        provesName =
            header.answerCount > 0 || type == .any && code == .noError && message.answerCount > 0
        if hasData {
            guard policy.caches(type), code == .noError else { return false }
        } else {
            guard copyDenial(message, reply, &compressor, into: &writer) else { return false }
        }
        header.bodyLength = writer.count - questionEnd
        return ttlSeconds > 0 || policy.staleSeconds != nil
    }

    /// Copies CNAMEs and data from the question on, hop by hop; whether there is data, nil if
    /// malformed.
    @_lifetime(writer: copy writer)
    private mutating func copyChain(
        _ count: Int, _ reply: RawSpan, _ compressor: inout NameCompressor,
        into writer: inout WireWriter
    ) -> Bool? {
        var pointer = WireLimits.questionPointer
        for _ in 0..<ResolverLimits.upstreamChain {
            var next: RecordHeader?
            let start = writer.count
            var found = 0
            var stride = 0
            var reader = WireReader(reply, at: sections[0])
            for _ in 0..<count {
                guard let record = reader.readRecord() else { return nil }
                guard record.recordClass == .internet,
                    record.type == type || record.type == .cname,
                    isWanted(record, reply, pointer)
                else { continue }
                if record.type == type {
                    let before = writer.count
                    guard copy(record, reply, &compressor, into: &writer) else { return nil }
                    let octets = writer.count - before
                    stride = found == 0 || octets == stride ? octets : 0
                    found += 1
                } else if next == nil {
                    next = record
                }
            }
            sections[1] = reader.offset
            if found > 0 {
                noteRotation(found, from: start - sections[0], stride: stride)
                return true
            }
            guard let next else { return false }
            guard copy(next, reply, &compressor, into: &writer) else { return nil }
            var target = WireReader(reply, at: next.rdataOffset)
            guard target.readName(into: &wanted) else { return nil }
            // Beyond the reach of pointers: the first octet of no name.
            pointer =
                next.rdataOffset <= WireLimits.pointerOffset
                ? 0xC000 | UInt16(next.rdataOffset) : 0x8000
        }
        return nil
    }

    /// Whether the owner of a record is the name that is looked for, to which `pointer` leads.
    private mutating func isWanted(
        _ record: RecordHeader, _ reply: RawSpan, _ pointer: UInt16
    ) -> Bool {
        if reply.uint16(at: record.ownerOffset) == pointer { return true }
        return readOwner(of: record, reply) && owner.isEqual(to: wanted)
    }

    private mutating func readOwner(of record: RecordHeader, _ reply: RawSpan) -> Bool {
        var reader = WireReader(reply, at: record.ownerOffset)
        return reader.readName(into: &owner)
    }

    @_lifetime(writer: copy writer)
    private mutating func copy(
        _ record: RecordHeader, _ reply: RawSpan, _ compressor: inout NameCompressor,
        into writer: inout WireWriter
    ) -> Bool {
        let ttl = policy.cachedTTL(record.ttlSeconds)
        guard !filters.needsHiddenHints(record, of: reply),
            compressor.copy(
                record, of: reply, ttlSeconds: ttl, scratch: &name, into: &writer) == .whole
        else { return false }
        if record.type == .a, filters.rewritesAddresses, let address = reply.address(of: record),
            let new = filters.replacement(for: address.ipv4)
        {
            writer.patchUInt32(new, at: writer.count - 4)
        }
        filters.changeHints(
            of: record, of: reply, rewrites: filters.rewritesAddresses, in: &writer)
        header.answerCount += 1
        ttlSeconds = min(ttlSeconds, ttl)
        return true
    }

    /// Address sets turn when they are given out, if their records all have the same length: a
    /// `stride` of 0 says that they have not.
    private mutating func noteRotation(_ count: Int, from offset: Int, stride: Int) {
        guard count > 1, type == .a || type == .aaaa, stride > 0, stride <= 255 else { return }
        header.rotationOffset = offset
        header.rotationCount = count
        header.rotationStride = stride
    }

    /// Copies the SOA that says how long the denial holds. RFC 2308 §5.
    @_lifetime(writer: copy writer)
    private mutating func copyDenial(
        _ message: MessageHeader, _ reply: RawSpan, _ compressor: inout NameCompressor,
        into writer: inout WireWriter
    ) -> Bool {
        guard policy.cachesNegative else { return false }
        let isNameError = message.responseCode == .nameError
        guard isNameError || policy.caches(type) && type != .cname && type != .ptr else {
            return false
        }
        var reader = WireReader(reply, at: sections[1])
        for _ in 0..<Int(message.authorityCount) {
            guard let record = reader.readRecord() else { return false }
            guard record.type == .soa, readOwner(of: record, reply), wanted.isInside(owner),
                record.endOffset >= record.rdataOffset + 20
            else { continue }
            let answers = header.answerCount
            guard copy(record, reply, &compressor, into: &writer) else { return false }
            header.answerCount = answers
            header.authorityCount = 1
            let minimum = reply.uint32(at: record.endOffset - 4)
            ttlSeconds = min(
                ttlSeconds, policy.cachedTTL(min(record.ttlSeconds, minimum)),
                max(ResolverLimits.negativeTTLSeconds, policy.minimumCacheTTLSeconds))
            return noteDenial(isNameError)
        }
        // Without SOA a denial holds as long as `neg-ttl` says; dnsmasq.
        guard policy.negativeTTLSeconds > 0 else { return false }
        ttlSeconds = min(ttlSeconds, policy.negativeTTLSeconds)
        return noteDenial(isNameError)
    }

    private mutating func noteDenial(_ isNameError: Bool) -> Bool {
        // Behind a CNAME the denial is about the target, not about the question's other types.
        if isNameError, header.answerCount == 0 { key = CacheKey.nameError }
        return true
    }
}
