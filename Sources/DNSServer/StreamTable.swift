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
/// client, and none that idles for long.
struct StreamTable: ~Copyable {
    private var streams: [ClientStream?] = []
    private var generations: [UInt32] = []
    private(set) var count = 0
    private let limit: Int
    private let load: StreamLoad

    /// `limit` is for all workers that share `load`.
    init(limit: Int, load: StreamLoad) {
        self.limit = limit
        self.load = load
    }

    /// Whether one more connection than those of all workers would be too many.
    private var isFull: Bool { load.count.load(ordering: .relaxed) >= limit }

    /// The stream of a token; nil for one that is gone.
    func stream(_ token: Token) -> ClientStream? {
        guard token.index < streams.count, let stream = streams[token.index],
            stream.token.word == token.word
        else { return nil }
        return stream
    }

    /// Takes a connection, closing an idle one if all places, or all of this client, are taken; nil
    /// if there is no place for it.
    ///
    /// The caller closes `fd` if the answer is nil. Cost: a scan of the table.
    mutating func add(
        _ fd: Int32, peer: SocketAddress, arrival: Arrival, now: Instant
    ) -> ClientStream? {
        var ofClient = 0
        for case let stream? in streams where stream.peer.hasSameAddress(as: peer) { ofClient += 1 }
        if ofClient >= ServerLimits.streamsPerClient {
            guard closeIdlest(of: peer) else { return nil }
        } else if isFull, !closeIdlest() {
            return nil
        }
        let index = streams.firstIndex { $0 == nil } ?? streams.count
        if index == streams.count {
            streams.append(nil)
            generations.append(0)
        }
        generations[index] &+= 1
        let token = Token(.stream, index: index, generation: generations[index])
        let stream = ClientStream(
            fd: fd, token: token, peer: peer, arrival: arrival, now: now)
        streams[index] = stream
        count += 1
        load.count.add(1, ordering: .relaxed)
        return stream
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
        close(idlest)
        return true
    }

    /// Closes a connection; answers that are still to come for it are dropped.
    mutating func close(_ stream: ClientStream) {
        guard self.stream(stream.token) != nil else { return }
        Sockets.close(stream.fd)
        streams[stream.token.index] = nil
        count -= 1
        load.count.subtract(1, ordering: .relaxed)
    }

    /// Closes what was silent for too long: also who does not read the zone that is sent.
    mutating func sweep(now: Instant) {
        let isCrowded =
            load.count.load(ordering: .relaxed) * 4 >= limit * 3 || load.isScarce(now: now)
        let patience =
            isCrowded ? ServerLimits.crowdedIdleMilliseconds : ServerLimits.idleMilliseconds
        for case let stream? in streams
        where (stream.inFlight == 0 || stream.transfer != nil)
            && now.milliseconds - stream.lastActive.milliseconds >= patience
        {
            close(stream)
        }
    }

    mutating func closeAll() {
        for case let stream? in streams { close(stream) }
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
