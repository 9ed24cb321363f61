import DNSConfig
import DNSWire
import LinuxIO

/// `waggle healthcheck`: asks the running server for `health.waggle CH TXT` by UDP and by TCP.
///
/// Needs no shell, no other program and no network but the server's own address. The server
/// answers it from memory; it neither counts nor logs the question.
enum HealthCommand {
    static let usage = """
        usage: waggle healthcheck [-C FILE] [option...]

        Exit status 0 if the server on the configured port answers by UDP and TCP, else 1.
        Give the options for port and addresses that the server has on its command line.

        """

    private static let timeoutMilliseconds: Int64 = 2_000
    private static let id: UInt16 = 0x4845

    /// What is wrong; nil if the server is well.
    static func run(_ arguments: [String], _ files: inout FileSystem) -> String? {
        let config = ConfigLoader.load(arguments: arguments, files: &files)
        // A configuration that was broken after the start says nothing about the server, as long as
        // its port is known.
        let listen = config.options.listen
        guard listen.port != 0 else { return nil }
        let plan = ListenPlan(listen, interfaces: (try? Interfaces.list()) ?? [])
        guard let address = address(of: plan, port: listen.port) else {
            return "no address to ask: see listen-address and interface"
        }
        let query = query()
        if let fault = ask(address, query, isTCP: false) { return fault }
        return ask(address, query, isTCP: true)
    }

    /// Loopback if it is served, else the first address.
    private static func address(of plan: ListenPlan, port: UInt16) -> SocketAddress? {
        let loopback = SocketAddress(ipv4: 0x7F00_0001, port: port)
        if plan.isWildcard || plan.addresses.contains(loopback) { return loopback }
        return plan.addresses.first
    }

    private static func query() -> [UInt8] {
        var octets: [UInt8] = [UInt8(id >> 8), UInt8(id & 0xFF), 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        octets += DomainName(parsing: "health.waggle")?.octets ?? [0]
        return octets + [0, UInt8(RecordType.txt.rawValue), 0, 3]
    }

    private static func ask(
        _ address: SocketAddress, _ query: [UInt8], isTCP: Bool
    ) -> String? {
        let way = isTCP ? "TCP" : "UDP"
        let opened =
            isTCP ? Sockets.tcpConnecting(to: address) : Sockets.udpConnected(to: address)
        guard case .open(let fd) = opened else { return "\(way): no socket" }
        defer { Sockets.close(fd) }
        let framed = isTCP ? [0, UInt8(query.count)] + query : query
        let deadline = MonotonicClock.milliseconds() + timeoutMilliseconds
        do throws(SystemError) {
            var epoll = try Epoll()
            try epoll.add(fd, token: 0, for: .write)
            guard epoll.wait(timeoutMilliseconds: Int32(timeoutMilliseconds)) > 0,
                Sockets.pendingError(fd) == 0,
                case .octets = Sockets.send(fd, framed.bytes)
            else { return "\(way): port \(address.port) is closed" }
            try epoll.modify(fd, token: 0, for: .read)
            return readAnswer(fd, &epoll, isTCP: isTCP, until: deadline).map { "\(way): \($0)" }
        } catch {
            return "\(way): \(error)"
        }
    }

    /// Reads until the answer is whole; what is wrong with it, or nil.
    private static func readAnswer(
        _ fd: Int32, _ epoll: inout Epoll, isTCP: Bool, until deadline: Int64
    ) -> String? {
        var octets: [UInt8] = []
        let header = isTCP ? 2 : 0
        while octets.count < header + WireLimits.headerOctets {
            let left = deadline - MonotonicClock.milliseconds()
            guard left > 0, epoll.wait(timeoutMilliseconds: Int32(left)) > 0 else {
                return "no answer"
            }
            var piece = [UInt8](repeating: 0, count: 512)
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
            case .truncated, .ended, .failed: return "no answer"
            }
        }
        let message = octets.dropFirst(header)
        guard let reply = MessageHeader(Array(message).bytes), reply.id == id, reply.isResponse
        else { return "an answer to something else" }
        return reply.responseCode == .noError ? nil : "the server is not ready"
    }
}
