import DNSWire

extension OptionTable {
    /// How answers are made and filtered.
    static let answers: [OptionRow] = [
        OptionRow(
            "max-ttl", .required("<integer>"), .oncePerSource, .dns, default: "no limit",
            "Tells clients to keep answers from servers no longer than this, in seconds.",
            example: "max-ttl=3600"
        ) { value, options, context throws(OptionFault) in
            options.answers.maximumTTLSeconds = try context.seconds(value)
        },
        OptionRow(
            "no-round-robin", .none, .flag, .dns, default: "off",
            "Gives the addresses of a name always in the same order.",
            example: "no-round-robin"
        ) { _, options, _ in options.answers.rotates = false },
        OptionRow(
            "edns-packet-max", letter: "P", .required("<integer>"), .oncePerSource, .dns,
            default: "1232",
            "Offers and accepts UDP messages up to this many octets, at least 512.",
            example: "edns-packet-max=1400",
            apply: applyEDNSPacketMax),
        OptionRow(
            "domain-needed", letter: "D", .none, .flag, .dns, default: "off",
            "Answers that names without dots do not exist instead of asking servers.",
            example: "domain-needed"
        ) { _, options, _ in options.answers.needsDomain = true },
        OptionRow(
            "bogus-priv", letter: "b", .none, .flag, .dns, default: "off",
            "Answers that private addresses have no names instead of asking servers.",
            example: "bogus-priv"
        ) { _, options, _ in options.answers.hidesPrivateReverse = true },
        OptionRow(
            "filter-A", .none, .flag, .dns, .notYetSupported(isFatal: false), default: "off",
            "Takes IPv4 addresses out of the answers of servers.",
            example: "filter-A"
        ) { _, options, _ in options.answers.filtersA = true },
        OptionRow(
            "filter-AAAA", .none, .flag, .dns, .notYetSupported(isFatal: false), default: "off",
            "Takes IPv6 addresses out of the answers of servers.",
            example: "filter-AAAA"
        ) { _, options, _ in options.answers.filtersAAAA = true },
        OptionRow(
            "filter-rr", .required("<type>[,<type>...]"), .anyNumber, .dns,
            .notYetSupported(isFatal: false), default: "none",
            "Takes records of these types out of the answers of servers.",
            example: "filter-rr=HTTPS,SVCB"
        ) { value, options, context throws(OptionFault) in
            options.answers.filteredTypes += try parseTypes(value, &context)
        },
        OptionRow(
            "filterwin2k", letter: "f", .none, .flag, .dns, default: "off",
            "Answers the periodic SOA, SRV and underscore questions of old Windows itself.",
            example: "filterwin2k"
        ) { _, options, _ in options.answers.filtersWindows2000 = true },
        OptionRow(
            "stop-dns-rebind", .none, .flag, .dns, .notYetSupported(isFatal: false), default: "off",
            "Drops answers of servers that contain private addresses.",
            example: "stop-dns-rebind"
        ) { _, options, _ in options.answers.stopsRebinding = true },
        OptionRow(
            "rebind-localhost-ok", .none, .flag, .dns, .notYetSupported(isFatal: false),
            default: "off",
            "Lets stop-dns-rebind pass loopback addresses, which block lists use.",
            example: "rebind-localhost-ok"
        ) { _, options, _ in options.answers.allowsLoopbackRebinding = true },
        OptionRow(
            "rebind-domain-ok", .required("<domain>|/<domain>/[<domain>/...]"), .anyNumber, .dns,
            .notYetSupported(isFatal: false),
            default: "none", "Lets stop-dns-rebind pass these domains; // is names without dots.",
            example: "rebind-domain-ok=/plex.direct/corp.example/",
            apply: applyRebindDomain),
        OptionRow(
            "bogus-nxdomain", letter: "B", .required("<ipaddr>[/<prefix-len>]"), .anyNumber, .dns,
            .notYetSupported(isFatal: false),
            default: "none", "Turns answers with such an address into no such name.",
            example: "bogus-nxdomain=203.0.113.0/24"
        ) { value, options, _ throws(OptionFault) in
            options.answers.bogusAddresses.append(try parseAddressPrefix(value))
        },
        OptionRow(
            "ignore-address", .required("<ipaddr>[/<prefix-len>]"), .anyNumber, .dns,
            .notYetSupported(isFatal: false),
            default: "none", "Ignores answers with such an address as if they had not come.",
            example: "ignore-address=203.0.113.7"
        ) { value, options, _ throws(OptionFault) in
            options.answers.ignoredAddresses.append(try parseAddressPrefix(value))
        },
        OptionRow(
            "alias", letter: "V", .required("<ipaddr>|<first>-<last>,<ipaddr>[,<mask>]"),
            .anyNumber, .dns,
            .notYetSupported(isFatal: true), default: "none",
            "Replaces IPv4 addresses in the answers of servers.",
            example: "alias=203.0.113.10-203.0.113.20,192.168.1.0,255.255.255.0",
            apply: applyAlias),
        OptionRow(
            "proxy-dnssec", .none, .flag, .dnssec, default: "off",
            "Passes on the statement of a server that an answer is authentic.",
            example: "proxy-dnssec"
        ) { _, options, _ in options.answers.passesAuthenticatedData = true },
        OptionRow(
            "no-ident", .none, .flag, .dns, default: "off",
            "Does not answer version.bind and its like.",
            example: "no-ident"
        ) { _, options, _ in options.answers.hidesIdentity = true },
    ]

