import DNSConfig
import DNSWire
import Testing

@testable import DNSResolver

@Suite struct ForwarderTimingTests {
    @Test(
        arguments: [
            (false, [(1200, .tcp), (2400, .udp)]), (true, [(400, .udp), (1200, .tcp)]),
        ] as [(Bool, [(Int64, Transport)])])
    func `the only server is asked again by UDP and by TCP, and SERVFAIL comes`(
        isKnown: Bool, repeats: [(Int64, Transport)]
    ) throws {
        var bench = ForwarderBench()
        if isKnown { bench.roundTrip("known", milliseconds: 20) }
        bench.elapsed += 1000
        let opened = bench.elapsed
        let flight = bench.open()
        let first = bench.unsent(flight)[0]
        var ids: Set<[UInt8]> = [Array(bench.query(first)[..<2])]
        for (due, transport) in repeats {
            #expect(bench.run(to: opened + due - 1) == [])
            #expect(bench.run(to: opened + due) == [.retry(flight)])
            let attempts = bench.unsent(flight)
            #expect(attempts.map(\.transport) == [transport])
            ids.insert(Array(bench.query(try #require(attempts.first))[..<2]))
        }
        #expect(ids.count > 1)
        #expect(bench.run(to: opened + 3899) == [])
        #expect(
            bench.run(to: opened + 3900)
                == [.failed(flight, .serverFailure, .noReachableAuthority)])
        #expect(bench.answer(first) == .ignore)
    }

    @Test func `earlier attempts stay open and the first good answer wins`() {
        var bench = ForwarderBench()
        let flight = bench.open()
        let first = bench.unsent(flight)[0]
        _ = bench.run(to: 1500)
        _ = bench.unsent(flight)
        #expect(bench.answer(first) == .answered(flight))
    }

    @Test(arguments: [(1, 50), (20, 60), (100, 300), (300, 400)] as [(Int64, Int64)])
    func `the next server is asked after three round trips, within 50 and 400 ms`(
        roundTrip: Int64, wait: Int64
    ) {
        var bench = ForwarderBench(servers: 2)
        bench.roundTrip("a", milliseconds: roundTrip)
        let start = bench.elapsed
        let flight = bench.open("b")
        #expect(bench.asked(flight) == [0])
        #expect(bench.run(to: start + wait - 1) == [])
        #expect(bench.run(to: start + wait) == [.retry(flight)])
        #expect(bench.asked(flight) == [1])
    }

    @Test func `servers that never answered are asked in their order, 400 ms apart`() {
        var bench = ForwarderBench(servers: 3)
        let flight = bench.open()
        #expect(bench.asked(flight) == [0])
        #expect(bench.run(to: 400) == [.retry(flight)])
        #expect(bench.asked(flight) == [1])
        #expect(bench.run(to: 800) == [.retry(flight)])
        #expect(bench.asked(flight) == [2])
        // All were asked: the one that was silent longest gets the question again.
        #expect(bench.run(to: 1200) == [.retry(flight)])
        #expect(bench.asked(flight) == [0])
    }

    @Test func `a failed socket leads to the next server at once`() {
        var bench = ForwarderBench(servers: 2)
        let flight = bench.open()
        let attempt = bench.unsent(flight)[0]
        #expect(bench.forwarder.attemptFailed(attempt, now: bench.now) == .retry(flight))
        #expect(bench.forwarder.attemptFailed(attempt, now: bench.now) == .ignore)
        #expect(bench.asked(flight) == [1])
    }

    @Test func `when all sockets failed the flight fails at once`() {
        var bench = ForwarderBench(servers: 2)
        let flight = bench.open()
        _ = bench.forwarder.attemptFailed(bench.unsent(flight)[0], now: bench.now)
        #expect(
            bench.forwarder.attemptFailed(bench.unsent(flight)[0], now: bench.now)
                == .failed(flight, .serverFailure, .networkError))
        #expect(bench.finish(flight) == [0])
    }

    @Test func `a connection has three and a half seconds`() {
        var bench = ForwarderBench()
        let flight = bench.open()
        let attempt = bench.unsent(flight)[0]
        var truncated = bench.reply(attempt)
        truncated[2] |= 0x02
        bench.elapsed = 10
        _ = bench.receive(truncated, for: attempt)
        #expect(bench.unsent(flight).count == 1)
        #expect(bench.run(to: 3509) == [])
        #expect(bench.run(to: 3510) == [.failed(flight, .serverFailure, .noReachableAuthority)])
    }

    @Test func `a connection that breaks is a network error`() {
        var bench = ForwarderBench()
        let flight = bench.open()
        let attempt = bench.unsent(flight)[0]
        var truncated = bench.reply(attempt)
        truncated[2] |= 0x02
        _ = bench.receive(truncated, for: attempt)
        let connection = bench.unsent(flight)[0]
        #expect(
            bench.forwarder.attemptFailed(connection, now: bench.now)
                == .failed(flight, .serverFailure, .networkError))
    }

