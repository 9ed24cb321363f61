import DNSResolver
import DNSWire
import LinuxIO

/// One TCP connection of a client. RFC 7766: many queries, answered in the order in which the
/// answers come.
final class ClientStream {
    let fd: Int32
    let token: Token
    let peer: SocketAddress
    /// Where the connection came in.
    let arrival: Arrival
    var lastActive: Instant
    /// Queries that are being asked upstream, and the transfer.
    var inFlight = 0
    /// The zone that is being sent; no query is looked at meanwhile.
    var transfer: ZoneTransfer?
    /// The client has ended its side: close when everything is answered.
    var isEnding = false
    /// It is to be gone on with before the worker sleeps.
    var isResuming = false
    /// What epoll watches now.
    var watched: Interest = []
    /// What has come and is no whole query yet.
    private var input = StreamBuffer()
    /// What could not be written yet.
    private var output = StreamBuffer()

    init(fd: Int32, token: Token, peer: SocketAddress, arrival: Arrival, now: Instant) {
        self.fd = fd
        self.token = token
        self.peer = peer
        self.arrival = arrival
        lastActive = now
    }

    /// What reading came to.
    enum Read { case more, nothing, ended, broken }

    /// Reads what has come into the row and keeps it; the row is only a place to read into.
    func read(through row: inout MessageRow) -> Read {
        let room = ServerLimits.queryOctets - input.count
        guard room > 0 else { return .broken }
        var span = row.room(room)
        switch Sockets.receive(fd, into: &span) {
        case .octets(let count):
            input.append(row.message(count))
            return .more
        case .wouldBlock: return .nothing
        case .ended: return .ended
        case .truncated, .failed: return .broken
        }
    }

    /// The octets of the first whole query, without its length; nil while it is not whole.
    var queryOctets: Int? { input.messageOctets }

    /// Whether the query that is coming can never be taken.
    var isQueryTooLong: Bool { input.announcedOctets ?? 0 > ServerLimits.queryOctets - 2 }

    /// Copies the first query into the row and forgets it.
    func takeQuery(_ length: Int, into row: inout MessageRow) {
        input.takeMessage(length, into: &row)
    }

    var hasOutput: Bool { !output.isEmpty }

    /// Writes a framed answer, or keeps what the connection does not take now; false if it is
    /// broken.
    func write(_ octets: RawSpan) -> Bool {
        var sent = 0
        if output.isEmpty {
            switch Sockets.send(fd, octets) {
            case .octets(let count): sent = count
            case .wouldBlock: break
            case .ended, .truncated, .failed: return false
            }
        }
        guard output.count + octets.byteCount - sent <= ServerLimits.pendingOctets else {
            return false
        }
        output.append(octets, from: sent)
        return true
    }

    /// Writes more of what is kept; false if the connection is broken.
    func flush() -> Bool {
        guard !output.isEmpty else { return true }
        switch output.send(to: fd) {
        case .octets, .wouldBlock: return true
        case .ended, .truncated, .failed: return false
        }
    }

    /// Whether nothing more will happen on it.
    var isDone: Bool { isEnding && inFlight == 0 && output.isEmpty }

    /// What epoll shall watch: no more queries while too many are under way.
    var interest: Interest {
        var interest: Interest = []
        if !isEnding, transfer == nil, inFlight < ServerLimits.pipelined {
            interest.insert(.read)
        }
        if hasOutput || transfer != nil { interest.insert(.write) }
        return interest
    }
}
