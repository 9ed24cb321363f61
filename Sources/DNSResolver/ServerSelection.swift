import DNSConfig
import DNSWire
import Synchronization

/// Which server is asked next, and what is known of how each of them does.
struct ServerSelection: ~Copyable {
    enum Policy { case fastest, strictOrder, allServers }

    /// What one worker has seen of a server; trivial.
    private struct Health {
        /// Smoothed round-trip time in eighths of a millisecond; negative before the first answer.
        var smoothedEighths: Int64 = -1
        var failuresInRow: UInt16 = 0
        var backOffMilliseconds: Int64 = 0
        var backOffUntil = Instant(milliseconds: .min)
        var lastAsked = Instant(milliseconds: .min)
        var plainUntil = Instant(milliseconds: .min)
        /// The last valid reply to anything.
        var lastReply = Instant(milliseconds: .min)
        /// Answers in a row that came only when asked in small letters.
        var lowerCaseInRow: UInt8 = 0
        var lowerCaseUntil = Instant(milliseconds: .min)
        /// Answers in a row that came by TCP to questions that UDP brought none for.
        var streamsInRow: UInt8 = 0
        var streamUntil = Instant(milliseconds: .min)

        var isFailing: Bool { failuresInRow >= ForwarderLimits.failuresInRow }
    }

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
    private var health: [Health] = []
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
    /// Healthy servers before failing ones, then the smallest round-trip time, then the order of
    /// the configuration, where servers that never answered come after those that did.
    func best(of group: Int, asked: UInt64) -> Int? {
        var best: (position: Int, isFailing: Bool, eighths: Int64)?
        for position in 0..<count(of: group) where asked & (1 << UInt64(position)) == 0 {
            if policy == .strictOrder { return position }
            let state = health[server(position, of: group)]
            let eighths = state.smoothedEighths < 0 ? .max : state.smoothedEighths
            if let best {
                guard (state.isFailing ? 1 : 0, eighths) < (best.isFailing ? 1 : 0, best.eighths)
                else { continue }
            }
            best = (position, state.isFailing, eighths)
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
        let state = health[server(position, of: group)]
        return state.smoothedEighths < 0 && state.failuresInRow == 0
    }

    /// Takes over what other workers know of the servers of a group that this one never asked.
    mutating func learn(_ group: Int) {
        for position in 0..<count(of: group) {
            let server = server(position, of: group)
            guard health[server].smoothedEighths < 0 else { continue }
            let latency = servers[server].statistics.latencyMilliseconds.load(ordering: .relaxed)
            if latency > 0 { health[server].smoothedEighths = Int64(latency) * 8 }
        }
    }

    private func longestUnasked(of group: Int, besides best: Int) -> Int? {
        var found: Int?
        for position in 0..<count(of: group) where position != best {
            let state = health[server(position, of: group)]
            guard !state.isFailing else { continue }
            if let other = found, health[server(other, of: group)].lastAsked <= state.lastAsked {
                continue
            }
            found = position
        }
        return found
    }

    /// A failing server whose back-off is over: it is asked beside the first one, so that no client
    /// waits for it.
    mutating func probe(of group: Int, besides first: Int, now: Instant) -> Int? {
        guard policy == .fastest else { return nil }
        for position in 0..<count(of: group) where position != first {
            let server = server(position, of: group)
            guard health[server].isFailing, health[server].backOffUntil <= now else { continue }
            backOff(server, now: now)
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

    /// Whether the server is asked without an OPT record, because it cannot bear one.
    func isPlain(_ server: Int, now: Instant) -> Bool {
        server < health.count && now < health[server].plainUntil
    }

    /// How a server is asked first, as far as it is known what it can bear.
    func usualKind(of server: Int, now: Instant) -> AttemptKind {
        guard server < health.count else { return AttemptKind() }
        return AttemptKind(
            transport: now < health[server].streamUntil ? .tcp : .udp,
            isPlain: now < health[server].plainUntil,
            isLowerCase: now < health[server].lowerCaseUntil)
    }

    /// Whether the server gave any valid reply since a moment.
    func hasReplied(_ server: Int, since moment: Instant) -> Bool {
        server < health.count && health[server].lastReply >= moment
    }

    /// Whether the server was found failing.
    func isFailing(_ server: Int) -> Bool {
        server < health.count && health[server].isFailing
    }

    /// Whether every server of a group was found failing.
    func isDown(_ group: Int) -> Bool {
        for position in 0..<count(of: group)
        where !health[server(position, of: group)].isFailing { return false }
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

    /// A valid reply came; `milliseconds` is nil where they say nothing about the way (TCP).
    mutating func noteReply(_ server: Int, milliseconds: Int64?, now: Instant) {
        guard server < health.count else { return }
        // Safe: it is only compared with itself.
        if health[server].failuresInRow > 0 { recoveries = (recoveries &+ 1) & 0xFFFF }
        health[server].lastReply = now
        health[server].failuresInRow = 0
        let statistics = servers[server].statistics
        if statistics.isFailing.load(ordering: .relaxed) {
            statistics.isFailing.store(false, ordering: .relaxed)
        }
        health[server].backOffMilliseconds = 0
        guard let milliseconds else { return }
        let sample = min(max(0, milliseconds), ForwarderLimits.deadlineMilliseconds) * 8
        let before = health[server].smoothedEighths
        health[server].smoothedEighths = before < 0 ? sample : before + (sample - before) / 8
        servers[server].statistics.latencyMilliseconds.store(
            UInt64(max(1, health[server].smoothedEighths / 8)), ordering: .relaxed)
    }

    /// A reply said that the name does not exist.
    func noteNameError(_ server: Int) {
        guard server < health.count else { return }
        servers[server].statistics.nameErrors.add(1, ordering: .relaxed)
    }

    /// The server gave no good answer, or none in time.
    mutating func noteFailure(_ server: Int, now: Instant) {
        guard server < health.count else { return }
        servers[server].statistics.failed.add(1, ordering: .relaxed)
        if health[server].failuresInRow < .max { health[server].failuresInRow += 1 }
        guard health[server].isFailing else { return }
        servers[server].statistics.isFailing.store(true, ordering: .relaxed)
        if health[server].backOffUntil <= now { backOff(server, now: now) }
    }

    /// How the question of a good answer was asked.
    mutating func noteHabit(_ server: Int, _ place: AttemptPlace, wasSilent: Bool, now: Instant) {
        guard server < health.count else { return }
        if place.isLowerCase {
            if health[server].lowerCaseInRow < .max { health[server].lowerCaseInRow += 1 }
            if health[server].lowerCaseInRow >= ForwarderLimits.habits {
                health[server].lowerCaseUntil = now.advanced(
                    byMilliseconds: ForwarderLimits.lowerCaseMilliseconds)
            }
        } else {
            health[server].lowerCaseInRow = 0
        }
        if place.transport == .udp {
            health[server].streamsInRow = 0
        } else if wasSilent {
            if health[server].streamsInRow < .max { health[server].streamsInRow += 1 }
            if health[server].streamsInRow >= ForwarderLimits.habits {
                health[server].streamUntil = now.advanced(
                    byMilliseconds: ForwarderLimits.streamMilliseconds)
            }
        }
    }

    /// The server answered well when it was asked without an OPT record.
    mutating func notePlain(_ server: Int, now: Instant) {
        guard server < health.count else { return }
        health[server].plainUntil = now.advanced(
            byMilliseconds: ForwarderLimits.plainMilliseconds)
    }

    private mutating func backOff(_ server: Int, now: Instant) {
        let limits = ForwarderLimits.backOffMilliseconds
        let doubled = health[server].backOffMilliseconds * 2
        health[server].backOffMilliseconds = min(
            max(doubled, limits.lowerBound), limits.upperBound)
        health[server].backOffUntil = now.advanced(
            byMilliseconds: health[server].backOffMilliseconds)
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
        var newHealth = [Health](repeating: Health(), count: new.count)
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

    /// The domain of a group.
    func domain(of group: Int) -> DomainName? { configured[group].domain }

    /// The groups of these domains.
    ///
    /// Cost: O(groups).
    func groups(of wanted: Set<DomainName?>) -> [DomainName?: UInt16] {
        guard !wanted.isEmpty else { return [:] }
        var found: [DomainName?: UInt16] = [:]
        // The first without a domain is the default group; others (`//`, `/*.d/`) have none either.
        for (index, group) in configured.enumerated()
        where wanted.contains(group.domain) && found[group.domain] == nil {
            found[group.domain] = UInt16(index)
        }
        return found
    }
}
