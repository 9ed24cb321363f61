import DNSWire
import Foundation
import Synchronization

/// What an upstream server does with a question.
indirect enum UpstreamAction: Sendable {
    /// Records as `owner ttl type data`; `@` is the name that was asked for.
    case answer([String])
    /// No answer records, an SOA of the root, and this code.
    case negative(ResponseCode)
    /// A bare response code.
    case code(ResponseCode)
    /// All sections.
    case message(UpstreamSections)
    case silence
    case after(milliseconds: Int, UpstreamAction)
    /// By UDP an empty answer with TC, by TCP the action.
    case truncated(UpstreamAction)
    case wrongID(UpstreamAction)
    case wrongQuestion(UpstreamAction)
    /// The first action, soon followed by the second.
    case both(UpstreamAction, UpstreamAction)
    /// Closes the connection; by UDP silence.
    case close
    /// The answer octet by octet, so many milliseconds before each; by UDP nothing.
    case dribbled(milliseconds: Int, UpstreamAction)
    /// These octets instead of a message and its length; by UDP silence.
    case octets([UInt8])
}

/// What an upstream server says, word for word; records as `owner ttl type data`.
struct UpstreamSections: Sendable {
    var code = ResponseCode.noError
    /// Flags besides QR and RA and those that the question brought.
    var flags: UInt16 = 0
    var answers: [String] = []
    var authority: [String] = []
    var additional: [String] = []
}

/// A question that reached an upstream server.
struct UpstreamQuery: Sendable {
    /// In small letters.
    var name: String { spelling.lowercased() }
    /// As it was sent.
    var spelling: String
    var type: RecordType
    var id: UInt16
    var isTCP: Bool
    /// The port it came from; 0 for TCP.
    var port: UInt16
    /// The number of its connection, from 1 in the order in which they came; 0 for UDP.
    var connection = 0
    /// Options of its OPT record, as `code:hex`; nil if it had no such record.
    var options: [String]?
    var time = ContinuousClock.now
}

/// An upstream server on loopback that follows a script, on a thread of its own.
final class ScriptedUpstream: Sendable {
    typealias Script = @Sendable (UpstreamQuery) -> UpstreamAction

    let endpoint: Endpoint
    private let seen = Mutex<[UpstreamQuery]>([])
    private let isStopping = Atomic<Bool>(false)
    private let counts = ConnectionCounts()
    private let wake: Socket

    /// Begins to answer on a free port of `address`; without TCP connections are refused.
    init(
        at address: String = "127.0.0.1", takesStreams: Bool = true, script: @escaping Script
    ) throws {
        let datagrams: Socket
        let listener: Socket?
        (endpoint, datagrams, listener) = try Self.listen(at: address, takesStreams)
        let counts = counts
        wake = try Socket.udp(to: endpoint)
        Thread.detachNewThread { [weak self] in
            let loop = UpstreamLoop(
                datagrams: datagrams, listener: listener, counts: counts, script: script)
            loop.run { query in
                guard let self, !self.isStopping.load(ordering: .acquiring) else { return false }
                if let query { self.seen.withLock { $0.append(query) } }
                return true
            }
        }
    }

    /// Sockets on a free port, unless a server asks from it: its ports are random.
    private static func listen(
        at address: String, _ takesStreams: Bool, tries: Int = 5
    ) throws -> (Endpoint, Socket, Socket?) {
        let endpoint = Endpoint(address, try Ports.free())
        do {
            let datagrams = try Socket.udp(on: endpoint)
            return (endpoint, datagrams, takesStreams ? try Socket.tcp(on: endpoint) : nil)
        } catch {
            guard tries > 1 else { throw error }
            return try listen(at: address, takesStreams, tries: tries - 1)
        }
    }

    /// The same with a table by name in lower case; `*` is every other name.
    convenience init(
        _ table: [String: UpstreamAction], at address: String = "127.0.0.1",
        takesStreams: Bool = true
    ) throws {
        try self.init(at: address, takesStreams: takesStreams) { query in
            table[query.name] ?? table["*"] ?? .negative(.nameError)
        }
    }

    deinit {
        isStopping.store(true, ordering: .releasing)
        wake.write([0])
    }

    /// What was asked so far.
    var queries: [UpstreamQuery] { seen.withLock { $0 } }

    func queries(for name: String) -> [UpstreamQuery] {
        queries.filter { $0.name == name }
    }

    /// TCP connections that were taken so far.
    var connectionCount: Int { counts.taken.load(ordering: .relaxed) }
    /// Those of them that the other side has closed.
    var endedCount: Int { counts.ended.load(ordering: .relaxed) }

    /// The line of a configuration that names this server.
    var line: String { "server=\(endpoint)\n" }
}

private final class ConnectionCounts: Sendable {
    let taken = Atomic<Int>(0)
    let ended = Atomic<Int>(0)
}

/// The loop of one scripted upstream.
private final class UpstreamLoop {
    /// What goes back to who asked.
    private enum Output {
        case message([UInt8])
        /// Without a length, and with so many milliseconds before each octet; nothing by UDP.
        case octets([UInt8], Int)
        case end
    }

    private struct Pending {
        var due: ContinuousClock.Instant
        var send: () -> Void
    }

    private let datagrams: Socket
    private let listener: Socket?
    private let counts: ConnectionCounts
    private let script: ScriptedUpstream.Script
    private var streams: [Int32: (socket: Socket, number: Int, octets: [UInt8])] = [:]
    private var pending: [Pending] = []

