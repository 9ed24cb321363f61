import DNSConfig
import DNSResolver
import DNSWire
import LinuxIO
import Synchronization

// `dns-loop-detect`: each default server is asked one question that nobody else asks. A worker that
// is asked it notes so beside the server, and here the server is left out.

extension ControlPlane {
    /// Looks for loops anew: at the start, and whenever servers may have changed.
    mutating func probeLoops() {
        let snapshot = state.snapshots.value
        loopLooks = 0
        guard snapshot.detectsLoops else { return }
        for index in snapshot.groups[0].servers.prefix(ServerLimits.probedServers) {
            let server = snapshot.servers[Int(index)]
            var number: UInt32 = 0
            while number == 0 { number = UInt32(truncatingIfNeeded: Entropy.word()) }
            server.statistics.probe.store(number, ordering: .releasing)
            Self.send(number, to: server.option)
        }
        loopLooks = ServerLimits.loopLooks
    }

    /// Nobody waits for an answer: a probe that is lost, or refused, is no loop.
    private static func send(_ number: UInt32, to server: ServerOption) {
        let route = UpstreamRoute(server)
        guard
            case .open(let fd) = Sockets.udpConnected(
                to: route.address, from: route.source, device: route.device)
        else { return }
        defer { Sockets.close(fd) }
        var row = MessageRow()
        let count = write(number, into: &row)
        _ = Sockets.send(fd, row.message(count))
    }

    private static func write(_ number: UInt32, into row: inout MessageRow) -> Int {
        var writer = WireWriter(row.message)
        LoopProbe.write(
            number, id: UInt16(truncatingIfNeeded: Entropy.word()), into: &writer)
        return writer.count
    }

    /// Gives every server another chance.
    mutating func forgetLoops() {
        inputs.leaveOut([])
        for server in state.snapshots.value.servers {
            server.statistics.isLooping.store(false, ordering: .relaxed)
        }
    }

    /// Leaves out the servers whose questions came back, until the configuration is read again.
    mutating func leaveOutLoops() {
        let snapshot = state.snapshots.value
        guard snapshot.detectsLoops else { return }
        let found = snapshot.groups[0].servers.map { snapshot.servers[Int($0)] }.filter {
            $0.statistics.isLooping.load(ordering: .acquiring)
        }
        guard !found.isEmpty else { return }
        inputs.leaveOut(found.map(\.option))
        log.write(inputs.serverLines())
        publish()
    }
}
