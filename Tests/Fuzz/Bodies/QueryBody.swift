import DNSConfig
import DNSResolver
import DNSWire

/// A configuration with something of every kind that an answer can come from.
let fuzzSnapshot: Snapshot = {
    let config = """
        domain-needed
        bogus-priv
        filterwin2k
        server=192.0.2.1
        server=/corp.test/192.0.2.2
        local=/lan/
        address=/ad.test/0.0.0.0
        address=/ad.test/::
        address=/wild.test/192.0.2.3
        host-record=a.lan,b.lan,192.0.2.10,2001:db8::10
        host-record=a.lan,192.0.2.11
        cname=c.lan,d.lan
        cname=d.lan,a.lan
        cname=out.lan,www.test
        cname=ads.lan,x.ad.test
        mx-host=lan,a.lan,5
        srv-host=_s._tcp.lan,a.lan,53
        txt-record=t.lan,"one","two"
        txt-record=big.lan,"\(String(repeating: "x", count: 250))"
        txt-record=big.lan,"\(String(repeating: "y", count: 250))"
        naptr-record=n.lan,1,2,U,SIP,!x!y!,a.lan
        caa-record=lan,0,issue,ca.test
        dns-rr=r.lan,65400,0102
        ptr-record=9.2.0.192.in-addr.arpa,a.lan
        """
    return Snapshot(options: load(Array(config.utf8)).options, hosts: HostsTable(), seed: 7)
}()

/// Octets from a client are answered: whatever they are, the reply is sound.
func checkQuery(_ octets: [UInt8]) -> String? { checkQuery(octets, of: fuzzSnapshot) }

func checkQuery(_ octets: [UInt8], of snapshot: Snapshot) -> String? {
    for transport in [Transport.udp, .tcp] {
        if let fault = answer(octets, transport, snapshot) { return "\(transport): \(fault)" }
    }
    return nil
}

private func answer(
    _ octets: [UInt8], _ transport: Transport, _ snapshot: Snapshot
) -> String? {
    let query = octets.span.bytes
    var resolver = Resolver(cache: AnswerCache(octets: 0), counters: Counters())
    var row = [UInt8](repeating: 0, count: WireLimits.messageOctets)
    var span = row.mutableSpan
    var writer = WireWriter(span.mutableBytes)
    let verdict = resolver.respond(
        to: query, transport: transport, now: Instant(milliseconds: 5_000),
        snapshot: snapshot, into: &writer)
    switch verdict {
    case .drop: return writer.count == 0 ? nil : "dropped, but something is written"
    case .forward:
        let isNamed = resolver.upstreamName.domainName != nil
        return isNamed ? nil : "forwarded without a name"
    case .transfer: return "a zone of a configuration without zones"
    case .reply, .replyAndRefresh: break
    }
    let reply = writer.message
    if let fault = fault(in: reply) { return fault }
    guard reply.uint16(at: 0) == query.uint16(at: 0) else { return "another id" }
    guard reply.octet(at: 2) & 0xF8 == query.octet(at: 2) & 0x78 | 0x80 else {
        return "no response of the same opcode"
    }
    if reply.uint16(at: 4) > 0 {
        var question = WireReader(query, at: WireLimits.headerOctets)
        guard question.skipName(), question.skip(4) else { return "a question from nowhere" }
        let end = question.offset
        guard reply.byteCount >= end,
            reply.octets(from: 12, to: end) == query.octets(from: 12, to: end)
        else { return "another question" }
    }
    let limit = transport == .tcp ? WireLimits.messageOctets : limit(of: query)
    return reply.byteCount <= limit ? nil : "\(reply.byteCount) octets of \(limit)"
}

/// What the client of a well-formed query takes: 512 octets, or what its OPT record says.
private func limit(of query: RawSpan) -> Int {
    var reader = WireReader(query, at: WireLimits.headerOctets)
    guard reader.skipName(), reader.skip(4) else { return WireLimits.plainDatagramOctets }
    while let record = reader.readRecord() {
        if record.type == .opt { return Int(EDNS(record).udpOctets) }
    }
    return WireLimits.plainDatagramOctets
}
