import DNSWire
import Foundation
import Synchronization
import Testing

/// Questions that leave from one port: `query-port`, `server=…@address#port`.
@Suite(.serialized) struct FixedPortTests {
    private static let one = UpstreamAction.answer(["@ 60 A 192.0.2.1"])
    private static let two = UpstreamAction.answer(["@ 60 A 192.0.2.2"])
    /// Repeats would meet a port that is closed for the moment.
    private static let patient = "fast-dns-retry=3500,3500\n"

    @Test func `thousands of questions under way have ids of their own`() throws {
        let (batches, size) = (30, 100)
        let seen = Atomic<Int>(0)
        let isReleased = Atomic<Bool>(false)
        let upstream = try ScriptedUpstream { _ in
            seen.add(1, ordering: .relaxed)
            return isReleased.load(ordering: .acquiring) ? Self.one : .silence
        }
        let port = try Ports.free()
        let server = try ServerProcess("query-port=\(port)\n", upstreams: [upstream])
        let clients = try (0..<batches).map { _ in try DNSClient(server.endpoint) }
        for (batch, client) in clients.enumerated() {
            for index in 0..<size {
                client.socket.write(Query("n\(batch * size + index).example").octets)
            }
            let count = (batch + 1) * size
            #expect(eventually { seen.load(ordering: .relaxed) >= count })
        }
        isReleased.store(true, ordering: .releasing)
        // What was asked before is repeated, and answered then.
        for client in clients {
            #expect(client.replies(size).filter { $0.data == ["192.0.2.1"] }.count == size)
        }
        var first: [String: UpstreamQuery] = [:]
        // Later some are asked by TCP, where ids are another matter.
        let asked = upstream.queries.filter { !$0.isTCP }
        for query in asked where first[query.name] == nil { first[query.name] = query }
        #expect(first.count == batches * size)
        for same in Dictionary(grouping: first.values, by: \.id).values where same.count > 1 {
            let times = same.map(\.time).sorted()
            // Only what was answered or given up before may have had the id.
            #expect(times[0].duration(to: times[1]) > .seconds(3), "\(same.map(\.name))")
        }
        #expect(Set(asked.map(\.port)) == [port])
    }

    @Test func `nobody can bind a fixed port beside the server`() throws {
        let upstream = try ScriptedUpstream(["*": Self.one])
        let port = try Ports.free()
        let server = try ServerProcess("query-port=\(port)\n", upstreams: [upstream])
        // Before the first question and after it.
        for round in 0..<2 {
            for address in ["0.0.0.0", "127.0.0.1", "127.0.0.9"] {
                for options in [[], [SO_REUSEADDR], [SO_REUSEPORT], [SO_REUSEADDR, SO_REUSEPORT]] {
                    let errno = try Intruder.bind(Endpoint(address, port), options)
                    #expect(errno == EADDRINUSE, "\(address) \(options)")
                }
            }
            #expect(try server.ask("n\(round).example").data == ["192.0.2.1"])
        }
        #expect(upstream.queries.map(\.port) == [port, port])
    }

    @Test func `a port that somebody else holds is told of, and taken when it is free`() throws {
        let upstream = try ScriptedUpstream(["*": Self.one])
        let port = try Ports.free()
        var holder: Socket? = try Socket.udp(on: Endpoint("127.0.0.1", port))
        let server = try ServerProcess("query-port=\(port)\n", upstreams: [upstream])
        #expect(server.logSays("cannot ask servers from port \(port), it is in use"))
        #expect(holder != nil)
        #expect(try server.ask("a.example").code == .serverFailure)
        holder = nil
        #expect(try server.ask("b.example").data == ["192.0.2.1"])
        #expect(upstream.queries.map(\.port) == [port])
    }

    // MARK: Several servers

    /// What is put behind the two servers, and the source addresses they see.
    struct Sources: Sendable, CustomTestStringConvertible {
        var first: String
        var second: String
        var isForAll = false
        var addresses = ["127.0.0.1", "127.0.0.1"]
        var testDescription: String { "\(first) \(second)" }
    }

