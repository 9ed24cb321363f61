import DNSResolver
import DNSWire

/// `www.test A` as the forwarder asks it, without header.
private let question: [UInt8] = [3, 119, 119, 119, 4, 116, 101, 115, 116, 0, 0, 1, 0, 1]

/// Octets of an upstream are cached and handed on: clients get sound replies, whatever they are.
///
/// The forwarder lets only those through that repeat the question, so it is put in its place.
func checkReply(_ octets: [UInt8]) -> String? {
    var octets = octets
    let end = WireLimits.headerOctets + question.count
    guard octets.count >= WireLimits.headerOctets else { return check(octets) }
    octets[2] |= 0x81
    octets[4...5] = [0, 1]
    if octets.count >= end {
        octets[WireLimits.headerOctets..<end] = question[...]
    }
    return check(octets)
}

private func check(_ octets: [UInt8]) -> String? {
    let reply = octets.span.bytes
    var resolver = Resolver(cache: AnswerCache(octets: 16 * 16_384), counters: Counters())
    let now = Instant(milliseconds: 5_000)
    resolver.accept(reply, now: now, snapshot: fuzzSnapshot)
    for (name, transport, hasOPT) in clients {
        var client = ClientQuery()
        client.id = 0xABCD
        client.flags = 0x0100
        client.transport = transport
        client.hasOPT = hasOPT
        client.udpOctets = hasOPT ? 1232 : 512
        client.name = NameBuffer(name)
        var row = [UInt8](repeating: 0, count: WireLimits.messageOctets)
        var span = row.mutableSpan
        var writer = WireWriter(span.mutableBytes)
        resolver.compose(client, from: reply, snapshot: fuzzSnapshot, into: &writer)
        let limit = transport == .tcp ? WireLimits.messageOctets : Int(client.udpOctets)
        if let fault = fault(in: writer.message, name, limit) {
            return "\(name) \(transport): \(fault)"
        }
        if let fault = askAgain(&resolver, client, now, limit) {
            return "\(name) \(transport) from the cache: \(fault)"
        }
    }
    return nil
}

/// The question's own name and a local alias of it.
private let clients: [(DomainName, Transport, Bool)] = ["www.test", "out.lan"].flatMap {
    (text: String) -> [(DomainName, Transport, Bool)] in
    let name = DomainName(parsing: text) ?? .root
    return [(name, .udp, false), (name, .udp, true), (name, .tcp, true)]
}

/// Asks three times, for address sets turn.
private func askAgain(
    _ resolver: inout Resolver, _ client: ClientQuery, _ now: Instant, _ limit: Int
) -> String? {
    var query: [UInt8] = [0xAB, 0xCD, 1, 0, 0, 1, 0, 0, 0, 0, 0, client.hasOPT ? 1 : 0]
    query += client.name.bytes.octets() + [0, 1, 0, 1]
    if client.hasOPT { query += [0, 0, 41, 0x04, 0xD0, 0, 0, 0, 0, 0, 0] }
    for seconds in 0..<3 {
        var row = [UInt8](repeating: 0, count: WireLimits.messageOctets)
        var span = row.mutableSpan
        var writer = WireWriter(span.mutableBytes)
        let verdict = resolver.respond(
            to: query.span.bytes, transport: client.transport,
            now: now.advanced(byMilliseconds: Int64(seconds) * 1000), snapshot: fuzzSnapshot,
            into: &writer)
        if case .forward = verdict { return nil }
        let name = client.name.domainName ?? .root
        if let fault = fault(in: writer.message, name, limit) { return fault }
    }
    return nil
}

private func fault(in message: RawSpan, _ name: DomainName, _ limit: Int) -> String? {
    if let fault = fault(in: message) { return fault }
    guard message.uint16(at: 0) == 0xABCD else { return "another id" }
    guard message.uint16(at: 2) & 0x8000 != 0 else { return "no response" }
    guard message.byteCount <= limit else { return "\(message.byteCount) octets of \(limit)" }
    let end = WireLimits.headerOctets + name.octets.count
    guard message.uint16(at: 4) == 1, message.octets(from: 12, to: end) == name.octets else {
        return "another question"
    }
    return nil
}
