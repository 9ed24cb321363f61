import DNSWire

extension OptionTable {
    /// Which addresses, interfaces and ports are served.
    static let listening: [OptionRow] = [
        OptionRow(
            "port", letter: "p", .required("<integer>"), .oncePerSource, .dns, default: "53",
            reload: .restart, "Listens for questions on this port; 0 switches DNS off.",
            details: OptionDetails.port,
            example: "port=5353",
            apply: applyPort),
        OptionRow(
            "listen-address", letter: "a", .required("<ipaddr>[,<ipaddr>...]"), .anyNumber, .dns,
            default: "every address", reload: .restart,
            "Listens on these addresses.",
            details: OptionDetails.listenAddress,
            example: "listen-address=127.0.0.1,192.168.1.2",
            departures: [.boundAddresses, .linkLocalAddress],
            apply: applyListenAddress),
        OptionRow(
            "interface", letter: "i", .required("<interface>[,<interface>...]"), .anyNumber, .dns,
            default: "every interface", reload: .restart,
            "Listens on these interfaces and on the loopback; a final * matches any rest.",
            details: OptionDetails.interface,
            example: "interface=eth0",
            departures: [.boundAddresses]
        ) { value, options, _ in
            options.listen.interfaces += value.pieces().map(\.string).filter { !$0.isEmpty }
        },
        OptionRow(
            "except-interface", letter: "I", .required("<interface>[,<interface>...]"), .anyNumber,
            .dns,
            default: "none", reload: .restart,
            "Does not listen on these interfaces, whatever else asks for them.",
            example: "except-interface=docker*"
        ) { value, options, _ in
            options.listen.exceptInterfaces += value.pieces().map(\.string).filter { !$0.isEmpty }
        },
        OptionRow(
            "bind-interfaces", letter: "z", .none, .flag, .dns, default: "off", reload: .restart,
            "Binds each address by itself instead of the wildcard address.",
            details: OptionDetails.bindInterfaces,
            example: "bind-interfaces",
            departures: [.boundAddresses]
        ) { _, options, _ in
            if options.listen.binding == .dynamic { options.listen.isBindingContradictory = true }
            options.listen.binding = .interfaces
        },
        OptionRow(
            "bind-dynamic", .none, .flag, .dns, default: "off", reload: .restart,
            "Binds each address by itself instead of the wildcard address.",
            example: "bind-dynamic",
            departures: [.followedInterfaces]
        ) { _, options, _ in
            if options.listen.binding == .interfaces {
                options.listen.isBindingContradictory = true
            }
            options.listen.binding = .dynamic
        },
        OptionRow(
            "local-service", .optional("net|host"), .oncePerSource, .dns,
            default: "off", reload: .restart,
            "Answers only clients of directly connected networks, or of this host, unless another "
                + "option says where to listen.",
            details: OptionDetails.localService,
            example: "local-service=net",
            apply: applyLocalService),
        OptionRow(
            "localise-queries", letter: "y", .none, .flag, .dns, default: "off",
            "Answers with the addresses of a name that are in the network of the interface asked, "
                + "if there are any.",
            details: OptionDetails.localiseQueries,
            example: "localise-queries"
        ) { _, options, _ in options.listen.localisesQueries = true },
        OptionRow(
            "max-tcp-connections", .required("<integer>"), .oncePerSource, .dns,
            default:
                """
                \(StatedLimits.streams), at most half of the file descriptors, and less where \
                memory is short
                """,
            reload: .restart,
            "Serves at most this many TCP connections at a time.",
            details: OptionDetails.maximumTCPConnections,
            example: "max-tcp-connections=200",
            departures: [.connections, .pipelining],
            apply: applyMaximumTCPConnections),
    ]

    static func applyPort(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        options.listen.port = try context.port(value)
        if value.isEmpty {
            context.warn("port without a number switches DNS off", hint: "write port=53", at: value)
        }
    }

    static func applyListenAddress(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        for piece in value.pieces() {
            let parts = piece.split("%")
            let text = parts?.head ?? piece
            // Differs: dnsmasq has no zone here, so that it cannot listen on one link-local
            // address.
            guard let address = text.address, parts == nil || !address.isIPv4,
                parts?.tail.isEmpty != true
            else {
                throw OptionFault(
                    nil, "'\(piece.string)' is not an IPv4 or IPv6 address",
                    hint: "write addresses only; the port is set with port=", at: piece)
            }
            options.listen.addresses.append(
                ListenAddress(
                    address: address, scope: parts?.tail.string, origin: context.origin(of: piece)))
        }
    }

    static func applyLocalService(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        if value.isAbsent || value.equals("net") {
            options.listen.localService = .network
        } else if value.equals("host") {
            options.listen.localService = .host
        } else {
            throw OptionFault(
                nil, "'\(value.string)' is neither net nor host",
                hint: "write local-service=net or local-service=host", at: value)
        }
    }

    static func applyMaximumTCPConnections(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        let number = try context.number(value, from: 1, upTo: .max)
        guard number <= ConfigLimits.tcpConnections else {
            throw OptionFault(
                nil, "'\(value.string)' is too large",
                hint: "at most \(ConfigLimits.tcpConnections) connections are served", at: value)
        }
        options.listen.maximumTCPConnections = number
    }
}

extension ListenOptions {
    /// `local-service` holds only where nothing else says where to listen.
    package var effectiveLocalService: LocalService {
        addresses.isEmpty && interfaces.isEmpty && exceptInterfaces.isEmpty
            && authoritative.isEmpty ? localService : .off
    }

    /// Whether `interface` names it.
    package func wants(_ interface: String) -> Bool {
        interfaces.contains { Self.matches(interface, $0) }
    }

    /// Whether `except-interface` names it.
    package func excepts(_ interface: String) -> Bool {
        exceptInterfaces.contains { Self.matches(interface, $0) }
    }

    /// A final star stands for any rest.
    private static func matches(_ name: String, _ pattern: String) -> Bool {
        pattern.hasSuffix("*") ? name.hasPrefix(pattern.dropLast()) : name == pattern
    }
}
