import DNSWire
import LinuxIO

/// A scripted upstream server: UDP and TCP on one address, one thread, everything in one loop.
final class UpstreamServer {
    private enum Token {
        static let datagrams: UInt64 = 0
        static let listener: UInt64 = 1
        /// Connections have their descriptor behind this.
        static let stream: UInt64 = 1 << 32
    }

    /// What is to be sent later.
    private struct Pending {
        var dueMilliseconds: Int64
        var octets: [UInt8]
        var peer: ReplyAddress
        /// A connection's descriptor, or nil for a datagram.
        var stream: Int32?
    }

    private var script: UpstreamScript
    private let datagrams: Int32
    private let listener: Int32
    /// Where forgeries with a wrong port come from.
    private let elsewhere: Int32
    private var epoll: Epoll
    private var receiver = ReceiveBatch(wantsPacketInfo: false)
    private var sender = SendBatch(rowOctets: 65_535)
    private var streams: [Int32: [UInt8]] = [:]
    /// Sorted by due time; those before `sent` are gone.
    private var pending: [Pending] = []
    private var sent = 0
    /// Held back by `reorder`, by rule.
    private var held: [Int: [Pending]] = [:]
    private let started = MonotonicClock.milliseconds()
    private(set) var questions = 0

    init(_ address: SocketAddress, _ script: UpstreamScript) throws(SystemError) {
        self.script = script
        datagrams = try Sockets.udpListener(address)
        listener = try Sockets.tcpListener(Sockets.localAddress(datagrams))
        elsewhere = try Sockets.udpListener(
            {
                var other = address; other.port = 0; return other
            }())
        epoll = try Epoll()
        try epoll.add(datagrams, token: Token.datagrams, for: .read)
        try epoll.add(listener, token: Token.listener, for: .read)
    }

    /// Serves until `seconds` are over; nil for ever.
    func run(seconds: Int?) throws(SystemError) {
        let end = seconds.map { started + Int64($0) * 1_000 }
        while end.map({ MonotonicClock.milliseconds() < $0 }) ?? true {
            let now = MonotonicClock.milliseconds()
            let due = sent < pending.count ? max(0, pending[sent].dueMilliseconds - now) : nil
            let count = epoll.wait(timeoutMilliseconds: Int32(min(due ?? 200, 200)))
            for index in 0..<count {
                let event = epoll.event(index)
                switch event.token {
                case Token.datagrams: try takeDatagrams()
                case Token.listener: try takeConnections()
                default: takeStream(Int32(truncatingIfNeeded: event.token))
                }
            }
            sendDue()
        }
    }

    private func takeDatagrams() throws(SystemError) {
        while receiver.receive(datagrams) > 0 {
            var messages: [(octets: [UInt8], peer: ReplyAddress)] = []
            for index in 0..<receiver.count {
                let message = receiver.message(index)
                var octets: [UInt8] = []
                for place in 0..<message.byteCount { octets.append(message.octet(at: place)) }
                messages.append((octets, receiver.peer(index)))
            }
            for (octets, peer) in messages { take(octets, from: peer, stream: nil) }
        }
    }

    private func takeConnections() throws(SystemError) {
        while case .connection(let fd, _) = Sockets.accept(listener) {
            streams[fd] = []
            try epoll.add(fd, token: Token.stream | UInt64(fd), for: .read)
        }
    }

    private func takeStream(_ fd: Int32) {
        var octets = [UInt8](repeating: 0, count: 65_536)
        var span = octets.mutableSpan
        var memory = span.mutableBytes
        guard case .octets(let count) = Sockets.receive(fd, into: &memory) else {
            return close(fd)
        }
        streams[fd, default: []] += octets.prefix(count)
        while let buffer = streams[fd], buffer.count >= 2 {
            let length = Int(buffer[0]) << 8 | Int(buffer[1])
            guard buffer.count >= 2 + length else { return }
            streams[fd] = Array(buffer.dropFirst(2 + length))
            take(
                Array(buffer[2..<2 + length]), from: ReplyAddress(peer: SocketAddress()),
                stream: fd)
        }
    }

    private func close(_ fd: Int32) {
        guard streams.removeValue(forKey: fd) != nil else { return }
        epoll.remove(fd)
        Sockets.close(fd)
        for index in sent..<pending.count where pending[index].stream == fd {
            pending[index].octets = []
        }
    }

