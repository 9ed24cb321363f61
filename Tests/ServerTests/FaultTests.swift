import Foundation
import Testing

/// What a fault leaves behind.
@Suite struct FaultTests {
    private func expectReport(of number: Int32, by server: ServerProcess) {
        #expect(server.child.exitStatus(within: 3_000) == 128 + number)
        let digits = number < 10 ? "0\(number)" : "\(number)"
        let lines = server.errors.split(separator: "\n").filter { $0.contains("fault") }
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("waggle: fault, signal \(digits) at 0x0000") == true)
        #expect(lines.first?.contains("at 0x0000000000000000") == false)
    }

    @Test(arguments: [SIGSEGV, SIGILL, SIGFPE])
    func `a fault says where it was, and ends the process as ever`(number: Int32) throws {
        let server = try ServerProcess("")
        server.child.signal(number)
        expectReport(of: number, by: server)
    }

    /// The kernel gives a fault to the thread that makes it.
    @Test(arguments: ["worker", "log"])
    func `so does one of another thread`(name: String) throws {
        let server = try ServerProcess("")
        // A thread may run before it has its name.
        _ = eventually { !server.threads(named: name).isEmpty }
        let thread = try #require(server.threads(named: name).first)
        #expect(killThread(server.child.pid, thread, SIGSEGV) == 0)
        expectReport(of: SIGSEGV, by: server)
    }
}

/// tgkill(2), which Swift's Glibc module leaves out.
@_silgen_name("tgkill")
private func killThread(_ process: pid_t, _ thread: pid_t, _ signal: Int32) -> Int32
