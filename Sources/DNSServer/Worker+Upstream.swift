import DNSConfig
import DNSResolver
import DNSWire
import LinuxIO

extension Worker {
    /// Asks upstream for what the resolver could not answer `client`; `waiter` is nil where only
    /// the cache waits.
    mutating func submit(_ plan: ForwardPlan, for client: SocketAddress, waiter: Waiter?) {
        refillRandom()
        setup.counters.add(.forwarded)
        var traits = QueryTraits(resolver.query)
        var options = EDNSOptions()
        if !resolver.options.isEmpty || !snapshot.additions.isEmpty {
            options = resolver.options
            let address = client.ipAddress
            let hardware =
                snapshot.additions.wantsHardwareAddress
                ? neighbours.hardwareAddress(of: address, now: now) : nil
            traits.formUnion(
                snapshot.additions.apply(to: &options, client: address, hardware: hardware))
        }
        let submission = forwarder.submit(
            name: resolver.upstreamName, type: resolver.query.type,
            recordClass: resolver.query.recordClass, traits: traits, options: options,
            group: plan.group, waiter: waiter, label: serial, now: now)
        switch submission {
        case .opened(let flight): launch(flight)
        case .joined: break
        case .overloaded:
            warnOverloaded(limit: forwarder.maximumFlights)
            if let waiter { fail(waiter, .refused, nil) }
        case .noServer:
            if let waiter { fail(waiter, .refused, nil) }
        }
    }

    /// Opens sockets for all attempts of a flight that are to be sent now.
    private mutating func launch(_ flight: Flight) {
        while let attempt = forwarder.nextUnsent(of: flight) {
            if isSent(attempt) { continue }
            upstream.close(attempt, now: now)
            let outcome = forwarder.attemptFailed(attempt, now: now)
            if case .retry = outcome { continue }
            settle(outcome, octets: 0)
        }
    }

    /// Acts on what became of a flight. The message that decided it is in `upstreamRow`, `octets`
    /// long.
    mutating func settle(_ outcome: Forwarder.Outcome, octets: Int) {
        switch outcome {
        case .ignore: break
        case .retry(let flight): launch(flight)
        case .answered(let flight):
            if Self.detectsRebinding(upstreamRow, octets, snapshot, &resolver) {
                warnRebinding(of: resolver.suspectName)
            }
            if Self.allowsCaching(upstreamRow, octets, flight, forwarder) {
                Self.accept(upstreamRow, octets, now: now, snapshot: snapshot, &resolver)
            }
            answerWaiters(of: flight, octets)
        case .answeredBadly(let flight): answerWaiters(of: flight, octets)
        case .failed(let flight, let code, let extendedError):
            while let waiter = forwarder.nextWaiter(of: flight) {
                fail(waiter, code, extendedError)
            }
            close(flight)
        }
    }

    private mutating func answerWaiters(of flight: Flight, _ octets: Int) {
        while let waiter = forwarder.nextWaiter(of: flight) {
            let length = Self.compose(
                waiter, from: upstreamRow, octets, snapshot: snapshot, &resolver, &row)
            deliver(length, to: waiter)
        }
        close(flight)
    }

    // Static functions name the parts of the worker that they read and change, since a span of one
    // part would otherwise hold all of it.

    private static func accept(
        _ reply: borrowing MessageRow, _ octets: Int, now: Instant, snapshot: Snapshot,
        _ resolver: inout Resolver
    ) {
        resolver.accept(reply.message(octets), now: now, snapshot: snapshot)
    }

    private static func allowsCaching(
        _ reply: borrowing MessageRow, _ octets: Int, _ flight: Flight,
        _ forwarder: borrowing Forwarder
    ) -> Bool {
        forwarder.allowsCaching(reply.message(octets), of: flight)
    }

    private static func detectsRebinding(
        _ reply: borrowing MessageRow, _ octets: Int, _ snapshot: Snapshot,
        _ resolver: inout Resolver
    ) -> Bool {
        resolver.detectsRebinding(reply.message(octets), snapshot: snapshot)
    }

