import DNSConfig
import DNSWire
import Testing

@testable import DNSResolver

@Suite struct ForwarderReplyTests {
    @Test(arguments: [ResponseCode.noError, .nameError])
    func `a reply that fits is the answer`(code: ResponseCode) {
        var bench = ForwarderBench()
        let flight = bench.open()
        let attempt = bench.unsent(flight)[0]
        #expect(bench.answer(attempt, code) == .answered(flight))
        #expect(bench.forwarder.nextDeadline == nil)
    }

    /// Octet and bit of the good reply to change; the question is `7 example 0`, from octet 12.
    @Test(arguments: [
        (0, 0x01), (1, 0x80), (2, 0x80), (2, 0x10), (2, 0x40), (4, 0x01), (5, 0x01), (5, 0x03),
        (12, 0x01), (20, 0x01), (22, 0x02), (24, 0x02),
    ])
    func `a reply with one wrong bit is ignored, then the good one counts`(octet: Int, bits: Int) {
        var bench = ForwarderBench()
        let flight = bench.open("example")
        let attempt = bench.unsent(flight)[0]
        var wrong = bench.reply(attempt)
        wrong[octet] ^= UInt8(bits)
        #expect(bench.receive(wrong, for: attempt) == .ignore)
        #expect(bench.answer(attempt) == .answered(flight))
    }

    @Test(arguments: [0, 1, 11, 12, 24, 25, 35])
    func `a reply cut before its end is ignored`(length: Int) {
        var bench = ForwarderBench()
        let flight = bench.open("example")
        let attempt = bench.unsent(flight)[0]
        let cut = Array(bench.reply(attempt)[..<length])
        #expect(bench.receive(cut, for: attempt) == .ignore)
        #expect(bench.answer(attempt) == .answered(flight))
    }

    @Test func `the sixteenth wrong reply moves the server to TCP`() {
        var bench = ForwarderBench()
        let flight = bench.open()
        let attempt = bench.unsent(flight)[0]
        for _ in 0..<15 { #expect(bench.receive([1, 2, 3], for: attempt) == .ignore) }
        #expect(bench.receive([1, 2, 3], for: attempt) == .retry(flight))
        let connection = bench.unsent(flight)[0]
        #expect(connection.transport == .tcp)
        #expect(connection.index == attempt.index)
        #expect(bench.answer(attempt) == .ignore)
        for _ in 0..<100 { #expect(bench.receive([1, 2, 3], for: connection) == .ignore) }
        #expect(bench.answer(connection) == .answered(flight))
    }

    @Test func `a truncated datagram moves the same server to TCP with a new id`() {
        var bench = ForwarderBench(servers: 2)
        let flight = bench.open()
        let attempt = bench.unsent(flight)[0]
        var truncated = bench.reply(attempt)
        truncated[2] |= 0x02
        #expect(bench.receive(truncated, for: attempt) == .retry(flight))
        let connection = bench.unsent(flight)[0]
        #expect(connection.server == attempt.server)
        #expect(connection.transport == .tcp)
        #expect(connection != attempt)
        #expect(bench.forwarder.attempt(forToken: attempt.token) == nil)
        #expect(bench.answer(connection) == .answered(flight))
    }

    @Test func `more octets than were asked for count as truncated`() {
        var bench = ForwarderBench()
        let flight = bench.open()
        let attempt = bench.unsent(flight)[0]
        let reply = bench.reply(attempt)
        let padding = [UInt8](repeating: 0, count: 1233 - reply.count)
        #expect(bench.receive(reply + padding, for: attempt) == .retry(flight))
        let connection = bench.unsent(flight)[0]
        #expect(
            bench.receive(bench.reply(connection) + padding, for: connection) == .answered(flight))
    }

    @Test func `a truncated message over TCP is no answer`() {
        var bench = ForwarderBench()
        let flight = bench.open()
        let attempt = bench.unsent(flight)[0]
        var truncated = bench.reply(attempt)
        truncated[2] |= 0x02
        _ = bench.receive(truncated, for: attempt)
        let connection = bench.unsent(flight)[0]
        truncated = bench.reply(connection)
        truncated[2] |= 0x02
        // Part of an answer must not be taken for all of it.
        #expect(bench.receive(truncated, for: connection) == .retry(flight))
        let again = bench.unsent(flight)[0]
        truncated = bench.reply(again)
        truncated[2] |= 0x02
        #expect(
            bench.receive(truncated, for: again)
                == .failed(flight, .serverFailure, .networkError))
    }

    @Test(arguments: [ResponseCode.serverFailure, .refused, ResponseCode(rawValue: 9)])
    func `the only server is asked once more after a bad rcode, and that is the end`(
        code: ResponseCode
    ) {
        var bench = ForwarderBench()
        let flight = bench.open()
        let first = bench.unsent(flight)[0]
        #expect(bench.answer(first, code) == .retry(flight))
        let end: Forwarder.Outcome =
            code == .serverFailure
            ? .answeredBadly(flight) : .failed(flight, .serverFailure, .noReachableAuthority)
        #expect(bench.answer(bench.unsent(flight)[0], code) == end)
        _ = bench.finish(flight)
        #expect(bench.submit("www.example.com") == .failing(.noReachableAuthority))
        bench.elapsed += 5000
        _ = bench.open()
    }

