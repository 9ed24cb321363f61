import DNSWire
import Testing

/// Octets from the network that are no good queries.
@Suite(.serialized) struct MalformedTests {
    private static let header: [UInt8] = [7, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]

    /// A message, and the code of the answer; nil for none.
    private static let table: [(String, [UInt8], ResponseCode?)] = [
        ("nothing", [], nil),
        ("one octet", [0], nil),
        ("eleven octets", Array(header.dropLast()), nil),
        ("a header that promises a question", header, .formatError),
        ("a header that promises none", Octets.number(7, 0x0100, 0, 0, 0, 0), .formatError),
        (
            "two questions",
            Octets.number(7, 0x0100, 2, 0, 0, 0) + Query("a.test").question
                + Query("b.test").question, .formatError
        ),
        ("a response", Octets.number(7, 0x8180, 1, 0, 0, 0) + Query("a.test").question, nil),
        (
            "more octets than are read of a datagram",
            Octets.number(7, 0x0100, 1, 0, 0, 0) + Query("a.test").question
                + [UInt8](repeating: 0, count: 5000), .formatError
        ),
        ("a name that points at itself", header + [0xC0, 12, 0, 1, 0, 1], .formatError),
        ("a name that points forward", header + [0xC0, 14, 1, 97, 0, 0, 1, 0, 1], .formatError),
        ("a name that points at the header", header + [0xC0, 0, 0, 1, 0, 1], .formatError),
        (
            "a label of 64 octets",
            header + [64] + [UInt8](repeating: 97, count: 64)
                + [0, 0, 1, 0, 1], .formatError
        ),
        (
            "a name of 256 octets",
            header
                + (0..<4).flatMap { _ in [63] + [UInt8](repeating: 97, count: 63) } + [
                    0, 0, 1, 0, 1,
                ],
            .formatError
        ),
        ("a name without end", header + [1, 97], .formatError),
        ("a question without class", header + [1, 97, 0, 0, 1], .formatError),
        (
            "the opcode NOTIFY", Octets.number(7, 0x2100, 1, 0, 0, 0) + Query("a.test").question,
            .notImplemented
        ),
        (
            "two OPT records",
            Octets.number(7, 0x0100, 1, 0, 0, 2) + Query("a.test").question
                + [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0, 0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0],
            .formatError
        ),
        (
            "an OPT record that is cut off",
            Octets.number(7, 0x0100, 1, 0, 0, 1)
                + Query("a.test").question + [0, 0, 41, 4], .formatError
        ),
        (
            "an OPT record longer than the message",
            Octets.number(7, 0x0100, 1, 0, 0, 1)
                + Query("a.test").question + [0, 0, 41, 4, 208, 0, 0, 0, 0, 255, 255], .formatError
        ),
    ]

    private func server() throws -> ServerProcess {
        try ServerProcess("host-record=a.test,10.0.0.1\nlocal=/#/\n")
    }

    @Test func `each has its answer, or none`() throws {
        let server = try server()
        for (what, octets, code) in Self.table {
            let client = try DNSClient(server.endpoint)
            client.socket.write(octets)
            if octets.isEmpty { client.socket.writeEmpty() }
            // A good query behind it: what comes before its answer is the answer to the bad one.
            let good = Query("a.test")
            var replies = [Reply]()
            client.socket.write(good.octets)
            while let reply = client.replies(1, within: 2000).first {
                if reply.id == good.id { break }
                replies.append(reply)
            }
            #expect(replies.map(\.code) == (code.map { [$0] } ?? []), "\(what)")
        }
        #expect(server.child.isRunning)
    }

    @Test func `BADVERS for a version of EDNS to come`() throws {
        let server = try server()
        var query = Query("a.test", edns: 1232)
        query.options?.version = 1
        let reply = try #require(try server.ask(query))
        #expect(reply.code == .noError && reply.edns?.extendedCode == 1 && reply.answers == [])
    }

    @Test func `two thousand random datagrams leave it alive`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed of the datagrams: \(seed)")
        var random = Seeded(state: seed)
        let server = try server()
        let mutants = try DNSClient(server.endpoint)
        // Another socket: an answer to a mutant may have the id of a question.
        let client = try DNSClient(server.endpoint)
        for index in 0..<2000 {
            mutants.socket.write(Self.mutant(&random))
            if index % 50 == 0 {
                #expect(client.ask(Query("a.test"))?.data == ["10.0.0.1"], "seed \(seed)")
            }
        }
        #expect(try server.ask("a.test").data == ["10.0.0.1"], "seed \(seed)")
        #expect(server.child.isRunning, "seed \(seed)")
    }

    @Test func `random streams leave it alive`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed of the streams: \(seed)")
        var random = Seeded(state: seed)
        let server = try server()
        for _ in 0..<200 {
            let client = try StreamClient(server.endpoint)
            let octets = Self.mutant(&random)
            let isFramed = Bool.random(using: &random)
            client.socket.write((isFramed ? Octets.number(UInt16(octets.count)) : []) + octets)
        }
        #expect(try StreamClient(server.endpoint).ask(Query("a.test"))?.data == ["10.0.0.1"])
        #expect(server.child.isRunning, "seed \(seed)")
    }

    /// A good query with some octets changed, cut off or added; or noise.
    private static func mutant(_ random: inout Seeded) -> [UInt8] {
        if Int.random(in: 0..<5, using: &random) == 0 {
            let count = Int.random(in: 1..<600, using: &random)
            return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
        let names = ["a.test", "b.c.d.example", "x", ""]
        var query = Query(
            names.randomElement(using: &random) ?? "",
            RecordType(UInt16.random(in: 0...300, using: &random)))
        if Bool.random(using: &random) { query.options = Query.Options() }
        var octets = query.octets
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let index = Int.random(in: 2..<octets.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: octets[index] = UInt8.random(in: 0...255, using: &random)
            case 1: octets[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: octets[index] = [0, 0xC0, 0xFF, 63].randomElement(using: &random) ?? 0
            default:
                octets.insert(UInt8.random(in: 0...255, using: &random), at: index)
            }
        }
        let isCut = Int.random(in: 0..<4, using: &random) == 0
        return isCut ? Array(octets.prefix(.random(in: 1...octets.count, using: &random))) : octets
    }
}
