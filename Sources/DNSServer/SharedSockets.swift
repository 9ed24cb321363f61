import DNSConfig
import DNSResolver
import DNSWire
import LinuxIO

/// The sockets of a worker whose source port is fixed, by `query-port` or `@address#port`: one for
/// each server, for all its questions at once.
///
/// Replies are told apart by their id alone, which is why a fixed port is easier to forge. All
/// sockets have the same port; the kernel hands a datagram to the one that is connected to its
/// sender.
struct SharedSockets: ~Copyable {
    /// By server; -1 where there is none yet.
    private var sockets: [Int32] = []
    private var servers: [ServerOption] = []
    /// Who waits for the reply with an id of a server.
    private var waiting: [UInt32: Attempt] = [:]
    /// The port that the kernel chose for `query-port=0`; 0 before.
    var chosenPort: UInt16 = 0

    func socket(of server: Int) -> Int32? {
        server < sockets.count && sockets[server] >= 0 ? sockets[server] : nil
    }

    mutating func keep(_ fd: Int32, of server: Int) {
        if server >= sockets.count {
            sockets += Array(repeating: -1, count: server + 1 - sockets.count)
        }
        sockets[server] = fd
    }

    /// Notes who gets the reply with this id.
    ///
    /// A second question with the id of one that is under way takes its place, once in some ten
    /// thousand; the first is repeated later.
    mutating func await(_ id: UInt16, of attempt: Attempt) {
        if waiting.count >= ServerLimits.sharedQuestions { waiting.removeAll() }
        waiting[Self.key(attempt.server, id)] = attempt
    }

    /// Who waits for a reply with this id.
    func attempt(_ id: UInt16, of server: Int) -> Attempt? {
        waiting[Self.key(UInt16(server), id)]
    }

    mutating func forget(_ id: UInt16, of server: Int) {
        waiting[Self.key(UInt16(server), id)] = nil
    }

    /// Takes out all that wait for a server.
    mutating func takeAll(of server: Int) -> [Attempt] {
        let found = waiting.filter { $0.key >> 16 == UInt32(server) }
        for key in found.keys { waiting[key] = nil }
        return Array(found.values)
    }

    /// Takes over the servers of a configuration.
    ///
    /// Where they have other numbers now, what is under way is asked again when it is due.
    mutating func adopt(_ new: [ServerOption]) {
        guard new != servers else { return }
        closeAll()
        servers = new
    }

    mutating func closeAll() {
        for fd in sockets where fd >= 0 { Sockets.close(fd) }
        sockets = []
        waiting = [:]
    }

    private static func key(_ server: UInt16, _ id: UInt16) -> UInt32 {
        UInt32(server) << 16 | UInt32(id)
    }
}

// MARK: Asking and listening

extension Worker {
    /// The source port that all questions to a server have; nil where each has its own.
    ///
    /// 0: one that the kernel chooses once. A port can be shared by the questions of one worker
    /// only: with several, which can be after a reload, the first question in time gets it.
    func fixedPort(_ route: UpstreamRoute) -> UInt16? {
        if let port = route.source?.port, port != 0 { return port }
        return snapshot.options.forwarding.queryPort
    }

    /// Sends a question, which lies in `queryRow`, from the fixed port; false if that failed.
    mutating func sendShared(
        _ attempt: Attempt, _ route: UpstreamRoute, port: UInt16, _ length: Int
    ) -> Bool {
        guard let fd = sharedSocket(Int(attempt.server), route, port: port) else { return false }
        let id = queryRow.message(length).uint16(at: 0)
        shared.await(id, of: attempt)
        if case .octets = Sockets.send(fd, queryRow.message(length)) { return true }
        // The first call after an ICMP error reports that, and sends nothing.
        if case .octets = Sockets.send(fd, queryRow.message(length)) { return true }
        return false
    }

    private mutating func sharedSocket(
        _ server: Int, _ route: UpstreamRoute, port: UInt16
    ) -> Int32? {
        if let fd = shared.socket(of: server) { return fd }
        let opened = Sockets.udpConnected(
            to: route.address, from: route.source, port: port != 0 ? port : shared.chosenPort,
            device: route.device, sharesPort: true)
        guard let fd = took(opened) else { return nil }
        do throws(SystemError) {
            try epoll.add(fd, token: Token(.sharedSocket, index: server).word, for: .read)
        } catch {
            Sockets.close(fd)
            return nil
        }
        if port == 0, shared.chosenPort == 0 { shared.chosenPort = Sockets.localAddress(fd).port }
        shared.keep(fd, of: server)
        return fd
    }

    /// Takes the replies that have come to the socket of a server.
    mutating func receiveShared(_ server: Int) {
        for _ in 0..<ServerLimits.sharedReplies {
            guard let fd = shared.socket(of: server) else { return }
            switch Self.receiveDatagram(fd, into: &upstreamRow) {
            case .octets(let count): takeShared(server, count)
            case .wouldBlock: return
            case .truncated: setup.counters.add(.strayReplies)
            case .ended, .failed:
                // Nobody listens there: that is true for every question.
                for attempt in shared.takeAll(of: server) {
                    settle(forwarder.attemptFailed(attempt, now: now), octets: 0)
                }
            }
        }
    }

    private mutating func takeShared(_ server: Int, _ count: Int) {
        let id = count >= 2 ? upstreamRow.message(count).uint16(at: 0) : 0
        guard let attempt = shared.attempt(id, of: server) else {
            return setup.counters.add(.strayReplies)
        }
        let outcome = Self.judge(
            upstreamRow, count, attempt, now: now, snapshot: snapshot, &forwarder)
        guard outcome != .ignore else {
            setup.counters.add(.strayReplies)
            if forwarder.takeSubnetMismatch() { warnSubnetMismatch() }
            return
        }
        shared.forget(id, of: server)
        answeringServer = attempt.server
        settle(outcome, octets: count)
    }
}