    @Test func `a good answer is taken after a bad one to the same attempt`() {
        var bench = ForwarderBench()
        let flight = bench.open()
        let first = bench.unsent(flight)[0]
        #expect(bench.answer(first, .serverFailure) == .retry(flight))
        #expect(bench.answer(first, .serverFailure) == .ignore)
        #expect(bench.answer(first) == .answered(flight))
    }

    @Test(arguments: [ResponseCode.serverFailure, .refused, .notImplemented, .formatError])
    func `after a bad rcode the next server is asked at once`(code: ResponseCode) {
        var bench = ForwarderBench(servers: 2)
        let flight = bench.open()
        var attempt = bench.unsent(flight)[0]
        if bench.answer(attempt, code) == .retry(flight) { attempt = bench.unsent(flight)[0] }
        if attempt.server == 0 {
            // It was asked again without OPT first.
            #expect(bench.answer(attempt, code) == .retry(flight))
            attempt = bench.unsent(flight)[0]
        }
        #expect(attempt.server == 1)
        #expect(bench.answer(attempt) == .answered(flight))
    }

    @Test func `SERVFAIL is preferred over REFUSED, and the message at hand where it is the best`()
    {
        var bench = ForwarderBench(servers: 2)
        var flight = bench.open("a")
        _ = bench.answer(bench.unsent(flight)[0], .serverFailure)
        #expect(
            bench.answer(bench.unsent(flight)[0], .refused)
                == .failed(flight, .serverFailure, .noReachableAuthority))
        flight = bench.open("b")
        _ = bench.answer(bench.unsent(flight)[0], .refused)
        #expect(bench.answer(bench.unsent(flight)[0], .serverFailure) == .answeredBadly(flight))
    }

    @Test func `after a bad answer the others get one more second`() {
        var bench = ForwarderBench(
            servers: 2, options: forwardingOptions { $0.asksAllServers = true })
        let flight = bench.open()
        let attempts = bench.unsent(flight)
        bench.elapsed = 10
        #expect(bench.answer(attempts[1], .refused) == .ignore)
        // The silent one is asked again after 400 ms.
        #expect(bench.run(to: 1009) == [.retry(flight)])
        #expect(bench.run(to: 1010) == [.failed(flight, .serverFailure, .noReachableAuthority)])
    }

    @Test(arguments: [ResponseCode.formatError, .notImplemented])
    func `a server that cannot bear EDNS is asked without, and that is remembered`(
        code: ResponseCode
    ) {
        var bench = ForwarderBench()
        var flight = bench.open("a")
        let attempt = bench.unsent(flight)[0]
        #expect(bench.answer(attempt, code) == .retry(flight))
        let plain = bench.unsent(flight)[0]
        #expect(bench.query(plain)[11] == 0)
        #expect(bench.query(plain).count == 12 + 3 + 4)
        #expect(bench.answer(plain) == .answered(flight))
        _ = bench.finish(flight)

        flight = bench.open("b")
        #expect(bench.query(bench.unsent(flight)[0])[11] == 0)
        bench.elapsed = 600_000
        flight = bench.open("c")
        #expect(bench.query(bench.unsent(flight)[0])[11] == 1)
    }

    @Test func `a server that dislikes the query itself keeps EDNS`() {
        var bench = ForwarderBench()
        var flight = bench.open("a")
        for _ in 0..<2 {
            #expect(bench.answer(bench.unsent(flight)[0], .formatError) == .retry(flight))
        }
        #expect(
            bench.answer(bench.unsent(flight)[0], .formatError)
                == .failed(flight, .serverFailure, .noReachableAuthority))
        flight = bench.open("b")
        #expect(bench.query(bench.unsent(flight)[0])[11] == 1)
    }

    @Test func `each attempt has its own random id, and a repeat that of its attempt`() {
        var bench = ForwarderBench(servers: 2)
        bench.forwarder.random.refill(from: ([1, 2, 3, 4, 5, 6, 7, 8] as [UInt8]).span.bytes)
        let flight = bench.open()
        let first = bench.query(bench.unsent(flight)[0])[..<2]
        _ = bench.run(to: 400)
        let second = bench.query(bench.unsent(flight)[0])[..<2]
        #expect(Array(first + second).sorted() == [5, 6, 7, 8])
        _ = bench.run(to: 1200)
        let again = bench.unsent(flight)
        #expect(again.map(\.isRepeat) == [true] && bench.query(again[0])[..<2] == first)
    }

    @Test func `servers count what they were sent and how they did`() {
        var bench = ForwarderBench(servers: 2)
        let statistics = bench.servers.map(\.statistics)
        var flight = bench.open("a")
        _ = bench.answer(bench.unsent(flight)[0], .refused)
        bench.elapsed = 20
        _ = bench.answer(bench.unsent(flight)[0], .nameError)
        _ = bench.finish(flight)
        flight = bench.open("b")
        #expect(statistics.map { $0.sent.load(ordering: .relaxed) } == [1, 2])
        #expect(statistics.map { $0.retried.load(ordering: .relaxed) } == [0, 1])
        #expect(statistics.map { $0.failed.load(ordering: .relaxed) } == [1, 0])
        #expect(statistics.map { $0.nameErrors.load(ordering: .relaxed) } == [0, 1])
        #expect(statistics.map { $0.latencyMilliseconds.load(ordering: .relaxed) } == [0, 20])
    }
}
