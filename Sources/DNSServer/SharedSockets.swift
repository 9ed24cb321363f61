import DNSConfig
import DNSResolver
import DNSWire
import LinuxIO

/// The sockets of a worker whose source port is fixed, by `query-port` or `@address#port`: one for
/// each port, for all servers that are asked from it and all their questions at once.
///
/// What comes is told apart by its id, so no two questions under way have the same: an attempt
/// whose id is taken draws another. It is taken only from the address and port of the server that
/// the attempt went to. Nobody else can bind such a port beside us: two sockets of ours for one
/// port would take an option that lets others join, so servers that want different local addresses
/// share the wildcard address, and each datagram says where it leaves.
struct SharedSockets: ~Copyable {
    /// A socket that there is to be.
    struct Port: Hashable {
        /// Address and port to be bound; port 0: one that the kernel chooses.
        var local: SocketAddress
        /// `@interface`.
        var device: String?
        /// Whether each datagram has to say by itself where it leaves.
        var isMixed = false
    }

    /// How a server is asked.
    private struct Way {
        /// Into `ports`; -1 for a server that is asked from random ports.
        var port = -1
        var address = ReplyAddress(peer: SocketAddress())
    }

    private(set) var ports: [Port] = []
    /// By port; -1 where it could not be opened.
    private var sockets: [Int32] = []
    /// By server.
    private var ways: [Way] = []
    /// The token of the attempt that has an id; 0 where it is free. Empty until the first one.
    private var holders: [UInt64] = []
    /// How many ids are taken.
    private(set) var taken = 0

    // MARK: Ids

    /// Whether one more question may leave: every id more that is taken makes it easier to guess
    /// one.
    var hasRoom: Bool { taken < ServerLimits.sharedQuestions }

    /// Gives an id to an attempt; false if another one has it.
    mutating func take(_ id: UInt16, for token: UInt64) -> Bool {
        if holders.isEmpty { holders = [UInt64](repeating: 0, count: 65_536) }
        guard holders[Int(id)] == 0 else { return false }
        holders[Int(id)] = token
        taken += 1
        return true
    }

    /// The token of the attempt that has an id; 0 if none has it.
    func holder(of id: UInt16) -> UInt64 { holders.isEmpty ? 0 : holders[Int(id)] }

    /// Makes an id free again, whose attempt is over.
    mutating func free(_ id: UInt16) {
        guard !holders.isEmpty, holders[Int(id)] != 0 else { return }
        holders[Int(id)] = 0
        taken -= 1
    }

    // MARK: Ports

    /// The port that a server is asked from; nil for random ones.
    func port(ofServer server: Int) -> Int? {
        guard server < ways.count, ways[server].port >= 0 else { return nil }
        return ways[server].port
    }

    /// Where questions to a server go, and how they leave.
    func way(to server: Int) -> ReplyAddress { ways[server].address }

    /// Whether what came to a port is from a server.
    func isFrom(_ server: Int, _ port: Int, _ arrival: ReplyAddress) -> Bool {
        self.port(ofServer: server) == port && arrival.isFrom(ways[server].address)
    }

    /// Whether what was sent from a port to an address went to a server.
    func isTo(_ server: Int, _ port: Int, _ peer: SocketAddress) -> Bool {
        self.port(ofServer: server) == port && ways[server].address.peer == peer
    }

    func socket(ofPort port: Int) -> Int32? {
        port < sockets.count && sockets[port] >= 0 ? sockets[port] : nil
    }

    mutating func keep(_ fd: Int32, ofPort port: Int) { sockets[port] = fd }

    mutating func close(port: Int) {
        guard let fd = socket(ofPort: port) else { return }
        sockets[port] = -1
        Sockets.close(fd)
    }

    /// Takes over the ways to the servers of a configuration; true if a port is to be opened.
    ///
    /// Ports that stay keep their sockets. What is under way from another one is asked again when
    /// it is due.
    mutating func adopt(_ routes: [UpstreamRoute], queryPort: UInt16?) -> Bool {
        let plan = Self.plan(routes, queryPort: queryPort)
        let kept = plan.ports.map { port in ports.firstIndex(of: port) }
        var before = sockets
        sockets = kept.map { index in
            guard let index else { return -1 }
            defer { before[index] = -1 }
            return before[index]
        }
        for fd in before where fd >= 0 { Sockets.close(fd) }
        (ports, ways) = (plan.ports, plan.ways)
        return sockets.contains { $0 < 0 }
    }

    mutating func closeAll() {
        for port in ports.indices { close(port: port) }
    }

    // MARK: Plan

    private static func plan(
        _ routes: [UpstreamRoute], queryPort: UInt16?
    ) -> (ports: [Port], ways: [Way]) {
        let wanted = routes.map { port(of: $0, queryPort) }
        let bindable = Set(wanted.compactMap { $0 })
        var mixed: Set<Port> = []
        for one in bindable {
            for other in bindable where one != other && one.overlaps(other) { mixed.insert(one) }
        }
        var ports: [Port] = []
        var indexes: [Port: Int] = [:]
        let ways = zip(routes, wanted).map { route, port in
            guard var port else { return Way() }
            var address = ReplyAddress(peer: route.address)
            // Who shares a number with one of those has no socket of its own either.
            if mixed.contains(where: { $0.isSamePort(as: port) }) {
                port = Port(local: port.local.wildcard(port: port.local.port), isMixed: true)
                address = ReplyAddress(
                    server: route.address, from: route.source,
                    interface: route.device.flatMap { Interfaces.index(of: $0) } ?? 0)
            }
            let index = indexes[port] ?? ports.count
            if index == ports.count { ports.append(port) }
            indexes[port] = index
            return Way(port: index, address: address)
        }
        return (ports, ways)
    }

    /// The source port that all questions to a server have, with its address; nil where each has
    /// its own.
    private static func port(of route: UpstreamRoute, _ queryPort: UInt16?) -> Port? {
        let own = route.source?.port ?? 0
        guard let number = own != 0 ? own : queryPort else { return nil }
        var local = route.source ?? route.address.wildcard(port: 0)
        local.port = number
        return Port(local: local, device: route.device)
    }
}

extension SharedSockets.Port {
    /// Whether it is the same number of the same family; those that the kernel chooses differ.
    fileprivate func isSamePort(as other: Self) -> Bool {
        local.port != 0 && local.family == other.local.family && local.port == other.local.port
    }

    /// Whether the kernel takes the one for busy where the other is bound.
    fileprivate func overlaps(_ other: Self) -> Bool {
        isSamePort(as: other)
            && (local == other.local || local.isWildcard || other.local.isWildcard)
            && (device == other.device || device == nil || other.device == nil)
    }
}
