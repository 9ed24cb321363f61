import DNSConfig
import DNSResolver
import Testing

@testable import DNSServer

/// Who gets how much of the memory for connections.
@Suite struct MemoryBudgetTests {
    private let budget = MemoryBudget(limit: 1 << 20)

    /// Takes a page at a time for a client until there is no more; answers what it has.
    private func fill(_ key: Int) -> Int {
        while budget.take(1024, for: key) {}
        return budget.used(by: key)
    }

    @Test func `one client alone gets half, two a third each`() {
        #expect(fill(1) == 1 << 19)
        _ = fill(2)
        budget.give(budget.used(by: 1), of: 1)
        budget.give(budget.used(by: 2), of: 2)
        #expect(budget.used == 0)
        for _ in 0..<1024 { for key in 1...2 { _ = budget.take(1024, for: key) } }
        let third = (1 << 20) / 3
        for key in 1...2 { #expect(abs(budget.used(by: key) - third) < 2048) }
    }

    @Test func `who has little gets it beside twenty that take whatever they can`() {
        for _ in 0..<1024 { for key in 1...20 { _ = budget.take(1024, for: key) } }
        #expect(budget.take(16_384, for: 100))
        #expect(!budget.take(65_536, for: 100))
        #expect(budget.used(by: 100) == 16_384)
    }

    @Test func `the limit is never exceeded, and what is refused is not taken`() {
        for key in 0..<MemoryBudget.classes { _ = fill(key) }
        #expect(budget.used == 1 << 20 && budget.isScarce)
        for key in 0...MemoryBudget.lingering { #expect(!budget.take(1024, for: key)) }
        #expect(budget.used == 1 << 20)
    }

    // MARK: The limits of a process

    private static let machine = NetworkLimits(
        memory: 24 << 30, cache: 2 << 20, listenerOctets: 2 << 20, descriptors: 20_000, workers: 2,
        listeners: 2)

    private static func container(
        memory: Int = 100 << 20, cache: Int = 2 << 20, descriptors: Int = 1 << 20, workers: Int = 1
    ) -> NetworkLimits {
        NetworkLimits(
            memory: memory, cache: cache, listenerOctets: 1 << 20, descriptors: descriptors,
            workers: workers, listeners: 2)
    }

    /// What all of it may take together.
    private func octets(_ limits: NetworkLimits, workers: Int) -> Int {
        limits.clientOctets
            + workers * limits.upstreamConnections * ServerLimits.serverConnectionOctets
            + workers * limits.flights * ForwarderLimits.octetsPerFlight
            + limits.sockets * ServerLimits.questionSocketOctets
    }

    @Test(arguments: [16, 32, 64, 100, 256, 1024, 100_000], [1, 2, 16])
    func `a quarter of the memory is enough for everything`(mebibytes: Int, workers: Int) {
        let limits = Self.container(memory: mebibytes << 20, workers: workers)
        #expect(limits.octets <= max(4 << 20, mebibytes << 18))
        // Two connections to servers and four sockets there are in any case.
        let least = workers * (2 * ServerLimits.serverConnectionOctets + 8 * 4096)
        #expect(octets(limits, workers: workers) <= limits.octets + least)
        #expect(limits.flights >= 4 && limits.upstreamConnections >= 2)
    }

    @Test func `a container of 100 MiB has room for two thousand questions`() {
        let limits = Self.container()
        #expect(limits.octets >> 20 == 24)
        #expect(limits.flights > 2_000 && limits.flights <= limits.sockets)
        #expect(limits.clientOctets >> 20 == 5)
        #expect(limits.streams == ServerLimits.streams)
    }

    @Test func `a large cache leaves less`() {
        let limits = Self.container(cache: 60 << 20)
        #expect(limits.octets == 10 << 20)
        #expect(Self.container(cache: 200 << 20).octets == 4 << 20)
    }

    @Test func `where nothing is short the limits are those of before`() {
        #expect(Self.machine.octets == 256 << 20)
        #expect(Self.machine.flights > 16_000)
        #expect(Self.machine.streams == 2_048)
        #expect(Self.machine.clientOctets == 24 << 20)
        #expect(Self.machine.ownSockets + Self.machine.sharedSockets > 16_000)
    }

    @Test(arguments: [64, 128, 256, 1024, 20_000], [1, 2, 8])
    func `no more is opened than there are descriptors`(descriptors: Int, workers: Int) {
        let limits = Self.container(
            memory: 1 << 40, descriptors: descriptors, workers: workers)
        let open =
            limits.streams + limits.sockets + workers * (limits.upstreamConnections + 6)
        // Below some two hundred there are at least a few for everything.
        #expect(open <= max(descriptors, workers * 40), "\(limits)")
        #expect(limits.flights <= limits.ownSockets + limits.sharedSockets)
        #expect(limits.ownSockets * workers + limits.sharedSockets <= limits.sockets)
    }

    @Test func `more connections are had where the configuration asks for them`() {
        let limits = NetworkLimits(
            memory: 24 << 30, cache: 0, descriptors: 20_000, workers: 1, listeners: 1,
            maximumStreams: 5_000)
        #expect(limits.streams == 5_000)
        let few = NetworkLimits(
            memory: 24 << 30, cache: 0, descriptors: 1_024, workers: 1, listeners: 1,
            maximumStreams: 5_000)
        #expect(few.streams < 512 && few.streams > 400)
    }

    // MARK: Buffers

    @Test func `a buffer has no more memory than half as much again as it needs`() {
        var buffer = StreamBuffer()
        var row = MessageRow()
        #expect(buffer.heldOctets == 0)
        for _ in 0..<64 {
            buffer.append(row.framed(1000))
            #expect(buffer.heldOctets <= buffer.count * 3 / 2 + 64)
        }
        while buffer.messageOctets != nil { buffer.takeMessage(1000, into: &row) }
        #expect(buffer.isEmpty && buffer.heldOctets == 0)
    }

    @Test func `a length that is announced takes no memory`() {
        var buffer = StreamBuffer()
        var row = MessageRow()
        // The length alone, and an octet.
        buffer.append(row.framed(65_535).extracting(0..<3))
        #expect(buffer.announcedOctets == 65_535 && buffer.heldOctets == 0)
    }
}
