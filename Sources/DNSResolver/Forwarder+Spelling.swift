import DNSWire

// Random letters are between us and a server: whoever asks gets its own back, or the server's.

extension Forwarder {
    /// Puts the letters of the first client that asked into a reply, wherever it repeats ours: in
    /// the question, and in names that the server made of it, such as the end of the CNAME of a
    /// DNAME.
    ///
    /// `row` holds `octets` of a well-formed reply to the flight. Signatures stay right: they are
    /// made over small letters. RFC 4034 §6.2. Cost: one walk; a compare for each label that stands
    /// in the reply without a pointer.
    @_lifetime(row: copy row)
    package func restoreSpelling(
        of flight: Flight, in row: inout MutableRawSpan, octets: Int
    ) {
        guard let slot = table.slot(of: flight), octets <= row.byteCount,
            let header = MessageHeader(row.bytes.extracting(0..<octets)), header.questionCount == 1,
            WireLimits.headerOctets + table.names[slot].length <= octets
        else { return }
        // Where nothing was scrambled there is nothing to put back.
        guard table.records[slot].hasCapitals || table.records[slot].wasMixed else { return }
        if table.records[slot].wasMixed {
            for index in 0..<table.names[slot].length {
                row.storeBytes(
                    of: table.spelled(slot, index), toByteOffset: WireLimits.headerOctets + index,
                    as: UInt8.self)
            }
        } else {
            Self.fold(&row, from: WireLimits.headerOctets, count: table.names[slot].length)
        }
        var at = WireLimits.headerOctets + table.names[slot].length + 4
        let count =
            Int(header.answerCount) + Int(header.authorityCount) + Int(header.additionalCount)
        for _ in 0..<count {
            var reader = WireReader(row.bytes.extracting(0..<octets), at: at)
            guard let record = reader.readRecord() else { return }
            at = record.endOffset
            // A pointer at once, as nearly all: nothing of ours stands there.
            if row.bytes.octet(at: record.ownerOffset) < 0xC0 {
                _ = restoreName(slot, at: record.ownerOffset, in: &row, octets: octets)
            }
            guard record.type != .opt,
                var place = record.firstName(in: row.bytes.extracting(0..<octets))
            else { continue }
            for _ in 0..<place.count {
                place.offset = restoreName(slot, at: place.offset, in: &row, octets: octets)
            }
        }
    }

    /// Makes letters small, eight octets at a time where they are there.
    @_lifetime(row: copy row)
    private static func fold(_ row: inout MutableRawSpan, from offset: Int, count: Int) {
        var at = offset
        let end = offset + count
        while at + 8 <= end {
            row.storeBytes(
                of: foldedWord(row.bytes.word(at: at)), toByteOffset: at, as: UInt64.self)
            at += 8
        }
        while at < end {
            row.storeBytes(
                of: foldedOctet(row.bytes.octet(at: at)), toByteOffset: at, as: UInt8.self)
            at += 1
        }
    }

    /// The same for the labels of one name up to its first pointer; where the name ends.
    @_lifetime(row: copy row)
    private func restoreName(
        _ slot: Int, at offset: Int, in row: inout MutableRawSpan, octets: Int
    ) -> Int {
        var walk = NameWalk(at: offset)
        while true {
            guard case .label(let length) = walk.next(in: row.bytes.extracting(0..<octets)),
                walk.end < 0
            else { return max(walk.end, offset) }
            restoreLabel(slot, at: walk.label + 1, length: length, in: &row)
        }
    }

    /// Spells one label as the label of the question is that has the same octets.
    @_lifetime(row: copy row)
    private func restoreLabel(
        _ slot: Int, at offset: Int, length: Int, in row: inout MutableRawSpan
    ) {
        let name = table.names[slot].octets.span
        var label = 0
        while name[label] != 0 {
            let start = label + 1
            label = start + Int(name[label])
            guard label - start == length else { continue }
            var isSame = true
            for index in 0..<length
            where name[start + index] != row.bytes.octet(at: offset + index) { isSame = false }
            guard isSame else { continue }
            for index in 0..<length {
                row.storeBytes(
                    of: table.spelled(slot, start + index), toByteOffset: offset + index,
                    as: UInt8.self)
            }
            return
        }
    }
}
