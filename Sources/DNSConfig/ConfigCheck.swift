import DNSWire

/// Checks that look at the whole configuration.
package enum ConfigCheck {
    /// Aliases that lead back to themselves, each loop once.
    package static func aliasLoops(_ options: Options) -> [Diagnostic] {
        var targets: [DomainName: CNAMEOption] = [:]
        for cname in options.cnames { targets[cname.alias] = cname }
        var settled: Set<DomainName> = []
        var diagnostics: [Diagnostic] = []
        for cname in options.cnames {
            var path: Set<DomainName> = []
            var names: [DomainName] = []
            var next = cname.alias
            while let link = targets[next], !settled.contains(next), path.insert(next).inserted {
                names.append(next)
                next = link.target
            }
            if path.contains(next), let link = targets[next] {
                let loop = names.drop { $0 != next }.map(\.description) + [next.description]
                diagnostics.append(
                    place(link.origin, options).with(
                        .error, "CNAME loop involving \(next)",
                        hint: "it is " + loop.joined(separator: " -> ")))
            }
            settled.formUnion(path)
        }
        return diagnostics
    }

    /// dnsmasq cannot tell which of two files to read after a signal.
    static func resolvFiles(_ options: Options) -> [Diagnostic] {
        guard !options.resolv.polls, options.resolv.isUsed, options.resolv.files.count > 1 else {
            return []
        }
        return [
            place(options.resolv.files[1].origin, options).with(
                .error, "only one resolv.conf file allowed in no-poll mode.",
                hint: "leave out no-poll or all but one resolv-file")
        ]
    }

    /// The checks that dnsmasq makes when it starts but not with `--test`.
    ///
    /// `places` are where each option stands, as far as they were kept.
    package static func startDiagnostics(
        _ options: Options, places: [String: [Origin]] = [:]
    ) -> [Diagnostic] {
        let forwarding = options.forwarding
        var messages: [(String, hint: String, option: String)] = []
        if forwarding.minimumPort > forwarding.maximumPort {
            messages.append(
                (
                    "max_port cannot be smaller than min_port",
                    "min-port is \(forwarding.minimumPort), max-port \(forwarding.maximumPort)",
                    "max-port"
                ))
        } else if forwarding.portLimit
            > Int(forwarding.maximumPort) - Int(forwarding.minimumPort) + 1
        {
            messages.append(
                (
                    "port_limit must not be larger than available port range",
                    "widen min-port and max-port or lower port-limit", "port-limit"
                ))
        }
        if options.listen.isBindingContradictory {
            messages.append(
                (
                    "cannot set --bind-interfaces and --bind-dynamic", "keep one of them",
                    "bind-dynamic"
                ))
        }
        if !options.authoritative.zones.isEmpty, options.authoritative.server == nil {
            messages.append(
                (
                    "--auth-server required when an auth zone is defined.",
                    "name this server in auth-server=", "auth-zone"
                ))
        }
        return messages.map { message, hint, option in
            guard let origin = places[option]?.last, origin.line > 0 else {
                return Diagnostic(.error, source: "configuration", message: message, hint: hint)
            }
            return place(origin, options).with(.error, message, hint: hint)
        }
    }

    /// A statement about the place where something stood.
    static func place(_ origin: Origin, _ options: Options) -> Place {
        Place(
            source: options.sources[Int(origin.source)], line: Int(origin.line),
            column: Int(origin.column))
    }

    struct Place {
        var source: String
        var line: Int
        var column: Int

        func with(
            _ severity: Diagnostic.Severity, _ message: String, hint: String?
        ) -> Diagnostic {
            Diagnostic(
                severity, source: source, line: line, column: column, message: message, hint: hint)
        }
    }
}
