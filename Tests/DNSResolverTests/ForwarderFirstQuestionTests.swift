import Testing

@testable import DNSResolver

@Suite struct ForwarderFirstQuestionTests {
    @Test func `the first question goes to all servers at once`() {
        var bench = ForwarderBench(servers: 3, asksAllUnknown: true)
        let flight = bench.open("first.test")
        #expect(bench.asked(flight).sorted() == [0, 1, 2])
    }
}