    @Test(arguments: [
        Sources(first: "", second: "", isForAll: true),
        Sources(first: "@127.0.0.1#{P}", second: "@127.0.0.1#{P}"),
        Sources(
            first: "@127.0.0.1#{P}", second: "@127.0.0.5#{P}",
            addresses: ["127.0.0.1", "127.0.0.5"]),
        // The wildcard address and one of its own.
        Sources(
            first: "", second: "@127.0.0.5", isForAll: true,
            addresses: ["127.0.0.1", "127.0.0.5"]),
        Sources(first: "@lo#{P}", second: "@lo#{P}"),
        Sources(first: "@lo#{P}", second: "", isForAll: true),
        Sources(
            first: "@lo@127.0.0.5#{P}", second: "@127.0.0.6#{P}",
            addresses: ["127.0.0.5", "127.0.0.6"]),
    ])
    func `several servers are asked from one port`(sources: Sources) throws {
        let port = try Ports.free()
        let servers = [try HeldUpstream("127.0.0.1"), try HeldUpstream("127.0.0.2")]
        func fill(_ text: String) -> String { text.replacing("{P}", with: "\(port)") }
        let server = try ServerProcess(
            (sources.isForAll ? "query-port=\(port)\n" : "")
                + "server=/a.test/\(servers[0].endpoint)\(fill(sources.first))\n"
                + "server=/b.test/\(servers[1].endpoint)\(fill(sources.second))\n")
        for round in 0..<2 {
            for (index, domain) in ["a.test", "b.test"].enumerated() {
                let client = try DNSClient(server.endpoint)
                let query = Query("n\(round).\(domain)")
                client.socket.write(query.octets)
                let held = try #require(servers[index].take())
                #expect(held.peer == Endpoint(sources.addresses[index], port))
                servers[index].answer(held, Self.one)
                #expect(client.replies(1).first?.data == ["192.0.2.1"])
            }
        }
    }

    @Test func `both families have the same port`() throws {
        guard Ports.hasIPv6 else { return skip("no IPv6") }
        let port = try Ports.free()
        let four = try ScriptedUpstream(["*": Self.one])
        let six = try ScriptedUpstream(["*": Self.two], at: "::1")
        let server = try ServerProcess(
            "query-port=\(port)\nserver=/six.test/\(six.endpoint)\n", upstreams: [four])
        #expect(try server.ask("a.example").data == ["192.0.2.1"])
        #expect(try server.ask("a.six.test").data == ["192.0.2.2"])
        #expect(four.queries.map(\.port) == [port] && six.queries.map(\.port) == [port])
    }

    @Test func `only the server that was asked is believed`() throws {
        let port = try Ports.free()
        let (asked, other) = (try HeldUpstream("127.0.0.1"), try HeldUpstream("127.0.0.2"))
        let server = try ServerProcess(
            "query-port=\(port)\nserver=\(asked.endpoint)\nserver=/b.test/\(other.endpoint)\n")
        let client = try DNSClient(server.endpoint)
        client.socket.write(Query("a.example").octets)
        let held = try #require(asked.take())
        // It comes first, and has all but the sender.
        other.answer(held, Self.two)
        let stranger = try HeldUpstream("127.0.0.1")
        stranger.answer(held, Self.two)
        asked.answer(held, Self.one)
        #expect(client.replies(1).first?.data == ["192.0.2.1"])
    }

    @Test func `a reload that keeps the port keeps what is under way`() throws {
        let port = try Ports.free()
        let upstream = try HeldUpstream("127.0.0.1")
        let config =
            Self.patient + "local=/test/\nquery-port=\(port)\nserver=\(upstream.endpoint)\n"
        let server = try ServerProcess(config)
        let client = try DNSClient(server.endpoint)
        client.socket.write(Query("a.example").octets)
        let held = try #require(upstream.take())
        try server.configure(config + "host-record=new.test,192.0.2.9\n")
        server.child.signal(SIGHUP)
        #expect(eventually { (try? server.ask("new.test").data) == ["192.0.2.9"] })
        upstream.answer(held, Self.one)
        #expect(client.replies(1).first?.data == ["192.0.2.1"])
    }
}

// MARK: ICMP

