package import DNSConfig
package import DNSResolver
package import DNSWire

/// A resolver with all that belongs to it and the worker's part played by hand: no socket, no
/// thread, a clock that only moves when it is told to.
package final class ScenarioBench {
    package struct Answer {
        /// The client's number, from 1 on.
        package var client: Int
        package var octets: [UInt8]
        package var source: AnswerSource
        package var at: Instant
    }

    package struct Question {
        package var octets: [UInt8]
        package var transport: Transport
        package var asked: Instant
    }

    package struct UpstreamQuery {
        package var attempt: Attempt
        package var octets: [UInt8]
        package var option: ServerOption

        package var server: String {
            option.port == 53 ? "\(option.address)" : "\(option.address)#\(option.port)"
        }
    }

    package let counters = Counters()
    package private(set) var cache: AnswerCache
    private let cacheOctets: Int
    package var resolver: Resolver
    package var forwarder: Forwarder
    package private(set) var snapshot: Snapshot
    package private(set) var now = Instant(milliseconds: 1_000_000_000)
    /// Every question that a client asked, by its number less one.
    package private(set) var questions: [Question] = []
    /// Clients that wait.
    package private(set) var waiting: Set<Int> = []
    /// Memory for messages that nobody writes to now.
    private var spareRows: [[UInt8]] = []
    /// Who asked last.
    private var client = IPAddress.ipv4Any
    /// What was sent and not looked at yet.
    package var answers: [Answer] = []
    package var upstream: [UpstreamQuery] = []
    /// What the operator was warned of and nobody looked at yet.
    package var warnings: [String] = []

    /// Servers are asked one after the other: what scenarios about their order show.
    package convenience init(_ options: Options, _ hosts: HostsTable) {
        var limits = ForwarderLimits()
        limits.asksAllUnknown = false
        self.init(
            Self.compile(options, hosts, after: nil), limits,
            cacheOctets: AnswerCache.octets(forEntries: options.cache.entries))
    }

    package init(_ snapshot: Snapshot, _ limits: ForwarderLimits, cacheOctets: Int) {
        self.cacheOctets = cacheOctets
        cache = AnswerCache(octets: cacheOctets)
        resolver = Resolver(cache: cache, counters: counters)
        forwarder = Forwarder(limits: limits)
        self.snapshot = snapshot
        forwarder.adopt(snapshot)
    }

    /// Begins anew with other tables, and keeps what is only memory.
    package func restart(_ snapshot: Snapshot, _ limits: ForwarderLimits) {
        if self.snapshot.generation == snapshot.generation {
            cache.removeAll()
        } else {
            // It takes nothing by the rules of an older snapshot.
            cache = AnswerCache(octets: cacheOctets)
            resolver = Resolver(cache: cache, counters: counters)
        }
        forwarder = Forwarder(limits: limits)
        self.snapshot = snapshot
        forwarder.adopt(snapshot)
        now = Instant(milliseconds: 1_000_000_000)
        questions.removeAll(keepingCapacity: true)
        waiting.removeAll()
        answers.removeAll(keepingCapacity: true)
        upstream.removeAll(keepingCapacity: true)
        warnings.removeAll()
    }

    /// A loopback interface, and one in 10.0.0.0/24, 10.0.1.0/24 and fd00:0:0:1::/64.
    package static let facts = HostFacts(
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

    package static func compile(
        _ options: Options, _ hosts: HostsTable, after previous: Snapshot?
    ) -> Snapshot {
        Snapshot(
            options: options, hosts: hosts, facts: facts, seed: 0x5EED_5EED,
            generation: (previous?.generation ?? 0) + 1, previous: previous)
    }

    /// What a reload does: new tables, the cache forgets some answers, the flights keep flying.
    package func reload(_ options: Options, _ hosts: HostsTable) {
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
    package func ask(
        _ octets: [UInt8], _ transport: Transport, _ arrival: Arrival = Arrival(),
        from address: IPAddress? = nil
    ) {
        client = address ?? IPAddress(ipv4: 0x0A01_0203)
        questions.append(Question(octets: octets, transport: transport, asked: now))
        let client = questions.count
        var row = takeRow()
        defer { spareRows.append(row) }
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
        case .reply: note(client, Array(row[..<count]))
        case .replyAndRefresh(let plan):
            note(client, Array(row[..<count]))
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
        var row = takeRow()
        defer { spareRows.append(row) }
        var count = 0
        do {
            var span = row.mutableSpan
            var writer = WireWriter(span.mutableBytes)
            compose(&resolver, &writer)
            count = writer.count
        }
        let client = Int(waiter.returnPath.words[0])
        waiting.remove(client)
        note(client, Array(row[..<count]))
    }

    private func note(_ client: Int, _ octets: [UInt8]) {
        answers.append(Answer(client: client, octets: octets, source: resolver.source, at: now))
    }

    private func takeRow() -> [UInt8] {
        spareRows.popLast() ?? [UInt8](repeating: 0, count: WireLimits.messageOctets)
    }

    // MARK: Upstream

    private func launch(_ flight: Flight) {
        while let attempt = forwarder.nextUnsent(of: flight) {
            var row = takeRow()
            defer { spareRows.append(row) }
            var count = 0
            do {
                var span = row.mutableSpan
                var writer = WireWriter(span.mutableBytes)
                if forwarder.writeQuery(for: attempt, into: &writer) { count = writer.count }
            }
            upstream.append(
                UpstreamQuery(
                    attempt: attempt, octets: Array(row[..<count]),
                    option: snapshot.servers[Int(attempt.server)].option))
        }
    }

    /// Hands in what came to the socket of an attempt; whether it was taken for its answer.
    package func receive(_ octets: [UInt8], for attempt: Attempt) -> Bool {
        guard forwarder.attempt(forToken: attempt.token) != nil else { return false }
        guard !snapshot.ignores(octets.span.bytes) else { return false }
        settle(forwarder.receive(octets.span.bytes, for: attempt, now: now), octets)
        return !forwarder.isAwaited(attempt)
    }

    /// The socket of an attempt says that nobody listens there.
    package func refuse(_ attempt: Attempt, _ fault: Forwarder.SocketFault = .broken) {
        settle(forwarder.attemptFailed(attempt, fault, now: now), [])
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
        var first = takeRow()
        var second = takeRow()
        defer { spareRows += [first, second] }
        var count = 0
        do {
            var own = first.mutableSpan
            var ownWriter = WireWriter(own.mutableBytes)
            var span = second.mutableSpan
            var writer = WireWriter(span.mutableBytes)
            guard
                resolver.replaceOwnEnd(
                    of: octets.span.bytes, now: now, snapshot: snapshot, own: &ownWriter,
                    merged: &writer)
            else { return octets }
            count = writer.count
        }
        return Array(second[..<count])
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
        var row = takeRow()
        defer { spareRows.append(row) }
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
    package func advance(milliseconds: Int64) {
        let end = now.advanced(byMilliseconds: milliseconds)
        while let due = forwarder.nextDeadline, due <= end {
            now = max(now, due)
            while let outcome = forwarder.expire(now: now) { settle(outcome, []) }
        }
        now = end
    }
}
