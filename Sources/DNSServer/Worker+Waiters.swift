import DNSResolver
import DNSWire
import LinuxIO

// What clients get that wait for an upstream's answer.

extension Worker {
    /// Acts on what became of a flight. The message that decided it is in `upstreamRow`, `octets`
    /// long.
    ///
    /// `isShared`: another worker has asked, taken the answer in and told of what is wrong with it.
    mutating func settle(_ outcome: Forwarder.Outcome, octets: Int, isShared: Bool = false) {
        switch outcome {
        case .ignore: break
        case .retry(let flight): launch(flight)
        case .answered(let flight):
            if !isShared { Self.restoreSpelling(flight, forwarder, in: &upstreamRow, octets) }
            let octets =
                Self.replaceOwnEnd(&upstreamRow, octets, now, snapshot, &resolver, &row, &queryRow)
            if !isShared {
                if Self.detectsRebinding(upstreamRow, octets, snapshot, &resolver) {
                    warnRebinding(of: resolver.suspectName)
                }
                if Self.allowsCaching(upstreamRow, octets, flight, forwarder) {
                    Self.accept(upstreamRow, octets, now: now, snapshot: snapshot, &resolver)
                }
                share(flight, octets: octets) { _ in .answered }
            }
            answerWaiters(of: flight, octets)
        case .answeredBadly(let flight):
            if !isShared { Self.restoreSpelling(flight, forwarder, in: &upstreamRow, octets) }
            share(flight, octets: octets) { [now] in
                .answeredBadly($0.failureMemory(of: flight, now: now))
            }
            guard !answerFromLastResort(flight) else { return close(flight) }
            answerWaiters(of: flight, octets)
        case .overdue(let flight): _ = answerFromLastResort(flight)
        case .failed(let flight, let code, let extendedError):
            share(flight) { [now] in
                $0.wasEvicted(flight)
                    ? .abandoned
                    : .failed(code, extendedError, $0.failureMemory(of: flight, now: now))
            }
            _ = answerFromLastResort(flight)
            while let waiter = forwarder.nextWaiter(of: flight) {
                fail(waiter, code, extendedError)
            }
            close(flight)
        }
    }

    /// Answers all who wait for a flight with what the cache had; false if it has nothing.
    private mutating func answerFromLastResort(_ flight: Flight) -> Bool {
        guard let view = forwarder.view(of: flight) else { return false }
        let octets = Self.writeLastResort(view, now, snapshot, &resolver, &upstreamRow)
        guard octets > 0 else { return false }
        answerWaiters(of: flight, octets, isLastResort: true)
        return true
    }

    /// Answers a client whose question nobody could answer a moment ago.
    mutating func answerFailing(
        _ waiter: Waiter, _ traits: QueryTraits, _ extendedError: ExtendedError
    ) {
        let view = FlightView(
            name: resolver.upstreamName, type: resolver.query.type,
            recordClass: resolver.query.recordClass, traits: traits, group: nil, label: serial)
        let octets =
            resolver.hasLastResort
            ? Self.writeLastResort(view, now, snapshot, &resolver, &upstreamRow) : 0
        guard octets > 0 else { return fail(waiter, .serverFailure, extendedError) }
        let length = Self.compose(
            waiter, from: upstreamRow, octets, isLastResort: true, snapshot: snapshot, &resolver,
            &row)
        deliver(length, to: waiter)
    }

    private static func writeLastResort(
        _ view: FlightView, _ now: Instant, _ snapshot: Snapshot, _ resolver: inout Resolver,
        _ row: inout MessageRow
    ) -> Int {
        var writer = WireWriter(row.message)
        let hasWritten = resolver.writeLastResort(
            view, now: now, snapshot: snapshot, into: &writer)
        return hasWritten ? writer.count : 0
    }

    private mutating func answerWaiters(
        of flight: Flight, _ octets: Int, isLastResort: Bool = false
    ) {
        while let waiter = forwarder.nextWaiter(of: flight) {
            let length = Self.compose(
                waiter, from: upstreamRow, octets, isLastResort: isLastResort,
                snapshot: snapshot, &resolver, &row)
            deliver(length, to: waiter)
        }
        if !isLastResort { close(flight) }
    }

    // Static functions name the parts of the worker that they read and change, since a span of one
    // part would otherwise hold all of it.

    private static func accept(
        _ reply: borrowing MessageRow, _ octets: Int, now: Instant, snapshot: Snapshot,
        _ resolver: inout Resolver
    ) {
        resolver.accept(reply.message(octets), now: now, snapshot: snapshot)
    }