    static func applyEDNSPacketMax(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        let octets = try context.number(value, upTo: WireLimits.messageOctets)
        options.answers.ednsPacketOctets = UInt16(
            clamping: max(octets, WireLimits.plainDatagramOctets))
    }

    static func applyRebindDomain(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        var rest = value.hasPrefix(UInt8(ascii: "/")) ? value.dropFirst() : value
        repeat {
            let parts = rest.split("/")
            let text = parts?.head ?? rest
            switch text.name {
            case .empty: options.answers.allowsDotlessRebinding = true
            case .name(let name): options.answers.rebindDomains.append(name)
            case .unmatchable(let why), .invalid(let why):
                context.warn(
                    "the name '\(text.string)' \(why): it can never match and is left out",
                    at: text)
            }
            guard let tail = parts?.tail else { return }
            rest = tail
        } while !rest.isEmpty
    }

    static func parseAddressPrefix(_ value: ValueText) throws(OptionFault) -> AddressPrefix {
        let parts = value.split("/")
        let text = parts?.head ?? value
        guard let address = text.address else {
            throw OptionFault(nil, "'\(text.string)' is not an address", at: text)
        }
        let limit = address.octetCount * 8
        guard let lengthText = parts?.tail else {
            return AddressPrefix(address: address, length: limit)
        }
        guard let length = lengthText.number, length <= limit else {
            throw OptionFault(
                nil, "'\(lengthText.string)' is not a prefix length from 0 to \(limit)",
                at: lengthText)
        }
        return AddressPrefix(address: address, length: length)
    }

    /// Reads types by mnemonic or number; nothing is type 0.
    static func parseTypes(
        _ value: ValueText, _ context: inout OptionContext
    ) throws(OptionFault) -> [RecordType] {
        var types: [RecordType] = []
        for piece in value.pieces() where !piece.isEmpty {
            if let number = piece.number {
                guard let type = UInt16(exactly: number) else {
                    context.warn("there is no type \(number), it is left out", at: piece)
                    continue
                }
                types.append(RecordType(type))
            } else if !piece.hasPrefix(UInt8(ascii: "+")),
                let type = RecordType(parsing: piece.string)
            {
                types.append(type)
            } else {
                throw OptionFault(
                    "bad RR type", "'\(piece.string)'",
                    hint: "write a type such as AAAA or its number", at: piece)
            }
        }
        return types
    }

    /// Checks what dnsmasq checks; nothing is stored yet.
    static func applyAlias(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        let pieces = value.pieces()
        func isIPv4(_ text: ValueText) -> Bool { text.address?.isIPv4 ?? false }
        guard pieces.count > 1, isIPv4(pieces[1]), pieces.count < 3 || isIPv4(pieces[2]) else {
            throw OptionFault("missing address in alias", at: value)
        }
        guard let (first, last) = pieces[0].split("-") else {
            guard isIPv4(pieces[0]) else {
                throw OptionFault("missing address in alias", at: pieces[0])
            }
            return
        }
        guard let low = first.address, let high = last.address, low.isIPv4, high.isIPv4,
            low.ipv4 < high.ipv4, isIPv4(pieces[1])
        else { throw OptionFault("invalid alias range", at: pieces[0]) }
        // Without a mask the range is moved as a whole, which dnsmasq refuses unless both ends fit
        // in a class C network.
        guard pieces.count > 2 || low.ipv4 >> 8 == high.ipv4 >> 8 else {
            throw OptionFault("invalid alias range", at: pieces[0])
        }
    }
}
