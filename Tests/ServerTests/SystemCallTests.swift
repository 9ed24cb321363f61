import DNSWire
import Foundation
import Testing

/// What a query costs in system calls.
@Suite(.serialized) struct SystemCallTests {
    /// Sequential queries that strace counts.
    private static let queries = 1000
    /// One wait, one receive, one send.
    private static let callsPerQuery = 3

    /// The calls of a whole life in which so many queries were answered; nil without ptrace.
    private func calls(_ strace: String, queries: Int) throws -> Int? {
        let table = try TemporaryDirectory()
        let server: ServerProcess
        do {
            server = try ServerProcess(
                "host-record=a.test,10.0.0.1\n", binary: Binary.fastest,
                wrapper: [strace, "-f", "-c", "-qq", "-o", table.path("calls")])
        } catch {
            return nil
        }
        let client = try DNSClient(server.endpoint)
        for _ in 0..<queries { #expect(client.ask(Query("a.test"))?.data == ["10.0.0.1"]) }
        // strace passes no signal on: its child is told.
        let children = "/proc/\(server.child.pid)/task/\(server.child.pid)/children"
        let text = try String(contentsOfFile: children, encoding: .utf8)
        let pid = try #require(pid_t(text.trimmingCharacters(in: .whitespaces)))
        kill(pid, SIGTERM)
        #expect(server.child.exitStatus(within: 5000) == 0)
        let total = table.text("calls").split(separator: "\n").last { $0.hasSuffix("total") }
        // Percent, seconds, microseconds each, calls, perhaps errors.
        return total?.split(separator: " ").dropFirst(3).first.flatMap { Int($0) }
    }

    @Test func `a local answer costs at most three system calls`() throws {
        guard let strace = Tool.path("strace") else { return skip("strace is not installed") }
        guard let idle = try calls(strace, queries: 0) else {
            return skip("strace may not trace here")
        }
        let busy = try #require(try calls(strace, queries: Self.queries))
        print("system calls: \(idle) at rest, \(busy) with \(Self.queries) queries")
        // Some more, of threads that look after other things while the queries run.
        #expect(busy - idle <= Self.queries * Self.callsPerQuery + 200)
    }
}
