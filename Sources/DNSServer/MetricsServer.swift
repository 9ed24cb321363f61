import DNSResolver
import DNSWire
import LinuxIO
import Synchronization

/// The thread that serves `metrics-listen`.
///
/// It only reads what others leave for it, and lets every other thread of the machine go first. A
/// client has one request and `ServerLimits.requestMilliseconds` for everything. When all places
/// are taken, the oldest client makes way as soon as it has had its turn.
struct MetricsServer: ~Copyable {
    private static let stackOctets = 524_288

    private struct Client {
        var fd: Int32
        var since: Int64
        var received: [UInt8] = []
        var response: [UInt8] = []
        var sent = 0
        /// Waits for what the workers do.
        var wantsHealth = false
        var isHead = false

        var isAnswering: Bool { !response.isEmpty }
    }

    private let source: MetricsSource
    private let listeners: [Int32]
    private var epoll: Epoll
    private var clients: [Client] = []
    private var row = MessageRow()
    private var health: HealthProbe
    private var isAccepting = true
    /// When clients are let in again after descriptors ran out.
    private var acceptsFrom: Int64 = .min
    private var now = MonotonicClock.milliseconds()

    /// Starts the thread, which ends with the process.
    ///
    /// Errors: of epoll and of starting threads.
    static func start(
        _ listeners: [Int32], _ source: MetricsSource, wakes: [Wake]
    ) throws(SystemError) {
        guard !listeners.isEmpty else { return }
        try Thread.start(name: "metrics", stackOctets: stackOctets) {
            Thread.yieldToOthers(nice: ServerLimits.metricsNice)
            guard let epoll = try? epoll(watching: listeners) else { return }
            let health = HealthProbe(counters: source.counters, wakes: wakes)
            var server = MetricsServer(listeners, source, health, epoll: epoll)
            server.run()
        }
    }

    private init(
        _ listeners: [Int32], _ source: MetricsSource, _ health: HealthProbe,
        epoll: consuming Epoll
    ) {
        self.listeners = listeners
        self.source = source
        self.health = health
        self.epoll = epoll
    }

    private static func epoll(watching listeners: [Int32]) throws(SystemError) -> Epoll {
        let epoll = try Epoll()
        for fd in listeners { try epoll.add(fd, token: UInt64(fd), for: .read) }
        return epoll
    }

    private mutating func run() {
        while true {
            let count = epoll.wait(timeoutMilliseconds: timeout())
            now = MonotonicClock.milliseconds()
            for index in 0..<count {
                let event = epoll.event(index)
                guard let place = clients.firstIndex(where: { $0.fd == Int32(event.token) }) else {
                    continue
                }
                if !serve(place, event) { close(place) }
            }
            closeOverdue()
            answerHealth()
            accept()
        }
    }

    /// Until the next client has had its time, in milliseconds; -1 for ever.
    private func timeout() -> Int32 {
        if health.isRunning { return Int32(ServerLimits.healthLookMilliseconds) }
        let patience =
            isAccepting ? ServerLimits.requestMilliseconds : ServerLimits.requestTurnMilliseconds
        var due = clients.map(\.since).min().map { $0 + patience } ?? .max
        if acceptsFrom > now { due = min(due, acceptsFrom) }
        return due == .max ? -1 : Int32(clamping: max(1, due - now))
    }

    // MARK: Clients

    /// Lets clients in while there is room; those that have to wait do so in the kernel.
    private mutating func accept() {
        makeRoom()
        for listener in listeners {
            while hasRoom, take(Sockets.accept(listener)) {}
        }
        guard hasRoom != isAccepting else { return }
        isAccepting = hasRoom
        // A listener that is not looked at wakes nobody for what it may not have.
        for fd in listeners { try? epoll.modify(fd, token: UInt64(fd), for: hasRoom ? .read : []) }
    }

    private var hasRoom: Bool {
        clients.count < ServerLimits.metricsClients && acceptsFrom <= now
    }

    /// Whether there may be more to accept.
    private mutating func take(_ accepted: Accepted) -> Bool {
        switch accepted {
        case .none: return false
        case .exhausted:
            // Who waits would wake this thread at once, again and again, for nothing.
            acceptsFrom = now + ServerLimits.acceptPauseMilliseconds
            return false
        case .connection(let fd, _):
            do throws(SystemError) {
                try epoll.add(fd, token: UInt64(fd), for: .read)
                clients.append(Client(fd: fd, since: now))
            } catch {
                Sockets.close(fd)
            }
            return true
        }
    }

    private mutating func makeRoom() {
        guard clients.count >= ServerLimits.metricsClients else { return }
        let limit = now - ServerLimits.requestTurnMilliseconds
        for place in clients.indices.reversed() where clients[place].since <= limit { close(place) }
    }

    private mutating func closeOverdue() {
        let limit = now - ServerLimits.requestMilliseconds
        for place in clients.indices.reversed() where clients[place].since <= limit { close(place) }
    }

