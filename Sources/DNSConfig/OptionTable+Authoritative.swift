import DNSWire

extension OptionTable {
    /// Zones that are served to the world.
    static let authoritative: [OptionRow] = [
        OptionRow(
            "auth-server", .required("<domain>[,<interface>[/4|/6]|<ipaddr>...]"), .oncePerSource,
            .authoritative, default: "none", reload: .restart,
            "Answers queries that come in by these interfaces or addresses from auth-zone data "
                + "only; the domain is the name of this server in SOA and NS records.",
            details: OptionDetails.authServer,
            example: "auth-server=ns1.example.org,eth0",
            departures: [.refusedWithEDNS],
            apply: applyAuthServer),
        OptionRow(
            "auth-zone",
            .required(
                "<domain>[,<ipaddr>[/<prefix length>]|<interface>[/4|/6]|exclude:<ipaddr>"
                    + "[/<prefix length>]...]"),
            .anyNumber, .authoritative, default: "none",
            "Serves a zone with authority; addresses outside of the subnets are left out.",
            details: OptionDetails.authZone,
            example: "auth-zone=example.org,192.168.1.0/24",
            departures: [.excludedInterface, .zoneFaults, .longestWildcard],
            apply: applyAuthZone),
        OptionRow(
            "auth-ttl", .required("<integer>"), .oncePerSource, .authoritative, default: "600",
            "Seconds that answers from an auth-zone may be kept.",
            example: "auth-ttl=3600"
        ) { value, options, context throws(OptionFault) in
            options.authoritative.ttlSeconds = try context.seconds(value)
        },
        OptionRow(
            "auth-soa", .required("<serial>[,<hostmaster>[,<refresh>[,<retry>[,<expiry>]]]]"),
            .oncePerSource, .authoritative,
            default: "the time of the start, hostmaster below auth-server, 1200, 180, 1209600",
            "The fields of the SOA records of auth-zone; each reload adds one to the serial.",
            details: OptionDetails.authSOA,
            example: "auth-soa=2026010101,hostmaster.example.org,1200,180,1209600",
            apply: applyAuthSOA),
        OptionRow(
            "auth-sec-servers", .required("<domain>[,<domain>...]"), .anyNumber, .authoritative,
            default: "none",
            "Names secondary servers in the NS records of zones, and allows zone transfers.",
            example: "auth-sec-servers=ns2.example.org",
            departures: [.incrementalTransfer, .wholeTransfer, .answeredAliases],
            apply: applyAuthSecondaries),
        OptionRow(
            "auth-peer", .required("<ipaddr>[,<ipaddr>...]"), .anyNumber, .authoritative,
            default: "everybody if there are auth-sec-servers, else nobody",
            "Allows zone transfers to these addresses only.",
            example: "auth-peer=198.51.100.7"
        ) { value, options, _ throws(OptionFault) in
            for piece in value.pieces() {
                guard let address = piece.address else {
                    throw OptionFault(nil, "'\(piece.string)' is not an address", at: piece)
                }
                options.authoritative.peers.append(address)
            }
        },
    ]

    static func applyAuthServer(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        let pieces = value.pieces()
        var services: [AuthoritativeService] = []
        for piece in pieces.dropFirst() {
            if let address = piece.address {
                services.append(.address(address))
            } else {
                services.append(.interface(try serviceInterface(piece)))
            }
        }
        options.authoritative.server = try context.name(pieces[0], orElse: nil)
        options.listen.authoritative = services
    }

    /// `eth0`, `eth0/4` or `eth0/6`.
    private static func serviceInterface(
        _ value: ValueText
    ) throws(OptionFault) -> ServiceInterface {
        guard let (name, family) = value.split("/") else {
            return ServiceInterface(name: value.string, families: .both)
        }
        if family.equals("4") { return ServiceInterface(name: name.string, families: .ipv4) }
        if family.equals("6") { return ServiceInterface(name: name.string, families: .ipv6) }
        throw OptionFault(nil, "'\(family.string)' is neither 4 nor 6", at: family)
    }

