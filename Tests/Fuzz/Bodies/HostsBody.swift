import DNSConfig
import DNSResolver
import DNSWire

/// A text is read as a hosts file; its names are valid, folded, and can be compiled.
func checkHosts(_ octets: [UInt8]) -> String? {
    var options = Options()
    options.hosts.expands = true
    options.hosts.domains = load(Array("domain=lan".utf8)).options.hosts.domains
    for expands in [false, true] {
        options.hosts.expands = expands
        var table = HostsTable()
        let said = HostsParser.parse(
            octets, path: "/hosts", options: options.hosts, into: &table)
        guard said.count <= ConfigLimits.diagnosticsPerHostsFile + 1 else {
            return "\(said.count) faults"
        }
        for entry in table.entries {
            let start = Int(entry.nameOffset)
            let wire = Array(table.octets[start..<start + Int(entry.nameLength)])
            guard let name = DomainName(wire: wire), name.octets == wire, !name.isRoot else {
                return "a bad name: \(wire)"
            }
        }
        _ = Snapshot(options: options, hosts: table, seed: 1)
    }
    return nil
}
