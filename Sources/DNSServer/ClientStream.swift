import DNSResolver
import DNSWire
import LinuxIO

/// One TCP connection of a client. RFC 7766: many queries, answered in the order in which the
/// answers come.
final class ClientStream {
    let fd: Int32
    let token: Token
    let peer: SocketAddress
    /// The class of the peer's address in the budget.
    let budgetKey: Int
    /// Where the connection came in.
    let arrival: Arrival
    let opened: Instant
    /// The last whole query, or the last late answer.
    var lastActive: Instant
    /// Queries that are being asked upstream, and the transfer.
    var inFlight = 0
    /// The zone that is being sent; no query is looked at meanwhile.
    var transfer: ZoneTransfer?
    /// When the transfer is over, done or not; nil while its zone is the one that is served.
    var transferDeadline: Instant?
    /// The client has ended its side: close when everything is answered.
    var isEnding = false
    /// It is to be gone on with before the worker sleeps.
    var isResuming = false
    /// What epoll watches now.
    var watched: Interest = []
    /// What it takes of the budget.
    var chargedOctets = 0
    /// What has come and is no whole query yet.
    private var input = StreamBuffer()
    /// When the first octet of a query came that is not whole; nil where none is.
    private var unfinishedSince: Instant?
    /// What could not be written yet.
    private var output = StreamBuffer()
    /// Octets of all answers so far.
    private var writtenOctets = 0
    /// As many of them as there were at a certain time, and that time.
    private var dueOctets = 0
    private var dueSince: Instant
    /// Octets that the kernel had when it was asked last.
    private var unsentOctets = 0
    /// Octets that it was given since then.
    private var unmeasuredOctets = 0

    init(
        fd: Int32, token: Token, peer: SocketAddress, budgetKey: Int, arrival: Arrival,
        now: Instant
    ) {
        self.fd = fd
        self.token = token
        self.peer = peer
        self.budgetKey = budgetKey
        self.arrival = arrival
        (opened, lastActive, dueSince) = (now, now, now)
    }

    // MARK: Queries

    /// What reading came to.
    enum Read { case more, nothing, ended, broken }

    /// Reads what has come into the row and keeps it; the row is only a place to read into.
    ///
    /// A long query is read whole where it has come; otherwise a little at a time, since the memory
    /// for it is held while its queries wait.
    func read(through row: inout MessageRow) -> Read {
        let missing = (input.announcedOctets ?? 0) + 2 - input.count
        var span = row.room(min(max(missing, ServerLimits.readOctets), WireLimits.messageOctets))
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

    /// Copies the first query into the row and forgets it.
    func takeQuery(_ length: Int, into row: inout MessageRow, now: Instant) {
        input.takeMessage(length, into: &row)
        lastActive = now
        unfinishedSince = nil
    }

    /// Notes since when a query is coming that is not whole.
    func noteUnfinished(now: Instant) {
        if input.isEmpty || queryOctets != nil {
            unfinishedSince = nil
        } else if unfinishedSince == nil {
            unfinishedSince = now
        }
    }

    /// Whether no query is looked at now: too many are under way, or too much waits for the client.
    var isBusy: Bool {
        transfer != nil || inFlight >= ServerLimits.pipelined
            || output.count >= ServerLimits.waitingOctets
    }

    // MARK: Answers

    var hasOutput: Bool { !output.isEmpty }

    /// Writes a framed answer, or keeps what the connection does not take now; false if it is
    /// broken.
    func write(_ octets: RawSpan) -> Bool {
        var sent = 0
        writtenOctets += octets.byteCount
        if output.isEmpty {
            switch Sockets.send(fd, octets) {
            case .octets(let count): sent = count
            case .wouldBlock: break
            case .ended, .truncated, .failed: return false
            }
            noteSent(sent)
            guard sent < octets.byteCount else { return true }
        }
        output.append(octets, from: sent)
        return true
    }

    /// Writes more of what is kept; false if the connection is broken.
    func flush() -> Bool {
        guard !output.isEmpty else { return true }
        switch output.send(to: fd) {
        case .octets(let count):
            noteSent(count)
            return true
        case .wouldBlock: return true
        case .ended, .truncated, .failed: return false
        }
    }

    private func noteSent(_ count: Int) {
        unmeasuredOctets += count
        if unmeasuredOctets >= ServerLimits.unmeasuredOctets { measure() }
    }

    /// Asks the kernel what the client has not taken yet.
    func measure() {
        guard unsentOctets > 0 || unmeasuredOctets > 0 else { return }
        unsentOctets = Sockets.unsentOctets(fd)
        unmeasuredOctets = 0
    }

    /// Octets that the kernel would go on to send if the connection was closed.
    var leftOctets: Int {
        measure()
        return unsentOctets
    }

    /// The memory that it takes: ours, and the kernel's.
    var heldOctets: Int {
        ServerLimits.streamOctets + input.heldOctets + output.heldOctets + unsentOctets
            + (isBusy ? ServerLimits.unreadOctets : 0)
    }

    // MARK: Life

    /// Whether nothing more will happen on it.
    var isDone: Bool { isEnding && inFlight == 0 && output.isEmpty }

    /// Why it is to be closed.
    enum Overdue { case idle, slow }

    /// Whether the client has been silent, or slow to write a query or to read an answer, for
    /// longer than `patience`; nil if it has not.
    ///
    /// To be asked again and again: all that waits at one time has to be taken in the time from
    /// there, then what waits next. What waits is what the client has not acknowledged.
    func overdue(now: Instant, patience: Int64) -> Overdue? {
        let limit = now.advanced(byMilliseconds: -patience)
        if let transferDeadline, transferDeadline <= now { return .slow }
        let waiting = output.count + leftOctets
        if waiting > 0 {
            if writtenOctets - waiting >= dueOctets { (dueOctets, dueSince) = (writtenOctets, now) }
            return dueSince <= limit ? .slow : nil
        }
        guard inFlight == 0 else { return nil }
        if let unfinishedSince { return unfinishedSince <= limit ? .slow : nil }
        return max(lastActive, dueSince) <= limit ? .idle : nil
    }

    /// What epoll shall watch: no more queries while too many are under way.
    var interest: Interest {
        var interest: Interest = []
        if !isEnding, !isBusy { interest.insert(.read) }
        if hasOutput || transfer != nil { interest.insert(.write) }
        return interest
    }
}
