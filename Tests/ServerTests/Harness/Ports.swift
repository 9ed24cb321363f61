import Foundation
import Synchronization

/// Ports that nobody uses, below those that the kernel gives to clients; none is given twice.
enum Ports {
    private static let given = Mutex<Set<UInt16>>([])

    /// A port that is free for UDP and TCP on all addresses of loopback.
    static func free() throws -> UInt16 {
        for _ in 0..<2000 {
            let port = UInt16.random(in: 20_000..<32_000)
            guard given.withLock({ $0.insert(port).inserted }) else { continue }
            let any = Endpoint("0.0.0.0", port)
            if (try? Socket.udp(on: any)) != nil, (try? Socket.tcp(on: any)) != nil { return port }
        }
        throw Unexpected("no free port")
    }

    /// Whether the kernel has ::1.
    static let hasIPv6 = (try? Socket.udp(on: Endpoint("::1", 0))) != nil
}