    /// Puts an answer where its time is; nearly always at the end.
    private func enqueue(_ answer: Pending) {
        var index = pending.count
        while index > sent, pending[index - 1].dueMilliseconds > answer.dueMilliseconds {
            index -= 1
        }
        pending.insert(answer, at: index)
    }

    // MARK: Questions

    private func take(_ octets: [UInt8], from peer: ReplyAddress, stream: Int32?) {
        guard let question = UpstreamQuestion(octets, isTCP: stream != nil) else { return }
        questions += 1
        guard let index = script.rule(for: question.folded, question.type) else { return }
        let rule = script.rules[index]
        if rule.lostCount > 0 {
            script.rules[index].lostCount -= 1
            return
        }
        if rule.closes, let stream { return close(stream) }
        let now = MonotonicClock.milliseconds()
        guard !isDown(rule, now), Int.random(in: 0..<100) >= rule.dropPercent else { return }
        let jitter = rule.jitterMilliseconds > 0 ? Int.random(in: 0...rule.jitterMilliseconds) : 0
        let delay =
            question.isTCP
            ? rule.streamDelayMilliseconds ?? rule.delayMilliseconds : rule.delayMilliseconds
        let limit = question.isTCP || rule.isOversized ? 65_535 : 1_232
        var answer = Pending(
            dueMilliseconds: now + Int64(delay + jitter),
            octets: rule.hatesEDNS && question.hasEDNS
                ? UpstreamReply.formatError(question)
                : UpstreamReply.octets(to: question, by: rule, limit: limit),
            peer: peer, stream: stream)
        if let forgery = rule.forgery, stream == nil { forge(forgery, peer, question, rule) }
        if rule.reorder > 0 {
            held[index, default: []].append(answer)
            guard held[index]?.count == rule.reorder else { return }
            for (place, one) in (held.removeValue(forKey: index) ?? []).reversed().enumerated() {
                answer = one
                answer.dueMilliseconds = now + Int64(place)
                enqueue(answer)
            }
        } else {
            for _ in 0..<rule.copies { enqueue(answer) }
        }
    }

    private func isDown(_ rule: UpstreamRule, _ now: Int64) -> Bool {
        guard let flap = rule.flap else { return false }
        return Int(now - started) % (flap.up + flap.down) >= flap.up
    }

    /// Sends forgeries at once: they come before the answer if that is delayed.
    private func forge(
        _ forgery: (kind: Forgery, count: Int), _ peer: ReplyAddress,
        _ question: UpstreamQuestion, _ rule: UpstreamRule
    ) {
        var lie = UpstreamRule()
        lie.answers = [(.a, Forgery.address)]
        lie.foldsQuestion = rule.foldsQuestion
        let answer = UpstreamReply.octets(to: question, by: lie, limit: 1_232)
        for number in 0..<forgery.count {
            var octets = answer
            forgery.kind.apply(to: &octets, questionEnd: question.end, number: number)
            send(octets, to: peer, by: forgery.kind == .port ? elsewhere : datagrams)
        }
    }

    // MARK: Sending

    private func sendDue() {
        let now = MonotonicClock.milliseconds()
        while sent < pending.count, pending[sent].dueMilliseconds <= now {
            let answer = pending[sent]
            sent += 1
            guard !answer.octets.isEmpty else { continue }
            if let stream = answer.stream {
                let length = answer.octets.count
                let octets = [UInt8(length >> 8), UInt8(length & 0xFF)] + answer.octets
                // A client that does not read loses its connection.
                if Sockets.send(stream, octets.span.bytes) != .octets(octets.count) {
                    close(stream)
                }
            } else {
                send(answer.octets, to: answer.peer, by: datagrams)
            }
        }
        guard sent > 4_096 || sent == pending.count else { return }
        pending.removeFirst(sent)
        sent = 0
    }

    private func send(_ octets: [UInt8], to peer: ReplyAddress, by socket: Int32) {
        var row = sender.row(0)
        for (index, octet) in octets.enumerated() {
            row.storeBytes(of: octet, toByteOffset: index, as: UInt8.self)
        }
        sender.commit(length: octets.count, to: peer)
        sender.flush(socket)
    }
}
