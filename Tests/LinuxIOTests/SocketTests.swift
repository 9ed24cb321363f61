import LinuxIO
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite struct SocketTests {
    @Test func `an address gives back what it was made of`() {
        let four = SocketAddress(ipv4: 0x0a01_0203, port: 53)
        #expect(four.isIPv4 && !four.isIPv6 && four.family == 2 && four.length == 16)
        #expect(four.ipv4 == 0x0a01_0203 && four.port == 53 && four.scope == 0)
        var six = SocketAddress(ipv6High: 0xfe80_0001_0002_0003, low: 7, port: 5353, scope: 4)
        #expect(six.isIPv6 && !six.isIPv4 && six.family == 10 && six.length == 28)
        #expect(six.ipv6High == 0xfe80_0001_0002_0003 && six.ipv6Low == 7 && six.scope == 4)
        six.port = 0x1234
        #expect(six.port == 0x1234 && six.family == 10)
        #expect(four.wildcard(port: 9).isWildcard && six.wildcard(port: 9).isWildcard)
        #expect(!four.isWildcard && !six.isWildcard)
        #expect(four == SocketAddress(ipv4: 0x0a01_0203, port: 53))
        #expect(four != SocketAddress(ipv4: 0x0a01_0203, port: 54))
        #expect(SocketAddress().family == 0)
    }

    @Test(arguments: [PortSharing.exclusive, .first])
    func `a busy port is an error`(_ sharing: PortSharing) throws {
        let options = ListenerOptions(sharing: .first)
        let holder = FileDescriptor(try Sockets.udpListener(loopback(), options))
        let address = Sockets.localAddress(holder.rawValue)
        #expect(throws: SystemError(call: "bind", errno: EADDRINUSE)) {
            try Sockets.udpListener(address, ListenerOptions(sharing: sharing))
        }
        // The wildcard address takes in the busy one.
        #expect(throws: SystemError(call: "bind", errno: EADDRINUSE)) {
            try Sockets.udpListener(
                address.wildcard(port: address.port), ListenerOptions(sharing: sharing))
        }
        let stream = FileDescriptor(try Sockets.tcpListener(loopback(), options))
        let other = Sockets.localAddress(stream.rawValue)
        #expect(throws: SystemError(call: "bind", errno: EADDRINUSE)) {
            try Sockets.tcpListener(other, ListenerOptions(sharing: sharing))
        }
    }

    @Test func `workers share a port that one of them has claimed`() throws {
        let first = FileDescriptor(
            try Sockets.udpListener(loopback(), ListenerOptions(sharing: .first)))
        let address = Sockets.localAddress(first.rawValue)
        let second = FileDescriptor(
            try Sockets.udpListener(address, ListenerOptions(sharing: .joining)))
        // The kernel spreads by the peer's port: of 64 peers each worker gets some.
        var askers: [Int32] = []
        for _ in 0..<64 { askers.append(try client(of: address).release()) }
        for asker in askers { #expect(send(asker, [1]) == .octets(1)) }
        var batch = ReceiveBatch(rows: 64, wantsPacketInfo: false)
        let counts = [batch.receive(first.rawValue), batch.receive(second.rawValue)]
        for asker in askers { Sockets.close(asker) }
        #expect(counts[0] + counts[1] == 64)
        #expect(counts[0] > 0 && counts[1] > 0)
    }

    @Test func `workers share a stream port that one of them has claimed`() throws {
        let first = FileDescriptor(
            try Sockets.tcpListener(loopback6(), ListenerOptions(sharing: .first)))
        let address = Sockets.localAddress(first.rawValue)
        let second = FileDescriptor(
            try Sockets.tcpListener(address, ListenerOptions(sharing: .joining)))
        var counts = [0, 0]
        for _ in 0..<64 {
            guard case .open(let asker) = Sockets.tcpConnecting(to: address) else {
                throw Unexpected("no connection")
            }
            defer { Sockets.close(asker) }
            for (index, fd) in [first.rawValue, second.rawValue].enumerated() {
                guard case .connection(let taken, _) = Sockets.accept(fd) else { continue }
                Sockets.close(taken)
                counts[index] += 1
            }
        }
        #expect(counts[0] + counts[1] == 64)
        #expect(counts[0] > 0 && counts[1] > 0)
    }

    @Test func `a stream carries octets both ways and ends`() throws {
        let listener = FileDescriptor(try Sockets.tcpListener(loopback()))
        guard case .none = Sockets.accept(listener.rawValue) else { throw Unexpected("who?") }
        let address = Sockets.localAddress(listener.rawValue)
        guard case .open(let asker) = Sockets.tcpConnecting(to: address) else {
            throw Unexpected("no connection")
        }
        #expect(try waitReadable(listener.rawValue))
        guard case .connection(let taken, let peer) = Sockets.accept(listener.rawValue) else {
            throw Unexpected("nobody came")
        }
        #expect(Sockets.pendingError(asker) == 0)
        #expect(peer == Sockets.localAddress(asker))
        #expect(Sockets.peerAddress(asker) == address)
        #expect(send(asker, [1, 2, 3]) == .octets(3))
        #expect(try waitReadable(taken))
        var memory: [UInt8] = [0, 0, 0, 0]
        #expect(stream(taken, &memory) == .octets(3))
        #expect(memory == [1, 2, 3, 0])
        #expect(stream(taken, &memory) == .wouldBlock)
        Sockets.close(asker)
        #expect(try waitReadable(taken))
        #expect(stream(taken, &memory) == .ended)
        Sockets.close(taken)
    }

    @Test func `a server that takes nothing more is given up`() throws {
        let listener = FileDescriptor(try Sockets.tcpListener(loopback()))
        let address = Sockets.localAddress(listener.rawValue)
        guard case .open(let asker) = Sockets.tcpConnecting(to: address) else {
            throw Unexpected("no connection")
        }
        defer { Sockets.close(asker) }
        // Nobody accepts and reads, so the window fills and stays so.
        let octets = [UInt8](repeating: 0, count: 65_536)
        var sent = 0
        while case .octets(let count) = send(asker, octets), sent < 1 << 26 { sent += count }
        var epoll = try Epoll()
        try epoll.add(asker, token: 1, for: .read)
        var isOver = false
        for _ in 0..<50 where !isOver {
            if epoll.wait(timeoutMilliseconds: 200) == 1 { isOver = epoll.event(0).isHangup }
        }
        #expect(isOver && Sockets.pendingError(asker) == ETIMEDOUT)
    }

    @Test func `a wanted source port is taken, and busy the second time`() throws {
        let server = FileDescriptor(try Sockets.udpListener(loopback()))
        let address = Sockets.localAddress(server.rawValue)
        let first = try client(of: address, from: loopback(2))
        let taken = Sockets.localAddress(first.rawValue)
        #expect(taken.ipv4 == loopback(2).ipv4)
        let again = Sockets.udpConnected(to: address, from: loopback(2), port: taken.port)
        guard case .portBusy = again else { throw Unexpected("\(again)") }
        let other = try client(of: address, from: loopback(3), port: taken.port)
        #expect(Sockets.localAddress(other.rawValue) == loopback(3, port: taken.port))
    }

    @Test func `a closed port of a server is told by the connected socket`() throws {
        var server = Optional(FileDescriptor(try Sockets.udpListener(loopback())))
        let address = Sockets.localAddress(server?.rawValue ?? -1)
        server = nil
        let asker = try client(of: address)
        #expect(send(asker.rawValue, [1]) == .octets(1))
        #expect(try waitReadable(asker.rawValue))
        var memory: [UInt8] = [0]
        #expect(datagram(asker.rawValue, &memory) == .failed(ECONNREFUSED))
        #expect(datagram(asker.rawValue, &memory) == .wouldBlock)
    }

    @Test func `a datagram longer than the memory is called truncated`() throws {
        let server = FileDescriptor(try Sockets.udpListener(loopback()))
        let asker = try client(of: Sockets.localAddress(server.rawValue))
        for octets in [[1, 2], [1, 2, 3]] as [[UInt8]] { _ = send(asker.rawValue, octets) }
        var memory: [UInt8] = [0, 0]
        #expect(datagram(server.rawValue, &memory) == .octets(2))
        #expect(datagram(server.rawValue, &memory) == .truncated)
    }

    @Test func `a source that is not ours and a device that is not there are failures`() throws {
        let elsewhere = SocketAddress(ipv4: 0xcb00_7101, port: 0)
        guard
            case .failed(let error) = Sockets.udpConnected(to: loopback(port: 9), from: elsewhere)
        else { throw Unexpected("opened") }
        #expect(error == SystemError(call: "bind", errno: EADDRNOTAVAIL))
        guard
            case .failed(let other) = Sockets.udpConnected(
                to: loopback(port: 9), device: "nosuchdevice")
        else { throw Unexpected("opened") }
        #expect(other.errno == ENODEV || other.errno == EPERM)
    }

    @Test func `the holder of a busy port is this process`() throws {
        let udp = FileDescriptor(try Sockets.udpListener(loopback()))
        let tcp = FileDescriptor(try Sockets.tcpListener(loopback6()))
        let udpPort = Sockets.localAddress(udp.rawValue).port
        let tcpPort = Sockets.localAddress(tcp.rawValue).port
        #expect(Sockets.holder(ofPort: udpPort, protocol: .udp)?.pid == getpid())
        #expect(Sockets.holder(ofPort: tcpPort, protocol: .tcp)?.pid == getpid())
        #expect(Sockets.holder(ofPort: 0, protocol: .udp) == nil)
    }

    @Test func `an error reads as the system says it`() {
        let error = SystemError(call: "bind", errno: EADDRINUSE)
        #expect(error.description == "bind: Address already in use")
        #expect(error.isPortBusy)
    }

    private func stream(_ fd: Int32, _ memory: inout [UInt8]) -> Transfer {
        var elements = memory.mutableSpan
        var span = elements.mutableBytes
        return Sockets.receive(fd, into: &span)
    }

    private func datagram(_ fd: Int32, _ memory: inout [UInt8]) -> Transfer {
        var elements = memory.mutableSpan
        var span = elements.mutableBytes
        return Sockets.receiveDatagram(fd, into: &span)
    }
}
