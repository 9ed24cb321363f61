import DNSWire

// What is kept of a query that a server is asked for.

extension Resolver {
    /// Keeps the question's name as the client spelled it: it is the one to ask upstream.
    mutating func captureName(_ message: RawSpan) {
        captureSpelling(message)
        captureOptions(message)
        upstreamName = query.name
    }

    /// Keeps the EDNS options of the query that go on to the server, but for those that the
    /// configuration takes out.
    mutating func captureOptions(_ message: RawSpan) {
        query.hasSubnet = false
        guard optionsLength > 0 || !options.isEmpty else { return }
        options.take(
            message, from: optionsOffset, count: optionsLength, where: EDNSOption.goesUp)
        query.hasSubnet = options.find(EDNSOptionCode.subnet) != nil
    }

    /// Keeps the question's name as the client spelled it, out of the query or the reply.
    mutating func captureSpelling(_ message: RawSpan) {
        var reader = WireReader(message, at: WireLimits.headerOctets)
        _ = reader.readName(into: &query.name)
    }
}
