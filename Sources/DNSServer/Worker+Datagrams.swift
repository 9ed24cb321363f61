import DNSResolver
import DNSWire
import LinuxIO
import Synchronization

extension Worker {
    /// Drains a datagram socket, batch by batch, with a cap so that the other sockets get their
    /// turn.
    mutating func serveDatagrams(_ listener: Int) {
        let socket = listeners[listener].udp
        guard socket >= 0 else { return }
        for _ in 0..<ServerLimits.batchesPerWake {
            let count = received.receive(socket)
            for index in 0..<count { serveDatagram(index, listener) }
            flush(socket)
            if count < received.capacity { return }
        }
    }

    private mutating func serveDatagram(_ index: Int, _ listener: Int) {
        let client = received.peer(index)
        let arrival = arrival(of: client, listener)
        guard isWanted(arrival) else { return }
        if isLogging { logQuery(index, client, arrival) }
        let verdict = Self.respond(
            to: received, index, arrival, now: now, snapshot: snapshot, &resolver, &sending,
            client)
        switch verdict {
        case .reply:
            if sample.isTaken { sample.note(resolver.source) }
            if isLogging { logAnswer(client) }
        case .replyAndRefresh(let plan):
            if sample.isTaken { sample.note(resolver.source) }
            if isLogging { logAnswer(client) }
            submit(plan, for: client.peer, waiter: nil)
        case .forward(let plan):
            let path = ReturnPath(datagramTo: client, listener: listener, serial: serial)
            submit(
                plan, for: client.peer,
                waiter: Waiter(
                    client: resolver.query, returnPath: path, arrival: now,
                    arrivalMicroseconds: nowMicroseconds))
        case .transfer, .drop: break
        }
    }

    /// Answers datagram `index` into the next row to be sent.
    ///
    /// Static, so that the borrowed row and the changed resolver are two things to the compiler.
    @inline(__always)
    private static func respond(
        to received: borrowing ReceiveBatch, _ index: Int, _ arrival: Arrival, now: Instant,
        snapshot: Snapshot, _ resolver: inout Resolver, _ sending: inout SendBatch,
        _ client: ReplyAddress
    ) -> Verdict {
        var writer = WireWriter(sending.row(sending.count))
        let verdict =
            received.isTruncated(index)
            ? resolver.respond(toCut: received.message(index), into: &writer)
            : resolver.respond(
                to: received.message(index), transport: .udp, arrival: arrival, now: now,
                snapshot: snapshot, into: &writer)
        let length = writer.count
        switch verdict {
        case .reply, .replyAndRefresh: sending.commit(length: length, to: client)
        // A transfer needs a connection: the resolver has refused it.
        case .forward, .transfer, .drop: break
        }
        return verdict
    }

    @inline(__always)
    private func arrival(of client: ReplyAddress, _ listener: Int) -> Arrival {
        let listener = listeners[listener]
        return Arrival(
            local: (client.destination ?? listener.address).ipAddress,
            client: client.peer.ipAddress,
            interfaceIndex: client.hasDestination
                ? client.interfaceIndex : listener.interfaceIndex)
    }

    /// Sends what is committed; what the kernel does not take is lost and counted.
    mutating func flush(_ socket: Int32) {
        guard sending.count > 0 else { return }
        let lost = sending.flush(socket)
        if lost > 0 { setup.counters.add(.unsent, UInt64(lost)) }
    }

    /// Whether the query is for us: not by an interface of `except-interface`, which
    /// `auth-server` overrides, and with `local-service` from a network that this machine is
    /// connected to.
    ///
    /// The others get no answer, as with dnsmasq: a refusal would reach whom a forged address
    /// names.
    mutating func isWanted(_ arrival: Arrival) -> Bool {
        if !snapshot.excludedInterfaces.isEmpty,
            snapshot.excludedInterfaces.contains(arrival.interfaceIndex),
            !snapshot.servesWithAuthority(arrival)
        {
            setup.counters.add(.excluded)
            return false
        }
        guard servesNeighboursOnly, !snapshot.isDirectlyConnected(arrival.client) else {
            return true
        }
        setup.counters.add(.foreign)
        warnForeign(arrival.client)
        return false
    }

    // MARK: Log

    private mutating func logQuery(_ index: Int, _ client: ReplyAddress, _ arrival: Arrival) {
        serial &+= 1
        setup.queryLog?.record(
            .query, serial: serial, client: client, transport: .udp,
            source: snapshot.servesWithAuthority(arrival) ? .zone : .none, server: 0,
            octets: received.message(index), at: nowMicroseconds)
    }

    /// Logs the reply that was committed last.
    private func logAnswer(_ client: ReplyAddress) {
        setup.queryLog?.record(
            .answer, serial: serial, client: client, transport: .udp, source: resolver.source,
            server: 0, octets: sending.committed(sending.count - 1),
            at: nowMicroseconds)
    }
}
