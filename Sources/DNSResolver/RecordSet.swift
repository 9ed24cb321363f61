import DNSWire

/// The records of one name and type while a snapshot is compiled.
struct RecordSet {
    struct Record {
        var ttlSeconds: UInt32
        /// Uncompressed.
        var rdata: [UInt8]
    }

    var type: RecordType
    var records: [Record] = []
    /// Assigned if the set rotates.
    var counter: UInt32?
    var source: UInt8 = 0
    /// Whether the addresses of targets go into the additional section.
    var addsTargets = true

    init(type: RecordType) {
        self.type = type
    }

    /// Whether answers turn the order: sets of two and more of fixed length.
    ///
    /// dnsmasq turns addresses and SRV records. // Differs: every address set turns, those of
    /// `address=` and those whose PTR belongs to another name too.
    var rotates: Bool {
        records.count > 1
            && (type == .a || type == .aaaa || type == .srv)
            && records.allSatisfy { $0.rdata.count == records[0].rdata.count }
            // The stride of a packed answer has eight bits.
            && 12 + records[0].rdata.count <= 255
    }

    /// A pointer to the name of the question, as an owner in wire form.
    static let question = pointer(to: WireLimits.headerOctets)

    /// A pointer to a name that stands at `offset` of the message, 0...16_383.
    static func pointer(to offset: Int) -> [UInt8] {
        [0xC0 | UInt8(offset >> 8), UInt8(offset & 0xFF)]
    }

    /// Appends the records with an owner in wire form, and notes their run if they rotate.
    ///
    /// Returns how many were appended: all, or none where the answer would be too long.
    func append(to parts: inout AnswerParts, owner: [UInt8]) -> Int {
        let start = parts.body.count
        guard start + octetCount(owner: owner) <= ResolverLimits.localAnswerOctets else { return 0 }
        for record in records {
            parts.body += owner
            parts.body.appendBig(type.rawValue)
            parts.body.appendBig(RecordClass.internet.rawValue)
            parts.body.appendBig(record.ttlSeconds)
            parts.body.appendBig(UInt16(record.rdata.count))
            parts.body += record.rdata
        }
        // The stride of a packed answer has eight bits.
        guard let counter, rotates, parts.header.rotationCount == 0,
            owner.count + 10 + records[0].rdata.count <= 255
        else { return records.count }
        parts.header.rotationOffset = start
        parts.header.rotationCount = records.count
        parts.header.rotationStride = owner.count + 10 + records[0].rdata.count
        parts.header.counter = counter
        return records.count
    }

    /// Octets that the records take in a body where their owner is a pointer.
    var octetCount: Int { octetCount(owner: Self.question) }

    func octetCount(owner: [UInt8]) -> Int {
        records.reduce(0) { $0 + owner.count + 10 + $1.rdata.count }
    }
}

extension RecordSet.Record {
    init(_ address: IPAddress, ttlSeconds: UInt32) {
        self.ttlSeconds = ttlSeconds
        rdata = (0..<address.octetCount).map { address.octet($0) }
    }
}

extension [UInt8] {
    /// Appends one character string, cut at 255 octets. RFC 1035 §3.3.
    mutating func appendCharacterString(_ octets: some Collection<UInt8>) {
        let cut = octets.prefix(255)
        append(UInt8(cut.count))
        self += cut
    }
}
