import LinuxIO
import Testing

@testable import DNSResolver
@testable import DNSServer

/// Ids where questions share a port or a connection.
@Suite struct SharedSocketsTests {
    private static let now = Instant(milliseconds: 0)

    @Test func `an id that is taken is given to nobody else until it is free`() {
        var shared = SharedSockets()
        let took = [shared.take(7, for: 100), shared.take(7, for: 200)]
        #expect(took == [true, false])
        let holder = shared.holder(of: 7)
        #expect(holder == 100)
        shared.free(7)
        shared.free(7)
        let (taken, isTaken) = (shared.taken, shared.take(7, for: 200))
        #expect(taken == 0 && isTaken)
    }

    @Test func `with half of the ids taken there is no room, and with one less there is`() {
        var shared = SharedSockets()
        for id in 0..<UInt16(32_767) { _ = shared.take(id, for: UInt64(id) + 1) }
        let before = (shared.hasRoom, shared.taken)
        _ = shared.take(50_000, for: 1)
        let full = shared.hasRoom
        shared.free(50_000)
        let after = shared.hasRoom
        #expect(before == (true, 32_767) && !full && after)
    }

    @Test func `an attempt that is over leaves its id, and the next one takes another`() {
        let limits = NetworkLimits(
            memory: 100 << 20, cache: 0, descriptors: 1024, workers: 1, listeners: 1)
        var upstream = UpstreamSockets(limits, SharedCount())
        let attempts = (0..<4).map { Self.attempt(UInt16($0)) }
        for (index, attempt) in attempts.enumerated() {
            let isTaken = upstream.take(sharedID: UInt16(index) * 20_000, for: attempt)
            let (hasID, hasSocket) = (
                upstream.hasSharedID(attempt), upstream.socket(of: attempt) != nil
            )
            #expect(isTaken && hasID && !hasSocket)
        }
        let before = upstream.shared.taken
        for attempt in attempts + attempts { upstream.close(attempt, now: Self.now) }
        let (after, hasID) = (upstream.shared.taken, upstream.hasSharedID(attempts[0]))
        #expect(before == 4 && after == 0 && !hasID)
        let isTaken = upstream.take(sharedID: 60_000, for: attempts[0])
        #expect(isTaken)
    }

    @Test func `the id of a late answer is not given to another question by TCP`() throws {
        var connection = try Self.connection()
        defer { connection.close() }
        var row = MessageRow()
        row.setID(0x1234)
        connection.ask(&row, 12, Self.attempt(1), now: Self.now)
        #expect(connection.awaits(0x1234))
        connection.forget(Self.attempt(1), now: Self.now)
        #expect(connection.awaits(0x1234) && connection.isIdle)
        let late = connection.takeQuestion(0x1234, now: Self.now)
        #expect(late == nil && !connection.awaits(0x1234))
        // What comes now was never asked for.
        for _ in 0..<ServerLimits.strayAnswers {
            #expect(!connection.isBabbling)
            _ = connection.takeQuestion(0x1234, now: Self.now)
        }
        #expect(connection.isBabbling)
    }

    @Test func `a connection that owes many answers gets no more questions`() throws {
        var connection = try Self.connection()
        defer { connection.close() }
        var row = MessageRow()
        for id in 0..<UInt16(ServerLimits.lateAnswers) {
            #expect(!connection.owesMany)
            row.setID(id)
            connection.ask(&row, 12, Self.attempt(id), now: Self.now)
            connection.forget(Self.attempt(id), now: Self.now)
        }
        #expect(connection.owesMany)
    }

    private static func connection() throws -> UpstreamConnection {
        var connection = UpstreamConnection(index: 0)
        let peer = SocketAddress(ipv4: 0x7f00_0001, port: 9)
        guard case .open(let fd) = Sockets.udpConnected(to: peer) else {
            throw Unexpected("no socket")
        }
        connection.open(fd, to: UpstreamRoute(address: peer), now: now)
        return connection
    }

    private static func attempt(_ slot: UInt16) -> Attempt {
        Attempt(
            flight: Flight(slot: slot, generation: 1), index: 0, serial: 1, server: 0,
            transport: .udp, isRepeat: false)
    }
}