    static func applyAuthZone(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        let pieces = value.pieces()
        guard let domain = try context.name(pieces[0], orElse: "invalid auth-zone") else {
            guard pieces[0].isEmpty else { return }
            // Differs: dnsmasq takes it, and prefixes of any length.
            throw OptionFault("invalid auth-zone", "the zone has no name", at: value)
        }
        var zone = AuthoritativeOptions.Zone(domain: domain, origin: context.origin(of: pieces[0]))
        for piece in pieces.dropFirst() {
            let isExcluded = piece.string.hasPrefix("exclude:")
            let text = isExcluded ? piece.dropFirst("exclude:".utf8.count) : piece
            if let prefix = try subnet(text) {
                if isExcluded { zone.excluded.append(prefix) } else { zone.subnets.append(prefix) }
            } else if isExcluded {
                // Differs: dnsmasq takes the networks of an excluded interface in.
                throw OptionFault(
                    nil, "'\(text.string)' is not an address",
                    hint: "exclude: takes an address with its prefix length", at: text)
            } else if !text.isEmpty {
                zone.interfaces.append(try serviceInterface(text))
            }
        }
        guard options.authoritative.zones.count < ConfigLimits.zones else {
            throw OptionFault(
                nil, "there are too many zones", hint: "at most \(ConfigLimits.zones) are served",
                at: pieces[0])
        }
        options.authoritative.zones.append(zone)
    }

    /// An address with its prefix length, 24 or 64 unless given; nil if it is no address.
    private static func subnet(_ value: ValueText) throws(OptionFault) -> AddressPrefix? {
        let parts = value.split("/")
        guard let address = (parts?.head ?? value).address else { return nil }
        var length = 0
        if let text = parts?.tail {
            guard let number = text.number, number <= address.octetCount * 8 else {
                throw OptionFault(
                    nil,
                    "'\(text.string)' is not a prefix length from 0 to "
                        + "\(address.octetCount * 8)", at: text)
            }
            length = number
        }
        // dnsmasq: no length and a length of 0 are the same.
        if length == 0 { length = address.isIPv4 ? 24 : 64 }
        return AddressPrefix(address: address, length: length)
    }

    static func applyAuthSOA(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        let pieces = value.pieces()
        func number(_ index: Int, _ otherwise: UInt32) throws(OptionFault) -> UInt32 {
            guard index < pieces.count else { return otherwise }
            guard pieces[index].number == nil else { return try context.seconds(pieces[index]) }
            // dnsmasq takes the digits that there are, and no digits for 0.
            let number = leadingNumber(pieces[index])
            context.warn(
                "'\(pieces[index].string)' is not a number, \(number) is used", at: pieces[index])
            return number
        }
        var soa = options.authoritative
        soa.serial = try number(0, 0)
        if pieces.count > 1, !pieces[1].isEmpty {
            // RFC 1035 §3.3.13: a mail address with a dot for its at sign.
            let text = pieces[1].octets.map { $0 == UInt8(ascii: "@") ? UInt8(ascii: ".") : $0 }
            guard case .name(let name) = parseName(text) else {
                throw OptionFault(
                    nil, "'\(pieces[1].string)' is not the name of a hostmaster", at: pieces[1])
            }
            soa.hostmaster = name
        }
        soa.refreshSeconds = try number(2, soa.refreshSeconds)
        soa.retrySeconds = try number(3, soa.retrySeconds)
        soa.expirySeconds = try number(4, soa.expirySeconds)
        options.authoritative = soa
    }

    /// A sign and the digits at the beginning, as the C function `atoi` reads them; modulo 2^32.
    private static func leadingNumber(_ value: ValueText) -> UInt32 {
        let octets = value.octets
        let isNegative = octets.first == UInt8(ascii: "-")
        var number: UInt32 = 0
        for octet in octets.dropFirst(isNegative || octets.first == UInt8(ascii: "+") ? 1 : 0) {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet) else { break }
            number = number &* 10 &+ UInt32(octet - UInt8(ascii: "0"))
        }
        return isNegative ? 0 &- number : number
    }

    static func applyAuthSecondaries(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        for piece in value.pieces() {
            if let name = try context.name(piece, orElse: nil) {
                guard options.authoritative.secondaries.count < ConfigLimits.secondaryServers else {
                    throw OptionFault(
                        nil, "there are too many secondary servers",
                        hint: "at most \(ConfigLimits.secondaryServers) fit an answer", at: piece)
                }
                options.authoritative.secondaries.append(name)
            }
        }
    }
}
