import DNSConfig
import DNSWire
import LinuxIO

/// The addresses that are served, and how they follow the interfaces.
///
/// With the wildcard address nothing has to follow; with `bind-interfaces` only those are opened
/// that could not be when the server started.
struct Listening: Sendable {
    private let options: ListenOptions
    /// As they were planned.
    private var served: [SocketAddress]
    /// Addresses that cannot be bound yet.
    private var failed: Set<SocketAddress> = []
    /// One for each worker.
    let changes: [ListenerChanges]
    private let isFollowing: Bool

    init(_ plan: ListenPlan, _ options: ListenOptions, missing: [SocketAddress], workers: Int) {
        self.options = options
        served = plan.addresses.filter { !missing.contains($0) }
        failed = Set(missing)
        changes = (0..<workers).map { _ in ListenerChanges() }
        isFollowing = !plan.isWildcard && options.binding != .interfaces && workers > 0
    }

    /// What is served now.
    var addresses: [SocketAddress] { served }

    /// Whether an address waits to be bound.
    var isIncomplete: Bool { !failed.isEmpty }

    /// Whether a port is to be bound that takes a right which root gives up.
    var needsBinding: Bool { (isFollowing || isIncomplete) && options.port < 1_024 }

    /// Opens and closes listeners so that they are what the interfaces ask for now; answers what to
    /// log. The workers have to be woken.
    mutating func follow(_ interfaces: [InterfaceAddress]) -> [Log.Line] {
        guard isFollowing || isIncomplete else { return [] }
        let plan = ListenPlan(options, interfaces: interfaces)
        var lines: [Log.Line] = []
        for address in served where isFollowing && !plan.addresses.contains(address) {
            for worker in changes { worker.post(.close(address)) }
            lines.append(Log.Line(.info, "stopped listening on \(address.ipAddress)"))
        }
        served.removeAll { isFollowing && !plan.addresses.contains($0) }
        failed.formIntersection(plan.addresses)
        for address in plan.addresses where !served.contains(address) {
            guard isFollowing || failed.contains(address) else { continue }
            do throws(SystemError) {
                try open(address, plan)
                served.append(address)
                failed.remove(address)
                lines.append(Log.Line(.info, "listening on \(address.ipAddress)"))
            } catch {
                let isNew = failed.insert(address).inserted
                guard isNew, error.errno != Listeners.addressMissing else { continue }
                lines.append(
                    Log.Line(
                        .warning,
                        "failed to create listening socket for \(address.ipAddress): "
                            + error.reason))
            }
        }
        return lines
    }

    private func open(_ address: SocketAddress, _ plan: ListenPlan) throws(SystemError) {
        var listeners: [Listener] = []
        do throws(SystemError) {
            for worker in changes.indices {
                listeners.append(
                    try Listeners.open(address, plan, worker: worker, of: changes.count))
            }
        } catch {
            for listener in listeners {
                Sockets.close(listener.udp)
                Sockets.close(listener.tcp)
            }
            throw error
        }
        for (worker, listener) in zip(changes, listeners) { worker.post(.open(listener)) }
    }
}

/// The kernel's notes of changes to interfaces, where there is netlink.
final class InterfaceChanges: Sendable {
    private let watch: InterfaceWatch?
    /// What becomes readable when something has changed; nil without netlink.
    let descriptor: Int32?

    init() {
        do throws(SystemError) {
            let opened = try InterfaceWatch()
            descriptor = opened.rawValue
            watch = consume opened
        } catch {
            descriptor = nil
            watch = nil
        }
    }

    func drain() { watch?.drain() }
}
