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
            group: plan.group, waiter: waiter, client: client.ipAddress.hash(seed: snapshot.seed),
            hasStale: resolver.hasLastResort, label: serial, asks: setup.flights == nil, now: now)
        switch submission {
        case .opened(let flight): begin(flight, hasWaiter: waiter != nil)
        case .failing(let extendedError):
            if let waiter { answerFailing(waiter, traits, extendedError) }
        case .joined: break
        case .overloaded:
            setup.counters.add(.overloaded)
            warnOverloaded(limit: forwarder.maximumFlights)
            if let waiter { fail(waiter, .refused, .other) }
        case .noServer:
            if let waiter { fail(waiter, .refused, nil) }
        }
    }

    /// Opens sockets for all attempts of a flight that are to be sent now.
    mutating func launch(_ flight: Flight) {
        while let attempt = forwarder.nextUnsent(of: flight) {
            let dispatch = send(attempt)
            if dispatch == .sent { continue }
            upstream.close(attempt, now: now)
            let outcome = forwarder.attemptFailed(
                attempt, dispatch == .unreachable ? .broken : .ours, now: now)
            if case .retry = outcome { continue }
            settle(outcome, octets: 0)
        }
    }

    // MARK: Sockets

    /// What came of sending a question.
    enum Dispatch {
        case sent
        /// There is no way to the server now.
        case unreachable
        /// There is nothing to send it with: no descriptor, port or id. The server cannot help it.
        case unavailable
    }

    /// Opens a socket for an attempt and sends or begins to send.
    private mutating func send(_ attempt: Attempt) -> Dispatch {
        if !attempt.isRepeat { upstream.close(attempt, now: now) }
        guard Int(attempt.server) < routes.count else { return .unavailable }
        let route = routes[Int(attempt.server)]
        let length = Self.writeQuery(attempt, forwarder, into: &queryRow)
        guard length > 0 else { return .unavailable }
        if isLogging {
            setup.queryLog?.record(
                .forwarded, serial: forwarder.label(of: attempt.flight),
                client: ReplyAddress(peer: route.address),
                transport: attempt.transport, source: .upstream, server: attempt.server,
                octets: queryRow.message(length), at: nowMicroseconds)
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
    ) -> Dispatch {
        if let port = upstream.shared.port(ofServer: Int(attempt.server)) {
            return sendShared(attempt, port: port, length)
        }
        if attempt.isRepeat, let fd = upstream.socket(of: attempt) {
            if case .octets = Sockets.send(fd, queryRow.message(length)) { return .sent }
        }
        upstream.close(attempt, now: now)
        guard makeRoomForSocket(of: attempt) else { return .unavailable }
        var opened = tryDatagramSocket(route)
        if case .failed(let error) = opened, error.isExhaustion, closeSomethingIdle() {
            opened = tryDatagramSocket(route)
        }
        guard let fd = took(opened) else { return opened.isOurFault ? .unavailable : .unreachable }
        if upstream.isCrowded { Sockets.limitDatagrams(fd) }
        upstream.keep(fd, of: attempt)
        guard isWatched(fd, attempt.token, for: .read) else { return .unavailable }
        if case .octets = Sockets.send(fd, queryRow.message(length)) { return .sent }
        return .unreachable
    }

    /// Sees to it that one more socket may be opened: where there are many a flight has one only,
    /// and where there are none left the oldest flight is given up. Counted if there is none.
    private mutating func makeRoomForSocket(of attempt: Attempt) -> Bool {
        if upstream.isScarce, upstream.closeOther(than: attempt) { return true }
        for _ in 0..<ServerLimits.flightsPerSocket {
            if upstream.hasRoom { return true }
            guard let flight = forwarder.giveUpOldest(besides: attempt.flight, now: now) else {
                break
            }
            while let old = forwarder.nextAttempt(of: flight) { upstream.close(old, now: now) }
        }
        if upstream.hasRoom { return true }
        setup.counters.add(.unopenedSockets)
        return false
    }

    /// A socket that only the server can reach, on a random port. RFC 5452 §9.2.
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
                let outcome = forwarder.attemptFailed(attempt, .unreachable, now: now)
                return finish(attempt, outcome, octets: 0)
            }
        }
    }

    static func receiveDatagram(_ fd: Int32, into row: inout MessageRow) -> Transfer {
        var span = row.message
        return Sockets.receiveDatagram(fd, into: &span)
    }

    /// Goes on with a flight or ends it; the socket goes if its attempt is over.
    mutating func finish(
        _ attempt: Attempt, _ outcome: Forwarder.Outcome, octets: Int
    ) {
        answeringServer = attempt.server
        if forwarder.attempt(forToken: attempt.token) == nil { upstream.close(attempt, now: now) }
        settle(outcome, octets: octets)
    }
}
