import DNSWire

/// What is wrong with a message that we have written; nil if nothing.
///
/// Counts must hold, every name must be readable, nothing may follow the last record, and only one
/// OPT record may be there. Names in rdata are read by copying the record.
func fault(in message: RawSpan) -> String? {
    guard let header = MessageHeader(message) else { return "no header" }
    var name = NameBuffer()
    var reader = WireReader(message, at: WireLimits.headerOctets)
    for _ in 0..<header.questionCount {
        guard reader.readName(into: &name), reader.skip(4) else { return "bad question" }
    }
    let records =
        Int(header.answerCount) + Int(header.authorityCount) + Int(header.additionalCount)
    var optCount = 0
    var row = [UInt8](repeating: 0, count: WireLimits.messageOctets)
    for index in 0..<records {
        guard let record = reader.readRecord() else { return "record \(index) is cut" }
        if record.type == .opt { optCount += 1 }
        var compressor = NameCompressor()
        var span = row.mutableSpan
        var writer = WireWriter(span.mutableBytes)
        let copied = compressor.copy(
            record, of: message, ttlSeconds: 0, scratch: &name, into: &writer)
        guard copied == .whole else { return "record \(index) is \(copied)" }
    }
    guard optCount < 2 else { return "\(optCount) OPT records" }
    return reader.remaining == 0 ? nil : "\(reader.remaining) octets behind the last record"
}

extension RawSpan {
    /// The octets from `start` to `end`, owned.
    func octets(from start: Int = 0, to end: Int? = nil) -> [UInt8] {
        (start..<(end ?? byteCount)).map { octet(at: $0) }
    }
}
