import DNSWire

extension OptionTable {
    /// Which servers answer for which domains, and which domains are answered here.
    static let domainRules: [OptionRow] = [
        OptionRow(
            "server", letter: "S", aliases: [],
            .required(
                "[/<domain>/[<domain>/...]][<ipaddr>[#<port>][@<interface>][@<source>]|#]"),
            .anyNumber, .dns, default: "those of resolv.conf",
            "Asks this server, for these domains only if any are given.",
            details: OptionDetails.server,
            example: "server=/corp.example/10.0.0.53#5353",
            departures: [.serverNames, .serverChoice, .silentServers],
            apply: applyServer),
        OptionRow(
            "local", .required("/<domain>/[<domain>/...]"), .anyNumber, .dns, default: "none",
            "Answers these domains from hosts files and configuration only.",
            details: OptionDetails.local,
            example: "local=/lan/",
            departures: [.knownByAddress],
            apply: applyServer),
        OptionRow(
            "rev-server", .required("<ipaddr>[/<prefix-len>][,<server>]"), .anyNumber, .dns,
            default: "none", "Asks this server for the names of the addresses in a network.",
            details: OptionDetails.revServer,
            example: "rev-server=10.0.0.0/8,10.0.0.53",
            departures: [.serverNames],
            apply: applyRevServer),
        OptionRow(
            "address", letter: "A", .required("/<domain>/[<domain>/...][<ipaddr>|#]"), .anyNumber,
            .dns,
            default: "none",
            "Answers these domains and all below with an address, # being 0.0.0.0 and ::, nothing "
                + "being no such name.",
            details: OptionDetails.address,
            example: "address=/ads.example/tracker.example/#",
            departures: [.rotation, .aliasOfAddress, .knownByAddress, .anyOfAddress],
            apply: applyAddress),
    ]

    static func applyServer(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        let (domains, rest) = splitDomains(value)
        var action = DomainRule.Action.local
        if !rest.isEmpty { action = try ServerText.parse(rest, &context) }
        try appendRules(domains, action, value, &options, &context)
    }

    static func applyAddress(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        let (domains, rest) = splitDomains(value)
        let action: DomainRule.Action
        if rest.isEmpty {
            action = .local
        } else if rest.equals("#") {
            action = .zeros
        } else if let address = rest.address {
            action = .address(address)
        } else {
            let isSlashMissing = domains.isEmpty && rest.octets.contains(UInt8(ascii: "/"))
            throw OptionFault(
                "Bad address in --address", "'\(rest.string)'",
                hint: isSlashMissing
                    ? "write address=/\(rest.string)"
                    : "write one address after /domain/, or # or nothing", at: rest)
        }
        try appendRules(domains, action, value, &options, &context)
    }

    static func applyRevServer(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        let parts = value.split(",")
        let network = parts?.head ?? value
        let networkParts = network.split("/")
        let addressText = networkParts?.head ?? network
        guard let address = addressText.address else {
            throw OptionFault(
                nil, "'\(addressText.string)' is not an address",
                hint: "write rev-server=10.0.0.0/8,192.0.2.1", at: addressText)
        }
        var action = DomainRule.Action.local
        if let text = parts?.tail { action = try ServerText.parse(text, &context) }
        let limit = address.octetCount * 8
        var length = limit
        if let text = networkParts?.tail {
            if let number = text.number {
                length = number
            } else {
                context.warn("'\(text.string)' is not a prefix length, \(limit) is used", at: text)
            }
            guard length >= 1, length <= limit else {
                throw OptionFault(
                    "bad IPv\(address.isIPv4 ? 4 : 6) prefix length", "1 to \(limit) are possible",
                    at: text)
            }
        }
        for zone in DomainName.reverseZones(of: address, prefixLength: length) {
            options.domainRules.append(
                DomainRule(match: .domain(zone), action: action, origin: context.origin(of: value)))
        }
    }

    /// What stands between the slashes and what stands after them; no domains where there is no
    /// first slash.
    private static func splitDomains(_ value: ValueText) -> (domains: [ValueText], rest: ValueText)
    {
        guard value.hasPrefix(UInt8(ascii: "/")) else { return ([], value) }
        var domains: [ValueText] = []
        var rest = value.dropFirst()
        while let (domain, tail) = rest.split("/") {
            domains.append(domain)
            rest = tail
        }
        // A lone slash: names without dots.
        if domains.isEmpty, rest.isEmpty { domains.append(rest) }
        return (domains, rest)
    }

    private static func appendRules(
        _ domains: [ValueText], _ action: DomainRule.Action, _ value: ValueText,
        _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        // Long lists have one server for all their domains: its rules share the memory of it.
        var action = action
        if let last = options.domainRules.last?.action, last == action { action = last }
        guard !domains.isEmpty else {
            options.domainRules.append(
                DomainRule(
                    match: .domain(.root), action: action, origin: context.origin(of: value)))
            return
        }
        for domain in domains {
            guard let match = try parseMatch(domain, &context) else { continue }
            options.domainRules.append(
                DomainRule(match: match, action: action, origin: context.origin(of: domain)))
        }
    }

    /// Reads one domain of a rule; nil, with a warning, for one that can never match.
    private static func parseMatch(
        _ text: ValueText, _ context: inout OptionContext
    ) throws(OptionFault) -> DomainRule.Match? {
        if text.isEmpty { return .dotless }
        if text.equals("#") { return .domain(.root) }
        var rest = text
        while rest.hasPrefix(UInt8(ascii: ".")) { rest = rest.dropFirst() }
        let isWild = rest.hasPrefix(UInt8(ascii: "*"))
        if isWild { rest = rest.dropFirst() }
        guard !rest.isEmpty else { return .domain(.root) }
        let isBelow = isWild && rest.hasPrefix(UInt8(ascii: "."))
        if isBelow { rest = rest.dropFirst() }
        guard let name = try context.name(rest, orElse: nil) else { return nil }
        if isBelow { return .below(name) }
        return isWild ? .textSuffix(Array(name.description.utf8)) : .domain(name)
    }
}

extension DomainName {
    /// The zones of `in-addr.arpa` or `ip6.arpa` that together hold the names of a network.
    ///
    /// One where the prefix ends on a label boundary (8 bits, 4 for IPv6), else up to 128.
    static func reverseZones(of address: IPAddress, prefixLength: Int) -> [DomainName] {
        let network = AddressRange(network: address, prefixLength: prefixLength).first
        let labelBits = address.isIPv4 ? 8 : 4
        let labels = (prefixLength + labelBits - 1) / labelBits
        let freeBits = labels * labelBits - prefixLength
        let name = DomainName(reverseOf: network)
        let dropped = address.octetCount * 8 / labelBits - labels
        guard labels > 0 else { return [] }
        var parent = name
        for _ in 0...dropped { parent = parent.parent ?? parent }
        let bit = (labels - 1) * labelBits
        let first = Int(network.octet(bit / 8)) >> (8 - labelBits - bit % 8) & (1 << labelBits - 1)
        return (first..<(first + 1 << freeBits)).compactMap { value in
            let text = Array(String(value, radix: address.isIPv4 ? 10 : 16).utf8)
            return DomainName(wire: [UInt8(text.count)] + text + parent.octets)
        }
    }
}
