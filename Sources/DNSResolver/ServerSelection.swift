import DNSConfig
import DNSWire
import Synchronization

/// Which server is asked next, and what is known of how each of them does.
struct ServerSelection: ~Copyable {
    enum Policy { case fastest, strictOrder, allServers }

    /// The servers of a group lie in `members` one after the other.
    ///
    /// Trivial, 16 octets: there may be 100,000 groups.
    private struct Group {
        var start: UInt32
        var count: UInt16
        var inFlight: UInt16 = 0
        var flightsSinceRefresh: UInt16 = 0
        /// 0 before the first flight.
        var lastRefreshSeconds: UInt32 = 0
    }

    private var servers: [UpstreamServer] = []
    /// By server.
    private var health: [ServerHealth] = []
    private var groups: [Group] = []
    private var configured: [ServerGroup] = []
    private var members: [UInt16] = []
    private(set) var policy = Policy.fastest
    /// How often a server answered again that had failed.
    private(set) var recoveries: UInt32 = 0

    init() {}
}

// MARK: Choice

extension ServerSelection {
    /// How many servers of a group can be asked; 0 for a group that is not there.
    func count(of group: Int) -> Int {
        group < groups.count ? Int(groups[group].count) : 0
    }

    /// The server at a position of a group.
    func server(_ position: Int, of group: Int) -> Int {
        Int(members[Int(groups[group].start) + position])
    }

    /// The position of a server in a group.
    func position(of server: Int, in group: Int) -> Int? {
        (0..<count(of: group)).first { self.server($0, of: group) == server }
    }

    /// The best server of a group that is not marked in `asked`, by position; nil when all are.
    ///
    /// Those that do well before the others, then the smallest round-trip time, then the order of
    /// the configuration, where servers that never answered come after those that did.
    func best(of group: Int, asked: UInt64) -> Int? {
        var best: (position: Int, isLast: Bool, eighths: Int64)?
        for position in 0..<count(of: group) where asked & (1 << UInt64(position)) == 0 {
            if policy == .strictOrder { return position }
            let server = server(position, of: group)
            let smoothed = health[server].smoothedEighths
            let eighths = smoothed < 0 ? .max : smoothed
            let isLast = health[server].isLast
            if let best {
                guard (isLast ? 1 : 0, eighths) < (best.isLast ? 1 : 0, best.eighths)
                else { continue }
            }
            best = (position, isLast, eighths)
        }
        return best?.position
    }

    /// The server a new flight asks first.
    ///
    /// From time to time this is another healthy one than the best, the one that was asked longest
    /// ago, so that its round-trip time is known when it is needed.
    mutating func first(of group: Int, now: Instant) -> Int? {
        if groups[group].lastRefreshSeconds == 0 { learn(group) }
        let best = best(of: group, asked: 0)
        guard let best, policy == .fastest, groups[group].count > 1 else { return best }
        groups[group].flightsSinceRefresh &+= 1
        // Safe: seconds wrap together, so their difference is right across the wrap.
        let age = Int64(now.seconds &- groups[group].lastRefreshSeconds) * 1000
        if groups[group].lastRefreshSeconds == 0 {
            groups[group].lastRefreshSeconds = max(1, now.seconds)
        } else if groups[group].flightsSinceRefresh > ForwarderLimits.flightsBetweenRefreshes
            || age >= ForwarderLimits.refreshMilliseconds
        {
            groups[group].flightsSinceRefresh = 0
            groups[group].lastRefreshSeconds = max(1, now.seconds)
            return longestUnasked(of: group, besides: best) ?? best
        }
        return best
    }

    /// Whether nothing is known of a server yet: neither an answer nor a failure.
    func isUnknown(_ position: Int, of group: Int) -> Bool {
        let server = server(position, of: group)
        return health[server].smoothedEighths < 0 && health[server].silencesInRow == 0
    }

    /// Takes over what other workers know of the servers of a group that this one never asked.
    mutating func learn(_ group: Int) {
        for position in 0..<count(of: group) {
            let server = server(position, of: group)
            guard health[server].smoothedEighths < 0 else { continue }
            let latency = servers[server].statistics.latencyMilliseconds.load(ordering: .relaxed)
            if latency > 0 { health[server].learn(milliseconds: Int64(clamping: latency)) }
        }
    }

    private func longestUnasked(of group: Int, besides best: Int) -> Int? {
        var found: Int?
        for position in 0..<count(of: group) where position != best {
            let server = server(position, of: group)
            guard !health[server].isLast else { continue }
            if let found {
                let other = health[self.server(found, of: group)].lastAsked
                guard health[server].lastAsked < other else { continue }
            }
            found = position
        }
        return found
    }

