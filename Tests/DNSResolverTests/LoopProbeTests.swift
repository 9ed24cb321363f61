import DNSConfig
import DNSWire
import Testing

@testable import DNSResolver

@Suite struct LoopProbeTests {
    private func snapshot() throws -> Snapshot {
        var options = Options()
        options.forwarding.detectsLoops = true
        let address = try #require(IPAddress(parsing: "192.0.2.1"))
        let server = ServerOption(address: address)
        return Snapshot(
            options: options, hosts: HostsTable(), resolvServers: [server], seed: 1)
    }

    private func isLooping(_ snapshot: Snapshot) -> Bool {
        snapshot.servers[0].statistics.isLooping.load(ordering: .relaxed)
    }

    private func ask(_ octets: [UInt8], _ snapshot: Snapshot) -> Bool {
        var resolver = Resolver(cache: AnswerCache(octets: 65_536), counters: Counters())
        var row = [UInt8](repeating: 0, count: 512)
        var span = row.mutableSpan
        var writer = WireWriter(span.mutableBytes)
        let verdict = resolver.respond(
            to: octets.span.bytes, transport: .udp, now: Instant(milliseconds: 0),
            snapshot: snapshot, into: &writer)
        if case .drop = verdict { return true }
        return false
    }

    private func probe(_ number: UInt32) -> [UInt8] {
        var row = [UInt8](repeating: 0, count: 64)
        var count = 0
        do {
            var span = row.mutableSpan
            var writer = WireWriter(span.mutableBytes)
            guard LoopProbe.write(number, id: 7, into: &writer) else { return [] }
            count = writer.count
        }
        return Array(row[..<count])
    }

    @Test func `a probe is eight digits below test, type TXT`() throws {
        let message = try TestMessage(octets: probe(0x00C0_FFEE))
        #expect(message.name == "00c0ffee.test" && message.type == .txt)
        #expect(message.flags == 0x0100 && message.id == 7)
    }

    @Test func `a probe that comes back marks its server, and is not answered`() throws {
        let snapshot = try snapshot()
        let statistics = snapshot.servers[0].statistics
        statistics.probe.store(0xFA44_D870, ordering: .relaxed)
        #expect(!ask(probe(0xFA44_D871), snapshot))
        #expect(!isLooping(snapshot))
        var upper = probe(0xFA44_D870)
        for index in 13..<21 where upper[index] >= 97 { upper[index] ^= 0x20 }
        #expect(ask(upper, snapshot))
        #expect(isLooping(snapshot))
    }

    @Test(arguments: [
        "fa44d87.test", "fa44d8700.test", "fa44d87g.test", "fa44d870.tesu", "x.fa44d870.test",
        "fa44d870.test.x",
    ])
    func `other names are no probes`(name: String) throws {
        let snapshot = try snapshot()
        snapshot.servers[0].statistics.probe.store(0xFA44_D870, ordering: .relaxed)
        var message = TestMessage()
        (message.name, message.type, message.flags) = (name, .txt, 0x0100)
        #expect(!ask(message.octets, snapshot))
        #expect(!isLooping(snapshot))
    }

    @Test func `nobody looks for probes unless the option is on`() throws {
        let server = ServerOption(address: try #require(IPAddress(parsing: "192.0.2.1")))
        let snapshot = Snapshot(
            options: Options(), hosts: HostsTable(), resolvServers: [server], seed: 1)
        snapshot.servers[0].statistics.probe.store(0xFA44_D870, ordering: .relaxed)
        #expect(!ask(probe(0xFA44_D870), snapshot))
    }
}
