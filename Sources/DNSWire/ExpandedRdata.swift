extension WireReader {
    /// The rdata of a record of the message with its names written out, spelled as they are; nil if
    /// it is malformed.
    ///
    /// Cost: allocates; for text, not for answering.
    package static func expandedRdata(of record: RecordHeader, in message: RawSpan) -> [UInt8]? {
        guard record.endOffset <= message.byteCount else { return nil }
        let layout = RdataLayout(record.type)
        var octets: [UInt8] = []
        var at = record.rdataOffset
        if layout.names > 0 {
            var start = at + layout.prefix
            for _ in 0..<layout.strings {
                guard start < record.endOffset else { return nil }
                start += 1 + Int(message.octet(at: start))
            }
            guard start <= record.endOffset else { return nil }
            while at < start {
                octets.append(message.octet(at: at))
                at += 1
            }
            var reader = WireReader(message, at: at)
            for _ in 0..<layout.names {
                var name = NameBuffer()
                guard reader.readName(into: &name), reader.offset <= record.endOffset else {
                    return nil
                }
                for index in 0..<name.length { octets.append(name.octets[index]) }
            }
            at = reader.offset
        }
        while at < record.endOffset {
            octets.append(message.octet(at: at))
            at += 1
        }
        return octets
    }
}
