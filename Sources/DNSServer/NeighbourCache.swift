import DNSResolver
import DNSWire
import LinuxIO

/// What the kernel knows of the hosts on its networks, asked for when a client is not known here.
///
/// One per worker. The whole table of the kernel is read at once, as by dnsmasq, but not more often
/// than once in a second, whoever asks; what was found is believed for 90 seconds.
struct NeighbourCache {
    private var addresses: [IPAddress: HardwareAddress] = [:]
    private var readAt: Instant?

    init() {}

    /// The hardware address of a client; nil for one that is behind a router, or on this host.
    ///
    /// Cost: a hash; now and then one conversation with the kernel.
    mutating func hardwareAddress(of client: IPAddress, now: Instant) -> HardwareAddress? {
        let age = readAt.map { now.milliseconds - $0.milliseconds } ?? .max
        if age < ServerLimits.neighbourMilliseconds, let known = addresses[client] { return known }
        guard age >= ServerLimits.neighbourPauseMilliseconds else { return addresses[client] }
        readAt = now
        addresses.removeAll(keepingCapacity: true)
        for neighbour in Neighbours.list(atMost: ServerLimits.neighbours) {
            guard let hardware = HardwareAddress(neighbour.hardware) else { continue }
            addresses[neighbour.address.ipAddress] = hardware
        }
        return addresses[client]
    }
}