    private mutating func close(_ place: Int) {
        Sockets.close(clients[place].fd)
        clients.remove(at: place)
    }

    /// False if the client is done, or of no use any more.
    private mutating func serve(_ place: Int, _ event: Event) -> Bool {
        if event.isHangup { return false }
        if clients[place].isAnswering { return send(place) }
        switch Self.receive(clients[place].fd, into: &row) {
        case .wouldBlock: return true
        case .truncated, .ended, .failed: return false
        case .octets(let count):
            // What comes behind a request is not read.
            guard !clients[place].wantsHealth else { return true }
            clients[place].received += Self.octets(row, count)
            return answer(place)
        }
    }

    private static func receive(_ fd: Int32, into row: inout MessageRow) -> Transfer {
        var span = row.room(ServerLimits.requestOctets)
        return Sockets.receive(fd, into: &span)
    }

    private static func octets(_ row: borrowing MessageRow, _ count: Int) -> [UInt8] {
        let octets = row.message(count)
        return (0..<count).map { octets.octet(at: $0) }
    }

    // MARK: Answers

    private mutating func answer(_ place: Int) -> Bool {
        switch HTTPRequest(clients[place].received) {
        case .incomplete: return true
        case .malformed: return respond(place, HTTPResponse(400, "This is no HTTP request."))
        case .tooLong: return respond(place, HTTPResponse(431, "The request is too long."))
        case .complete(let method, let path):
            clients[place].isHead = method == "HEAD"
            return route(place, path, isAllowed: method == "GET" || method == "HEAD")
        }
    }

    /// Everything that can be asked for.
    private mutating func route(_ place: Int, _ path: String, isAllowed: Bool) -> Bool {
        switch path {
        case "/metrics" where isAllowed:
            return respond(
                place,
                HTTPResponse(
                    200, type: "text/plain; version=0.0.4; charset=utf-8",
                    body: MetricsReport.octets(source)))
        case "/health" where isAllowed:
            clients[place].wantsHealth = true
            health.begin(now: now)
            return true
        case "/metrics", "/health": return respond(place, HTTPResponse(405, "Only GET and HEAD."))
        default: return respond(place, HTTPResponse(404, "There is /metrics and /health."))
        }
    }

    private mutating func answerHealth() {
        guard let isHealthy = health.verdict(now: now),
            clients.contains(where: \.wantsHealth)
        else { return }
        let isStopping =
            source.state.readiness.isLeaving || source.state.isStopping.load(ordering: .acquiring)
        let response =
            isStopping
            ? HTTPResponse(503, "stopping")
            : isHealthy ? HTTPResponse(200, "ok") : HTTPResponse(503, "a worker does not answer")
        for place in clients.indices.reversed() where clients[place].wantsHealth {
            clients[place].wantsHealth = false
            if !respond(place, response) { close(place) }
        }
    }

    private mutating func respond(_ place: Int, _ response: HTTPResponse) -> Bool {
        clients[place].response = response.octets(isHead: clients[place].isHead)
        return send(place)
    }

    /// Sends what the connection takes; false after the last octet.
    private mutating func send(_ place: Int) -> Bool {
        let octets = clients[place].response
        while clients[place].sent < octets.count {
            let rest = octets.bytes.extracting(clients[place].sent..<octets.count)
            switch Sockets.send(clients[place].fd, rest) {
            case .octets(let count): clients[place].sent += count
            case .wouldBlock:
                let fd = clients[place].fd
                do throws(SystemError) {
                    try epoll.modify(fd, token: UInt64(fd), for: .write)
                    return true
                } catch {
                    return false
                }
            case .truncated, .ended, .failed: return false
            }
        }
        return false
    }
}

/// Whether all workers look around when they are woken.
struct HealthProbe {
    private let counters: [Counters]
    private let wakes: [Wake]
    private var before: [UInt64] = []
    private var began: Int64?
    private var last: (isHealthy: Bool, at: Int64)?

    init(counters: [Counters], wakes: [Wake]) {
        self.counters = counters
        self.wakes = wakes
    }

    var isRunning: Bool { began != nil }

    /// Wakes the workers, unless what was found a moment ago still holds.
    mutating func begin(now: Int64) {
        guard began == nil else { return }
        if let last, last.isHealthy, now - last.at < ServerLimits.healthAgeMilliseconds { return }
        last = nil
        before = counters.map { $0.value(.wakeUps) }
        began = now
        for wake in wakes { wake.event.signal() }
    }

    /// nil while it is not known.
    mutating func verdict(now: Int64) -> Bool? {
        guard let began else { return last?.isHealthy }
        let hasMoved = zip(counters, before).allSatisfy { $0.value(.wakeUps) != $1 }
        guard hasMoved || now - began >= ServerLimits.healthMilliseconds else { return nil }
        self.began = nil
        last = (hasMoved, now)
        return hasMoved
    }
}
