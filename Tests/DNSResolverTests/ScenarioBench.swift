import DNSConfig
import DNSWire

@testable import DNSResolver

/// A resolver with all that belongs to it and the worker's part played by hand: no socket, no
/// thread, a clock that only moves when it is told to.
final class ScenarioBench {
    struct Answer {
        /// The client's number, from 1 on.
        var client: Int
        var octets: [UInt8]
    }

    struct Question {
        var octets: [UInt8]
        var transport: Transport
    }

    struct UpstreamQuery {
        var attempt: Attempt
        var octets: [UInt8]
        var server: String
    }

    let counters = Counters()
    let cache: AnswerCache
    var resolver: Resolver
    /// Servers one after the other: what scenarios about their order show.
    var forwarder = Forwarder(limits: ScenarioBench.limits)
    private static var limits: ForwarderLimits {
        var limits = ForwarderLimits()
        limits.asksAllUnknown = false
        return limits
    }
    private(set) var snapshot: Snapshot
    private(set) var now = Instant(milliseconds: 1_000_000_000)
    /// Every question that a client asked, by its number less one.
    private(set) var questions: [Question] = []
    /// Clients that wait.
    private(set) var waiting: Set<Int> = []
    /// Who asked last.
    private var client = IPAddress.ipv4Any
    /// What was sent and not looked at yet.
    var answers: [Answer] = []
    var upstream: [UpstreamQuery] = []
    /// What the operator was warned of and nobody looked at yet.
    var warnings: [String] = []

    init(_ options: Options, _ hosts: HostsTable) {
        cache = AnswerCache(octets: AnswerCache.octets(forEntries: options.cache.entries))
        resolver = Resolver(cache: cache, counters: counters)
        snapshot = Self.compile(options, hosts, after: nil)
        forwarder.adopt(snapshot)
    }

    /// A loopback interface, and one in 10.0.0.0/24, 10.0.1.0/24 and fd00:0:0:1::/64.
    static let facts = HostFacts(
        hostName: DomainName(parsing: "machine.test"),
        interfaces: [
            HostFacts.Interface(
                name: "lo", index: 1,
                addresses: [IPAddress(ipv4: 0x7F00_0001), IPAddress(high: 0, low: 1)],
                prefixLengths: [8, 128]),
            HostFacts.Interface(
                name: "eth0", index: 2,
                addresses: [
                    IPAddress(ipv4: 0x0A00_0001), IPAddress(ipv4: 0x0A00_0101),
                    IPAddress(high: 0xFD00_0000_0000_0001, low: 1),
                ],
                prefixLengths: [24, 24, 64]),
        ])

    private static func compile(
        _ options: Options, _ hosts: HostsTable, after previous: Snapshot?
    ) -> Snapshot {
        Snapshot(
            options: options, hosts: hosts, facts: facts, seed: 0x5EED_5EED,
            generation: (previous?.generation ?? 0) + 1, previous: previous)
    }

    /// What a reload does: new tables, the cache forgets some answers, the flights keep flying.
    func reload(_ options: Options, _ hosts: HostsTable) {
        let old = snapshot
        snapshot = Self.compile(options, hosts, after: old)
        var retention = CacheRetention(from: old, to: snapshot)
        _ = cache.removeAll(but: &retention)
        forwarder.adopt(snapshot)
    }

    // MARK: Clients

    /// Hands in a client's message.
    ///
    /// A client that says nothing else is 10.1.2.3, and has a network card.
    func ask(
        _ octets: [UInt8], _ transport: Transport, _ arrival: Arrival = Arrival(),
        from address: IPAddress? = nil
    ) {
        client = address ?? IPAddress(ipv4: 0x0A01_0203)
        questions.append(Question(octets: octets, transport: transport))
        let client = questions.count
        var row = [UInt8](repeating: 0, count: WireLimits.messageOctets)
        var count = 0
        let verdict: Verdict
        do {
            var span = row.mutableSpan
            var writer = WireWriter(span.mutableBytes)
            verdict = resolver.respond(
                to: octets.span.bytes, transport: transport, arrival: arrival, now: now,
                snapshot: snapshot, into: &writer)
            count = writer.count
        }
        switch verdict {
        case .reply: answers.append(Answer(client: client, octets: Array(row[..<count])))
        case .replyAndRefresh(let plan):
            answers.append(Answer(client: client, octets: Array(row[..<count])))
            submit(plan, waiter: nil)
        case .forward(let plan):
            waiting.insert(client)
            var path = ReturnPath()
            path.words[0] = UInt64(client)
            submit(plan, waiter: Waiter(client: resolver.query, returnPath: path, arrival: now))
        case .transfer, .drop: break
        }
    }

