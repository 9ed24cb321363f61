import DNSResolver
import DNSWire
import LinuxIO

// Questions that several workers have: one of them asks.

extension Worker {
    /// Asks what a new flight is about, or waits for another worker that does already.
    mutating func begin(_ flight: Flight, hasWaiter: Bool) {
        guard let flights = setup.flights else { return launch(flight) }
        let role = flights.open(
            forwarder.key(of: flight), by: setup.number, waits: hasWaiter, now: now)
        switch role {
        case .owner: forwarder.ask(flight, as: .owner, now: now)
        case .alone: forwarder.ask(flight, as: .alone, now: now)
        case .follower(let due):
            // Without a client it is for the cache, which has the other one's answer then.
            if hasWaiter { forwarder.follow(flight, until: due) } else { forwarder.close(flight) }
            return
        }
        launch(flight)
    }

    /// Tells those who follow a flight what came of it; the message is in `upstreamRow`.
    ///
    /// After the answer is in the cache: who comes later finds it there.
    mutating func share(
        _ flight: Flight, octets: Int = 0, _ outcome: (borrowing Forwarder) -> SharedOutcome
    ) {
        guard setup.flights != nil else { return }
        let key = forwarder.endSharing(of: flight)
        guard key != 0, let flights = setup.flights else { return }
        let followers = flights.close(key, by: setup.number)
        guard followers != 0 else { return }
        flights.post(
            FlightPost(
                key: key, outcome: outcome(forwarder), server: answeringServer,
                octets: Self.copy(upstreamRow.message(octets))),
            to: followers)
    }

    private static func copy(_ message: RawSpan) -> [UInt8] {
        unsafe message.withUnsafeBytes { unsafe Array($0) }
    }

    /// Goes on with the flights whose question another worker has asked.
    mutating func takePosts() {
        guard let flights = setup.flights else { return }
        let isComplete = flights.take(for: setup.number, into: &posts)
        for post in posts {
            let count = Self.copy(post.octets, into: &upstreamRow)
            answeringServer = post.server
            settle(
                Self.receive(post, count, upstreamRow, now: now, &forwarder), octets: count,
                isShared: true)
        }
        posts.removeAll(keepingCapacity: true)
        guard !isComplete else { return }
        // Nobody knows which ones it was about.
        var start = 0
        while let (key, next) = forwarder.follower(from: start) {
            start = next
            let post = FlightPost(key: key, outcome: .abandoned, server: 0, octets: [])
            settle(Self.receive(post, 0, upstreamRow, now: now, &forwarder), octets: 0)
        }
    }

    private static func copy(_ octets: [UInt8], into row: inout MessageRow) -> Int {
        var writer = WireWriter(row.message)
        // Safe: the octets of an array are initialised.
        return unsafe writer.write(octets.span.bytes) ? writer.count : 0
    }

    private static func receive(
        _ post: FlightPost, _ count: Int, _ row: borrowing MessageRow, now: Instant,
        _ forwarder: inout Forwarder
    ) -> Forwarder.Outcome {
        forwarder.receive(post.outcome, key: post.key, message: row.message(count), now: now)
    }
}