    @Test func `the quickest server is asked first`() {
        var bench = ForwarderBench(servers: 3)
        let flight = bench.open("a")
        var attempts = bench.unsent(flight)
        for wait in [400, 800] as [Int64] {
            _ = bench.run(to: wait)
            attempts += bench.unsent(flight)
        }
        bench.elapsed = 805
        _ = bench.answer(attempts[2])
        _ = bench.finish(flight)
        #expect(bench.asked(bench.open("b")) == [2])
    }

    @Test func `a server that fails twice in a row is put last, and probed beside another later`() {
        var bench = ForwarderBench(servers: 2)
        for name in ["a", "b"] {
            let flight = bench.open(name)
            let attempt = bench.unsent(flight)[0]
            #expect(attempt.server == 0)
            _ = bench.forwarder.attemptFailed(attempt, now: bench.now)
            _ = bench.finish(flight)
        }
        bench.elapsed = 999
        #expect(bench.asked(bench.open("c")) == [1])
        bench.elapsed = 1000
        let probing = bench.open("d")
        let attempts = bench.unsent(probing)
        #expect(attempts.map(\.server) == [1, 0])
        // The back-off has doubled: not again before 3 s.
        bench.elapsed = 2999
        #expect(bench.asked(bench.open("e")) == [1])
        bench.elapsed = 3000
        let flight = bench.open("f")
        let second = bench.unsent(flight)[1]
        #expect(second.server == 0)
        #expect(bench.answer(second) == .answered(flight))
        #expect(bench.asked(bench.open("g")) == [0])
    }

    @Test func `the back-off ends at eight seconds`() {
        var bench = ForwarderBench(servers: 2)
        for name in ["a", "b"] {
            let flight = bench.open(name)
            _ = bench.forwarder.attemptFailed(bench.unsent(flight)[0], now: bench.now)
            _ = bench.finish(flight)
        }
        var probes: [Int64] = []
        for tick in 0..<600 {
            bench.elapsed = Int64(tick) * 100
            let flight = bench.open("n\(tick)")
            let attempts = bench.unsent(flight)
            if attempts.count == 2 { probes.append(bench.elapsed) }
            _ = bench.answer(attempts[0])
            _ = bench.finish(flight)
        }
        #expect(probes == [1000, 3000, 7000, 15_000, 23_000, 31_000, 39_000, 47_000, 55_000])
    }

    @Test func `the fifty-first query goes to another healthy server first`() {
        var bench = ForwarderBench(servers: 2)
        let asked = (0..<102).map { bench.roundTrip("n\($0)", milliseconds: $0 == 50 ? 9 : 1) }
        #expect(asked.indices.filter { asked[$0] == 1 } == [50, 101])
    }

