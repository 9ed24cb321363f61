import DNSWire

extension ConfigLint {
    /// What a file of `resolv-file` says that cannot be meant: servers that are no addresses, that
    /// are this server, or none at all.
    package static func resolv(
        _ file: ResolvFile, path: String, _ options: Options
    ) -> [Diagnostic] {
        var found = file.faults.map { fault in
            Diagnostic(
                .warning, source: path, line: fault.line, column: fault.column,
                message: "the nameserver '\(fault.text)' is no address and is left out",
                hint: fault.text.contains("#")
                    ? "resolv.conf knows no ports; server=\(fault.text) in the configuration does"
                    : "only an address can stand here")
        }
        for (server, place) in zip(file.servers, file.places) where isOwn(server, options) {
            found.append(
                Diagnostic(
                    .warning, source: path, line: place.line, column: place.column,
                    message: "the nameserver \(server.address) is this server itself and is left"
                        + " out",
                    hint: "name another server, or resolv-file="))
        }
        if file.servers.isEmpty {
            found.append(
                Diagnostic(
                    .warning, source: path, message: "no servers found in \(path)",
                    hint: "a line has `nameserver` and an address"))
        }
        return found
    }
}
