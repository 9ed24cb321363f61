import DNSResolver
import DNSWire
import LinuxIO

extension Worker {
    /// Takes the connections that wait at a listener.
    mutating func acceptStreams(_ listener: Int) {
        let socket = listeners[listener].tcp
        guard socket >= 0 else { return }
        // One that was opened meanwhile.
        guard acceptsFrom == nil else { return watchListeners(for: []) }
        for _ in 0..<ServerLimits.acceptsPerWake {
            switch Sockets.accept(socket) {
            case .none: return
            case .exhausted:
                setup.counters.add(.tcpRefused)
                noteExhaustion()
                guard closeSomethingIdle() else { return pauseAccepting() }
            case .connection(let fd, let peer):
                setup.counters.add(.tcpConnections)
                let arrival = arrival(of: fd, from: peer, listener)
                let added = streams.add(
                    fd, peer: peer, client: peer.ipAddress.hash(seed: snapshot.seed),
                    arrival: arrival, now: now)
                guard let stream = added else {
                    setup.counters.add(.tcpRefused)
                    Sockets.close(fd)
                    continue
                }
                guard isWanted(arrival) else {
                    streams.close(stream)
                    continue
                }
                watch(stream, isNew: true)
                guard streams.stream(stream.token) != nil else { continue }
                // What came with the connection is usually the whole query.
                readQueries(stream)
            }
        }
    }

    /// Gives a descriptor back, of a connection that nobody needs now; false if all are needed.
    mutating func closeSomethingIdle() -> Bool {
        upstream.pool.closeIdlest() || streams.closeIdlest()
    }

    /// Stops looking at the listeners: the one that has a connection for us would wake this worker
    /// at once, again and again, for nothing.
    private mutating func pauseAccepting() {
        acceptsFrom = now.advanced(byMilliseconds: ServerLimits.acceptPauseMilliseconds)
        watchListeners(for: [])
    }

    mutating func resumeAccepting() {
        acceptsFrom = nil
        watchListeners(for: .read)
    }

    private mutating func watchListeners(for interest: Interest) {
        for (index, listener) in listeners.enumerated() where listener.tcp >= 0 {
            // One that is not in the set is not served by this worker.
            try? epoll.modify(
                listener.tcp, token: Token(.tcpListener, index: index).word, for: interest)
        }
    }

    /// Where a connection came in. A wildcard listener does not know, and the kernel says the
    /// address only, which stands for the interface that has it.
    private func arrival(of fd: Int32, from peer: SocketAddress, _ listener: Int) -> Arrival {
        let listener = listeners[listener]
        guard listener.isWildcard else {
            return Arrival(
                local: listener.address.ipAddress, client: peer.ipAddress,
                interfaceIndex: listener.interfaceIndex)
        }
        let local = Sockets.localAddress(fd).ipAddress
        return Arrival(
            local: local, client: peer.ipAddress,
            interfaceIndex: snapshot.interfaceIndex(of: local))
    }

    mutating func serveStream(_ token: Token, _ event: Event) {
        guard let stream = streams.stream(token) else { return }
        if event.isWritable {
            guard stream.flush(), continueTransfer(stream) else { return streams.close(stream) }
        }
        if event.isHangup {
            // Nobody will read an answer; left open, the event would come again and again.
            readQueries(stream)
            streams.close(stream)
        } else if event.isReadable {
            readQueries(stream)
        } else {
            // Queries may have been left while too much waited to be read.
            answerQueries(stream)
        }
    }

    private mutating func readQueries(_ stream: ClientStream) {
        switch stream.read(through: &row) {
        case .more, .nothing: break
        case .ended: stream.isEnding = true
        case .broken: return streams.close(stream)
        }
        answerQueries(stream)
    }

    /// Answers every whole query that has come, up to the limits of those under way and of what
    /// waits to be read.
    private mutating func answerQueries(_ stream: ClientStream) {
        // The connection may be gone when an answer could not be written.
        while streams.stream(stream.token) != nil, !stream.isBusy, let length = stream.queryOctets {
            // RFC 1035 §4.2.2: a length of zero, or less than a header, is no query: nothing sane
            // follows.
            guard length >= WireLimits.headerOctets else { return streams.close(stream) }
            stream.takeQuery(length, into: &queryRow, now: now)
            guard answer(stream, length) else { return streams.close(stream) }
        }
        settleStream(stream)
    }