    private func submit(_ plan: ForwardPlan, waiter: Waiter?) {
        var options = resolver.options
        let hardware = client.isIPv4 ? HardwareAddress([2, 0, 0x5E, 0x10, 0x20, 0xFE]) : nil
        let traits = snapshot.additions.apply(to: &options, client: client, hardware: hardware)
        let submission = forwarder.submit(
            name: resolver.upstreamName, type: resolver.query.type,
            recordClass: resolver.query.recordClass,
            traits: QueryTraits(resolver.query).union(traits), options: options,
            group: plan.group, waiter: waiter, hasStale: resolver.hasLastResort, now: now)
        switch submission {
        case .opened(let flight): launch(flight)
        case .joined: break
        case .overloaded, .noServer: if let waiter { fail(waiter, .refused, nil) }
        case .failing(let error):
            guard let waiter else { break }
            let view = FlightView(
                name: resolver.upstreamName, type: resolver.query.type,
                recordClass: resolver.query.recordClass, traits: traits, group: nil, label: 0)
            let octets = lastResort(view)
            guard !octets.isEmpty else { return fail(waiter, .serverFailure, error) }
            answer(waiter, from: octets, isLastResort: true)
        }
    }

    private func fail(
        _ waiter: Waiter, _ code: ResponseCode, _ error: ExtendedError?
    ) {
        deliver(to: waiter) { resolver, writer in
            resolver.composeFailure(waiter.client, code, error, into: &writer)
        }
    }

    private func deliver(
        to waiter: Waiter, _ compose: (inout Resolver, inout WireWriter) -> Void
    ) {
        var row = [UInt8](repeating: 0, count: WireLimits.messageOctets)
        var count = 0
        do {
            var span = row.mutableSpan
            var writer = WireWriter(span.mutableBytes)
            compose(&resolver, &writer)
            count = writer.count
        }
        let client = Int(waiter.returnPath.words[0])
        waiting.remove(client)
        answers.append(Answer(client: client, octets: Array(row[..<count])))
    }

    // MARK: Upstream

    private func launch(_ flight: Flight) {
        while let attempt = forwarder.nextUnsent(of: flight) {
            var row = [UInt8](repeating: 0, count: 512)
            var count = 0
            do {
                var span = row.mutableSpan
                var writer = WireWriter(span.mutableBytes)
                if forwarder.writeQuery(for: attempt, into: &writer) { count = writer.count }
            }
            let option = snapshot.servers[Int(attempt.server)].option
            let port = option.port == 53 ? "" : "#\(option.port)"
            upstream.append(
                UpstreamQuery(
                    attempt: attempt, octets: Array(row[..<count]),
                    server: "\(option.address)\(port)"))
        }
    }

    /// Hands in what came to the socket of an attempt; whether it was taken for its answer.
    func receive(_ octets: [UInt8], for attempt: Attempt) -> Bool {
        guard forwarder.attempt(forToken: attempt.token) != nil else { return false }
        guard !snapshot.ignores(octets.span.bytes) else { return false }
        settle(forwarder.receive(octets.span.bytes, for: attempt, now: now), octets)
        return !forwarder.isAwaited(attempt)
    }

    /// The socket of an attempt says that nobody listens there.
    func refuse(_ attempt: Attempt) {
        settle(forwarder.attemptFailed(attempt, now: now), [])
    }

