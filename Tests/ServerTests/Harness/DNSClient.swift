import DNSWire

/// A client with one connected datagram socket.
struct DNSClient {
    let socket: Socket

    init(_ server: Endpoint, from source: String? = nil) throws {
        socket = try Socket.udp(to: server, from: source)
    }

    /// Sends a query and waits for the answer with its id.
    func ask(_ query: Query, within milliseconds: Int = 5000) -> Reply? {
        let deadline = Deadline(milliseconds: milliseconds)
        guard socket.write(query.octets) else { return nil }
        while let octets = socket.read(deadline), !octets.isEmpty {
            if let reply = Reply(octets), reply.id == query.id { return reply }
        }
        return nil
    }

    /// Reads so many answers, in the order in which they come; fewer after the deadline.
    func replies(_ count: Int, within milliseconds: Int = 5000) -> [Reply] {
        let deadline = Deadline(milliseconds: milliseconds)
        var replies: [Reply] = []
        while replies.count < count, let octets = socket.read(deadline), !octets.isEmpty {
            if let reply = Reply(octets) { replies.append(reply) }
        }
        return replies
    }
}

/// A client with one TCP connection.
final class StreamClient {
    let socket: Socket
    private var pending: [UInt8] = []
    /// Whether the server has closed the connection.
    private(set) var isEnded = false

    init(_ server: Endpoint, from source: String? = nil) throws {
        socket = try Socket.tcp(to: server, from: source)
    }

    /// The octets of the next message; nil after the deadline and after the end.
    func message(within milliseconds: Int = 5000) -> [UInt8]? {
        let deadline = Deadline(milliseconds: milliseconds)
        while true {
            if pending.count >= 2 {
                let length = Int(pending[0]) << 8 | Int(pending[1])
                if pending.count >= 2 + length {
                    let message = Array(pending[2..<2 + length])
                    pending.removeFirst(2 + length)
                    return message
                }
            }
            guard let octets = socket.read(deadline) else { return nil }
            guard !octets.isEmpty else {
                isEnded = true
                return nil
            }
            pending += octets
        }
    }

    func reply(within milliseconds: Int = 5000) -> Reply? {
        message(within: milliseconds).flatMap { Reply($0) }
    }

    func ask(_ query: Query, within milliseconds: Int = 5000) -> Reply? {
        socket.write(query.framed) ? reply(within: milliseconds) : nil
    }

    /// Whether the server closes the connection in time.
    func ends(within milliseconds: Int = 3000) -> Bool {
        while message(within: milliseconds) != nil {}
        return isEnded
    }
}
