import DNSResolver
import DNSWire
import ScenarioSupport
import Synchronization

/// Clients ask, servers say what they like, time passes, the configuration changes: whatever an
/// input makes of it, every client gets one sound answer in time, and nothing forged is believed.
func checkUpstream(_ octets: [UInt8]) -> String? {
    let bench = UpstreamPlay.spare.withLock { $0.popLast() } ?? UpstreamPlay.Bench()
    defer { UpstreamPlay.spare.withLock { $0.append(bench) } }
    var play = UpstreamPlay(octets, bench.bench)
    return play.run()
}

/// An input that is played: a configuration, a question, and what happens then.
struct UpstreamPlay {
    private var program: FuzzProgram
    private let bench: ScenarioBench
    private var rules: UpstreamRules
    /// Every question to a server, with what became of it.
    private var asked: [ScenarioBench.UpstreamQuery] = []
    private static let mostEvents = 48

    /// A bench that is used again and again: a new one costs more than an input.
    final class Bench: @unchecked Sendable {
        fileprivate let bench = ScenarioBench(
            UpstreamWorld.snapshots[0], ForwarderLimits(), cacheOctets: 16 * 16_384)
    }

    fileprivate static let spare = Mutex<[Bench]>([])

    init(_ octets: [UInt8], _ bench: ScenarioBench) {
        program = FuzzProgram(octets)
        let chosen = program.next()
        let configuration = chosen % UpstreamWorld.configurations.count
        var limits = ForwarderLimits()
        limits.flights = 8
        limits.waiters = 12
        limits.waitersPerFlight = 4
        limits.asksAllUnknown = chosen & 128 != 0
        self.bench = bench
        bench.restart(UpstreamWorld.snapshots[configuration], limits)
        rules = UpstreamRules(configuration)
        Self.fill(&bench.forwarder.random)
    }

    /// The same numbers each time: what was found is found again.
    private static func fill(_ pool: inout RandomPool) {
        pool.refill(from: numbers.span.bytes)
    }

    private static let numbers: [UInt8] = {
        var state: UInt64 = 0x5EED
        return (0..<1024).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
    }()

    mutating func run() -> String? {
        if let fault = ask() { return fault }
        var events = 0
        while !program.isOver, events < Self.mostEvents {
            events += 1
            if let fault = perform() ?? look() { return "event \(events): \(fault)" }
        }
        return finish()
    }

    private mutating func perform() -> String? {
        let event = program.next()
        switch event & 15 {
        case 0...5: replyByGrammar(event >> 4)
        case 6: replyRaw(event >> 4)
        case 7:
            guard let query = attempt(event >> 4) else { return nil }
            bench.refuse(
                query.attempt,
                program.next(of: [.broken, .unreachable, .ours, .useless]))
        case 8, 9: bench.advance(milliseconds: Int64(program.next()) * 16)
        case 10: bench.advance(milliseconds: Int64(program.next()) * 4_000)
        case 11: reload()
        case 12: askAgain(event >> 4)
        default: return ask()
        }
        return nil
    }

    // MARK: Clients

    private mutating func ask() -> String? {
        let octets = UpstreamQuestion.write(&program, number: bench.questions.count)
        send(octets.octets, octets.transport)
        return look()
    }

    private mutating func send(_ octets: [UInt8], _ transport: Transport) {
        rules.note(question: octets)
        bench.ask(octets, transport)
    }

    /// The same question once more, so that it comes from the cache if it is there.
    private mutating func askAgain(_ back: Int) {
        guard !bench.questions.isEmpty else { return }
        let count = bench.questions.count
        let question = bench.questions[count - 1 - back % count]
        send(question.octets, question.transport)
    }

    // MARK: Servers

    private func attempt(_ back: Int) -> ScenarioBench.UpstreamQuery? {
        asked.isEmpty ? nil : asked[asked.count - 1 - back % asked.count]
    }

    private mutating func replyByGrammar(_ back: Int) {
        guard let query = attempt(back) else { return }
        var reply = ReplyGrammar(
            to: query.octets, isDatagram: query.attempt.transport == .udp,
            isOver: bench.forwarder.attempt(forToken: query.attempt.token) == nil)
        reply.write(&program)
        _ = bench.receive(reply.octets, for: query.attempt)
    }

    private mutating func replyRaw(_ back: Int) {
        guard let query = attempt(back) else { return }
        let how = program.next()
        var octets = program.take(how & 3 == 0 ? 4 * program.next() : program.next())
        rules.hasRaw = true
        if how & 4 == 0, octets.count >= 4 {
            octets.replaceSubrange(..<2, with: query.octets[..<2])
            octets[2] |= 0x80
        }
        if how & 8 == 0 {
            // Behind a right header and question.
            var end = 12
            while query.octets[end] > 0 { end += 1 + Int(query.octets[end]) }
            let counts = (octets + [UInt8](repeating: 0, count: 12)).prefix(12).suffix(6)
            octets =
                octets.prefix(4) + [UInt8](repeating: 0, count: max(0, 4 - octets.count)) + [0, 1]
                + counts + query.octets[12..<end + 5] + octets.dropFirst(12)
        }
        _ = bench.receive(octets, for: query.attempt)
    }

    // MARK: Configuration

    private mutating func reload() {
        let configuration = program.next() % UpstreamWorld.configurations.count
        rules.adopt(configuration)
        bench.reload(UpstreamWorld.options[configuration], .init())
    }

    // MARK: What is seen

    /// Looks at all that was sent since the last time.
    private mutating func look() -> String? {
        for query in bench.upstream {
            asked.append(query)
            if let fault = rules.fault(inQuery: query) { return "to a server: \(fault)" }
        }
        bench.upstream.removeAll(keepingCapacity: true)
        for answer in bench.answers {
            let question = bench.questions[answer.client - 1]
            if let fault = rules.fault(in: answer, to: question) {
                return "client \(answer.client): \(fault)"
            }
        }
        bench.answers.removeAll(keepingCapacity: true)
        return nil
    }

    private mutating func finish() -> String? {
        for back in 0..<min(4, bench.questions.count) {
            askAgain(2 * back)
            if let fault = look() { return "asked again: \(fault)" }
        }
        bench.advance(milliseconds: 60_000)
        if let fault = look() { return "in the end: \(fault)" }
        guard bench.waiting.isEmpty else { return "clients \(bench.waiting) were never answered" }
        guard bench.forwarder.waitingCount == 0 else { return "the forwarder has waiters left" }
        guard bench.forwarder.nextDeadline == nil else { return "a flight never ends" }
        return nil
    }
}