    static func judge(
        _ message: borrowing MessageRow, _ octets: Int, _ attempt: Attempt, now: Instant,
        snapshot: Snapshot, _ forwarder: inout Forwarder
    ) -> Forwarder.Outcome {
        guard !snapshot.ignores(message.message(octets)) else { return .ignore }
        return forwarder.receive(message.message(octets), for: attempt, now: now)
    }

    private static func compose(
        _ waiter: Waiter, from reply: borrowing MessageRow, _ octets: Int, snapshot: Snapshot,
        _ resolver: inout Resolver, _ row: inout MessageRow
    ) -> Int {
        var writer = WireWriter(row.message)
        resolver.compose(
            waiter.client, from: reply.message(octets), snapshot: snapshot, into: &writer)
        return writer.count
    }

    private mutating func fail(
        _ waiter: Waiter, _ code: ResponseCode, _ extendedError: ExtendedError?
    ) {
        let length = Self.composeFailure(waiter, code, extendedError, &resolver, &row)
        deliver(length, to: waiter)
    }

    private static func composeFailure(
        _ waiter: Waiter, _ code: ResponseCode, _ extendedError: ExtendedError?,
        _ resolver: inout Resolver, _ row: inout MessageRow
    ) -> Int {
        var writer = WireWriter(row.message)
        resolver.composeFailure(waiter.client, code, extendedError, into: &writer)
        return writer.count
    }

    /// Sends the answer in `row` to a client that waited for it.
    private mutating func deliver(_ length: Int, to waiter: Waiter) {
        let path = waiter.returnPath
        if isLogging {
            setup.queryLog?.record(
                .answer, serial: path.serial, client: path.peer,
                transport: path.kind == .datagram ? .udp : .tcp, source: resolver.source,
                server: 0,
                octets: row.message(length))
        }
        switch path.kind {
        case .stream: sendLate(length, to: path.streamToken)
        case .datagram:
            let socket = listeners[path.listener].udp
            guard socket >= 0 else { return }
            // Rows of the batch at hand belong to another socket, or are not sent yet: these go
            // first.
            flush(socket)
            Self.copy(row, length, into: &sending)
            sending.commit(length: min(length, sending.rowOctets), to: path.client)
            flush(socket)
        }
    }

    private static func copy(
        _ row: borrowing MessageRow, _ length: Int, into sending: inout SendBatch
    ) {
        var writer = WireWriter(sending.row(sending.count))
        _ = writer.write(row.message(length))
    }

    private mutating func close(_ flight: Flight) {
        while let attempt = forwarder.nextAttempt(of: flight) { upstream.close(attempt, now: now) }
        forwarder.close(flight)
    }

    // MARK: Sockets

    /// Opens a socket for an attempt and sends or begins to send; false if that failed.
    private mutating func isSent(_ attempt: Attempt) -> Bool {
        upstream.close(attempt, now: now)
        guard Int(attempt.server) < routes.count else { return false }
        let route = routes[Int(attempt.server)]
        let length = Self.writeQuery(attempt, forwarder, into: &queryRow)
        guard length > 0 else { return false }
        if isLogging {
            setup.queryLog?.record(
                .forwarded, serial: forwarder.label(of: attempt.flight),
                client: ReplyAddress(peer: route.address),
                transport: attempt.transport, source: .upstream, server: attempt.server,
                octets: queryRow.message(length))
        }
        switch attempt.transport {
        case .udp: return sendDatagram(attempt, route, length)
        case .tcp: return askByStream(attempt, route, length)
        }
    }

    static func writeQuery(
        _ attempt: Attempt, _ forwarder: borrowing Forwarder, into row: inout MessageRow
    ) -> Int {
        var writer = WireWriter(row.message)
        return forwarder.writeQuery(for: attempt, into: &writer) ? writer.count : 0
    }

    private mutating func sendDatagram(
        _ attempt: Attempt, _ route: UpstreamRoute, _ length: Int
    ) -> Bool {
        if let port = fixedPort(route), setup.isAlone {
            return sendShared(attempt, route, port: port, length)
        }
        guard let fd = openDatagramSocket(route) else { return false }
        upstream.keep(fd, of: attempt)
        guard isWatched(fd, attempt.token, for: .read) else { return false }
        if case .octets = Sockets.send(fd, queryRow.message(length)) { return true }
        return false
    }

