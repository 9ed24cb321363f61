import DNSConfig
import DNSWire
import Testing

@testable import DNSResolver

/// What one client may take of the tables, and what is given up for others.
@Suite struct ForwarderShareTests {
    private func bench(flights: Int) -> ForwarderBench {
        var bench = ForwarderBench(limits: ForwarderLimits(flights: flights))
        bench.forwarder.adopt(
            servers: bench.servers,
            groups: [ForwarderBench.group(0..<1), ForwarderBench.group(0..<1, domain: "lan")],
            options: Options())
        return bench
    }

    @Test func `who has its share of one group may ask another that has few`() {
        var bench = bench(flights: 32)
        // Five eighths.
        for number in 0..<20 {
            #expect(bench.submit("a\(number)", from: 7) != .overloaded)
        }
        #expect(bench.submit("more", from: 7) == .overloaded)
        // A sixteenth.
        #expect(bench.submit("b.lan", group: 1, from: 7) != .overloaded)
        #expect(bench.submit("c.lan", group: 1, from: 7) != .overloaded)
        #expect(bench.submit("d.lan", group: 1, from: 7) == .overloaded)
        #expect(bench.submit("other", from: 8) != .overloaded)
    }

    @Test func `one client cannot take every place to wait`() {
        var limits = ForwarderLimits(flights: 16)
        limits.waitersPerFlight = 100
        var bench = ForwarderBench(limits: limits)
        let flight = bench.open("a")
        var count = 0
        while bench.submit("a", from: 7) == .joined { count += 1 }
        #expect(count == limits.waitersPerClient && count == 15)
        #expect(bench.submit("b", from: 7) == .overloaded)
        #expect(bench.submit("b", from: 8) != .overloaded)
        // Those that are answered make room.
        #expect(bench.finish(flight).count == 16)
        #expect(bench.submit("b", from: 7) != .overloaded)
    }

    @Test func `whose server answers at once need not wait long to be given up`() {
        var bench = ForwarderBench(limits: ForwarderLimits(flights: 8))
        let known = bench.open("known")
        bench.elapsed = 10
        let attempt = bench.unsent(known)[0]
        #expect(bench.answer(attempt) == .answered(known))
        _ = bench.finish(known)
        for number in 0..<5 { #expect(bench.submit("a\(number)", from: 7) != .overloaded) }
        bench.elapsed = 60
        #expect(bench.submit("b", from: 7) == .overloaded)
        bench.elapsed = 61
        #expect(bench.submit("b", from: 7) != .overloaded)
    }

    @Test func `without sockets the oldest flight goes, but not the one that needs one`() {
        var bench = bench(flights: 32)
        let first = bench.open("a")
        let second = bench.open("b")
        #expect(bench.forwarder.giveUpOldest(besides: first, now: bench.now) == nil)
        bench.elapsed = 300
        #expect(bench.forwarder.evictions == 0)
        #expect(bench.forwarder.giveUpOldest(besides: first, now: bench.now) == second)
        #expect(bench.forwarder.giveUpOldest(besides: first, now: bench.now) == nil)
        #expect(bench.forwarder.evictions == 1)
        #expect(
            bench.forwarder.expire(now: bench.now)
                == .failed(second, .serverFailure, .noReachableAuthority))
        #expect(bench.finish(second) == [1])
        #expect(bench.finish(first) == [0])
    }
}