    private func settle(_ outcome: Forwarder.Outcome, _ octets: [UInt8]) {
        switch outcome {
        case .ignore: break
        case .retry(let flight): launch(flight)
        case .answered(let flight):
            let octets = replacingOwnEnd(restoringSpelling(octets, flight))
            if resolver.detectsRebinding(octets.span.bytes, snapshot: snapshot) {
                warnings.append("rebinding \(resolver.suspectName.domainName?.description ?? "")")
            }
            if forwarder.allowsCaching(octets.span.bytes, of: flight) {
                resolver.accept(octets.span.bytes, now: now, snapshot: snapshot)
            }
            answerWaiters(of: flight, octets)
        case .answeredBadly(let flight):
            guard !answerFromLastResort(flight) else { return close(flight) }
            answerWaiters(of: flight, restoringSpelling(octets, flight))
        case .overdue(let flight): _ = answerFromLastResort(flight)
        case .failed(let flight, let code, let error):
            _ = answerFromLastResort(flight)
            while let waiter = forwarder.nextWaiter(of: flight) { fail(waiter, code, error) }
            close(flight)
        }
    }

    private func restoringSpelling(_ octets: [UInt8], _ flight: Flight) -> [UInt8] {
        var octets = octets
        let count = octets.count
        var span = octets.mutableSpan
        var bytes = span.mutableBytes
        forwarder.restoreSpelling(of: flight, in: &bytes, octets: count)
        return octets
    }

    private func replacingOwnEnd(_ octets: [UInt8]) -> [UInt8] {
        var rows = [[UInt8]](
            repeating: [UInt8](repeating: 0, count: WireLimits.messageOctets), count: 2)
        var count = 0
        do {
            var first = rows[0]
            var own = first.mutableSpan
            var ownWriter = WireWriter(own.mutableBytes)
            var span = rows[1].mutableSpan
            var writer = WireWriter(span.mutableBytes)
            guard
                resolver.replaceOwnEnd(
                    of: octets.span.bytes, now: now, snapshot: snapshot, own: &ownWriter,
                    merged: &writer)
            else { return octets }
            count = writer.count
        }
        return Array(rows[1][..<count])
    }

    private func answerWaiters(of flight: Flight, _ octets: [UInt8]) {
        while let waiter = forwarder.nextWaiter(of: flight) { answer(waiter, from: octets) }
        close(flight)
    }

    private func answer(_ waiter: Waiter, from octets: [UInt8], isLastResort: Bool = false) {
        let snapshot = snapshot
        deliver(to: waiter) { resolver, writer in
            resolver.compose(
                waiter.client, from: octets.span.bytes, isLastResort: isLastResort,
                snapshot: snapshot, into: &writer)
        }
    }

    private func lastResort(_ view: FlightView) -> [UInt8] {
        var row = [UInt8](repeating: 0, count: WireLimits.messageOctets)
        var count = 0
        do {
            var span = row.mutableSpan
            var writer = WireWriter(span.mutableBytes)
            if resolver.writeLastResort(view, now: now, snapshot: snapshot, into: &writer) {
                count = writer.count
            }
        }
        return Array(row[..<count])
    }

    private func answerFromLastResort(_ flight: Flight) -> Bool {
        guard let view = forwarder.view(of: flight) else { return false }
        let octets = lastResort(view)
        guard !octets.isEmpty else { return false }
        while let waiter = forwarder.nextWaiter(of: flight) {
            answer(waiter, from: octets, isLastResort: true)
        }
        return true
    }

    private func close(_ flight: Flight) {
        while forwarder.nextAttempt(of: flight) != nil {}
        forwarder.close(flight)
    }

    // MARK: Time

    /// Moves the clock, from deadline to deadline.
    func advance(milliseconds: Int64) {
        let end = now.advanced(byMilliseconds: milliseconds)
        while let due = forwarder.nextDeadline, due <= end {
            now = max(now, due)
            while let outcome = forwarder.expire(now: now) { settle(outcome, []) }
        }
        now = end
    }
}
