import DNSConfig
import DNSWire
import LinuxIO

/// `waggle healthcheck`: asks the running server for `health.waggle CH TXT` by UDP and by TCP.
///
/// Needs no shell, no other program and no network but the server's own address. The server
/// answers it from memory; it neither counts nor logs the question.
enum HealthCommand {
    private static let id: UInt16 = 0x4845

    /// What is wrong; nil if the server is well.
    static func run(_ arguments: [String], _ files: inout FileSystem) -> String? {
        let config = ConfigLoader.load(arguments: arguments, files: &files)
        // A configuration that was broken after the start says nothing about the server, as long as
        // its port is known.
        let listen = config.options.listen
        guard listen.port != 0 else { return nil }
        let plan = ListenPlan(listen, interfaces: (try? Interfaces.list()) ?? [])
        guard let address = address(of: plan, port: listen.port) else {
            return "no address to ask: see listen-address and interface"
        }
        let query = query()
        if let fault = ask(address, query, isTCP: false) { return fault }
        return ask(address, query, isTCP: true)
    }

    /// Loopback if it is served, else the first address.
    static func address(of plan: ListenPlan, port: UInt16) -> SocketAddress? {
        let loopback = SocketAddress(ipv4: 0x7F00_0001, port: port)
        if plan.isWildcard || plan.addresses.contains(loopback) { return loopback }
        return plan.addresses.first
    }

    private static func query() -> [UInt8] {
        var octets: [UInt8] = [UInt8(id >> 8), UInt8(id & 0xFF), 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        octets += DomainName(parsing: "health.waggle")?.octets ?? [0]
        return octets + [0, UInt8(RecordType.txt.rawValue), 0, 3]
    }

    private static func ask(
        _ address: SocketAddress, _ query: [UInt8], isTCP: Bool
    ) -> String? {
        switch DirectQuery.ask(address, query, isTCP: isTCP) {
        case .fault(let fault): return fault
        case .answer(let message):
            guard MessageHeader(message.bytes)?.responseCode != .noError else { return nil }
            return "\(isTCP ? "TCP" : "UDP"): the server is not ready"
        }
    }
}
