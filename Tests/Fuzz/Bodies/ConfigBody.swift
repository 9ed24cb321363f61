import DNSConfig
import DNSResolver

/// A text is read as a configuration file; what it says is checked and compiled.
func checkConfig(_ octets: [UInt8]) -> String? {
    let loaded = load(octets)
    _ = ConfigCheck.startDiagnostics(loaded.options)
    _ = ConfigLint.danglingAliases(loaded.options, hosts: HostsTable())
    for diagnostic in loaded.diagnostics where diagnostic.message.isEmpty {
        return "a diagnostic without a message: \(diagnostic)"
    }
    let limit = ConfigLimits.diagnostics + 10
    guard loaded.diagnostics.count <= limit else { return "\(loaded.diagnostics.count) faults" }
    let snapshot = Snapshot(options: loaded.options, hosts: HostsTable(), seed: 1)
    return snapshot.groups.isEmpty ? "there is no default group" : nil
}
