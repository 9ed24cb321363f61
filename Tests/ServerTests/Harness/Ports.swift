import Foundation
import Synchronization

/// Ports that nobody uses, below those that the kernel gives to clients; none is given twice.
///
/// Processes that run beside each other have ports of their own: blocks of them, each with a file
/// that is locked as long as the process lives.
enum Ports {
    private static let range = UInt16(20_000)..<32_000
    private static let blockCount = 60
    private static let left = Mutex<[UInt16]>([])

    /// A port that is free for UDP and TCP on all addresses of loopback.
    static func free() throws -> UInt16 {
        try left.withLock { left in
            while true {
                if left.isEmpty { left = try claim() }
                let port = left.removeLast()
                let any = Endpoint("0.0.0.0", port)
                if (try? Socket.udp(on: any)) != nil, (try? Socket.tcp(on: any)) != nil {
                    return port
                }
            }
        }
    }

    /// The ports of a block that no process has.
    private static func claim() throws -> [UInt16] {
        let count = range.count / blockCount
        for block in (0..<blockCount).shuffled() {
            let path = FileManager.default.temporaryDirectory.path + "/waggle-test-ports-\(block)"
            let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
            guard file >= 0 else { continue }
            guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
                close(file)
                continue
            }
            let start = range.lowerBound + UInt16(block * count)
            return (start..<start + UInt16(count)).shuffled()
        }
        throw Unexpected("no free port")
    }

    /// Whether the kernel has ::1.
    static let hasIPv6 = (try? Socket.udp(on: Endpoint("::1", 0))) != nil
}
