import DNSConfig
import DNSWire
import Testing

@testable import DNSResolver

/// Whatever comes in whatever order: each client is answered once and in time, and nothing stays.
@Suite struct ForwarderRandomizedTests {
    @Test(arguments: [1, 4, 5, 6])
    func `20,000 random events keep the promises`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let options = forwardingOptions {
            $0.isStrictlyOrdered = seed == 4
            $0.asksAllServers = seed == 5
            $0.maximumInFlight = seed == 6 ? 20 : nil
        }
        var limits = ForwarderLimits()
        (limits.flights, limits.waiters, limits.waitersPerFlight) = (40, 120, 5)
        var world = World(limits: limits, options: options)
        for event in 0..<20_000 {
            world.step(&random)
            world.check()
            if event % 4001 == 4000 { world.reload(options, &random) }
        }
        world.drain()
        #expect(world.answered > 1000)
        #expect(world.waiting.isEmpty)
        #expect(world.bench.forwarder.table.flying == 0)
        #expect(world.bench.forwarder.waiters.count == 0)
        #expect(world.bench.forwarder.nextDeadline == nil)
        #expect(world.bench.forwarder.table.oldest == FlightTable.none)
        #expect(world.bench.forwarder.selection.inFlight(0) == 0)
        #expect(world.bench.forwarder.selection.inFlight(1) == 0)
        let states = world.bench.forwarder.table.records.map(\.state)
        #expect(states.allSatisfy { $0 == .vacant })
        #expect(states.count <= limits.slots)
    }
}

/// A worker with its clients and servers.
private struct World: ~Copyable {
    var bench: ForwarderBench
    /// When each waiting client has to be answered at the latest, by its id.
    var waiting: [UInt64: Instant] = [:]
    var answered = 0
    private var nextClient: UInt64 = 0
    /// Attempts that were sent, with the good reply to each; some of them are long over.
    private var sent: [(attempt: Attempt, reply: [UInt8])] = []
    private var openSockets: Set<UInt64> = []
    /// Questions that another worker asks.
    private var followed: [(key: UInt64, name: NameBuffer)] = []

    init(limits: ForwarderLimits, options: Options) {
        bench = ForwarderBench(limits: limits, options: options)
        adopt(servers: [0, 1, 2, 3, 4], options)
    }

    private mutating func adopt(servers: [Int], _ options: Options) {
        bench.forwarder.adopt(
            servers: servers.map(ForwarderBench.server),
            groups: [
                ForwarderBench.group(0..<servers.count),
                ForwarderBench.group(0..<1, domain: "lan"),
            ], options: options)
    }

    mutating func reload(_ options: Options, _ random: inout SeededGenerator) {
        adopt(servers: Array(Array(0..<7).shuffled(using: &random)[..<4]), options)
        check()
    }

    mutating func step(_ random: inout SeededGenerator) {
        switch Int.random(in: 0..<10, using: &random) {
        case 0...3: submit(&random)
        case 4...6: deliver(&random)
        case 7: fail(&random)
        case 8: hear(&random)
        default:
            bench.now = bench.now.advanced(
                byMilliseconds: Int64.random(in: 0..<60, using: &random))
        }
        while let outcome = bench.forwarder.expire(now: bench.now) { act(outcome) }
    }

    private mutating func submit(_ random: inout SeededGenerator) {
        var waiter: Waiter?
        if Int.random(in: 0..<10, using: &random) > 0 {
            waiter = Waiter(client: ClientQuery(), returnPath: ReturnPath(), arrival: bench.now)
            waiter?.returnPath.words[0] = nextClient
        }
        let number = Int.random(in: 0..<60, using: &random)
        let follows = Int.random(in: 0..<5, using: &random) == 0
        let submission = bench.forwarder.submit(
            name: ForwarderBench.name(number % 2 == 0 ? "N\(number)" : "n\(number)"), type: .a,
            recordClass: .internet, traits: .recursionDesired, group: number < 10 ? 1 : 0,
            waiter: waiter, asks: !follows, now: bench.now)
        switch submission {
        case .joined, .opened:
            if waiter != nil {
                waiting[nextClient] = bench.now.advanced(
                    byMilliseconds: ForwarderLimits.deadlineMilliseconds)
                nextClient += 1
            }
            guard case .opened(let flight) = submission else { break }
            guard follows else { return send(flight) }
            let wait = Int64.random(in: 0..<5000, using: &random)
            bench.forwarder.follow(flight, until: bench.now.advanced(byMilliseconds: wait))
            followed.append((bench.forwarder.key(of: flight), ForwarderBench.name("n\(number)")))
        case .overloaded, .noServer, .failing: break
        }
    }