    private static func restoreSpelling(
        _ flight: Flight, _ forwarder: borrowing Forwarder, in row: inout MessageRow, _ octets: Int
    ) {
        var span = row.message
        forwarder.restoreSpelling(of: flight, in: &span, octets: octets)
    }

    /// Changes the reply in the first row where it speaks of our own names; gives its length.
    private static func replaceOwnEnd(
        _ reply: inout MessageRow, _ octets: Int, _ now: Instant, _ snapshot: Snapshot,
        _ resolver: inout Resolver, _ own: inout MessageRow, _ merged: inout MessageRow
    ) -> Int {
        var count = 0
        do {
            var ownWriter = WireWriter(own.message)
            var writer = WireWriter(merged.message)
            guard
                resolver.replaceOwnEnd(
                    of: reply.message(octets), now: now, snapshot: snapshot, own: &ownWriter,
                    merged: &writer)
            else { return octets }
            count = writer.count
        }
        var writer = WireWriter(reply.message)
        return writer.write(merged.message(count)) ? count : octets
    }

    private static func allowsCaching(
        _ reply: borrowing MessageRow, _ octets: Int, _ flight: Flight,
        _ forwarder: borrowing Forwarder
    ) -> Bool {
        forwarder.allowsCaching(reply.message(octets), of: flight)
    }

    private static func detectsRebinding(
        _ reply: borrowing MessageRow, _ octets: Int, _ snapshot: Snapshot,
        _ resolver: inout Resolver
    ) -> Bool {
        resolver.detectsRebinding(reply.message(octets), snapshot: snapshot)
    }

    static func judge(
        _ message: borrowing MessageRow, _ octets: Int, _ attempt: Attempt, now: Instant,
        snapshot: Snapshot, _ forwarder: inout Forwarder
    ) -> Forwarder.Outcome {
        guard !snapshot.ignores(message.message(octets)) else { return .ignore }
        return forwarder.receive(message.message(octets), for: attempt, now: now)
    }

    private static func compose(
        _ waiter: Waiter, from reply: borrowing MessageRow, _ octets: Int,
        isLastResort: Bool = false, snapshot: Snapshot,
        _ resolver: inout Resolver, _ row: inout MessageRow
    ) -> Int {
        var writer = WireWriter(row.message)
        resolver.compose(
            waiter.client, from: reply.message(octets), isLastResort: isLastResort,
            snapshot: snapshot, into: &writer)
        return writer.count
    }

    mutating func fail(
        _ waiter: Waiter, _ code: ResponseCode, _ extendedError: ExtendedError?
    ) {
        let length = Self.composeFailure(waiter, code, extendedError, &resolver, &row)
        deliver(length, to: waiter)
    }

    private static func composeFailure(
        _ waiter: Waiter, _ code: ResponseCode, _ extendedError: ExtendedError?,
        _ resolver: inout Resolver, _ row: inout MessageRow
    ) -> Int {
        var writer = WireWriter(row.message)
        resolver.composeFailure(waiter.client, code, extendedError, into: &writer)
        return writer.count
    }

    /// Sends the answer in `row` to a client that waited for it.
    private mutating func deliver(_ length: Int, to waiter: Waiter) {
        let path = waiter.returnPath
        noteLate(waiter, flags: row.message(length).uint16(at: 2))
        if isLogging {
            setup.queryLog?.record(
                .answer, serial: path.serial, client: path.peer,
                transport: path.kind == .datagram ? .udp : .tcp, source: resolver.source,
                server: resolver.source.isUpstream ? answeringServer : 0,
                octets: row.message(length), at: nowMicroseconds)
        }
        switch path.kind {
        case .stream: sendLate(length, to: path.streamToken)
        case .datagram:
            let socket = listeners[path.listener].udp
            guard socket >= 0 else { return }
            // Rows of the batch at hand belong to another socket, or are not sent yet: these go
            // first.
            flush(socket)
            Self.copy(row, length, into: &sending)
            sending.commit(length: min(length, sending.rowOctets), to: path.client)
            flush(socket)
        }
    }

    private static func copy(
        _ row: borrowing MessageRow, _ length: Int, into sending: inout SendBatch
    ) {
        var writer = WireWriter(sending.row(sending.count))
        _ = writer.write(row.message(length))
    }

    private mutating func close(_ flight: Flight) {
        share(flight) { _ in .abandoned }
        while let attempt = forwarder.nextAttempt(of: flight) { upstream.close(attempt, now: now) }
        forwarder.close(flight)
    }
}
