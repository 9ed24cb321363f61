import Foundation
import Testing

/// What a fault leaves behind.
@Suite struct FaultTests {
    @Test(arguments: [SIGSEGV, SIGILL, SIGFPE])
    func `a fault says where it was, and ends the process as ever`(number: Int32) throws {
        let server = try ServerProcess("")
        server.child.signal(number)
        #expect(server.child.exitStatus(within: 3_000) == 128 + number)
        let digits = number < 10 ? "0\(number)" : "\(number)"
        let lines = server.errors.split(separator: "\n").filter { $0.contains("fault") }
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("waggle: fault, signal \(digits) at 0x0000") == true)
        #expect(lines.first?.contains("at 0x0000000000000000") == false)
    }
}
