import DNSConfig
import DNSWire
import Testing

@testable import DNSResolver

@Suite struct ForwarderTests {
    @Test func `a question opens a flight with one attempt`() {
        var bench = ForwarderBench()
        let flight = bench.open()
        let attempts = bench.unsent(flight)
        #expect(attempts.count == 1)
        #expect(attempts.first?.transport == .udp)
        #expect(bench.forwarder.nextUnsent(of: flight) == nil)
    }

    @Test func `a query has the question as spelled, the client's bits and an OPT record`() {
        var bench = ForwarderBench()
        let flight = bench.open(
            "wWw.Ab", traits: [.recursionDesired, .checkingDisabled, .dnssecOK])
        let query = bench.query(bench.unsent(flight)[0])
        #expect(
            Array(query[2...]) == [
                0x01, 0x10, 0, 1, 0, 0, 0, 0, 0, 1,  // RD CD, one question, one additional
                3, 0x77, 0x57, 0x77, 2, 0x41, 0x62, 0, 0, 1, 0, 1,  // wWw.Ab A IN
                0, 0, 41, 0x04, 0xD0, 0, 0, 0x80, 0, 0, 0,  // OPT 1232 DO
            ])
    }

    @Test func `a query without DO and RD asks for AD where the client did`() {
        var bench = ForwarderBench()
        let query = bench.query(bench.unsent(bench.open("a", traits: .authenticatedData))[0])
        #expect(query[2...3] == [0x00, 0x20])
        #expect(query.suffix(6) == [0, 0, 0, 0, 0, 0])
    }

    @Test func `ten thousand questions of one client wait for one server at once`() {
        var bench = ForwarderBench()
        var attempts: [Attempt] = []
        for index in 0..<10_000 {
            guard case .opened(let flight) = bench.submit("n\(index).example", from: 7) else {
                Issue.record("question \(index) was turned away")
                return
            }
            attempts += bench.unsent(flight)
        }
        #expect(bench.forwarder.table.flying == 10_000)
        bench.elapsed = 390
        for attempt in attempts.shuffled() {
            #expect(bench.answer(attempt) == .answered(attempt.flight))
            #expect(bench.finish(attempt.flight).count == 1)
        }
        #expect(bench.forwarder.nextDeadline == nil && bench.forwarder.waiters.count == 0)
    }

    @Test func `a client gives up its own oldest question, not those of others`() {
        var limits = ForwarderLimits()
        limits.flights = 8
        var bench = ForwarderBench(limits: limits)
        guard case .opened(let other) = bench.submit("other", from: 1),
            case .opened(let first) = bench.submit("n0", from: 2)
        else {
            Issue.record("there is room")
            return
        }
        for index in 1..<5 {
            guard case .opened = bench.submit("n\(index)", from: 2) else {
                Issue.record("there is room")
                return
            }
        }
        bench.elapsed = 300
        guard case .opened = bench.submit("n5", from: 2) else {
            Issue.record("the oldest makes room")
            return
        }
        #expect(
            bench.forwarder.expire(now: bench.now)
                == .failed(first, .serverFailure, .noReachableAuthority))
        #expect(bench.forwarder.view(of: other) != nil)
    }

    @Test func `a row that is too short gets no query`() {
        var bench = ForwarderBench()
        let attempt = bench.unsent(bench.open())[0]
        var row = [UInt8](repeating: 0, count: 40)
        var span = row.mutableSpan
        var writer = WireWriter(span.mutableBytes)
        #expect(!bench.forwarder.writeQuery(for: attempt, into: &writer))
    }

    @Test func `the same question joins, letter case aside, and all are answered in order`() {
        var bench = ForwarderBench()
        let flight = bench.open("www.example.com")
        #expect(bench.submit("WWW.Example.COM") == .joined)
        #expect(bench.submit("www.example.com") == .joined)
        let attempt = bench.unsent(flight)[0]
        #expect(bench.answer(attempt) == .answered(flight))
        #expect(bench.finish(flight) == [0, 1, 2])
    }

    @Test(arguments: [
        QueryTraits.checkingDisabled, [], [.recursionDesired, .dnssecOK],
        [.recursionDesired, .authenticatedData],
    ])
    func `other traits open another flight`(traits: QueryTraits) {
        var bench = ForwarderBench()
        let flight = bench.open()
        #expect(bench.open(traits: traits) != flight)
    }

    @Test func `another type or a name of other octets opens another flight`() {
        var bench = ForwarderBench()
        let flight = bench.open("a[.example")
        #expect(bench.submit("a[.example", type: .aaaa) != .joined)
        // '[' and '{' differ by the bit that letter case has.
        #expect(bench.submit("a{.example") != .joined)
        #expect(bench.submit("A[.example") == .joined)
        #expect(bench.forwarder.view(of: flight)?.type == .a)
    }

    @Test func `a refresh has no waiter and is joined by one`() {
        var bench = ForwarderBench()
        let submission = bench.forwarder.submit(
            name: ForwarderBench.name("a.b"), type: .a, recordClass: .internet,
            traits: .recursionDesired, group: 0, waiter: nil, now: bench.now)
        guard case .opened(let flight) = submission else {
            Issue.record("not opened")
            return
        }
        #expect(bench.submit("a.b") == .joined)
        #expect(bench.finish(flight) == [0])
    }

    @Test func `a group without servers and a group that is not there have no server`() {
        var bench = ForwarderBench(servers: 0)
        #expect(bench.submit("a") == .noServer)
        #expect(bench.submit("a", group: 9) == .noServer)
    }

    @Test func `no more clients wait for one question than the limit`() {
        var limits = ForwarderLimits()
        limits.waitersPerFlight = 3
        var bench = ForwarderBench(limits: limits)
        let flight = bench.open("a")
        #expect(bench.submit("a") == .joined)
        #expect(bench.submit("a") == .joined)
        #expect(bench.submit("a") == .overloaded)
        #expect(bench.finish(flight).count == 3)
    }

    @Test func `no more clients wait over all than the limit`() {
        var limits = ForwarderLimits()
        limits.waiters = 2
        var bench = ForwarderBench(limits: limits)
        let flight = bench.open("a")
        #expect(bench.submit("b") != .overloaded)
        #expect(bench.submit("c") == .overloaded)
        #expect(bench.submit("a") == .overloaded)
        _ = bench.finish(flight)
        #expect(bench.submit("c") != .overloaded)
    }

    @Test func `dns-forward-max bounds the flights of a group`() {
        var bench = ForwarderBench(options: forwardingOptions { $0.maximumInFlight = 2 })
        let flight = bench.open("a")
        _ = bench.open("b")
        bench.elapsed = 1000
        #expect(bench.submit("c") == .overloaded)
        #expect(bench.submit("b") == .joined)
        _ = bench.finish(flight)
        #expect(bench.submit("c") != .overloaded)
    }

    @Test func `a group has three quarters of the table, then its oldest flight has to go`() {
        var limits = ForwarderLimits()
        limits.flights = 8
        var bench = ForwarderBench(limits: limits)
        let oldest = bench.open("0")
        for number in 1..<6 { _ = bench.open("\(number)") }
        bench.elapsed = 200
        #expect(bench.submit("new") == .overloaded)
        bench.elapsed = 201
        _ = bench.open("new")
        #expect(bench.forwarder.nextDeadline == bench.now)
        #expect(
            bench.forwarder.expire(now: bench.now)
                == .failed(oldest, .serverFailure, .noReachableAuthority))
        #expect(bench.finish(oldest) == [0])
        #expect(bench.forwarder.expire(now: bench.now) == nil)
    }

    @Test func `a full table gives up its oldest flight, whatever its group`() {
        var limits = ForwarderLimits()
        limits.flights = 8
        var bench = ForwarderBench(limits: limits)
        bench.forwarder.adopt(
            servers: bench.servers,
            groups: [ForwarderBench.group(0..<1), ForwarderBench.group(0..<1, domain: "lan")],
            options: Options())
        let oldest = bench.open("0", group: 1)
        for number in 1..<3 { _ = bench.open("\(number)", group: 1) }
        for number in 3..<8 { _ = bench.open("\(number)") }
        bench.elapsed = 300
        let late = bench.unsent(oldest)[0]
        _ = bench.open("new")
        // What was given up is neither joined nor answered any more.
        #expect(bench.answer(late) == .ignore)
        let failed = Forwarder.Outcome.failed(oldest, .serverFailure, .noReachableAuthority)
        #expect(bench.run(to: 300) == [failed])
        #expect(bench.finish(oldest) == [0])
    }

    @Test func `stale handles are harmless`() {
        var bench = ForwarderBench()
        let flight = bench.open()
        let attempt = bench.unsent(flight)[0]
        let octets = bench.reply(attempt)
        #expect(bench.forwarder.attempt(forToken: attempt.token) == attempt)
        #expect(bench.receive(octets, for: attempt) == .answered(flight))
        // Over, but not closed: a duplicate.
        #expect(bench.receive(octets, for: attempt) == .ignore)
        #expect(bench.forwarder.attempt(forToken: attempt.token) == nil)
        _ = bench.finish(flight)
        let next = bench.open("next.example")
        #expect(next.slot == flight.slot)
        #expect(bench.receive(octets, for: attempt) == .ignore)
        #expect(bench.forwarder.attemptFailed(attempt, now: bench.now) == .ignore)
        #expect(bench.forwarder.nextUnsent(of: flight) == nil)
        #expect(bench.forwarder.nextWaiter(of: flight) == nil)
        #expect(bench.forwarder.nextAttempt(of: flight) == nil)
        #expect(bench.forwarder.view(of: flight) == nil)
        bench.forwarder.close(flight)
        #expect(bench.asked(next) == [0])
        #expect(attempt.token >> 32 > 0)
    }

    @Test func `attempts that were handed out are popped once for closing`() {
        var bench = ForwarderBench(
            servers: 2, options: forwardingOptions { $0.asksAllServers = true })
        let flight = bench.open()
        let attempts = bench.unsent(flight)
        _ = bench.answer(attempts[0])
        #expect(bench.forwarder.nextAttempt(of: flight) == attempts[0])
        #expect(bench.forwarder.nextAttempt(of: flight) == attempts[1])
        #expect(bench.forwarder.nextAttempt(of: flight) == nil)
    }

    @Test func `closing forgets the waiters that were not popped`() {
        var bench = ForwarderBench()
        let flight = bench.open()
        bench.forwarder.close(flight)
        #expect(bench.forwarder.waiters.count == 0)
        #expect(bench.forwarder.nextDeadline == nil)
    }

    @Test func `the limits fit each other`() {
        let limits = ForwarderLimits()
        #expect(limits.slots <= ForwarderLimits.mostSlots)
        #expect(ForwarderLimits.serversPerGroup == UInt64.bitWidth)
        #expect(ForwarderLimits.attemptsPerFlight < UInt8.max)
        #expect(ForwarderLimits.tcpMilliseconds < ForwarderLimits.deadlineMilliseconds)
        var round = 0
        while let waits = ForwarderLimits.repeatWaits(round) {
            let last = waits * ForwarderLimits.repeatMilliseconds
            #expect(last < ForwarderLimits.deadlineMilliseconds)
            #expect(
                ForwarderLimits.firstRepeatMilliseconds(round).map {
                    $0 < ForwarderLimits.deadlineMilliseconds
                } ?? true)
            round += 1
        }
        #expect(round < ForwarderLimits.openAttempts)
    }
}