    /// Some reply to some attempt: good, bad, forged, late or twice.
    private mutating func deliver(_ random: inout SeededGenerator) {
        guard let index = sent.indices.randomElement(using: &random) else { return }
        var (attempt, reply) = sent[index]
        switch Int.random(in: 0..<12, using: &random) {
        case 0...2: break
        case 3: reply[3] |= 2
        case 4: reply[3] |= 5
        case 5: reply[3] |= 1
        case 6: reply[2] |= 2
        case 7: reply = Array(reply.dropLast(Int.random(in: 1...reply.count, using: &random)))
        default:
            // A flipped bit: often a forgery, sometimes only another rcode.
            let octet = Int.random(in: 0..<reply.count, using: &random)
            for _ in 0..<20 {
                act(
                    bench.receive(
                        reply.enumerated().map {
                            $0.offset == octet ? $0.element ^ 1 : $0.element
                        }, for: attempt))
            }
            return
        }
        act(bench.receive(reply, for: attempt))
    }

    /// What became of a question that another worker asks, or asked long ago.
    private mutating func hear(_ random: inout SeededGenerator) {
        guard let index = followed.indices.randomElement(using: &random) else { return }
        let (key, name) = followed.remove(at: index)
        let isOther = Int.random(in: 0..<4, using: &random) == 0
        let message =
            [UInt8](repeating: 0, count: 12) + name.octetArray + [0, 1, 0, isOther ? 2 : 1]
        let outcomes: [SharedOutcome] = [
            .answered, .answeredBadly(.whole), .failed(.serverFailure, .networkError, .none),
            .failed(.serverFailure, .networkError, .untilRecovery), .abandoned,
        ]
        guard let outcome = outcomes.randomElement(using: &random) else { return }
        act(
            bench.forwarder.receive(
                outcome, key: key, message: message.span.bytes, now: bench.now))
    }

    private mutating func fail(_ random: inout SeededGenerator) {
        guard let index = sent.indices.randomElement(using: &random) else { return }
        act(bench.forwarder.attemptFailed(sent[index].attempt, now: bench.now))
    }

    private mutating func send(_ flight: Flight) {
        var count = 0
        while let attempt = bench.forwarder.nextUnsent(of: flight) {
            #expect(bench.forwarder.attempt(forToken: attempt.token) == attempt)
            sent.append((attempt, bench.reply(attempt)))
            openSockets.insert(UInt64(flight.slot) << 8 | UInt64(attempt.index))
            count += 1
        }
        #expect(count > 0)
        if sent.count > 200 { sent.removeFirst(100) }
    }

    private mutating func act(_ outcome: Forwarder.Outcome) {
        switch outcome {
        case .ignore, .overdue: return
        case .retry(let flight): send(flight)
        case .answered(let flight), .answeredBadly(let flight), .failed(let flight, _, _):
            #expect(bench.forwarder.view(of: flight) != nil)
            while let waiter = bench.forwarder.nextWaiter(of: flight) {
                let due = waiting.removeValue(forKey: waiter.returnPath.words[0])
                #expect(due != nil, "answered twice, or never asked")
                answered += 1
            }
            while let attempt = bench.forwarder.nextAttempt(of: flight) {
                let socket = UInt64(flight.slot) << 8 | UInt64(attempt.index)
                #expect(openSockets.remove(socket) != nil)
            }
            bench.forwarder.close(flight)
            #expect(bench.forwarder.view(of: flight) == nil)
        }
    }

    /// Sends all clocks to their end.
    mutating func drain() {
        while let next = bench.forwarder.nextDeadline {
            bench.now = max(bench.now, next)
            while let outcome = bench.forwarder.expire(now: bench.now) { act(outcome) }
            check()
        }
        #expect(openSockets.isEmpty)
    }

    /// What holds between any two events.
    func check() {
        var earliest: Instant?
        var flying = 0
        var queued = 0
        for (slot, record) in bench.forwarder.table.records.enumerated()
        where record.state != .vacant {
            #expect(record.state == .flying, "evicted ones were reported, the others closed")
            flying += 1
            queued += Int(record.queue.count)
            let isWaiting = bench.forwarder.table.isWaiting(slot)
            #expect(isWaiting || record.sharing == .follower, "a flight waits for somebody")
            #expect(record.deadline.milliseconds <= record.opened.milliseconds + 3900)
            var due = min(record.deadline, record.stepDue)
            for index in 0..<ForwarderLimits.openAttempts {
                let place = bench.forwarder.table[slot, index]
                guard place.isWaiting, place.transport == .tcp else { continue }
                due = min(
                    due, place.sent.advanced(byMilliseconds: ForwarderLimits.tcpMilliseconds))
            }
            earliest = min(earliest ?? due, due)
        }
        #expect(bench.forwarder.nextDeadline == earliest)
        #expect(bench.forwarder.table.flying == flying)
        #expect(bench.forwarder.waiters.count == queued)
        #expect(queued == waiting.count)
        for due in waiting.values where due <= bench.now { Issue.record("waits over 4 s") }
    }
}

extension NameBuffer {
    fileprivate var octetArray: [UInt8] { (0..<length).map { octets[$0] } }
}
