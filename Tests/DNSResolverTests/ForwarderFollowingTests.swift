import DNSConfig
import DNSWire
import Testing

@testable import DNSResolver

/// Flights that wait for the question of another worker.
@Suite struct ForwarderFollowingTests {
    private static let name = "www.example.com"

    /// A bench with a flight that follows, for `milliseconds` at the most.
    private static func following(
        _ bench: inout ForwarderBench, until milliseconds: Int64 = 4000, hasStale: Bool = false
    ) throws -> Flight {
        let submission = bench.forwarder.submit(
            name: ForwarderBench.name(name), type: .a, recordClass: .internet,
            traits: .recursionDesired, group: 0, waiter: bench.client(), hasStale: hasStale,
            asks: false, now: bench.now)
        guard case .opened(let flight) = submission else { throw Unexpected() }
        bench.forwarder.follow(
            flight, until: bench.start.advanced(byMilliseconds: milliseconds))
        return flight
    }

    private struct Unexpected: Error {}

    /// A message about a name.
    private static func message(_ text: String = name, type: UInt8 = 1) -> [UInt8] {
        let name = ForwarderBench.name(text)
        return [UInt8](repeating: 0, count: 12) + (0..<name.length).map { name.octets[$0] }
            + [0, type, 0, 1]
    }

    private static func receive(
        _ bench: inout ForwarderBench, _ outcome: SharedOutcome, of flight: Flight,
        _ message: [UInt8] = message()
    ) -> Forwarder.Outcome {
        let key = bench.forwarder.key(of: flight)
        return bench.forwarder.receive(
            outcome, key: key, message: message.span.bytes, now: bench.now)
    }

    @Test func `it asks nobody, is joined, and ends with the other's answer`() throws {
        var bench = ForwarderBench(servers: 2)
        let flight = try Self.following(&bench)
        #expect(bench.unsent(flight).isEmpty)
        let joined = bench.submit(Self.name.uppercased())
        #expect(joined == .joined)
        let before = bench.run(to: 3000)
        #expect(before == [])
        let outcome = Self.receive(
            &bench, .answered, of: flight, Self.message(Self.name.uppercased()))
        #expect(outcome == .answered(flight))
        let clients = bench.finish(flight)
        #expect(clients == [0, 1])
        #expect(bench.servers.allSatisfy { $0.statistics.sent.load(ordering: .relaxed) == 0 })
        #expect(bench.forwarder.nextDeadline == nil)
        // A word that comes twice, or late, is nobody's.
        let again = Self.receive(&bench, .answered, of: flight)
        #expect(again == .ignore)
    }

    @Test func `it does not count among the questions of its group`() throws {
        var bench = ForwarderBench(options: forwardingOptions { $0.maximumInFlight = 1 })
        let flight = try Self.following(&bench)
        #expect(bench.forwarder.selection.inFlight(0) == 0)
        let other = bench.open("other.example")
        let third = bench.submit("third.example")
        #expect(third == .overloaded)
        _ = bench.finish(flight)
        #expect(bench.forwarder.selection.inFlight(0) == 1)
        _ = bench.finish(other)
        #expect(bench.forwarder.selection.inFlight(0) == 0)
    }

    @Test(arguments: [
        message("www.example.org"), message(type: 28), Array(message().dropLast()), [],
    ])
    func `a message about something else is no word of it, and it asks itself`(
        message: [UInt8]
    ) throws {
        for outcome in [SharedOutcome.answered, .answeredBadly(.whole)] {
            var bench = ForwarderBench()
            let flight = try Self.following(&bench)
            let result = Self.receive(&bench, outcome, of: flight, message)
            #expect(result == .retry(flight))
            let attempt = try #require(bench.unsent(flight).first)
            let answer = bench.answer(attempt)
            #expect(answer == .answered(flight))
        }
    }

    @Test func `it asks itself when it was abandoned, and when no word comes`() throws {
        var bench = ForwarderBench()
        let abandoned = try Self.following(&bench)
        let result = Self.receive(&bench, .abandoned, of: abandoned)
        #expect(result == .retry(abandoned))
        #expect(bench.unsent(abandoned).count == 1)
        #expect(bench.forwarder.selection.inFlight(0) == 1)
        _ = bench.finish(abandoned)

        let waiting = try Self.following(&bench, until: 1500)
        let early = bench.run(to: 1499)
        #expect(early == [])
        let due = bench.run(to: 1500)
        #expect(due == [.retry(waiting)])
        #expect(bench.unsent(waiting).count == 1)
        _ = bench.finish(waiting)
        #expect(bench.forwarder.selection.inFlight(0) == 0)
    }