    /// A server that was put last and whose back-off is over: it is asked beside the first one, so
    /// that no client waits for it.
    mutating func probe(of group: Int, besides first: Int, now: Instant) -> Int? {
        guard policy == .fastest else { return nil }
        for position in 0..<count(of: group) where position != first {
            let server = server(position, of: group)
            guard health[server].isLast, health[server].backOffUntil <= now else { continue }
            health[server].backOff(now: now)
            return position
        }
        return nil
    }

    /// How long a server is waited for before the next one is asked: three round trips, within
    /// limits.
    func patience(with server: Int) -> Int64 {
        let limits = ForwarderLimits.patienceMilliseconds
        guard server < health.count, health[server].smoothedEighths >= 0 else {
            return limits.upperBound
        }
        let wait = (health[server].smoothedEighths * 3 + 7) / 8
        return min(max(wait, limits.lowerBound), limits.upperBound)
    }

    /// How long a reply of the server takes at the most, for all that is known; nil where nothing
    /// is.
    func replyMilliseconds(of server: Int) -> Int64? {
        server < health.count ? health[server].replyMilliseconds : nil
    }

    /// How long a server may say nothing before that is held against it.
    ///
    /// RFC 8085 §3.1.1: what is waited for follows what was measured.
    func silence(of server: Int) -> Int64 {
        max(patience(with: server), replyMilliseconds(of: server) ?? 0)
    }

    /// How a server is asked first, as far as it is known what it can bear.
    ///
    /// `isTrial`: it is asked for once in a way that it did not bear some time ago.
    mutating func nextKind(of server: Int, now: Instant) -> (kind: AttemptKind, isTrial: Bool) {
        server < health.count ? health[server].nextKind(now: now) : (AttemptKind(), false)
    }

    /// Whether the server has ever answered by UDP, and so how long it takes.
    func isKnown(_ server: Int) -> Bool { replyMilliseconds(of: server) != nil }

    /// Whether the server does not keep the letters of questions.
    func changesLetters(_ server: Int, now: Instant) -> Bool {
        server < health.count && health[server].echo.isAvoided(now: now)
    }

    /// Whether it was seen lately that the server bears questions in random letters.
    func keepsLetters(_ server: Int, now: Instant) -> Bool {
        server < health.count && health[server].letters.isProved(now: now)
    }

    /// The same of questions with an OPT record.
    func bearsEDNS(_ server: Int, now: Instant) -> Bool {
        server < health.count && health[server].edns.isProved(now: now)
    }

    /// Whether questions with an OPT record have failed before, and not worked since.
    func isEDNSDoubted(_ server: Int) -> Bool {
        server < health.count && health[server].edns.isDoubted
    }

    /// Whether the server gave any reply since a moment.
    func hasReplied(_ server: Int, since moment: Instant) -> Bool {
        server < health.count && health[server].lastReply >= moment
    }

    /// Whether the server is put last.
    func isLast(_ server: Int) -> Bool {
        server < health.count && health[server].isLast
    }

    /// Whether every server of a group is silent or out of reach.
    func isDown(_ group: Int) -> Bool {
        for position in 0..<count(of: group)
        where !health[server(position, of: group)].isDown { return false }
        return true
    }
}

// MARK: Observations

extension ServerSelection {
    /// A query goes out.
    ///
    /// The first ones of a flight are no retries.
    mutating func noteSent(_ server: Int, isRetry: Bool, now: Instant) {
        guard server < health.count else { return }
        health[server].lastAsked = now
        servers[server].statistics.sent.add(1, ordering: .relaxed)
        if isRetry { servers[server].statistics.retried.add(1, ordering: .relaxed) }
    }

    /// A reply came, whatever it says: the server is there. `milliseconds` is nil where they say
    /// nothing about the way (TCP, or nobody knows which question it answers).
    mutating func noteReply(_ server: Int, milliseconds: Int64?, now: Instant) {
        guard server < health.count else { return }
        let wasSilent = health[server].noteReply(milliseconds: milliseconds, now: now)
        // Safe: it is only compared with itself.
        if wasSilent { recoveries = (recoveries &+ 1) & 0xFFFF }
        let statistics = servers[server].statistics
        if statistics.isFailing.load(ordering: .relaxed) {
            statistics.isFailing.store(false, ordering: .relaxed)
        }
        guard milliseconds != nil else { return }
        statistics.latencyMilliseconds.store(
            UInt64(max(1, health[server].smoothedEighths / 8)), ordering: .relaxed)
    }

    /// A reply was a good answer.
    mutating func noteAnswer(_ server: Int, isNameError: Bool) {
        guard server < health.count else { return }
        health[server].noteAnswer()
        if isNameError { servers[server].statistics.nameErrors.add(1, ordering: .relaxed) }
    }

    /// The server gave no answer to a question.
    func noteFailure(_ server: Int) {
        guard server < health.count else { return }
        servers[server].statistics.failed.add(1, ordering: .relaxed)
    }

