import DNSResolver
import DNSWire
import Foundation
import LinuxIO
import Testing

@testable import DNSServer

/// How long a connection may be idle or slow, by a clock that the test moves.
@Suite struct StreamPatienceTests {
    private let start = Instant(milliseconds: 1_000_000)
    private let budget = MemoryBudget(limit: 1 << 20)
    private let counters = Counters()

    private func table() -> StreamTable {
        StreamTable(limit: 1_000, load: StreamLoad(), budget: budget, counters: counters)
    }

    private func after(_ milliseconds: Int64) -> Instant {
        start.advanced(byMilliseconds: milliseconds)
    }

    /// A connection of the table, and its other end, which closes with its last owner.
    private func connect(
        _ table: inout StreamTable, client: UInt64 = 1
    ) throws -> (stream: ClientStream, peer: Socket) {
        var ends: [Int32] = [-1, -1]
        // Servers of other tests must not inherit them.
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        try #require(socketpair(AF_UNIX, kind, 0, &ends) == 0)
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        let peer = SocketAddress(ipv4: 0x7f00_0000 | UInt32(client), port: 53)
        let stream = table.add(
            ends[0], peer: peer, client: client, arrival: Arrival(), now: start)
        return (try #require(stream), try Socket(ends[1]))
    }

    /// Sends an answer of 60,000 octets; false if the connection is broken.
    private func answer(_ stream: ClientStream, _ row: inout MessageRow) -> Bool {
        stream.write(row.framed(60_000))
    }

    @Test func `silence is borne for ten seconds`() throws {
        var table = table()
        let stream = try connect(&table).stream
        table.sweep(now: after(9_999))
        #expect(table.stream(stream.token) != nil)
        table.sweep(now: after(10_000))
        #expect(table.stream(stream.token) == nil && table.count == 0)
        #expect(counters.value(.tcpSlow) == 0 && budget.used == 0)
    }

    @Test func `octets of a query that is not whole do not prolong it`() throws {
        var table = table()
        var row = MessageRow()
        let (stream, peer) = try connect(&table)
        for second in 1..<12 {
            peer.write([0])
            _ = stream.read(through: &row)
            // Two of them are a length of nothing.
            if stream.queryOctets == 0 {
                stream.takeQuery(0, into: &row, now: after(Int64(second) * 1_000))
            }
            stream.noteUnfinished(now: after(Int64(second) * 1_000))
        }
        #expect(stream.overdue(now: after(20_999), patience: 10_000) == nil)
        #expect(stream.overdue(now: after(21_000), patience: 10_000) == .slow)
    }

    @Test func `an old connection ends in its first pause`() throws {
        var table = table()
        let stream = try connect(&table).stream
        for second in stride(from: Int64(5), through: 200, by: 5) {
            stream.lastActive = after(second * 1_000)
            table.sweep(now: after(second * 1_000 + 900))
            #expect(table.stream(stream.token) != nil, "\(second)")
            guard second >= 150 else { continue }
            table.sweep(now: after(second * 1_000 + 1_000))
            #expect(table.stream(stream.token) == nil)
            return
        }
        Issue.record("it never ended")
    }

    @Test func `what waits at one time is gone ten seconds later, or the connection is`() throws {
        var table = table()
        var row = MessageRow()
        let (stream, peer) = try connect(&table)
        // More than the pair of sockets takes.
        while !stream.hasOutput { #expect(answer(stream, &row)) }
        #expect(stream.interest.contains(.write))
        var now = start
        // Whoever reads some all the time has the time that it takes.
        for second in 1..<30 {
            now = after(Int64(second) * 1_000)
            _ = peer.read(Deadline(milliseconds: 0), atMost: 56_000)
            #expect(stream.flush() && answer(stream, &row))
            #expect(stream.overdue(now: now, patience: 10_000) == nil, "\(second)")
        }
        // Whoever reads nothing has ten seconds.
        #expect(stream.hasOutput)
        let late = now.advanced(byMilliseconds: 11_000)
        #expect(stream.overdue(now: late, patience: 10_000) == .slow)
        table.sweep(now: late)
        #expect(table.count == 0 && counters.value(.tcpSlow) == 1 && budget.used == 0)
    }

    @Test func `a zone of an old configuration has ten seconds`() throws {
        var table = table()
        let stream = try connect(&table).stream
        stream.transferDeadline = after(5_000)
        #expect(stream.overdue(now: after(4_999), patience: 10_000) == nil)
        #expect(stream.overdue(now: after(5_000), patience: 10_000) == .slow)
    }

    // MARK: Memory

    @Test func `who has most makes room for who has less`() throws {
        var table = table()
        var row = MessageRow()
        let greedy = try (0..<12).map { _ in try connect(&table, client: 1) }
        for (stream, _) in greedy {
            while !stream.hasOutput { _ = answer(stream, &row) }
            guard table.charge(stream) else { break }
        }
        #expect(counters.value(.tcpStarved) > 0)
        let before = table.count
        // Each of them has little, and all get it.
        let modest = try (2..<102).map { try connect(&table, client: $0) }
        #expect(modest.allSatisfy { table.stream($0.stream.token) != nil })
        #expect(table.count < before + modest.count && table.takeStarved())
        #expect(budget.used <= budget.limit)
        table.closeAll()
        table.sweep(now: after(60_000))
        #expect(budget.used == 0)
    }
}
