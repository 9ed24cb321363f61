import DNSConfig
import DNSWire
import Testing

@testable import DNSResolver

/// EDNS options, letter case and repeats of questions on their way.
@Suite struct ForwarderOptionTests {
    /// 10.1.2.0/24, scope 0. RFC 7871 §6.
    private let subnet: [UInt8] = [0, 8, 0, 7, 0, 1, 24, 0, 10, 1, 2]
    private let cookie: [UInt8] = [0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8]

    @Test func `options stand in the OPT record of the question`() {
        var bench = ForwarderBench()
        let flight = bench.open(options: cookie + subnet)
        let query = bench.query(bench.unsent(flight)[0])
        #expect(Array(query.suffix(23)) == cookie + subnet)
        #expect(
            Array(query.suffix(34)[..<query.endIndex].prefix(11))
                == [0, 0, 41, 0x04, 0xD0, 0, 0, 0, 0, 0, 23])
    }

    @Test func `only questions with the same options share a flight`() {
        var bench = ForwarderBench()
        let flight = bench.open("a", options: cookie)
        #expect(bench.submit("A", options: cookie) == .joined)
        #expect(bench.submit("a") != .joined)
        #expect(bench.submit("a", options: subnet) != .joined)
        #expect(bench.submit("a", options: cookie + cookie) != .joined)
        #expect(bench.submit("a", options: cookie) == .joined)
        #expect(bench.finish(flight) == [0, 1, 5])
    }

    @Test func `a slot that is used again has no options of the flight before`() {
        var bench = ForwarderBench()
        var flight = bench.open("a", options: cookie)
        _ = bench.unsent(flight)
        _ = bench.finish(flight)
        flight = bench.open("b")
        #expect(bench.query(bench.unsent(flight)[0]).suffix(2) == [0, 0])
    }

    /// Octet of the reply's option that differs, and whether that is a reason to drop it.
    @Test(arguments: [
        (5, false), (6, false), (7, true), (8, false), (10, false), (3, false),
    ])
    func `a reply about another network is dropped, whatever its scope`(
        octet: Int, isBelieved: Bool
    ) {
        var bench = ForwarderBench()
        let flight = bench.open(options: subnet)
        let attempt = bench.unsent(flight)[0]
        var reply = bench.reply(attempt)
        reply[reply.count - subnet.count + octet] ^= octet == 3 ? 1 : 8
        if octet == 3 {
            // One octet less, in the option as in the record.
            reply.removeLast()
            reply[reply.count - subnet.count] -= 1
        }
        let expected: Forwarder.Outcome = isBelieved ? .answered(flight) : .ignore
        #expect(bench.receive(reply, for: attempt) == expected)
        let isNoted = bench.forwarder.takeSubnetMismatch()
        #expect(isNoted == !isBelieved)
        if !isBelieved { #expect(bench.answer(attempt) == .answered(flight)) }
    }

    @Test func `a reply without a subnet is believed`() {
        var bench = ForwarderBench()
        let flight = bench.open(options: subnet)
        let attempt = bench.unsent(flight)[0]
        var reply = Array(bench.reply(attempt).dropLast(subnet.count))
        (reply[reply.count - 2], reply[reply.count - 1]) = (0, 0)
        #expect(bench.receive(reply, for: attempt) == .answered(flight))
    }

    @Test(
        arguments: [
            (.isPrivate, 0, false), (.hasOwnSubnet, 0, true), (.hasOwnSubnet, 16, false),
            (.checkingDisabled, 0, false), (.authenticatedData, 24, true),
        ] as [(QueryTraits, UInt8, Bool)])
    func `what is for one client is not kept`(traits: QueryTraits, scope: UInt8, isKept: Bool) {
        var bench = ForwarderBench()
        let flight = bench.open(traits: traits.union(.recursionDesired), options: subnet)
        var reply = bench.reply(bench.unsent(flight)[0])
        reply[reply.count - 4] = scope
        #expect(bench.forwarder.allowsCaching(reply.span.bytes, of: flight) == isKept)
    }

    @Test(arguments: [UInt8(1), 4])
    func `a header alone that says FORMERR or NOTIMP asks for no OPT`(code: UInt8) {
        var bench = ForwarderBench()
        let flight = bench.open()
        let attempt = bench.unsent(flight)[0]
        let id = Array(bench.query(attempt)[..<2])
        let bare = id + [0x80, 0x80 | code] + [UInt8](repeating: 0, count: 8)
        #expect(bench.receive([id[0] ^ 1] + bare.dropFirst(), for: attempt) == .ignore)
        #expect(bench.receive(bare, for: attempt) == .retry(flight))
        let plain = bench.unsent(flight)[0]
        #expect(bench.query(plain)[11] == 0)
        // Without OPT it is enough to ask once more, and never an answer.
        let again = Array(bench.query(plain)[..<2]) + bare.dropFirst(2)
        #expect(bench.receive(again, for: plain) == .retry(flight))
        #expect(bench.answer(plain) == .answered(flight))
    }

    @Test func `BADVERS asks for no OPT`() {
        var bench = ForwarderBench()
        let flight = bench.open()
        let attempt = bench.unsent(flight)[0]
        var reply = bench.reply(attempt)
        reply[reply.count - 6] = 1
        #expect(bench.receive(reply, for: attempt) == .retry(flight))
        #expect(bench.query(bench.unsent(flight)[0])[11] == 0)
    }

    /// RFC 7873 §5.2.3: BADCOOKIE is 23, of which the header has the lower four bits.
    @Test func `BADCOOKIE asks by TCP, and never is an answer`() {
        var bench = ForwarderBench()
        let flight = bench.open()
        let attempt = bench.unsent(flight)[0]
        var reply = bench.reply(attempt, ResponseCode(rawValue: 7))
        reply[reply.count - 6] = 1
        #expect(bench.receive(reply, for: attempt) == .retry(flight))
        let again = bench.unsent(flight)[0]
        #expect(again.transport == .tcp && again.server == attempt.server)
        reply.replaceSubrange(..<2, with: bench.query(again)[..<2])
        let outcome = bench.receive(reply, for: again)
        #expect(outcome != .answered(flight) && outcome != .answeredBadly(flight))
    }

    // MARK: Letter case

    @Test func `letters are spelled at random, and the reply has to repeat them`() {
        var bench = ForwarderBench(options: forwardingOptions { $0.encodesCase = true })
        let name = "a-rather-long-name-with-many-letters.example.com"
        var spellings: Set<[UInt8]> = []
        for round in 0..<8 {
            let flight = bench.open(round % 2 == 0 ? name : name.uppercased())
            #expect(bench.submit(name) == .joined)
            let attempt = bench.unsent(flight)[0]
            let query = bench.query(attempt)
            let spelled = Array(query[12..<(12 + name.utf8.count + 2)])
            #expect(spelled.map(foldedOctet) == Array(TestRdata.wire(name)))
            spellings.insert(spelled)
            var reply = bench.reply(attempt)
            reply[13] ^= 0x20
            // Perhaps the server changes letters: it is asked in small ones, too.
            #expect(bench.receive(reply, for: attempt) == .retry(flight))
            let small = bench.query(bench.unsent(flight)[0])
            #expect(Array(small[12..<(12 + spelled.count)]) == Array(TestRdata.wire(name)))
            #expect(bench.receive(reply, for: attempt) == .ignore)
            #expect(bench.answer(attempt) == .answered(flight))
            _ = bench.finish(flight)
        }
        #expect(spellings.count == 8)
    }

    @Test func `without the option the spelling is the client's`() {
        var bench = ForwarderBench()
        let flight = bench.open("wWw.Example")
        let query = bench.query(bench.unsent(flight)[0])
        #expect(Array(query[13..<16]) == Array("wWw".utf8))
    }

    // MARK: fast-dns-retry

    @Test(
        arguments: [
            (1000, 10_000, [1000, 3000]), (200, 2000, [200, 600, 1400]),
            (50, 4000, [50, 150, 350, 750, 1550, 3150]), (5000, 10_000, []),
        ] as [(Int, Int, [Int64])])
    func `fast-dns-retry repeats after twice the time each time, to its limit`(
        first: Int, limit: Int, times: [Int64]
    ) {
        var bench = ForwarderBench(
            options: forwardingOptions { $0.retryMilliseconds = (first, limit) })
        let flight = bench.open()
        _ = bench.unsent(flight)
        for time in times {
            #expect(bench.run(to: time - 1) == [])
            #expect(bench.run(to: time) == [.retry(flight)])
            #expect(bench.unsent(flight).count == 1)
        }
        #expect(bench.run(to: 3899) == [])
        #expect(bench.run(to: 3900) == [.failed(flight, .serverFailure, .noReachableAuthority)])
    }
}