    init(
        datagrams: Socket, listener: Socket?, counts: ConnectionCounts,
        script: @escaping ScriptedUpstream.Script
    ) {
        self.datagrams = datagrams
        self.listener = listener
        self.counts = counts
        self.script = script
    }

    /// Serves until `note` says no; it is told of every question, and of nothing now and then.
    func run(_ note: (UpstreamQuery?) -> Bool) {
        while note(nil) {
            var entries = ([datagrams.fd, listener?.fd ?? -1] + streams.keys).map {
                pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
            }
            let due = pending.map { ContinuousClock.now.duration(to: $0.due).milliseconds }.min()
            poll(&entries, nfds_t(entries.count), Int32(clamping: max(0, min(due ?? 500, 500))))
            while let (octets, peer) = datagrams.receive() { take(octets, peer, note) }
            for entry in entries where entry.revents != 0 {
                if let listener, entry.fd == listener.fd {
                    guard let socket = listener.accept() else { continue }
                    let number = counts.taken.add(1, ordering: .relaxed).newValue
                    streams[socket.fd] = (socket, number, [])
                } else {
                    read(entry.fd, note)
                }
            }
            let now = ContinuousClock.now
            for item in pending where item.due <= now { item.send() }
            pending.removeAll { $0.due <= now }
        }
    }

    private func take(_ octets: [UInt8], _ peer: Endpoint, _ note: (UpstreamQuery?) -> Bool) {
        guard let query = Reply(octets) else { return }
        let seen = UpstreamQuery(
            spelling: String(query.question.dropLast()), type: query.questionType, id: query.id,
            isTCP: false, port: peer.port, options: query.edns == nil ? nil : query.options)
        guard note(seen) else { return }
        let socket = datagrams
        act(script(seen), query, isTCP: false) { output in
            if case .message(let answer) = output { socket.send(answer, to: peer) }
        }
    }

    private func read(_ fd: Int32, _ note: (UpstreamQuery?) -> Bool) {
        guard let stream = streams[fd] else { return }
        guard let octets = stream.socket.read(Deadline(milliseconds: 0)), !octets.isEmpty else {
            counts.ended.add(1, ordering: .relaxed)
            end(stream.socket)
            return
        }
        var all = stream.octets + octets
        while streams[fd]?.socket === stream.socket, all.count >= 2,
            all.count >= 2 + Int(all[0]) << 8 + Int(all[1])
        {
            let length = Int(all[0]) << 8 + Int(all[1])
            if let query = Reply(Array(all[2..<2 + length])) {
                let seen = UpstreamQuery(
                    spelling: String(query.question.dropLast()), type: query.questionType,
                    id: query.id, isTCP: true, port: 0, connection: stream.number,
                    options: query.edns == nil ? nil : query.options)
                guard note(seen) else { return }
                act(script(seen), query, isTCP: true) { [weak self] output in
                    self?.send(output, on: stream.socket)
                }
            }
            all.removeFirst(2 + length)
        }
        if streams[fd]?.socket === stream.socket { streams[fd]?.octets = all }
    }

    private func send(_ output: Output, on socket: Socket) {
        switch output {
        case .message(let message): socket.write(Octets.number(UInt16(message.count)) + message)
        case .octets(let octets, 0): socket.write(octets)
        case .octets(let octets, let milliseconds):
            for (index, octet) in octets.enumerated() {
                let due = ContinuousClock.now + .milliseconds(milliseconds * (index + 1))
                pending.append(Pending(due: due) { socket.write([octet]) })
            }
        case .end: end(socket)
        }
    }

    /// Closes a connection, also where somebody still holds its socket to answer later.
    private func end(_ socket: Socket) {
        socket.endWriting()
        if streams[socket.fd]?.socket === socket { streams[socket.fd] = nil }
    }

    /// Does what the script says.
    private func act(
        _ action: UpstreamAction, _ query: Reply, isTCP: Bool,
        send: @escaping (Output) -> Void
    ) {
        func map(_ action: UpstreamAction, _ change: @escaping ([UInt8]) -> Output) {
            act(action, query, isTCP: isTCP) { output in
                if case .message(let answer) = output { send(change(answer)) } else { send(output) }
            }
        }
        switch action {
        case .silence: return
        case .close: send(.end)
        case .after(let milliseconds, let action):
            let due = ContinuousClock.now + .milliseconds(milliseconds)
            pending.append(
                Pending(due: due) { [weak self] in
                    self?.act(action, query, isTCP: isTCP, send: send)
                })
        case .truncated(let action) where isTCP: act(action, query, isTCP: true, send: send)
        case .truncated:
            send(
                .message(
                    UpstreamMessage.header(of: query, flags: 0x0200)
                        + UpstreamMessage.opt(of: query)))
        case .wrongID(let action):
            map(action) { .message([$0[0] ^ 0x55] + $0.dropFirst()) }
        case .wrongQuestion(let action):
            // The first letter of the name becomes another one.
            map(action) { .message($0[..<13] + [$0[13] ^ 1] + $0[14...]) }
        case .both(let first, let second):
            act(first, query, isTCP: isTCP, send: send)
            act(second, query, isTCP: isTCP, send: send)
        case .dribbled(let milliseconds, let action):
            map(action) { .octets(Octets.number(UInt16($0.count)) + $0, milliseconds) }
        case .octets(let octets): send(.octets(octets, 0))
        case .answer, .negative, .code, .message:
            send(.message(UpstreamMessage.octets(action, for: query)))
        }
    }
}
