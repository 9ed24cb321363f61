import DNSWire
import Foundation
import Testing

/// The way from a TERM to the end.
@Suite(.serialized) struct DrainTests {
    private func isWell(_ server: ServerProcess) throws -> Bool {
        try Tool.run([
            Binary.debug, "healthcheck", "-C", server.directory.path("dnsmasq.conf"),
        ]).status == 0
    }

    @Test func `health fails first, questions are answered until the time is over`() throws {
        let upstream = try ScriptedUpstream(["*": .answer(["@ 600 A 192.0.2.1"])])
        let server = try ServerProcess(
            "drain=2\nhost-record=a.test,10.0.0.1\n", upstreams: [upstream])
        #expect(try isWell(server))
        let start = ContinuousClock.now
        server.child.signal(SIGTERM)
        #expect(server.logSays("received SIGTERM, answering for 2 more seconds"))
        #expect(try !isWell(server))
        #expect(try server.ask(Query("health.waggle", .txt, class: 3))?.code == .serverFailure)
        #expect(try server.ask("a.test").data == ["10.0.0.1"])
        #expect(try server.ask("other.example").data == ["192.0.2.1"])
        #expect(try StreamClient(server.endpoint).ask(Query("a.test"))?.data == ["10.0.0.1"])
        #expect(server.child.exitStatus(within: 4_000) == 0)
        #expect(ContinuousClock.now - start > .milliseconds(1_900))
        #expect(server.log.contains("exiting on receipt of SIGTERM"))
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `a second signal ends it at once`(number: Int32) throws {
        let server = try ServerProcess("drain=60\n")
        server.child.signal(SIGTERM)
        #expect(server.logSays("answering for 60 more seconds"))
        server.child.signal(number)
        #expect(server.child.exitStatus(within: 1_500) == 0)
    }

    @Test func `INT and no-daemon do not drain`() throws {
        let server = try ServerProcess("drain=60\n")
        server.child.signal(SIGINT)
        #expect(server.child.exitStatus(within: 1_500) == 0)
        let debugging = try ServerProcess("no-daemon\n")
        debugging.child.signal(SIGTERM)
        #expect(debugging.child.exitStatus(within: 1_500) == 0)
    }
}
