import DNSResolver
import DNSWire
import LinuxIO
import Synchronization

/// What a worker's upstream attempts are sent by.
///
/// A datagram has a fresh socket, so that a forger has to guess its port, or an id of a port that
/// is fixed; a question by TCP has a place on a connection that it shares with others.
struct UpstreamSockets: ~Copyable {
    /// By place: a descriptor, -1 for nothing, or below that -2 less the index of a connection, or
    /// an id above `Int32.min`.
    private var holders: [Int32] = []
    var pool: UpstreamPool
    /// The sockets to servers that are asked from a fixed port.
    var shared = SharedSockets()
    /// Sockets that are open: those of our own, and beyond them a part of what all workers share.
    private(set) var count = 0
    private let ownLimit: Int
    private let sharedLimit: Int
    private let load: SharedCount

    private static let lastID = Int32.min + Int32(UInt16.max)

    init(_ limits: NetworkLimits, _ load: SharedCount) {
        pool = UpstreamPool(limit: limits.upstreamConnections)
        ownLimit = limits.ownSockets
        sharedLimit = limits.sharedSockets
        self.load = load
    }

    /// Whether one more socket may be opened.
    var hasRoom: Bool {
        count < ownLimit || load.value.load(ordering: .relaxed) < sharedLimit
    }

    /// Whether a quarter of all sockets that there can be is open: then a flight has one at a time.
    var isScarce: Bool { count >= ownLimit && count * 4 >= ownLimit + sharedLimit }

    /// Whether sockets are so many that each must not keep much.
    var isCrowded: Bool { count >= ServerLimits.roomySockets }

    private static func place(_ attempt: Attempt) -> Int {
        Int(attempt.flight.slot) * ForwarderLimits.openAttempts + Int(attempt.index)
    }

    private func holder(of attempt: Attempt) -> Int32 {
        let place = Self.place(attempt)
        return place < holders.count ? holders[place] : -1
    }

    /// The socket of an attempt, or nil.
    func socket(of attempt: Attempt) -> Int32? {
        let holder = holder(of: attempt)
        return holder >= 0 ? holder : nil
    }

    mutating func keep(_ fd: Int32, of attempt: Attempt) {
        hold(fd, attempt)
        count += 1
        if count > ownLimit { load.value.add(1, ordering: .relaxed) }
    }

    /// Closes a socket of the same flight, that of the attempt after which the others came; false
    /// if there is none.
    mutating func closeOther(than attempt: Attempt) -> Bool {
        let first = Int(attempt.flight.slot) * ForwarderLimits.openAttempts
        for step in 1..<ForwarderLimits.openAttempts {
            let place = first + (Int(attempt.index) + step) % ForwarderLimits.openAttempts
            guard place < holders.count, holders[place] >= 0 else { continue }
            closeSocket(holders[place])
            holders[place] = -1
            return true
        }
        return false
    }

    private mutating func closeSocket(_ fd: Int32) {
        Sockets.close(fd)
        if count > ownLimit { load.value.subtract(1, ordering: .relaxed) }
        count -= 1
    }

    /// Whether an attempt has an id among those that leave from fixed ports.
    func hasSharedID(_ attempt: Attempt) -> Bool { holder(of: attempt) <= Self.lastID }

    /// Gives an attempt such an id; false if another one has it.
    mutating func take(sharedID id: UInt16, for attempt: Attempt) -> Bool {
        guard shared.take(id, for: attempt.token) else { return false }
        hold(Int32.min + Int32(id), attempt)
        return true
    }

    /// Notes on which connection an attempt waits.
    mutating func keep(connection index: Int, of attempt: Attempt) {
        hold(-2 - Int32(index), attempt)
    }

    private mutating func hold(_ holder: Int32, _ attempt: Attempt) {
        let place = Self.place(attempt)
        if place >= holders.count {
            holders += Array(repeating: -1, count: max(64, place + 1 - holders.count))
        }
        holders[place] = holder
    }

    /// Closes the socket of an attempt, if it has one, or takes it off its connection, or makes its
    /// id free.
    mutating func close(_ attempt: Attempt, now: Instant) {
        let holder = holder(of: attempt)
        guard holder != -1 else { return }
        holders[Self.place(attempt)] = -1
        if holder >= 0 {
            closeSocket(holder)
        } else if holder <= Self.lastID {
            shared.free(UInt16(holder - Int32.min))
        } else {
            pool.forget(attempt, on: Int(-2 - holder), now: now)
        }
    }

    /// Forgets where an attempt waited, after it was taken off there.
    mutating func release(_ attempt: Attempt) {
        let holder = holder(of: attempt)
        guard holder < -1, holder > Self.lastID else { return }
        holders[Self.place(attempt)] = -1
    }

    /// Closes a connection; its questions are left in the pool's `orphans`, held by nothing.
    mutating func closeConnection(_ index: Int, now: Instant) {
        pool.close(index, now: now)
        for orphan in pool.orphans { release(orphan) }
    }

    mutating func closeAll() {
        for fd in holders where fd >= 0 { Sockets.close(fd) }
        holders = []
        pool.closeAll()
        shared.closeAll()
    }
}