extension FixedPortTests {
    @Test func `a closed port fails the question that it is about and no other`() throws {
        let port = try Ports.free()
        var upstream: HeldUpstream? = try HeldUpstream("127.0.0.1")
        let endpoint = try #require(upstream?.endpoint)
        let server = try ServerProcess(
            Self.patient + "query-port=\(port)\nserver=\(endpoint)\n")
        let client = try DNSClient(server.endpoint)
        let queries = (0..<20).map { Query("n\($0).example") }
        for query in queries { client.socket.write(query.octets) }
        let held = try queries.map { _ in try #require(upstream?.take()) }
        upstream = nil
        let failed = try #require(try server.ask(Query("late.example"), within: 3000))
        #expect(failed.code == .serverFailure)
        let again = try HeldUpstream(endpoint)
        for item in held { again.answer(item, Self.one) }
        let replies = client.replies(20)
        #expect(Set(replies.map(\.id)) == Set(queries.map(\.id)))
        #expect(replies.allSatisfy { $0.data == ["192.0.2.1"] }, "\(replies.map(\.code))")
    }

    @Test func `a forged error fails nothing unless it quotes the question`() throws {
        guard let forger = ErrorForger() else { return skip("no raw sockets") }
        let port = try Ports.free()
        let upstream = try HeldUpstream("127.0.0.1")
        let server = try ServerProcess(
            Self.patient + "query-port=\(port)\nserver=\(upstream.endpoint)\n")
        let client = try DNSClient(server.endpoint)
        let queries = (0..<20).map { Query("name-with-letters-\($0).example") }
        for query in queries { client.socket.write(query.octets) }
        let held = try queries.map { _ in try #require(upstream.take()) }
        let asked = held[0].octets
        let end = 12 + queries[0].question.count
        // Nobody knows the letters, and one in 2¹⁷ questions happens to have none changed.
        let spelled = Array(asked[..<12]) + queries[0].question + asked[end...]
        #expect(spelled != asked)
        let from = Endpoint("127.0.0.1", port)
        for quote in [
            [], Array(asked[..<2]), Array(asked[..<12]), Array(asked[..<(end - 1)]),
            [asked[0] ^ 1] + asked.dropFirst(), spelled,
        ] {
            forger.refuse(from: from, to: upstream.endpoint, quote)
        }
        // Of another server's port.
        forger.refuse(from: from, to: Endpoint("127.0.0.1", 9), asked)
        for item in held[1...] { upstream.answer(item, Self.one) }
        let replies = client.replies(19)
        #expect(replies.allSatisfy { $0.data == ["192.0.2.1"] }, "\(replies.map(\.code))")
        #expect(Set(replies.map(\.id)) == Set(queries[1...].map(\.id)))
        // The first one waits; the true error is heard, so forging as such works here.
        forger.refuse(from: from, to: upstream.endpoint, asked)
        let again = try #require(upstream.take())
        #expect(Reply(again.octets)?.question.lowercased() == queries[0].name + ".")
        upstream.answer(again, Self.one)
        #expect(client.replies(1).first?.id == queries[0].id)
    }

    @Test func `a flood of errors keeps nothing out`() throws {
        guard let forger = ErrorForger() else { return skip("no raw sockets") }
        let port = try Ports.free()
        let upstream = try ScriptedUpstream(["*": Self.one])
        let server = try ServerProcess("query-port=\(port)\n", upstreams: [upstream])
        let from = Endpoint("127.0.0.1", port)
        for round in 0..<50 {
            for _ in 0..<20 { forger.refuse(from: from, to: upstream.endpoint, []) }
            #expect(try server.ask("n\(round).example").data == ["192.0.2.1"])
        }
    }
}

// MARK: Helpers

/// Another program that wants a port.
private enum Intruder {
    /// Binds a port with these options, and says how that failed; 0 if it did not.
    static func bind(_ endpoint: Endpoint, _ options: [Int32]) throws -> Int32 {
        let made = try Socket(socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0))
        for option in options {
            var value: Int32 = 1
            setsockopt(made.fd, SOL_SOCKET, option, &value, socklen_t(MemoryLayout<Int32>.size))
        }
        let result = endpoint.withKernelAddress { Glibc.bind(made.fd, $0, $1) }
        return result == 0 ? 0 : errno
    }
}

/// Sends ICMP errors on loopback, as anybody can who forges addresses.
private struct ErrorForger {
    private let socket: Socket

    /// nil without the privilege.
    init?() {
        guard let made = try? Socket(Glibc.socket(AF_INET, Int32(SOCK_RAW.rawValue), 1)) else {
            return nil
        }
        socket = made
    }

    /// Says that the port `to` refuses a datagram of `from` that begins with `quote`.
    func refuse(from: Endpoint, to: Endpoint, _ quote: [UInt8]) {
        let length = UInt16(28 + quote.count)
        let datagram =
            [0x45, 0] + Octets.number(length, 0, 0) + [64, 17, 0, 0]
            + Octets.address(from.address) + Octets.address(to.address)
            + Octets.number(from.port, to.port, UInt16(8 + quote.count), 0) + quote
        // Port unreachable.
        var message: [UInt8] = [3, 3, 0, 0, 0, 0, 0, 0] + datagram
        let sum = Self.checksum(message)
        (message[2], message[3]) = (UInt8(sum >> 8), UInt8(sum & 255))
        socket.send(message, to: Endpoint(from.address, 0))
    }

    /// RFC 1071.
    private static func checksum(_ octets: [UInt8]) -> UInt16 {
        var sum: UInt32 = 0
        for index in stride(from: 0, to: octets.count, by: 2) {
            let low = index + 1 < octets.count ? octets[index + 1] : 0
            sum += UInt32(octets[index]) << 8 | UInt32(low)
        }
        while sum > 0xFFFF { sum = sum & 0xFFFF + sum >> 16 }
        return ~UInt16(sum)
    }
}