    /// It had no answer, and another server of the group had one.
    mutating func noteRefusal(_ server: Int, now: Instant) {
        guard server < health.count else { return }
        health[server].noteRefusal(now: now)
    }

    /// The server was silent for longer than it ever is, or there is no way to it.
    mutating func noteSilence(_ server: Int, now: Instant) {
        guard server < health.count else { return }
        noteFailure(server)
        health[server].noteSilence(now: now)
        if health[server].isFailing {
            servers[server].statistics.isFailing.store(true, ordering: .relaxed)
        }
    }

    /// A question was given up: who of the group said nothing since it was opened is down.
    mutating func noteGivenUp(_ group: Int, asked: UInt64, since opened: Instant) {
        for position in 0..<count(of: group) where asked & (1 << UInt64(position)) != 0 {
            let server = server(position, of: group)
            if !hasReplied(server, since: opened) { health[server].noteDown() }
        }
    }

    /// A question was answered well in random letters, with an OPT record, by UDP.
    mutating func noteBorne(
        _ server: Int, letters: Bool, edns: Bool, datagram: Bool, now: Instant
    ) {
        guard server < health.count else { return }
        let long = ForwarderLimits.abilityMilliseconds
        if letters { health[server].letters.noteBorne(for: long, now: now) }
        if edns { health[server].edns.noteBorne(for: long, now: now) }
        if datagram {
            health[server].datagrams.noteBorne(
                for: ForwarderLimits.datagramMilliseconds, now: now)
        }
    }

    /// A reply repeated the random letters of its question.
    mutating func noteEcho(_ server: Int, now: Instant) {
        guard server < health.count else { return }
        health[server].echo.noteBorne(for: ForwarderLimits.abilityMilliseconds, now: now)
    }

    /// A reply had the question in other letters.
    mutating func noteEchoMissed(_ server: Int, now: Instant) {
        guard server < health.count else { return }
        health[server].echo.noteMissed(
            isTold: false, for: ForwarderLimits.lowerCaseMilliseconds, now: now)
    }

    /// A question was answered well in small letters, and not in random ones.
    mutating func noteLettersMissed(_ server: Int, now: Instant) {
        guard server < health.count else { return }
        health[server].letters.noteMissed(
            isTold: false, for: ForwarderLimits.lowerCaseMilliseconds, now: now)
    }

    /// A question was answered well without an OPT record, and not with it; `isTold` where the
    /// server said so itself.
    mutating func noteEDNSMissed(_ server: Int, isTold: Bool, now: Instant) {
        guard server < health.count else { return }
        health[server].edns.noteMissed(
            isTold: isTold, for: ForwarderLimits.plainMilliseconds, now: now)
    }

    /// A question was answered well by TCP, and not by UDP.
    mutating func noteDatagramsMissed(_ server: Int, now: Instant) {
        guard server < health.count else { return }
        health[server].datagrams.noteMissed(
            isTold: false, for: ForwarderLimits.streamMilliseconds, now: now)
    }
}

// MARK: Flights of a group, and a new configuration

extension ServerSelection {
    func inFlight(_ group: Int) -> Int { Int(groups[group].inFlight) }

    /// The same over all workers.
    func sharedInFlight(_ group: Int) -> Int {
        configured[group].load.inFlight.load(ordering: .relaxed)
    }

    mutating func add(_ flights: Int, to group: Int) {
        guard group < groups.count else { return }
        groups[group].inFlight = UInt16(clamping: Int(groups[group].inFlight) + flights)
        configured[group].load.inFlight.add(flights, ordering: .relaxed)
    }

    /// Takes over the servers and groups of a configuration.
    ///
    /// A server that stays keeps its health.
    ///
    /// Gives for each server of before its new index. Cost: allocates; O(servers + groups).
    mutating func adopt(
        servers new: [UpstreamServer], groups newGroups: [ServerGroup], policy: Policy
    ) -> [UInt16?] {
        var indexes: [ServerOption: UInt16] = [:]
        for (index, server) in new.enumerated() { indexes[server.option] = UInt16(index) }
        let moved = servers.map { indexes[$0.option] }
        var newHealth = [ServerHealth](repeating: ServerHealth(), count: new.count)
        for (old, index) in moved.enumerated() {
            if let index { newHealth[Int(index)] = health[old] }
        }
        (servers, health, self.policy) = (new, newHealth, policy)
        members = []
        groups = newGroups.map { group in
            let kept = group.servers.prefix(ForwarderLimits.serversPerGroup)
            let start = UInt32(members.count)
            members += kept
            return Group(start: start, count: UInt16(kept.count))
        }
        configured = newGroups
        return moved
    }

    /// Whether a group is for certain domains only.
    func hasDomain(_ group: Int) -> Bool {
        group < configured.count && configured[group].domain != nil
    }
}
