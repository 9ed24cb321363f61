import DNSWire
import LinuxIO

/// One question to a running server and its answer, for commands.
enum DirectQuery {
    enum Outcome {
        case answer([UInt8])
        /// What is wrong, as `UDP: no answer`.
        case fault(String)
    }

    static let timeoutMilliseconds: Int64 = 2_000
    private static let datagramOctets = 4_096

    /// Sends a message of at most 65,535 octets and waits for the answer to it.
    static func ask(_ address: SocketAddress, _ query: [UInt8], isTCP: Bool) -> Outcome {
        let way = isTCP ? "TCP" : "UDP"
        let opened =
            isTCP ? Sockets.tcpConnecting(to: address) : Sockets.udpConnected(to: address)
        guard case .open(let fd) = opened else { return .fault("\(way): no socket") }
        defer { Sockets.close(fd) }
        let framed =
            isTCP ? [UInt8(query.count >> 8), UInt8(query.count & 0xFF)] + query : query
        let deadline = MonotonicClock.milliseconds() + timeoutMilliseconds
        do throws(SystemError) {
            var epoll = try Epoll()
            try epoll.add(fd, token: 0, for: .write)
            guard epoll.wait(timeoutMilliseconds: Int32(timeoutMilliseconds)) > 0,
                Sockets.pendingError(fd) == 0,
                case .octets = Sockets.send(fd, framed.bytes)
            else { return .fault("\(way): port \(address.port) is closed") }
            try epoll.modify(fd, token: 0, for: .read)
            guard let message = readAnswer(fd, &epoll, isTCP: isTCP, until: deadline) else {
                return .fault("\(way): no answer")
            }
            guard let reply = MessageHeader(message.bytes), reply.isResponse,
                message.starts(with: query.prefix(2))
            else { return .fault("\(way): an answer to something else") }
            return .answer(message)
        } catch {
            return .fault("\(way): \(error)")
        }
    }

    /// Reads until the message is whole; nil where none comes in time.
    private static func readAnswer(
        _ fd: Int32, _ epoll: inout Epoll, isTCP: Bool, until deadline: Int64
    ) -> [UInt8]? {
        var octets: [UInt8] = []
        while true {
            if isTCP, octets.count >= 2 {
                let end = 2 + (Int(octets[0]) << 8 | Int(octets[1]))
                if octets.count >= end { return Array(octets[2..<end]) }
            } else if !isTCP, !octets.isEmpty {
                return octets
            }
            let left = deadline - MonotonicClock.milliseconds()
            guard left > 0, epoll.wait(timeoutMilliseconds: Int32(left)) > 0 else { return nil }
            var piece = [UInt8](repeating: 0, count: datagramOctets)
            var span = piece.mutableSpan
            // Safe: the octets of an array are initialised.
            var memory = unsafe span.mutableBytes
            let result =
                isTCP
                ? Sockets.receive(fd, into: &memory)
                : Sockets.receiveDatagram(fd, into: &memory)
            switch result {
            case .octets(let count): octets += piece.prefix(count)
            case .wouldBlock: continue
            case .truncated, .ended, .failed: return nil
            }
        }
    }
}
