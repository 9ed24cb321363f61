import DNSResolver
import LinuxIO
import Synchronization

/// How many TCP connections all workers have.
final class StreamLoad: Sendable {
    let count = Atomic<Int>(0)
    /// Until when every worker gives up idle connections early, since one of them has no
    /// descriptors left; milliseconds of the monotonic clock.
    private let scarceUntil = Atomic<Int64>(.min)

    init() {}

    func noteScarcity(now: Instant) {
        scarceUntil.store(
            now.milliseconds + ServerLimits.scarcityMilliseconds, ordering: .relaxed)
    }

    func isScarce(now: Instant) -> Bool {
        now.milliseconds < scarceUntil.load(ordering: .relaxed)
    }
}

/// The TCP connections of one worker: at most so many with those of the others, so many of one
/// client, none that idles or dawdles for long, and none that takes more memory than its share.
struct StreamTable: ~Copyable {
    private var streams: [ClientStream?] = []
    private var generations: [UInt32] = []
    private(set) var count = 0
    private let limit: Int
    private let load: StreamLoad
    private let budget: MemoryBudget
    private let counters: Counters
    /// What the kernel may still have of closed connections, by when it has it no longer.
    private var lingering: [(until: Instant, octets: Int)] = []
    /// The last moment that was told.
    private var now = Instant(milliseconds: 0)
    /// A connection was closed for want of memory since this was last looked at.
    private var hasStarved = false

    /// `limit` is for all workers that share `load`.
    init(limit: Int, load: StreamLoad, budget: MemoryBudget, counters: Counters) {
        self.limit = limit
        self.load = load
        self.budget = budget
        self.counters = counters
    }

    /// Whether one more connection than those of all workers would be too many.
    private var isFull: Bool { load.count.load(ordering: .relaxed) >= limit }

    /// Whether there is something to look at once in a while.
    var needsSweep: Bool { count > 0 || !lingering.isEmpty }

    /// The stream of a token; nil for one that is gone.
    func stream(_ token: Token) -> ClientStream? {
        guard token.index < streams.count, let stream = streams[token.index],
            stream.token.word == token.word
        else { return nil }
        return stream
    }

    /// Takes a connection, closing an idle one if all places, or all of this client, are taken; nil
    /// if there is no place for it, or no memory.
    ///
    /// The caller closes `fd` if the answer is nil. `client` is any number of the peer's address.
    /// Cost: a scan of the table.
    mutating func add(
        _ fd: Int32, peer: SocketAddress, client: UInt64, arrival: Arrival, now: Instant
    ) -> ClientStream? {
        self.now = now
        var ofClient = 0
        for case let stream? in streams where stream.peer.hasSameAddress(as: peer) { ofClient += 1 }
        if ofClient >= ServerLimits.streamsPerClient {
            guard closeIdlest(of: peer) else { return nil }
        } else if isFull, !closeIdlest() {
            return nil
        }
        let key = Int(truncatingIfNeeded: client) & (MemoryBudget.classes - 1)
        guard makeRoom(for: key, of: peer) else { return nil }
        let index = streams.firstIndex { $0 == nil } ?? streams.count
        if index == streams.count {
            streams.append(nil)
            generations.append(0)
        }
        generations[index] &+= 1
        let token = Token(.stream, index: index, generation: generations[index])
        let stream = ClientStream(
            fd: fd, token: token, peer: peer, budgetKey: key, arrival: arrival, now: now)
        stream.chargedOctets = ServerLimits.streamOctets
        streams[index] = stream
        count += 1
        load.count.add(1, ordering: .relaxed)
        return stream
    }

    /// Takes the memory that a connection needs at least; false if there is none.
    private mutating func makeRoom(for key: Int, of peer: SocketAddress) -> Bool {
        for _ in 0..<ServerLimits.evictionsPerCharge {
            if budget.take(ServerLimits.streamOctets, for: key) { return true }
            let hasSome = budget.used(by: key) > 0
            guard
                closeGreediest(besides: key, ServerLimits.streamOctets)
                    || closeIdlest(of: hasSome ? peer : nil)
            else { return false }
        }
        return false
    }

    /// Closes the connection, of one client or of all, that was silent for the longest time; false
    /// if all are being served.
    mutating func closeIdlest(of peer: SocketAddress? = nil) -> Bool {
        var idlest: ClientStream?
        for case let stream? in streams where stream.inFlight == 0 {
            if let peer, !stream.peer.hasSameAddress(as: peer) { continue }
            if idlest.map({ stream.lastActive < $0.lastActive }) ?? true { idlest = stream }
        }
        guard let idlest else { return false }
        close(idlest, isAbrupt: true)
        return true
    }

    // MARK: The end