    /// Writes the answer in `row`, or keeps it for later; false if the connection is of no use any
    /// more.
    mutating func write(_ octets: Int, to stream: ClientStream) -> Bool {
        stream.write(row.framed(octets)) && streams.charge(stream)
    }

    /// Answers the query of `length` octets in the row; false if the connection is of no use any
    /// more.
    private mutating func answer(_ stream: ClientStream, _ length: Int) -> Bool {
        let client = ReplyAddress(peer: stream.peer)
        if isLogging {
            serial &+= 1
            setup.queryLog?.record(
                .query, serial: serial, client: client, transport: .tcp,
                source: snapshot.servesWithAuthority(stream.arrival) ? .zone : .none, server: 0,
                octets: queryRow.message(length), at: nowMicroseconds)
        }
        let (verdict, octets) = Self.respond(
            to: queryRow, length, stream.arrival, now: now, snapshot: snapshot, &resolver, &row)
        switch verdict {
        case .reply, .replyAndRefresh:
            if isLogging { logAnswer(octets, client) }
            guard write(octets, to: stream) else { return false }
            if case .replyAndRefresh(let plan) = verdict {
                submit(plan, for: client.peer, waiter: nil)
            }
            return true
        case .forward(let plan):
            let path = ReturnPath(stream: stream.token.word, client: client, serial: serial)
            stream.inFlight += 1
            submit(
                plan, for: client.peer,
                waiter: Waiter(
                    client: resolver.query, returnPath: path, arrival: now,
                    arrivalMicroseconds: nowMicroseconds))
            return true
        case .transfer(let plan): return begin(plan, on: stream, client)
        case .drop: return false
        }
    }

    private static func respond(
        to query: borrowing MessageRow, _ length: Int, _ arrival: Arrival, now: Instant,
        snapshot: Snapshot, _ resolver: inout Resolver, _ row: inout MessageRow
    ) -> (Verdict, Int) {
        var writer = WireWriter(row.message)
        let verdict = resolver.respond(
            to: query.message(length), transport: .tcp, arrival: arrival, now: now,
            snapshot: snapshot, into: &writer)
        return (verdict, writer.count)
    }

    private func logAnswer(_ octets: Int, _ client: ReplyAddress) {
        setup.queryLog?.record(
            .answer, serial: serial, client: client, transport: .tcp, source: resolver.source,
            server: 0, octets: row.message(octets), at: nowMicroseconds)
    }

    /// Sends a late answer, which lies in `row`, to the stream that waits for it.
    mutating func sendLate(_ octets: Int, to word: UInt64) {
        guard let token = Token(word: word), let stream = streams.stream(token) else { return }
        stream.inFlight -= 1
        stream.lastActive = now
        guard write(octets, to: stream) else { return streams.close(stream) }
        // Queries may have been left unread while too many were under way.
        resume(stream)
    }

    /// Sees to it that a connection is gone on with before the worker sleeps.
    ///
    /// Not at once: the reply at hand may be for others too, and answering one query could end in
    /// answering the next until the stack is exhausted.
    mutating func resume(_ stream: ClientStream) {
        guard !stream.isResuming else { return }
        stream.isResuming = true
        resuming.append(stream.token)
    }

    /// Goes on with the connections for which `resume` was called.
    mutating func resumeStreams() {
        while let token = resuming.popLast() {
            guard let stream = streams.stream(token) else { continue }
            stream.isResuming = false
            answerQueries(stream)
        }
    }

    /// Closes a stream that is done, or says what it shall be watched for.
    private mutating func settleStream(_ stream: ClientStream) {
        guard streams.stream(stream.token) != nil else { return }
        guard !stream.isDone else { return streams.close(stream) }
        stream.noteUnfinished(now: now)
        guard streams.charge(stream) else { return }
        watch(stream, isNew: false)
    }

    private mutating func watch(_ stream: ClientStream, isNew: Bool) {
        let interest = stream.interest
        guard isNew || interest != stream.watched else { return }
        stream.watched = interest
        do throws(SystemError) {
            if isNew {
                try epoll.add(stream.fd, token: stream.token.word, for: interest)
            } else {
                try epoll.modify(stream.fd, token: stream.token.word, for: interest)
            }
        } catch {
            // Out of kernel memory: one connection less is the cheapest way out.
            streams.close(stream)
        }
    }
}
