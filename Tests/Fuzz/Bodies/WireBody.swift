import DNSWire

/// A message from the network is read and copied: the copy is well formed, and its copy the same.
func checkWire(_ octets: [UInt8]) -> String? {
    let message = octets.span.bytes
    for offset in 0..<min(octets.count, 64) { walk(message, from: offset) }
    guard let first = copy(message) else { return nil }
    if let fault = fault(in: first.span.bytes) { return "the copy: \(fault)" }
    guard let second = copy(first.span.bytes) else { return "the copy cannot be copied" }
    return first == second ? nil : "the copy of the copy is another"
}

/// Every reading operation from one place on; they must agree on where things end.
private func walk(_ message: RawSpan, from offset: Int) {
    var name = NameBuffer()
    var reading = WireReader(message, at: offset)
    var skipping = WireReader(message, at: offset)
    if reading.readName(into: &name) {
        precondition(skipping.skipName(), "a readable name can be skipped")
        precondition(reading.offset == skipping.offset, "both end behind the name")
        precondition(name.domainName != nil, "a name that was read is valid")
        precondition(name.isInside(name) && name.isEqual(to: name), "a name is itself")
    } else {
        precondition(reading.offset == offset, "a refused name moves nothing")
    }
    var reader = WireReader(message, at: offset)
    while let record = reader.readRecord() { _ = EDNS(record) }
}

/// The whole records of a message, written anew; nil if there is no header or no question.
private func copy(_ message: RawSpan) -> [UInt8]? {
    guard let header = MessageHeader(message) else { return nil }
    var row = [UInt8](repeating: 0, count: WireLimits.messageOctets)
    var name = NameBuffer()
    var compressor = NameCompressor()
    var span = row.mutableSpan
    var writer = WireWriter(span.mutableBytes)
    var reader = WireReader(message, at: WireLimits.headerOctets)
    _ = writer.write(message, from: 0, length: WireLimits.headerOctets)
    for offset in [6, 8, 10] { writer.patchUInt16(0, at: offset) }
    for _ in 0..<header.questionCount {
        guard reader.readName(into: &name), reader.remaining >= 4,
            compressor.write(name, compressing: true, into: &writer),
            writer.write(message, from: reader.offset, length: 4), reader.skip(4)
        else { return nil }
    }
    let sections = [header.answerCount, header.authorityCount, header.additionalCount]
    var hasOPT = false
    for (section, count) in sections.enumerated() {
        var copied: UInt16 = 0
        for _ in 0..<count {
            guard let record = reader.readRecord() else { break }
            if record.type == .opt {
                if hasOPT { continue }
                hasOPT = true
            }
            let before = writer.count
            let result = compressor.copy(
                record, of: message, ttlSeconds: record.ttlSeconds, scratch: &name,
                into: &writer)
            if result == .whole {
                copied += 1
            } else {
                precondition(writer.count == before, "a refused record leaves nothing behind")
                if record.type == .opt { hasOPT = false }
            }
        }
        writer.patchUInt16(copied, at: 6 + 2 * section)
    }
    return writer.message.octets()
}