    /// Closes a connection; answers that are still to come for it are dropped.
    ///
    /// What the client has not taken yet the kernel goes on to send, as far as there is memory for
    /// that, unless the end is abrupt.
    mutating func close(_ stream: ClientStream, isAbrupt: Bool = false) {
        guard self.stream(stream.token) != nil else { return }
        let left = stream.leftOctets
        if left == 0 || !isAbrupt && mayLinger(left + ServerLimits.streamOctets) {
            Sockets.close(stream.fd)
        } else {
            Sockets.reset(stream.fd)
        }
        budget.give(stream.chargedOctets, of: stream.budgetKey)
        streams[stream.token.index] = nil
        count -= 1
        load.count.subtract(1, ordering: .relaxed)
    }

    private mutating func mayLinger(_ octets: Int) -> Bool {
        guard budget.take(octets, for: MemoryBudget.lingering) else { return false }
        let until = now.advanced(byMilliseconds: ServerLimits.lingeringMilliseconds)
        if let last = lingering.indices.last, lingering[last].until == until {
            lingering[last].octets += octets
        } else {
            lingering.append((until, octets))
        }
        return true
    }

    /// Closes what was silent or slow for too long.
    mutating func sweep(now: Instant) {
        self.now = now
        while let first = lingering.first, first.until <= now {
            budget.give(first.octets, of: MemoryBudget.lingering)
            lingering.removeFirst()
        }
        let isCrowded =
            load.count.load(ordering: .relaxed) * 4 >= limit * 3 || load.isScarce(now: now)
            || budget.isScarce
        let usual =
            isCrowded ? ServerLimits.crowdedIdleMilliseconds : ServerLimits.idleMilliseconds
        let aged = now.advanced(byMilliseconds: -ServerLimits.streamMilliseconds)
        // Those that are closed to make room for others are still met here.
        for case let stream? in streams where self.stream(stream.token) != nil {
            let patience =
                stream.opened <= aged ? min(usual, ServerLimits.agedIdleMilliseconds) : usual
            if let why = stream.overdue(now: now, patience: patience) {
                if why == .slow { counters.add(.tcpSlow) }
                close(stream, isAbrupt: true)
            } else {
                // Less than before, in nearly every case.
                _ = charge(stream)
            }
        }
    }

    mutating func closeAll() {
        for case let stream? in streams { close(stream) }
    }

    // MARK: Memory

    /// Charges a connection for what it takes now; false if that is too much, and it is closed.
    ///
    /// Who has more makes room for who has less. Cost: a comparison where nothing has changed.
    mutating func charge(_ stream: ClientStream) -> Bool {
        let more = stream.heldOctets - stream.chargedOctets
        guard more != 0 else { return true }
        if more < 0 {
            budget.give(-more, of: stream.budgetKey)
            stream.chargedOctets += more
            return true
        }
        for _ in 0..<ServerLimits.evictionsPerCharge {
            if budget.take(more, for: stream.budgetKey) {
                stream.chargedOctets += more
                return true
            }
            guard closeGreediest(besides: stream.budgetKey, more) else { break }
        }
        starve(stream)
        return false
    }

    /// Closes the largest connection of the client that has most; false if nobody has more than a
    /// client will have with `octets` more.
    private mutating func closeGreediest(besides key: Int, _ octets: Int) -> Bool {
        var most = budget.used(by: key) + octets
        var greediest: ClientStream?
        for case let stream? in streams where stream.budgetKey != key {
            let sum = budget.used(by: stream.budgetKey)
            guard sum > most || sum == most && greediest != nil else { continue }
            if sum == most, let greediest, stream.chargedOctets <= greediest.chargedOctets {
                continue
            }
            (most, greediest) = (sum, stream)
        }
        guard let greediest else { return false }
        starve(greediest)
        return true
    }

    private mutating func starve(_ stream: ClientStream) {
        counters.add(.tcpStarved)
        hasStarved = true
        close(stream, isAbrupt: true)
    }

    /// Whether a connection was closed for want of memory since the last call.
    mutating func takeStarved() -> Bool {
        defer { hasStarved = false }
        return hasStarved
    }

    /// Gives the zones that are being sent a deadline, since another configuration has come.
    func endTransfers(now: Instant) {
        for case let stream? in streams
        where stream.transfer != nil && stream.transferDeadline == nil {
            stream.transferDeadline = now.advanced(
                byMilliseconds: ServerLimits.oldTransferMilliseconds)
        }
    }
}

extension SocketAddress {
    /// Whether both are of one host, whatever the port.
    func hasSameAddress(as other: SocketAddress) -> Bool {
        var left = self
        var right = other
        left.port = 0
        right.port = 0
        return left == right
    }
}
