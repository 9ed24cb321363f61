import DNSResolver
import DNSWire
import LinuxIO

/// The sockets of a worker's upstream attempts: a fresh one for each, so that a forger has to guess
/// its port.
struct UpstreamSockets: ~Copyable {
    private var sockets: [Int32] = []
    /// Connections, by the same place; few, since only truncated answers need them.
    private var streams: [Int: UpstreamStream] = [:]

    private static func place(_ attempt: Attempt) -> Int {
        Int(attempt.flight.slot) * ForwarderLimits.openAttempts + Int(attempt.index)
    }

    /// The socket of an attempt, or nil.
    func socket(of attempt: Attempt) -> Int32? {
        let place = Self.place(attempt)
        return place < sockets.count && sockets[place] >= 0 ? sockets[place] : nil
    }

    func stream(of attempt: Attempt) -> UpstreamStream? { streams[Self.place(attempt)] }

    mutating func keep(_ fd: Int32, of attempt: Attempt, stream: UpstreamStream? = nil) {
        let place = Self.place(attempt)
        if place >= sockets.count {
            sockets += Array(repeating: -1, count: max(64, place + 1 - sockets.count))
        }
        sockets[place] = fd
        if let stream { streams[place] = stream }
    }

    /// Closes the socket of an attempt, if it has one.
    mutating func close(_ attempt: Attempt) {
        guard let fd = socket(of: attempt) else { return }
        Sockets.close(fd)
        let place = Self.place(attempt)
        sockets[place] = -1
        if attempt.transport == .tcp || !streams.isEmpty { streams[place] = nil }
    }

    mutating func closeAll() {
        for fd in sockets where fd >= 0 { Sockets.close(fd) }
        sockets = []
        streams = [:]
    }
}

/// A query by TCP to an upstream server, and what has come back of its answer.
final class UpstreamStream {
    /// The framed query, as far as it is not sent.
    private var output: [UInt8]
    private var input: [UInt8] = []

    init(framed query: RawSpan) {
        output = (0..<query.byteCount).map { query.octet(at: $0) }
    }

    enum Progress { case waiting, whole(Int), broken }

    /// Sends what is left; false if the connection is broken.
    func flush(_ fd: Int32) -> Bool {
        guard !output.isEmpty else { return true }
        // Safe: the octets of an array are initialised.
        switch unsafe Sockets.send(fd, output.span.bytes) {
        case .octets(let count):
            output.removeFirst(count)
            return true
        case .wouldBlock: return true
        case .ended, .truncated, .failed: return false
        }
    }

    var hasOutput: Bool { !output.isEmpty }

    /// Reads what has come; `.whole` once the message is complete and copied into the row.
    func read(_ fd: Int32, through row: inout MessageRow) -> Progress {
        var span = row.message
        switch Sockets.receive(fd, into: &span) {
        case .octets(let count):
            let octets = row.message(count)
            for index in 0..<count { input.append(octets.octet(at: index)) }
        case .wouldBlock: return .waiting
        case .ended, .truncated, .failed: return .broken
        }
        guard input.count >= 2 else { return .waiting }
        let length = Int(input[0]) << 8 | Int(input[1])
        guard input.count >= 2 + length else { return .waiting }
        var message = row.message
        for index in 0..<length {
            message.storeBytes(of: input[2 + index], toByteOffset: index, as: UInt8.self)
        }
        return .whole(length)
    }
}