    @Test func `after twenty seconds another healthy server is asked first`() {
        var bench = ForwarderBench(servers: 2)
        #expect(bench.roundTrip("a", milliseconds: 1) == 0)
        bench.elapsed = 19_900
        #expect(bench.roundTrip("b", milliseconds: 1) == 0)
        bench.elapsed = 20_000
        #expect(bench.roundTrip("c", milliseconds: 9) == 1)
        #expect(bench.roundTrip("d", milliseconds: 1) == 0)
    }

    @Test func `strict-order keeps to the order of the configuration`() {
        var bench = ForwarderBench(
            servers: 3, options: forwardingOptions { $0.isStrictlyOrdered = true })
        var flight = bench.open("a")
        _ = bench.answer(bench.unsent(flight)[0], .refused)
        #expect(bench.answer(bench.unsent(flight)[0]) == .answered(flight))
        for name in ["b", "c", "d"] {
            flight = bench.open(name)
            let attempt = bench.unsent(flight)[0]
            #expect(attempt.server == 0)
            #expect(bench.forwarder.attemptFailed(attempt, now: bench.now) == .retry(flight))
            #expect(bench.asked(flight) == [1])
        }
        #expect(bench.run(to: 50).contains(.retry(flight)))
        #expect(bench.asked(flight) == [2])
    }

    @Test func `all-servers asks up to four at once, and the others when places are free`() {
        var bench = ForwarderBench(
            servers: 5, options: forwardingOptions { $0.asksAllServers = true })
        let flight = bench.open()
        let attempts = bench.unsent(flight)
        #expect(attempts.map(\.server) == [0, 1, 2, 3])
        #expect(bench.answer(attempts[2], .refused) == .retry(flight))
        #expect(bench.asked(flight) == [4])
        #expect(bench.answer(attempts[3]) == .answered(flight))
    }

    @Test func `a reload keeps the health of servers and moves the flights`() {
        var bench = ForwarderBench(servers: 3)
        let flight = bench.open("a")
        _ = bench.run(to: 400)
        let attempts = bench.unsent(flight)
        bench.elapsed = 410
        _ = bench.answer(attempts[1])
        let flying = bench.open("b")
        let attempt = bench.unsent(flying)[0]
        #expect(attempt.server == 1)
        // Server 1 is now the last of three.
        let reloaded = [ForwarderBench.server(7), ForwarderBench.server(8), bench.servers[1]]
        bench.forwarder.adopt(
            servers: reloaded,
            groups: [ForwarderBench.group(0..<1, domain: "lan"), ForwarderBench.group(0..<3)],
            options: Options())
        #expect(bench.forwarder.view(of: flying)?.group == 1)
        #expect(bench.asked(bench.open("c", group: 1)) == [2])
        #expect(bench.answer(attempt, .refused) == .retry(flying))
        #expect(bench.asked(flying) == [0])
    }

    @Test func `a flight whose server went takes its reply, or goes on to a new one`() {
        var bench = ForwarderBench()
        let flights = [bench.open("a"), bench.open("b")]
        let first = bench.unsent(flights[0])[0]
        _ = bench.unsent(flights[1])
        bench.forwarder.adopt(
            servers: [ForwarderBench.server(7)], groups: [ForwarderBench.group(0..<1)],
            options: Options())
        #expect(bench.answer(first) == .answered(flights[0]))
        #expect(bench.run(to: 1) == [.retry(flights[1])])
        #expect(bench.asked(flights[1]) == [0])
    }

    @Test func `a flight whose group went fails in time`() {
        var bench = ForwarderBench()
        let flight = bench.open()
        _ = bench.unsent(flight)
        bench.forwarder.adopt(servers: [], groups: [], options: Options())
        #expect(bench.forwarder.view(of: flight)?.group == nil)
        #expect(bench.run(to: 4000) == [.failed(flight, .serverFailure, .noReachableAuthority)])
        #expect(bench.finish(flight) == [0])
    }
}