    /// A socket that only the server can reach, on a random port; counted if there is none. RFC
    /// 5452 §9.2.
    private mutating func openDatagramSocket(_ route: UpstreamRoute) -> Int32? {
        let opened = tryDatagramSocket(route)
        if case .failed(let error) = opened, error.isExhaustion, closeSomethingIdle() {
            return took(tryDatagramSocket(route))
        }
        return took(opened)
    }

    private mutating func tryDatagramSocket(_ route: UpstreamRoute) -> ConnectedSocket {
        let options = snapshot.options.forwarding
        let fixed = route.source?.port ?? options.queryPort ?? 0
        let range = options.minimumPort...max(options.minimumPort, options.maximumPort)
        for round in 0..<ServerLimits.portTries {
            var port = fixed
            if fixed == 0, options.queryPort == nil, round < ServerLimits.portTries - 1 {
                port = forwarder.random.nextPort(in: range)
            }
            // A fixed port serves one question at a time; the others get one of the kernel's
            // choice.
            if fixed != 0, round > 0 { port = 0 }
            let socket = Sockets.udpConnected(
                to: route.address, from: route.source, port: port, device: route.device)
            if case .portBusy = socket { continue }
            return socket
        }
        return .portBusy
    }

    /// The socket that was opened, or nil and a count, and a line in the log if it is for want of
    /// descriptors.
    mutating func took(_ opened: ConnectedSocket) -> Int32? {
        if case .open(let fd) = opened { return fd }
        setup.counters.add(.unopenedSockets)
        if case .failed(let error) = opened, error.isExhaustion { noteExhaustion() }
        return nil
    }

    mutating func isWatched(_ fd: Int32, _ token: UInt64, for interest: Interest) -> Bool {
        do throws(SystemError) {
            try epoll.add(fd, token: token, for: interest)
            return true
        } catch {
            return false
        }
    }

    private mutating func refillRandom() {
        guard forwarder.random.isLow else { return }
        var words = InlineArray<128, UInt64>(repeating: 0)
        var span = words.mutableSpan
        var octets = unsafe span.mutableBytes
        Entropy.fill(&octets)
        forwarder.random.refill(from: octets.bytes)
    }

    // MARK: Events

    /// Something happened on the socket of an upstream attempt.
    mutating func handleUpstream(_ event: Event) {
        guard let attempt = forwarder.attempt(forToken: event.token),
            let fd = upstream.socket(of: attempt)
        else {
            // The attempt is over; its socket would report the same for ever.
            if let over = forwarder.attemptWithPlace(forToken: event.token) {
                upstream.close(over, now: now)
            }
            return
        }
        receiveDatagrams(attempt, fd)
    }

    private mutating func receiveDatagrams(_ attempt: Attempt, _ fd: Int32) {
        for _ in 0..<ServerLimits.batchesPerWake {
            let transfer = Self.receiveDatagram(fd, into: &upstreamRow)
            switch transfer {
            case .octets(let count):
                let outcome = Self.judge(
                    upstreamRow, count, attempt, now: now, snapshot: snapshot, &forwarder)
                if outcome == .ignore {
                    setup.counters.add(.strayReplies)
                    if forwarder.takeSubnetMismatch() { warnSubnetMismatch() }
                    continue
                }
                return finish(attempt, outcome, octets: count)
            case .wouldBlock: return
            case .truncated, .ended, .failed:
                return finish(attempt, forwarder.attemptFailed(attempt, now: now), octets: 0)
            }
        }
    }

    static func receiveDatagram(_ fd: Int32, into row: inout MessageRow) -> Transfer {
        var span = row.message
        return Sockets.receiveDatagram(fd, into: &span)
    }

    /// The attempt is over: its socket goes, and the flight goes on or ends.
    private mutating func finish(
        _ attempt: Attempt, _ outcome: Forwarder.Outcome, octets: Int
    ) {
        upstream.close(attempt, now: now)
        settle(outcome, octets: octets)
    }
}
