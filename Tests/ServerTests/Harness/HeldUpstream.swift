import DNSWire

/// An upstream that answers when the test says so.
final class HeldUpstream {
    struct Held {
        var octets: [UInt8]
        var peer: Endpoint
    }

    let endpoint: Endpoint
    private let socket: Socket

    init(_ endpoint: Endpoint) throws {
        self.endpoint = endpoint
        socket = try Socket.udp(on: endpoint)
    }

    convenience init(_ address: String) throws {
        try self.init(Endpoint(address, try Ports.free()))
    }

    /// The next question.
    func take() -> Held? {
        guard socket.isReadable(Deadline(milliseconds: 5000)) else { return nil }
        return socket.receive().map { Held(octets: $0.0, peer: $0.1) }
    }

    func answer(_ held: Held, _ action: UpstreamAction) {
        guard let query = Reply(held.octets) else { return }
        socket.send(UpstreamMessage.octets(action, for: query), to: held.peer)
    }
}
