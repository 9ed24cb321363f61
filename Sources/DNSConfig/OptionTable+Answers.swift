import DNSWire

extension OptionTable {
    /// How answers are made and filtered.
    static let answers: [OptionRow] = [
        OptionRow(
            "max-ttl", .required("<integer>"), .oncePerSource, .dns, default: "no limit",
            "Tells clients to keep answers from servers no longer than this, in seconds.",
            details: OptionDetails.maximumTTL,
            example: "max-ttl=3600",
            departures: [.highestTTL]
        ) { value, options, context throws(OptionFault) in
            options.answers.maximumTTLSeconds = try context.seconds(value)
        },
        OptionRow(
            "no-round-robin", .none, .flag, .dns, default: "off",
            "Gives the addresses of a name always in the same order.",
            example: "no-round-robin",
            departures: [.rotation]
        ) { _, options, _ in options.answers.rotates = false },
        OptionRow(
            "edns-packet-max", letter: "P", .required("<integer>"), .oncePerSource, .dns,
            default: "\(StatedLimits.ednsOctets)",
            "Offers and accepts UDP messages up to this many octets, at least 512.",
            details: OptionDetails.ednsPacketMax,
            example: "edns-packet-max=1400",
            departures: [.ednsOfCutAnswers, .truncatedReplies, .recordsToServers],
            apply: applyEDNSPacketMax),
        OptionRow(
            "domain-needed", letter: "D", .none, .flag, .dns, default: "off",
            "Answers that names without dots do not exist instead of asking servers.",
            details: OptionDetails.domainNeeded,
            example: "domain-needed",
            departures: [.knownByAddress, .knownByCache, .extendedErrors]
        ) { _, options, _ in options.answers.needsDomain = true },
        OptionRow(
            "bogus-priv", letter: "b", .none, .flag, .dns, default: "off",
            "Answers that private addresses have no names instead of asking servers.",
            details: OptionDetails.bogusPriv,
            example: "bogus-priv",
            departures: [.sharedAddresses, .repeatedWarnings]
        ) { _, options, _ in options.answers.hidesPrivateReverse = true },
        OptionRow(
            "filter-A", .none, .flag, .dns, default: "off",
            "Takes IPv4 addresses out of the answers of servers.",
            details: OptionDetails.filterA,
            example: "filter-A",
            departures: [.addressHints]
        ) { _, options, _ in options.answers.filtersA = true },
        OptionRow(
            "filter-AAAA", .none, .flag, .dns, default: "off",
            "Takes IPv6 addresses out of the answers of servers.",
            details: OptionDetails.filterA,
            example: "filter-AAAA",
            departures: [.addressHints]
        ) { _, options, _ in options.answers.filtersAAAA = true },
        OptionRow(
            "filter-rr", .required("<type>[,<type>...]"), .anyNumber, .dns, default: "none",
            "Takes records of these types out of the answers of servers.",
            details: OptionDetails.filterRR,
            example: "filter-rr=HTTPS,SVCB",
            departures: [.cachedHiddenTypes, .addressHints]
        ) { value, options, context throws(OptionFault) in
            options.answers.filteredTypes += try parseTypes(value, &context)
        },
        OptionRow(
            "filterwin2k", letter: "f", .none, .flag, .dns, default: "off",
            "Answers the periodic SOA, SRV and underscore questions of old Windows itself.",
            details: OptionDetails.filterWindows2000,
            example: "filterwin2k"
        ) { _, options, _ in options.answers.filtersWindows2000 = true },
        OptionRow(
            "stop-dns-rebind", .none, .flag, .dns, default: "off",
            "Empties answers of servers that contain private addresses.",
            details: OptionDetails.stopRebinding,
            example: "stop-dns-rebind",
            departures: [.sharedAddresses, .repeatedWarnings, .addressHints]
        ) { _, options, _ in options.answers.stopsRebinding = true },
        OptionRow(
            "rebind-localhost-ok", .none, .flag, .dns, default: "off",
            "Lets stop-dns-rebind pass loopback addresses, which block lists use.",
            example: "rebind-localhost-ok"
        ) { _, options, _ in options.answers.allowsLoopbackRebinding = true },
        OptionRow(
            "rebind-domain-ok", .required("<domain>|/<domain>/[<domain>/...]"), .anyNumber, .dns,
            default: "none", "Lets stop-dns-rebind pass these domains; // is names without dots.",
            example: "rebind-domain-ok=/plex.direct/corp.example/",
            departures: [.blockedTargets],
            apply: applyRebindDomain),
        OptionRow(
            "bogus-nxdomain", letter: "B", .required("<ipaddr>[/<prefix-len>]"), .anyNumber, .dns,
            default: "none", "Turns answers with such an address into no such name.",
            details: OptionDetails.bogusNXDomain,
            example: "bogus-nxdomain=203.0.113.0/24",
            departures: [.blockedTargets, .addressHints]
        ) { value, options, _ throws(OptionFault) in
            options.answers.bogusAddresses.append(try parseAddressPrefix(value))
        },
        OptionRow(
            "ignore-address", .required("<ipaddr>[/<prefix-len>]"), .anyNumber, .dns,
            default: "none", "Ignores answers with such an address as if they had not come.",
            details: OptionDetails.ignoreAddress,
            example: "ignore-address=203.0.113.7",
            departures: [.ignoredReplies, .addressHints]
        ) { value, options, _ throws(OptionFault) in
            options.answers.ignoredAddresses.append(try parseAddressPrefix(value))
        },
        OptionRow(
            "alias", letter: "V", .required("<ipaddr>|<first>-<last>,<ipaddr>[,<mask>]"),
            .anyNumber, .dns, default: "none",
            "Replaces IPv4 addresses in the answers of servers.",
            details: OptionDetails.alias,
            example: "alias=203.0.113.10-203.0.113.20,192.168.1.0,255.255.255.0",
            departures: [.addressHints],
            apply: applyAlias),
        OptionRow(
            "proxy-dnssec", .none, .flag, .dnssec, default: "off",
            "Passes on the statement of a server that an answer is authentic.",
            details: OptionDetails.proxyDNSSEC,
            example: "proxy-dnssec"
        ) { _, options, _ in options.answers.passesAuthenticatedData = true },
        OptionRow(
            "no-ident", .none, .flag, .dns, default: "off",
            "Does not answer version.bind and its like.",
            details: OptionDetails.noIdent,
            example: "no-ident",
            departures: [.identity]
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
            // dnsmasq takes the last dot away first.
            case _ where text.equals("."): options.answers.allowsDotlessRebinding = true
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
            } else {
                let known = RecordType(parsing: piece.string)
                // dnsmasq knows names and numbers, but not `TYPE65`.
                guard let known, known.mnemonic == piece.string.uppercased() else {
                    throw OptionFault(
                        "bad RR type", "'\(piece.string)'",
                        hint: known.map { "write \($0.rawValue)" }
                            ?? "write a type such as AAAA or its number", at: piece)
                }
                types.append(known)
            }
        }
        return types
    }

    static func applyAlias(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        let pieces = value.pieces()
        let range = pieces[0].split("-")
        guard pieces.count > 1, let first = (range?.head ?? pieces[0]).ipv4,
            let new = pieces[1].ipv4
        else {
            throw OptionFault(
                "missing address in alias", "'\(value.string)'",
                hint: "write alias=192.0.2.10,10.0.0.10", at: value)
        }
        var alias = AddressAlias(first: first, new: new)
        if pieces.count > 2 {
            guard let mask = pieces[2].ipv4, pieces.count == 3 else {
                let wrong = pieces[2].ipv4 == nil ? pieces[2] : pieces[3]
                throw OptionFault(
                    "missing address in alias", "'\(wrong.string)' is not a mask",
                    hint: "write one mask such as 255.255.255.0", at: wrong)
            }
            alias.mask = mask
        }
        if let end = range?.tail {
            guard let last = end.ipv4, first <= last, (first ^ last) & alias.mask == 0 else {
                throw OptionFault(
                    "invalid alias range", "'\(pieces[0].string)'",
                    hint: "give a mask, as in 192.0.2.1-192.0.2.9,10.0.0.0,255.255.255.0",
                    at: pieces[0])
            }
            alias.last = last
        }
        options.answers.aliases.append(alias)
    }
}

extension ValueText {
    /// The number of an IPv4 address; nil for any other text.
    fileprivate var ipv4: UInt32? {
        guard let address, address.isIPv4 else { return nil }
        return address.ipv4
    }
}
