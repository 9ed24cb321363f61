import DNSConfig
import LinuxIO

extension ControlPlane {
    /// Takes over what has come and gone of interfaces and addresses: listeners, `interface-name`,
    /// `dynamic-host`, `domain=` for an interface, and what `localise-queries`, `local-service` and
    /// `except-interface` look at.
    ///
    /// Differs: dnsmasq follows with bind-dynamic, and else looks when a query comes in by an
    /// interface that it does not know.
    mutating func readInterfaces() {
        guard let rows = try? Interfaces.list() else { return }
        let isChanged = inputs.setFacts(rows)
        guard isChanged || listening.isIncomplete else { return }
        log.write(listening.follow(rows))
        guard isChanged else { return wakeWorkers() }
        inputs.setOwn(addresses: listening.addresses, interfaces: rows)
        if inputs.options.hosts.domains.contains(where: { $0.interface != nil }) {
            _ = inputs.readHosts(&files, only: [])
        }
        publish()
    }
}
