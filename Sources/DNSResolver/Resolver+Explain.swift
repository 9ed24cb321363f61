import DNSConfig
import DNSWire
import Synchronization

extension Resolver {
    /// `explain.waggle`: what would be answered to another question, and what the cache has of it.
    ///
    /// For this machine itself only: what others asked for is nobody's business. Counts nothing,
    /// logs nothing, asks nobody, and leaves cache and servers as they are; only the addresses of a
    /// local name take a turn. nil where it is not for the client to ask, or says not what. Cost:
    /// allocates; some hundred microseconds.
    @_lifetime(writer: copy writer)
    mutating func answerExplain(
        _ message: RawSpan, now: Instant, snapshot: Snapshot, into writer: inout WireWriter
    ) -> Verdict? {
        let arrival = query.arrival
        guard arrival.client.isLoopback || arrival.client == arrival.local,
            let (name, type) = explained(message)
        else { return nil }
        passUnseen()
        if query.transport == .udp { writer.setLimit(Int(query.udpOctets)) }
        let state = liveState(name, type, now: now, snapshot: snapshot)
        return writeText(state.strings, into: &writer)
    }

    /// The question that is to be explained, out of the EDNS option that carries it.
    private func explained(_ message: RawSpan) -> (DomainName, RecordType)? {
        var reader = EDNSOptionReader(message, from: optionsOffset, count: optionsLength)
        while let option = reader.next() {
            guard option.code == LiveState.optionCode, option.length > 2 else { continue }
            let octets = (2..<option.length).map { message.octet(at: option.offset + $0) }
            return DomainName(wire: octets).map {
                ($0, RecordType(message.uint16(at: option.offset)))
            }
        }
        return nil
    }

    private func liveState(
        _ name: DomainName, _ type: RecordType, now: Instant, snapshot: Snapshot
    ) -> LiveState {
        var state = LiveState()
        state.identity = snapshot.options.identity
        // One that has no cache and counts for nobody.
        var other = Resolver(cache: AnswerCache(octets: 0), counters: Counters())
        var row = ScratchMessage(octets: 2 * ResolverLimits.cachedAnswerOctets)
        let question = Explainer.query(name, type)
        let verdict: Verdict
        let count: Int
        do {
            var writer = WireWriter(row.row)
            // Safe: the octets of an array are initialised.
            verdict = other.respond(
                to: unsafe question.span.bytes, transport: .tcp, arrival: query.arrival, now: now,
                snapshot: snapshot, into: &writer)
            count = writer.count
        }
        switch verdict {
        case .reply, .replyAndRefresh:
            let bytes = row.bytes
            state.message = (0..<count).map { bytes.octet(at: $0) }
            state.source = other.source
        case .forward(let plan):
            let asked = other.upstreamName.domainName ?? name
            addCache(&state, asked, type, now: now, snapshot)
            state.servers = Self.servers(of: Int(plan.group), snapshot)
        case .transfer: state.source = .zone
        case .drop: break
        }
        return state
    }

    /// Adds what the cache has of a question, and of each name that its answer leads over.
    private func addCache(
        _ state: inout LiveState, _ name: DomainName, _ type: RecordType, now: Instant,
        _ snapshot: Snapshot
    ) {
        let (entry, message) = cache.peek(name, type, now: now, snapshot: snapshot)
        state.entries = [entry]
        state.message = message
        for record in Explanation.answers(in: message) ?? []
        where !state.entries.contains(where: { $0.name == record.owner })
            && state.entries.count <= ResolverLimits.upstreamChain
        {
            state.entries.append(
                cache.peek(record.owner, type, now: now, snapshot: snapshot).entry)
        }
    }

    /// The servers of a group with what all workers know of them.
    private static func servers(of group: Int, _ snapshot: Snapshot) -> [LiveState.Server] {
        var servers = snapshot.groups[group].servers.map { index in
            let server = snapshot.servers[Int(index)]
            let statistics = server.statistics
            return LiveState.Server(
                text: "\(server.option.zonedAddress)#\(server.option.port)",
                roundTripMilliseconds: statistics.latencyMilliseconds.load(ordering: .relaxed),
                isFailing: statistics.isFailing.load(ordering: .relaxed),
                sent: statistics.sent.load(ordering: .relaxed),
                failed: statistics.failed.load(ordering: .relaxed), isFirst: false)
        }
        let forwarding = snapshot.options.forwarding
        if forwarding.asksAllServers, !forwarding.isStrictlyOrdered {
            for index in servers.indices { servers[index].isFirst = true }
            return servers
        }
        // As `ServerSelection.best` has it: a server that never answered comes last.
        let first =
            forwarding.isStrictlyOrdered
            ? servers.indices.first
            : servers.indices.min { left, right in
                let (left, right) = (servers[left], servers[right])
                guard left.isFailing == right.isFailing else { return right.isFailing }
                return left.roundTripMilliseconds &- 1 < right.roundTripMilliseconds &- 1
            }
        if let first { servers[first].isFirst = true }
        return servers
    }
}
