import DNSResolver
import DNSWire
import LinuxIO

/// The TCP connections of one worker to upstream servers, each used for many questions.
///
/// RFC 7766 §6.2.2 wants as few as will do: a question goes to a connection that is open or
/// opening and has not too many already; another is opened only where there is none. Servers are
/// told apart by their route, so those of several domains share, and a reload changes nothing for
/// a server that stays. Cost: a scan of at most `NetworkLimits.upstreamConnections`.
struct UpstreamPool: ~Copyable {
    /// What was seen of a server that closes connections with questions left on them.
    private struct Habit {
        var route: UpstreamRoute
        /// Questions that it answers on one connection.
        var depth: Int
        var until: Instant
    }

    /// By the index in tokens; closed ones are used again.
    var connections: [UpstreamConnection] = []
    private var habits: [Habit] = []
    /// Questions of a connection that broke, which are dealt with one by one.
    var orphans: [Attempt] = []

    /// How many connections are open.
    private(set) var count = 0
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// The place of the connection that a token is about; nil for one that is closed.
    func index(of token: Token) -> Int? {
        let index = token.index
        guard index < connections.count, connections[index].isOpen,
            connections[index].token == token
        else { return nil }
        return index
    }

    // MARK: Choice

    /// The connection for one more question; nil if it needs a new one.
    ///
    /// `isAgain`: one that has answered before is closing for all that is known, and not taken.
    func find(_ route: UpstreamRoute, isAgain: Bool, now: Instant) -> Int? {
        let depth = habit(of: route, now: now) ?? .max
        return leastPending { connection in
            connection.route == route
                && connection.pending < ServerLimits.questionsPerConnection
                && connection.answered + connection.pending < depth
                && !connection.isStalled(now: now) && !(isAgain && connection.answered > 0)
                && !connection.isRetiring && !connection.isChoked && !connection.owesMany
        }
    }

    /// The connection for one more question where no more may be opened: one that has too many.
    func findAnyhow(_ route: UpstreamRoute, isAgain: Bool) -> Int? {
        leastPending { connection in
            connection.route == route && connection.pending < ServerLimits.crowdedQuestions
                && !(isAgain && connection.answered > 0)
                && !connection.isRetiring && !connection.isChoked && !connection.owesMany
        }
    }

    private func leastPending(_ isFit: (UpstreamConnection) -> Bool) -> Int? {
        var best: Int?
        for index in connections.indices
        where connections[index].isOpen && isFit(connections[index]) {
            if best.map({ connections[index].pending < connections[$0].pending }) ?? true {
                best = index
            }
        }
        return best
    }

    /// Whether one more connection to a server may be opened, closing an idle one for it if need
    /// be.
    mutating func makeRoom(for route: UpstreamRoute) -> Bool {
        var same = 0
        for index in connections.indices
        where connections[index].isOpen && connections[index].route == route {
            same += 1
        }
        if same >= ServerLimits.connectionsPerServer { return closeIdlest(to: route) }
        return count < limit || closeIdlest()
    }

    /// Closes the connection, of one server or of all, that was idle for the longest time; false
    /// if all are in use.
    mutating func closeIdlest(to route: UpstreamRoute? = nil) -> Bool {
        var idlest: Int?
        for index in connections.indices
        where connections[index].isOpen && connections[index].isIdle {
            if let route, connections[index].route != route { continue }
            let since = connections[index].idleSince
            if idlest.map({ since < connections[$0].idleSince }) ?? true { idlest = index }
        }
        guard let idlest else { return false }
        shut(idlest)
        return true
    }

    // MARK: Life

    /// Takes over a socket that is connecting; answers its place.
    mutating func add(_ fd: Int32, to route: UpstreamRoute, now: Instant) -> Int {
        let index = connections.firstIndex { !$0.isOpen } ?? connections.count
        if index == connections.count { connections.append(UpstreamConnection(index: index)) }
        connections[index].open(fd, to: route, now: now)
        count += 1
        return index
    }

    /// Closes a connection that has no questions; nothing for one that is closed.
    mutating func shut(_ index: Int) {
        guard connections[index].isOpen else { return }
        connections[index].close()
        count -= 1
    }

    /// Takes an attempt that is over off its connection.
    ///
    /// The connection stays, unless it has no more questions and there is no hope for it.
    mutating func forget(_ attempt: Attempt, on index: Int, now: Instant) {
        guard connections[index].isOpen else { return }
        let wasStalled = connections[index].isStalled(now: now)
        connections[index].forget(attempt, now: now)
        guard connections[index].isIdle else { return }
        if wasStalled || connections[index].isRetiring { shut(index) }
    }

    /// Closes a connection and leaves its questions in `orphans`, the oldest last.
    mutating func close(_ index: Int, now: Instant) {
        if connections[index].leftSome, !connections[index].isIdle {
            noteHabit(of: connections[index].route, connections[index].answered, now: now)
        }
        while let attempt = connections[index].takeNewest() { orphans.append(attempt) }
        shut(index)
    }

    /// Closes what was idle for too long; `isScarce`: descriptors are needed elsewhere.
    mutating func sweep(isScarce: Bool, now: Instant) {
        let patience =
            isScarce
            ? ServerLimits.crowdedIdleMilliseconds : ServerLimits.upstreamIdleMilliseconds
        for index in connections.indices
        where connections[index].isOpen && connections[index].isIdle {
            let idle = now.milliseconds - connections[index].idleSince.milliseconds
            if idle >= patience { shut(index) }
        }
    }

    /// Takes over the servers of a configuration: connections to others get no more questions.
    mutating func adopt(_ routes: [UpstreamRoute]) {
        for index in connections.indices where connections[index].isOpen {
            connections[index].isRetiring = !routes.contains(connections[index].route)
            if connections[index].isRetiring, connections[index].isIdle {
                shut(index)
            }
        }
    }

    mutating func closeAll() {
        for index in connections.indices { shut(index) }
    }

    // MARK: Habits

    /// How many questions a server answers before it closes; nil if it is not known to.
    private func habit(of route: UpstreamRoute, now: Instant) -> Int? {
        for habit in habits where habit.route == route && now < habit.until { return habit.depth }
        return nil
    }

    /// Remembers that a server closed a connection after so many answers, with questions left.
    private mutating func noteHabit(of route: UpstreamRoute, _ answered: Int, now: Instant) {
        habits.removeAll { $0.route == route || $0.until <= now }
        guard habits.count < ServerLimits.upstreamConnections else { return }
        let until = now.advanced(byMilliseconds: ServerLimits.habitMilliseconds)
        habits.append(Habit(route: route, depth: answered, until: until))
    }
}
