import DNSConfig
import DNSWire

@testable import DNSResolver

/// A forwarder with servers, a clock that a test moves, and a worker's part played by hand.
struct ForwarderBench: ~Copyable {
    var forwarder: Forwarder
    let start = Instant(milliseconds: 1_000_000)
    var now = Instant(milliseconds: 1_000_000)
    var servers: [UpstreamServer]
    private var nextClient: UInt16 = 0

    init(
        servers count: Int = 1, limits: ForwarderLimits = ForwarderLimits(),
        options: Options = forwardingOptions { _ in }, asksAllUnknown: Bool = false
    ) {
        // The order of servers is what most tests are about; the first question to all has its own.
        var limits = limits
        limits.asksAllUnknown = asksAllUnknown
        forwarder = Forwarder(limits: limits)
        servers = (0..<count).map { Self.server($0) }
        forwarder.adopt(
            servers: servers, groups: [Self.group(0..<count)], options: options)
    }

    static func server(_ index: Int) -> UpstreamServer {
        guard let address = IPAddress(parsing: "192.0.2.\(index + 1)") else {
            preconditionFailure("not an address")
        }
        return UpstreamServer(ServerOption(address: address), statistics: ServerStatistics())
    }

    static func group(_ servers: Range<Int>, domain: String? = nil) -> ServerGroup {
        ServerGroup(
            servers: servers.map(UInt16.init), domain: domain.flatMap { DomainName(parsing: $0) })
    }

    static func name(_ text: String) -> NameBuffer {
        // Spelled as given: DomainName folds, so the letters are put back.
        guard let folded = DomainName(parsing: text) else { preconditionFailure("not a name") }
        var name = NameBuffer(folded)
        for (index, letter) in text.utf8.enumerated() where letter != UInt8(ascii: ".") {
            name.octets[index + 1] = letter
        }
        return name
    }

    /// Milliseconds since the start.
    var elapsed: Int64 {
        get { now.milliseconds - start.milliseconds }
        set { now = start.advanced(byMilliseconds: newValue) }
    }

    mutating func client(_ traits: QueryTraits = .recursionDesired) -> Waiter {
        var client = ClientQuery()
        client.id = nextClient
        nextClient &+= 1
        return Waiter(client: client, returnPath: ReturnPath(), arrival: now)
    }

    mutating func submit(
        _ name: String, type: RecordType = .a, traits: QueryTraits = .recursionDesired,
        options: [UInt8] = [], group: UInt16 = 0, from address: UInt64? = nil
    ) -> Forwarder.Submission {
        let waiter = client()
        var list = EDNSOptions()
        list.take(options.span.bytes, from: 0, count: options.count)
        return forwarder.submit(
            name: Self.name(name), type: type, recordClass: .internet, traits: traits,
            options: list, group: group, waiter: waiter, client: address ?? UInt64(nextClient),
            now: now)
    }

    mutating func open(
        _ name: String = "www.example.com", traits: QueryTraits = .recursionDesired,
        options: [UInt8] = [], group: UInt16 = 0
    ) -> Flight {
        guard
            case .opened(let flight) = submit(
                name, traits: traits, options: options, group: group)
        else {
            preconditionFailure("the flight was not opened")
        }
        return flight
    }

    mutating func unsent(_ flight: Flight) -> [Attempt] {
        var attempts: [Attempt] = []
        while let attempt = forwarder.nextUnsent(of: flight) { attempts.append(attempt) }
        return attempts
    }

    /// The servers of the attempts that are to be sent now.
    mutating func asked(_ flight: Flight) -> [Int] { unsent(flight).map { Int($0.server) } }

    func query(_ attempt: Attempt) -> [UInt8] {
        var row = [UInt8](repeating: 0, count: 512)
        var count = 0
        do {
            var span = row.mutableSpan
            var writer = WireWriter(span.mutableBytes)
            guard forwarder.writeQuery(for: attempt, into: &writer) else { return [] }
            count = writer.count
        }
        return Array(row[..<count])
    }

    /// The reply that fits an attempt: its query with QR, RA and an rcode.
    func reply(_ attempt: Attempt, _ code: ResponseCode = .noError) -> [UInt8] {
        var octets = query(attempt)
        guard !octets.isEmpty else { return [UInt8](repeating: 0, count: 12) }
        octets[2] |= 0x80
        octets[3] = 0x80 | code.rawValue
        return octets
    }

    mutating func receive(_ octets: [UInt8], for attempt: Attempt) -> Forwarder.Outcome {
        forwarder.receive(octets.span.bytes, for: attempt, now: now)
    }

    mutating func answer(
        _ attempt: Attempt, _ code: ResponseCode = .noError
    ) -> Forwarder.Outcome {
        receive(reply(attempt, code), for: attempt)
    }

    /// Opens a flight, lets the answer take so long, and closes it; gives the server asked first.
    @discardableResult
    mutating func roundTrip(_ name: String, milliseconds: Int64) -> Int {
        let flight = open(name)
        let attempt = unsent(flight)[0]
        elapsed += milliseconds
        _ = answer(attempt)
        forwarder.close(flight)
        return Int(attempt.server)
    }

    /// Moves the clock to a time since the start, from deadline to deadline; gives all outcomes.
    mutating func run(to milliseconds: Int64) -> [Forwarder.Outcome] {
        let end = start.advanced(byMilliseconds: milliseconds)
        var outcomes: [Forwarder.Outcome] = []
        while let next = forwarder.nextDeadline, next <= end {
            now = max(now, next)
            while let outcome = forwarder.expire(now: now) { outcomes.append(outcome) }
        }
        now = end
        return outcomes
    }

    /// Pops the ids of all waiters, and closes.
    mutating func finish(_ flight: Flight) -> [UInt16] {
        var ids: [UInt16] = []
        while let waiter = forwarder.nextWaiter(of: flight) { ids.append(waiter.client.id) }
        while forwarder.nextAttempt(of: flight) != nil {}
        forwarder.close(flight)
        return ids
    }
}

/// The defaults with some forwarding options changed, and letters as they are asked.
func forwardingOptions(_ change: (inout ForwardingOptions) -> Void) -> Options {
    var options = Options()
    options.forwarding.encodesCase = false
    change(&options.forwarding)
    return options
}

extension Forwarder {
    /// As a worker does, where the rules send every question to the first group without a domain.
    mutating func adopt(
        servers: [UpstreamServer], groups: [ServerGroup], options: borrowing Options
    ) {
        let group = groups.firstIndex { $0.domain == nil }
        adopt(servers: servers, groups: groups, options: options) { _, _ in group.map(UInt16.init) }
    }
}
