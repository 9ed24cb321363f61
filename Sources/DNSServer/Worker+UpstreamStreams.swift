import DNSResolver
import DNSWire
import LinuxIO

// Questions to servers by TCP. RFC 7766 §6, RFC 9210 §4.
//
// Asking never closes a connection: one that turns out to be broken is told by its next event,
// where all its questions are dealt with at once.

extension Worker {
    /// Sends a question, which lies in `queryRow`, on a connection to the server, opening one if
    /// need be; false if there is none to be had.
    ///
    /// `isAgain`: a connection broke that the server had answered on, so only a new one will do.
    mutating func askByStream(
        _ attempt: Attempt, _ route: UpstreamRoute, _ length: Int, isAgain: Bool = false
    ) -> Bool {
        let id = queryRow.message(length).uint16(at: 0)
        var found = upstream.pool.find(route, id: id, isAgain: isAgain, now: now)
        if found != nil {
            setup.counters.add(.upstreamReuses)
        } else if upstream.pool.makeRoom(for: route) {
            found = openConnection(route)
        } else {
            found = upstream.pool.findAnyhow(route, id: id, isAgain: isAgain)
            if found == nil { sendingFault = .ours }
        }
        guard let index = found else { return false }
        upstream.keep(connection: index, of: attempt)
        upstream.pool.connections[index].ask(&queryRow, length, attempt, now: now)
        if upstream.pool.connections[index].isConnected {
            _ = upstream.pool.connections[index].flush()
        }
        watch(connection: index)
        return true
    }

    private mutating func openConnection(_ route: UpstreamRoute) -> Int? {
        var opened = Sockets.tcpConnecting(
            to: route.address, from: route.source, device: route.device)
        if case .failed(let error) = opened, error.isExhaustion, closeSomethingIdle() {
            opened = Sockets.tcpConnecting(
                to: route.address, from: route.source, device: route.device)
        }
        guard let fd = took(opened) else { return nil }
        let index = upstream.pool.add(fd, to: route, now: now)
        let interest = upstream.pool.connections[index].interest
        let token = upstream.pool.connections[index].token
        guard isWatched(fd, token.word, for: interest) else {
            upstream.pool.shut(index)
            return nil
        }
        upstream.pool.connections[index].watched = interest
        setup.counters.add(.upstreamConnections)
        return index
    }

    private mutating func watch(connection index: Int) {
        let interest = upstream.pool.connections[index].interest
        guard interest != upstream.pool.connections[index].watched else { return }
        upstream.pool.connections[index].watched = interest
        // Changing a descriptor that is watched takes no memory and cannot fail.
        try? epoll.modify(
            upstream.pool.connections[index].fd,
            token: upstream.pool.connections[index].token.word, for: interest)
    }

    // MARK: Events

    /// Something happened on a connection to a server.
    mutating func handleConnection(_ token: Token, _ event: Event) {
        guard let index = upstream.pool.index(of: token) else { return }
        if !upstream.pool.connections[index].isConnected {
            guard event.isWritable || event.isHangup else { return }
            guard Sockets.pendingError(upstream.pool.connections[index].fd) == 0 else {
                return breakConnection(index, isTrash: false)
            }
            upstream.pool.connections[index].isConnected = true
        }
        // What cannot be written may still be answered: a server that closes sends first.
        let isSound = upstream.pool.connections[index].flush()
        guard event.isReadable || event.isHangup || !isSound else {
            return watch(connection: index)
        }
        for _ in 0..<ServerLimits.readsPerWake {
            let outcome = upstream.pool.connections[index].read(through: &upstreamRow)
            guard takeAnswers(on: token) else { return }
            switch outcome {
            // Less than there was room for was all; the end of a stream is told again.
            case .octets(let count) where count < WireLimits.messageOctets && !event.isHangup:
                return watch(connection: index)
            case .octets: continue
            case .wouldBlock where isSound && !event.isHangup: return watch(connection: index)
            case .wouldBlock, .ended, .truncated, .failed:
                return breakConnection(index, isTrash: false)
            }
        }
        watch(connection: index)
    }

    /// Hands every whole answer that has come to who waits for it; false if the connection was
    /// closed meanwhile.
    private mutating func takeAnswers(on token: Token) -> Bool {
        while let index = upstream.pool.index(of: token) {
            guard !upstream.pool.connections[index].isTrash,
                !upstream.pool.connections[index].isBabbling
            else {
                breakConnection(index, isTrash: true)
                return false
            }
            guard let length = upstream.pool.connections[index].takeAnswer(into: &upstreamRow)
            else {
                guard upstream.pool.connections[index].isRetiring,
                    upstream.pool.connections[index].isIdle
                else { return true }
                upstream.pool.shut(index)
                return false
            }
            take(length, on: index)
        }
        return false
    }

    /// Judges the answer in `upstreamRow`.
    private mutating func take(_ length: Int, on index: Int) {
        let id = upstreamRow.message(length).uint16(at: 0)
        let found = upstream.pool.connections[index].takeQuestion(id, now: now)
        guard let attempt = found else { return setup.counters.add(.strayReplies) }
        upstream.release(attempt)
        let outcome = Self.judge(
            upstreamRow, length, attempt, now: now, snapshot: snapshot, &forwarder)
        guard outcome != .ignore else {
            setup.counters.add(.strayReplies)
            if forwarder.takeSubnetMismatch() { warnSubnetMismatch() }
            // With the right id and the wrong question it is of no use to wait for another.
            return settle(forwarder.attemptFailed(attempt, now: now), octets: 0)
        }
        upstream.pool.connections[index].noteAnswer()
        answeringServer = attempt.server
        settle(outcome, octets: length)
    }

    /// Closes a connection that is of no use any more, and asks its questions elsewhere.
    ///
    /// Where the server has answered before, it has only closed a connection that we were about
    /// to use: the questions go to it once more, and nothing is held against it. Each new round
    /// takes an answer, so this ends.
    private mutating func breakConnection(_ index: Int, isTrash: Bool) {
        let isAgain = !isTrash && upstream.pool.connections[index].answered > 0
        upstream.closeConnection(index, now: now)
        while let orphan = upstream.pool.orphans.popLast() {
            // It may be over by now, and its server may have another number.
            guard let attempt = forwarder.attempt(forToken: orphan.token) else { continue }
            if isAgain, askAgain(attempt) { continue }
            settle(forwarder.attemptFailed(attempt, now: now), octets: 0)
        }
    }

    private mutating func askAgain(_ attempt: Attempt) -> Bool {
        guard Int(attempt.server) < routes.count else { return false }
        let length = Self.writeQuery(attempt, forwarder, into: &queryRow)
        guard length > 0 else { return false }
        return askByStream(attempt, routes[Int(attempt.server)], length, isAgain: true)
    }
}
