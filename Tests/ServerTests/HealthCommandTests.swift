import Foundation
import Testing

/// `waggle healthcheck`, as a container runtime runs it.
@Suite struct HealthCommandTests {
    private func check(_ server: ServerProcess) throws -> ToolResult {
        try Tool.run([
            Binary.debug, "healthcheck", "-C", server.directory.path("dnsmasq.conf"),
        ])
    }

    @Test func `a server that answers is well, and neither counts nor logs that`() throws {
        let server = try ServerProcess("log-queries=extra\nno-ident\n")
        let result = try check(server)
        #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
        _ = try server.ask("a.example")
        #expect(eventually { server.log.contains("query[A] a.example") })
        #expect(!server.log.contains("health.waggle"), "\(server.log)")
    }

    @Test func `a server that is gone is not`() throws {
        let server = try ServerProcess("")
        server.child.end()
        let result = try check(server)
        #expect(result.status == 1)
        #expect(result.errors.contains("UDP: "), "\(result.errors)")
    }

    @Test func `a server that is stopped does not hold it up`() throws {
        let server = try ServerProcess("")
        server.child.signal(SIGSTOP)
        defer { server.child.signal(SIGCONT) }
        let result = try check(server)
        #expect(result.status == 1 && result.errors.contains("UDP: no answer"))
    }

    @Test func `it tells how it is used`() throws {
        let result = try Tool.run([Binary.debug, "healthcheck", "--help"])
        #expect(result.status == 0 && result.output.hasPrefix("usage: waggle healthcheck"))
    }
}
