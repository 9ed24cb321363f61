import DNSWire
import Testing

@testable import DNSResolver

/// Ids of attempts that share a port or a connection with others.
@Suite struct ForwarderIdTests {
    @Test func `only the reply with the id that was drawn last is taken`() throws {
        var bench = ForwarderBench()
        let flight = bench.open()
        let attempt = try #require(bench.unsent(flight).first)
        let before = bench.reply(attempt)
        var drawn = bench.forwarder.redrawID(of: attempt)
        while drawn.map({ $0 == UInt16(before[0]) << 8 | UInt16(before[1]) }) ?? false {
            drawn = bench.forwarder.redrawID(of: attempt)
        }
        let after = bench.query(attempt)
        #expect(Array(after[..<2]) == drawn.map { [UInt8($0 >> 8), UInt8($0 & 255)] })
        let old = bench.receive(before, for: attempt)
        #expect(old == .ignore)
        let new = bench.answer(attempt)
        #expect(new == .answered(flight))
        let over = bench.forwarder.redrawID(of: attempt)
        #expect(over == nil)
    }

    @Test func `what could not be sent for want of a port is not held against the server`() throws {
        var bench = ForwarderBench(servers: 2)
        for index in 0..<8 {
            let flight = bench.open("n\(index).example")
            let first = try #require(bench.unsent(flight).first)
            #expect(first.server == 0)
            let next = bench.forwarder.attemptFailed(first, .ours, now: bench.now)
            #expect(next == .retry(flight))
            let second = try #require(bench.unsent(flight).first)
            #expect(second.server == 1)
            let end = bench.forwarder.attemptFailed(second, .ours, now: bench.now)
            guard case .failed(flight, .serverFailure, _) = end else {
                Issue.record("\(end)")
                return
            }
            bench.forwarder.close(flight)
        }
        #expect(bench.servers.allSatisfy { !$0.statistics.isFailing.load(ordering: .relaxed) })
        #expect(bench.servers.allSatisfy { $0.statistics.failed.load(ordering: .relaxed) == 0 })
    }

    @Test func `a quote counts if header and question are in it and right`() throws {
        var bench = ForwarderBench()
        let flight = bench.open("www.example.com")
        let attempt = try #require(bench.unsent(flight).first)
        let query = bench.query(attempt)
        // Header, name, type and class.
        let least = 12 + 17 + 4
        func counts(_ quote: [UInt8]) -> Bool {
            bench.forwarder.isQuoted(quote.span.bytes, of: attempt, query: query.span.bytes)
        }
        for count in 0..<least { #expect(!counts(Array(query[..<count])), "\(count)") }
        for count in least...query.count { #expect(counts(Array(query[..<count])), "\(count)") }
        #expect(counts(query + [1, 2, 3]))
        for index in 0..<query.count {
            var wrong = query
            wrong[index] ^= 0x20
            #expect(!counts(wrong), "\(index)")
        }
        bench.forwarder.close(flight)
        #expect(!counts(query))
    }
}
