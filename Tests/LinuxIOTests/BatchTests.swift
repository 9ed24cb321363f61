import LinuxIO
import Testing

@Suite struct BatchTests {
    @Test(arguments: [loopback(), loopback6()])
    func `a datagram comes, is read in place and is answered`(_ address: SocketAddress) throws {
        let server = FileDescriptor(try Sockets.udpListener(address))
        let asker = try client(of: Sockets.localAddress(server.rawValue))
        var receiving = ReceiveBatch(wantsPacketInfo: false)
        var sending = SendBatch()
        #expect(receiving.receive(server.rawValue) == 0)
        #expect(send(asker.rawValue, [1, 2, 3]) == .octets(3))
        #expect(try waitReadable(server.rawValue))
        #expect(receiving.receive(server.rawValue) == 1)
        #expect(array(receiving.message(0)) == [1, 2, 3])
        #expect(receiving.isTruncated(0) == false)
        let peer = receiving.peer(0)
        #expect(peer.peer == Sockets.localAddress(asker.rawValue))
        #expect(peer.destination == nil)
        var row = sending.row(0)
        row.storeBytes(of: 9, toByteOffset: 0, as: UInt8.self)
        sending.commit(length: 1, to: peer)
        #expect(sending.count == 1)
        #expect(sending.flush(server.rawValue) == 0)
        #expect(sending.count == 0)
        #expect(receive(asker.rawValue) == [9])
    }

    @Test(arguments: 1...3)
    func `a wildcard socket answers from the address that was asked`(_ last: UInt32) throws {
        let options = ListenerOptions(sharing: .exclusive, wantsPacketInfo: true)
        let any = SocketAddress(ipv4: 0, port: 0)
        let server = FileDescriptor(try Sockets.udpListener(any, options))
        let port = Sockets.localAddress(server.rawValue).port
        // A connected socket hears nobody but the address it asked.
        let asker = try client(of: loopback(last, port: port))
        var receiving = ReceiveBatch(wantsPacketInfo: true)
        var sending = SendBatch()
        for round in 1...3 {
            #expect(send(asker.rawValue, [1, 2, UInt8(round)]) == .octets(3))
            #expect(try waitReadable(server.rawValue))
            #expect(echo(server.rawValue, &receiving, &sending) == 1)
            let reply = receiving.peer(0)
            #expect(reply.destination == loopback(last))
            #expect(reply.interfaceIndex == Interfaces.index(of: "lo"))
            #expect(ReplyAddress(packed: reply.packed).destination == reply.destination)
            #expect(ReplyAddress(packed: reply.packed).peer == reply.peer)
            #expect(receive(asker.rawValue) == [UInt8(round), 2, 1])
        }
    }

    @Test func `a wildcard socket of IPv6 answers from the address that was asked`() throws {
        let options = ListenerOptions(sharing: .exclusive, wantsPacketInfo: true)
        let any = SocketAddress(ipv6High: 0, low: 0, port: 0)
        let server = FileDescriptor(try Sockets.udpListener(any, options))
        let port = Sockets.localAddress(server.rawValue).port
        let asker = try client(of: loopback6(port: port))
        var receiving = ReceiveBatch(wantsPacketInfo: true)
        var sending = SendBatch()
        #expect(send(asker.rawValue, [1, 2]) == .octets(2))
        #expect(try waitReadable(server.rawValue))
        #expect(echo(server.rawValue, &receiving, &sending) == 1)
        #expect(receiving.peer(0).destination == loopback6())
        #expect(receive(asker.rawValue) == [2, 1])
    }

    @Test(arguments: [(4095, false), (4096, false), (4097, true), (60_000, true)])
    func `a datagram longer than a row is cut and says so`(
        _ octets: Int, _ isCut: Bool
    ) throws {
        let server = FileDescriptor(try Sockets.udpListener(loopback()))
        let asker = try client(of: Sockets.localAddress(server.rawValue))
        var receiving = ReceiveBatch(wantsPacketInfo: false)
        #expect(send(asker.rawValue, Array(repeating: 7, count: octets)) == .octets(octets))
        #expect(try waitReadable(server.rawValue))
        #expect(receiving.receive(server.rawValue) == 1)
        #expect(receiving.message(0).byteCount == min(octets, 4096))
        #expect(receiving.isTruncated(0) == isCut)
        // The row is whole again for the next one.
        #expect(send(asker.rawValue, [1]) == .octets(1))
        #expect(receiving.receive(server.rawValue) == 1)
        #expect(receiving.isTruncated(0) == false)
    }

    @Test(arguments: [true, false])
    func `a hundred datagrams pass through four batches in order`(_ isWildcard: Bool) throws {
        let address = isWildcard ? SocketAddress(ipv4: 0, port: 0) : loopback()
        let server = FileDescriptor(
            try Sockets.udpListener(
                address, ListenerOptions(sharing: .exclusive, wantsPacketInfo: isWildcard)))
        let port = Sockets.localAddress(server.rawValue).port
        let asker = try client(of: loopback(port: port))
        for number in 0..<100 { _ = send(asker.rawValue, [UInt8(number), 0]) }
        var receiving = ReceiveBatch(wantsPacketInfo: isWildcard)
        var sending = SendBatch()
        var counts: [Int] = []
        while let count = Optional(echo(server.rawValue, &receiving, &sending)), count > 0 {
            counts.append(count)
        }
        #expect(counts == [32, 32, 32, 4])
        for number in 0..<100 { #expect(receive(asker.rawValue) == [0, UInt8(number)]) }
        #expect(receive(asker.rawValue) == nil)
    }

    @Test func `an empty datagram is a datagram`() throws {
        let server = FileDescriptor(try Sockets.udpListener(loopback()))
        let asker = try client(of: Sockets.localAddress(server.rawValue))
        #expect(send(asker.rawValue, []) == .octets(0))
        var receiving = ReceiveBatch(wantsPacketInfo: false)
        #expect(receiving.receive(server.rawValue) == 1)
        #expect(receiving.message(0).byteCount == 0)
    }

    @Test func `a refused datagram is dropped alone`() throws {
        let server = FileDescriptor(try Sockets.udpListener(loopback()))
        let asker = try client(of: Sockets.localAddress(server.rawValue))
        let good = ReplyAddress(peer: Sockets.localAddress(asker.rawValue))
        // An IPv4 socket cannot send to IPv6: EAFNOSUPPORT.
        let bad = ReplyAddress(peer: loopback6(port: 9))
        var sending = SendBatch()
        for reply in [good, bad, good] {
            var row = sending.row(sending.count)
            row.storeBytes(of: 5, toByteOffset: 0, as: UInt8.self)
            sending.commit(length: 1, to: reply)
        }
        #expect(sending.flush(server.rawValue) == 1)
        #expect(receive(asker.rawValue) == [5])
        #expect(receive(asker.rawValue) == [5])
        #expect(receive(asker.rawValue) == nil)
    }

    @Test func `a full batch says so`() {
        var sending = SendBatch(rows: 2)
        sending.commit(length: 0, to: ReplyAddress(peer: loopback(port: 1)))
        #expect(sending.isFull == false)
        sending.commit(length: 0, to: ReplyAddress(peer: loopback(port: 1)))
        #expect(sending.isFull == true)
        sending.clear()
        #expect(sending.count == 0)
    }
}
