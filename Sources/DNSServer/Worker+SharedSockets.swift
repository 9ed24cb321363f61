import DNSConfig
import DNSResolver
import DNSWire
import LinuxIO

// Questions that leave from fixed ports.

extension Worker {
    /// Opens the ports that the configuration fixes, so that nobody else has them when they are
    /// needed.
    ///
    /// A port can be shared by the questions of one worker only: with several, which can be after a
    /// reload, the first question in time gets it.
    mutating func adoptSharedSockets() {
        let fixed = setup.isAlone ? routes : []
        guard upstream.shared.adopt(fixed, queryPort: snapshot.options.forwarding.queryPort) else {
            return
        }
        for port in upstream.shared.ports.indices { _ = sharedSocket(port) }
    }

    /// The socket of a fixed port, opened where it is not; counted if there is none.
    private mutating func sharedSocket(_ index: Int) -> Int32? {
        if let fd = upstream.shared.socket(ofPort: index) { return fd }
        let port = upstream.shared.ports[index]
        let opened = Sockets.udpShared(
            on: port.local, device: port.device, wantsPacketInfo: port.isMixed)
        guard let fd = took(opened) else {
            if case .portBusy = opened { warnPortTaken(port.local.port) }
            return nil
        }
        guard isWatched(fd, Token(.sharedSocket, index: index).word, for: .read) else {
            Sockets.close(fd)
            return nil
        }
        upstream.shared.keep(fd, ofPort: index)
        return fd
    }

    /// Sends a question, which lies in `queryRow`, from a fixed port.
    mutating func sendShared(_ attempt: Attempt, port: Int, _ length: Int) -> Dispatch {
        guard let fd = sharedSocket(port), hasOwnID(attempt, length) else { return .unavailable }
        let way = upstream.shared.way(to: Int(attempt.server))
        if isSent(fd, length, to: way) { return .sent }
        // An interface that went and came back is another one to a socket that was bound to it.
        guard upstream.shared.ports[port].device != nil else { return .unreachable }
        upstream.shared.close(port: port)
        guard let fd = sharedSocket(port) else { return .unavailable }
        return isSent(fd, length, to: way) ? .sent : .unreachable
    }

    /// Sees to it that no other question under way from a fixed port has the id of this one.
    private mutating func hasOwnID(_ attempt: Attempt, _ length: Int) -> Bool {
        if upstream.hasSharedID(attempt) { return true }
        upstream.close(attempt, now: now)
        var id = queryRow.message(length).uint16(at: 0)
        if upstream.shared.hasRoom {
            for _ in 0..<ServerLimits.idTries {
                if upstream.take(sharedID: id, for: attempt) { return true }
                guard let other = forwarder.redrawID(of: attempt) else { return false }
                id = other
                queryRow.setID(id)
            }
        }
        setup.counters.add(.unopenedSockets)
        return false
    }

    private func isSent(_ fd: Int32, _ length: Int, to way: ReplyAddress) -> Bool {
        for _ in 0..<ServerLimits.sendTries {
            switch Sockets.send(fd, queryRow.message(length), to: way) {
            case .octets: return true
            case .wouldBlock:
                // Lost on the way, as others are: it is repeated.
                setup.counters.add(.unsent)
                return true
            // An ICMP error of another datagram is told once, by whatever is called next.
            case .truncated, .ended, .failed: continue
            }
        }
        return false
    }

    // MARK: Events

    /// Takes the replies that have come to a fixed port, and the errors.
    mutating func receiveShared(_ port: Int, _ event: Event) {
        var arrival = ReplyAddress(peer: SocketAddress())
        for _ in 0..<ServerLimits.sharedReplies {
            guard let fd = upstream.shared.socket(ofPort: port) else { return }
            switch Self.receiveDatagram(fd, into: &upstreamRow, from: &arrival) {
            case .octets(let count): takeShared(port, count, from: arrival)
            case .truncated: setup.counters.add(.strayReplies)
            // What it is about is in the queue.
            case .ended, .failed: continue
            case .wouldBlock:
                if event.isHangup { receiveErrors(port) }
                return
            }
        }
        if event.isHangup { receiveErrors(port) }
    }

    private static func receiveDatagram(
        _ fd: Int32, into row: inout MessageRow, from arrival: inout ReplyAddress
    ) -> Transfer {
        var span = row.message
        return Sockets.receiveDatagram(fd, into: &span, from: &arrival)
    }

    private mutating func takeShared(_ port: Int, _ count: Int, from arrival: ReplyAddress) {
        guard let attempt = sharedAttempt(upstreamRow.message(count)),
            upstream.shared.isFrom(Int(attempt.server), port, arrival)
        else { return setup.counters.add(.strayReplies) }
        let outcome = Self.judge(
            upstreamRow, count, attempt, now: now, snapshot: snapshot, &forwarder)
        guard outcome != .ignore else {
            setup.counters.add(.strayReplies)
            if forwarder.takeSubnetMismatch() { warnSubnetMismatch() }
            return
        }
        finish(attempt, outcome, octets: count)
    }

    /// Who has the id of a message, as far as its reply would still be taken.
    private func sharedAttempt(_ message: RawSpan) -> Attempt? {
        guard message.byteCount >= 2 else { return nil }
        return forwarder.attempt(forToken: upstream.shared.holder(of: message.uint16(at: 0)))
    }

    /// Deals with ICMP errors, each of which is about one question.
    ///
    /// The port is no secret, so anybody can forge one. It counts only if it quotes the question,
    /// with its id and its random letters; then it is as good as a reply. The others say nothing,
    /// and servers that quote nothing are found silent in time.
    private mutating func receiveErrors(_ port: Int) {
        for _ in 0..<ServerLimits.sharedReplies {
            guard let fd = upstream.shared.socket(ofPort: port),
                let error = Self.receiveError(fd, into: &upstreamRow)
            else { return }
            guard error.isRefusal, let attempt = sharedAttempt(upstreamRow.message(error.octets)),
                upstream.shared.isTo(Int(attempt.server), port, error.peer)
            else { continue }
            let length = Self.writeQuery(attempt, forwarder, into: &queryRow)
            guard
                forwarder.isQuoted(
                    upstreamRow.message(error.octets), of: attempt, query: queryRow.message(length))
            else { continue }
            finish(
                attempt, forwarder.attemptFailed(attempt, .unreachable, now: now), octets: 0)
        }
    }

    private static func receiveError(
        _ fd: Int32, into row: inout MessageRow
    ) -> DatagramError? {
        var span = row.message
        return Sockets.receiveError(fd, into: &span)
    }
}
