import DNSWire
import Testing

/// Answers that do not fit, and those that just do.
@Suite(.serialized) struct SizeLimitTests {
    /// A hosts file with so many addresses for each name.
    private func hosts(_ counts: [String: Int]) -> String {
        counts.map { name, count in
            (0..<count).map { "10.\($0 >> 16).\($0 >> 8 & 255).\($0 & 255) \(name)\n" }.joined()
        }.joined()
    }

    private func server(_ counts: [String: Int]) throws -> ServerProcess {
        try ServerProcess(
            "local=/test/\naddn-hosts={DIR}/hosts\n", files: ["hosts": hosts(counts)])
    }

    /// 12 octets of header, 13 of question, 16 for each address, 11 for the OPT record.
    @Test(
        arguments: [
            (nil, 30, false), (nil, 31, true), (100, 29, false), (100, 30, true), (512, 29, false),
            (512, 30, true), (1232, 74, false), (1232, 75, true), (4096, 74, false),
            (4096, 75, true),
        ] as [(UInt16?, Int, Bool)])
    func `the size of the client and 1232 octets are the limits`(
        edns: UInt16?, count: Int, isTruncated: Bool
    ) throws {
        let server = try server(["abc.test": count])
        let reply = try server.ask("abc.test", edns: edns)
        #expect(reply.isTruncated == isTruncated, "\(reply)")
        #expect(reply.answers.count == (isTruncated ? count - 1 : count))
        #expect((reply.edns != nil) == (edns != nil))
        #expect(reply.edns.map { $0.udpOctets == 1232 } ?? true)
        let whole = try #require(try StreamClient(server.endpoint).ask(Query("abc.test")))
        #expect(whole.answers.count == count && !whole.isTruncated)
    }

    @Test func `an answer of sixty thousand octets goes through TCP`() throws {
        let server = try server(["abc.test": 3700])
        let reply = try #require(
            try StreamClient(server.endpoint).ask(Query("abc.test", edns: 1232)))
        #expect(reply.octets.count > 59_000 && Set(reply.data).count == 3700)
        #expect(try server.ask("abc.test").isTruncated)
    }

    /// musl before 1.2.4, and many small devices.
    @Test func `a client that never comes back by TCP gets what fits, in turn`() throws {
        let lines = (0..<60).map { "@ 60 A 10.1.0.\($0)" }
        let upstream = try ScriptedUpstream(["big.example": .truncated(.answer(lines))])
        let address = (0..<40).map { "address=/rule.test/10.2.0.\($0)\n" }.joined()
        let server = try ServerProcess(
            "addn-hosts={DIR}/hosts\ncname=to.abc.test,abc.test\n"
                + "cname=to.example.test,big.example\n" + address, upstreams: [upstream],
            files: ["hosts": hosts(["abc.test": 40])])
        for name in [
            "abc.test", "x.rule.test", "big.example", "to.abc.test", "to.example.test",
        ] {
            _ = try server.ask(name)
            let replies = try (0..<2).map { _ in try server.ask(name) }
            for reply in replies {
                let links = reply.answers.prefix { $0.type == .cname }.count
                #expect(reply.isTruncated && reply.octets.count <= 512, "\(reply)")
                #expect(links == (name.hasPrefix("to.") ? 1 : 0), "\(reply)")
                #expect(Set(reply.data).count >= 28, "\(reply)")
            }
            #expect(replies[0].data != replies[1].data, "\(replies[0])")
        }
    }

    @Test func `a pipeline of large answers waits for a slow reader`() throws {
        let server = try server(["abc.test": 600])
        let client = try StreamClient(server.endpoint)
        let queries = (0..<20).map { _ in Query("abc.test") }
        client.socket.write(queries.flatMap(\.framed))
        let replies = queries.compactMap { _ in client.reply() }
        #expect(replies.map(\.id) == queries.map(\.id))
        #expect(replies.allSatisfy { $0.answers.count == 600 })
    }

    @Test func `a large answer of an upstream is truncated by UDP and whole by TCP`() throws {
        let lines = (0..<3900).map { "@ 60 A 10.1.\($0 >> 8).\($0 & 255)" }
        let upstream = try ScriptedUpstream(["big.example": .truncated(.answer(lines))])
        let server = try ServerProcess("", upstreams: [upstream])
        let cut = try server.ask("big.example", edns: 1232)
        #expect(cut.isTruncated && cut.octets.count <= 1232 && cut.answers.count > 70)
        let whole = try #require(try StreamClient(server.endpoint).ask(Query("big.example")))
        #expect(Set(whole.data).count == 3900, "\(whole.octets.count) octets")
    }
}
