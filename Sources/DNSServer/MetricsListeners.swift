import DNSConfig
import DNSWire
import LinuxIO

/// Opens the sockets of `metrics-listen`.
enum MetricsListeners {
    static func open(_ endpoints: [MetricsEndpoint]) throws(Diagnostic) -> [Int32] {
        var sockets: [Int32] = []
        for endpoint in endpoints {
            guard let address = endpoint.address else {
                sockets.append(try open(SocketAddress(ipv4: 0, port: endpoint.port)))
                // A kernel without IPv6 has no such address.
                let other = SocketAddress(ipv6High: 0, low: 0, port: endpoint.port)
                if let socket = try? Sockets.tcpListener(other) { sockets.append(socket) }
                continue
            }
            sockets.append(try open(address.socketAddress(port: endpoint.port)))
        }
        return sockets
    }

    private static func open(_ address: SocketAddress) throws(Diagnostic) -> Int32 {
        do throws(SystemError) {
            return try Sockets.tcpListener(address)
        } catch {
            var hint = "correct the address in metrics-listen="
            if error.isPortBusy {
                let holder = Sockets.holder(ofPort: address.port, protocol: .tcp)
                hint =
                    "\(holder.map { "\($0)" } ?? "another program") holds port \(address.port): "
                    + "stop it, or write another port into metrics-listen="
            }
            throw Diagnostic(
                .error, source: "waggle",
                message: "failed to create metrics socket for \(address.ipAddress) port "
                    + "\(address.port): \(error.reason)",
                hint: hint, exitStatus: .network)
        }
    }
}