    @Test func `its clients get what the cache had, and a failure before four seconds`() throws {
        var bench = ForwarderBench()
        let flight = try Self.following(&bench, hasStale: true)
        let early = bench.run(to: 899)
        #expect(early == [])
        let stale = bench.run(to: 900)
        #expect(stale == [.overdue(flight)])
        let end = bench.run(to: 3900)
        #expect(end == [.failed(flight, .serverFailure, .noReachableAuthority)])
        _ = bench.finish(flight)
        // Nobody has said that nobody can answer it.
        let next = bench.submit(Self.name)
        guard case .opened = next else {
            Issue.record("\(next)")
            return
        }
    }

    @Test(arguments: [FailureMemory.none, .untilRecovery, .whole])
    func `a failure is remembered as where it was asked`(memory: FailureMemory) throws {
        var bench = ForwarderBench()
        let flight = try Self.following(&bench)
        let result = Self.receive(
            &bench, .failed(.serverFailure, .networkError, memory), of: flight)
        #expect(result == .failed(flight, .serverFailure, .networkError))
        _ = bench.finish(flight)
        let next = bench.submit(Self.name)
        #expect((next == .failing(.networkError)) == (memory != .none))
        // A server that was silent answers again.
        bench.forwarder.selection.noteSilence(0, now: bench.now)
        bench.roundTrip("other.example", milliseconds: 10)
        if case .opened(let flight) = next { _ = bench.finish(flight) }
        let later = bench.submit(Self.name)
        #expect((later == .failing(.networkError)) == (memory == .whole))
    }

    @Test func `the key of what is asked for others is given up once`() throws {
        var bench = ForwarderBench()
        let submission = bench.forwarder.submit(
            name: ForwarderBench.name(Self.name), type: .a, recordClass: .internet,
            traits: .recursionDesired, group: 0, waiter: bench.client(), asks: false,
            now: bench.now)
        guard case .opened(let flight) = submission else { throw Unexpected() }
        #expect(bench.unsent(flight).isEmpty)
        bench.forwarder.ask(flight, as: .owner, now: bench.now)
        #expect(bench.unsent(flight).count == 1)
        let key = bench.forwarder.key(of: flight)
        let keys = [
            bench.forwarder.endSharing(of: flight), bench.forwarder.endSharing(of: flight),
        ]
        #expect(key != 0 && keys == [key, 0])
        let alone = bench.open("other.example")
        let none = bench.forwarder.endSharing(of: alone)
        #expect(none == 0)
    }

    @Test func `what the owner remembers is told`() throws {
        var bench = ForwarderBench()
        let refused = bench.open("refused.example")
        for _ in 0..<2 {
            for attempt in bench.unsent(refused) { _ = bench.answer(attempt, .refused) }
        }
        let answered = bench.forwarder.failureMemory(of: refused, now: bench.now)
        #expect(answered == .whole)
        bench.elapsed += 10
        let silent = bench.open("silent.example")
        _ = bench.unsent(silent)
        let before = bench.forwarder.failureMemory(of: silent, now: bench.now)
        #expect(before == .none)
        bench.elapsed += 3900
        while bench.forwarder.expire(now: bench.now) != nil { _ = bench.unsent(silent) }
        let after = bench.forwarder.failureMemory(of: silent, now: bench.now)
        #expect(after == .untilRecovery)
    }

    @Test func `a reload keeps it, with its group's count`() throws {
        var bench = ForwarderBench(servers: 2)
        let flight = try Self.following(&bench)
        let groups = [ForwarderBench.group(0..<1)]
        bench.forwarder.adopt(
            servers: [ForwarderBench.server(1)], groups: groups,
            options: forwardingOptions { _ in })
        #expect(bench.forwarder.selection.inFlight(0) == 0)
        let key = bench.forwarder.key(of: flight)
        bench.forwarder.share(seed: 99)
        #expect(bench.forwarder.key(of: flight) == key)
        let result = Self.receive(&bench, .answered, of: flight)
        #expect(result == .answered(flight))
        _ = bench.finish(flight)
        #expect(bench.forwarder.selection.inFlight(0) == 0)
    }

    @Test func `keys are equal with equal seeds only`() throws {
        var keys: [UInt64] = []
        for (seed, name) in [
            (1, "a.example"), (1, "A.Example"), (2, "a.example"), (1, "b.example"),
        ] {
            var bench = ForwarderBench()
            bench.forwarder.share(seed: UInt64(seed))
            let flight = bench.open(name)
            keys.append(bench.forwarder.key(of: flight))
        }
        #expect(keys[0] == keys[1] && Set(keys).count == 3)
    }
}
