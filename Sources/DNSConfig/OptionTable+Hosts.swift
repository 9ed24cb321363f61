package import DNSWire

extension OptionTable {
    /// Names from hosts files and the domain that they get.
    static let hosts: [OptionRow] = [
        OptionRow(
            "no-hosts", letter: "h", .none, .flag, .dns, default: "off",
            "Does not read /etc/hosts.",
            example: "no-hosts"
        ) { _, options, _ in options.hosts.readsDefaultFile = false },
        OptionRow(
            "addn-hosts", letter: "H", .required("<path>"), .anyNumber, .dns, default: "none",
            reload: .rereadsContents,
            "Reads this hosts file, or every file of this directory, beside /etc/hosts.",
            details: OptionDetails.additionalHosts,
            example: "addn-hosts=/etc/hosts.d/lan",
            departures: [.watchedFiles, .rotation]
        ) { value, options, context in
            guard !value.isEmpty else { return }
            options.hosts.additional.append(
                PathOption(path: value.string, origin: context.origin(of: value)))
        },
        OptionRow(
            "hostsdir", .required("<path>"), .anyNumber, .dns, default: "none",
            reload: .rereadsContents,
            "Reads the hosts files of a directory, and each again when it changes.",
            details: OptionDetails.hostsDirectory,
            example: "hostsdir=/run/hosts.d",
            departures: [.watchedFiles]
        ) { value, options, context in
            guard !value.isEmpty else { return }
            options.hosts.directories.append(
                PathOption(path: value.string, origin: context.origin(of: value)))
        },
        OptionRow(
            "expand-hosts", letter: "E", .none, .flag, .dns, default: "off",
            "Stores names without dots from hosts files with the domain too.",
            details: OptionDetails.expandHosts,
            example: "expand-hosts"
        ) { _, options, _ in options.hosts.expands = true },
        OptionRow(
            "domain", letter: "s", aliases: ["domain-suffix"],
            .required("<domain>[,<range>[,local]]|#"),
            .anyNumber, .dns, default: "none",
            "The domain of local names, for all addresses or a range; # takes it from resolv.conf.",
            details: OptionDetails.domain,
            example: "domain=lan,192.168.1.0/24,local",
            apply: applyDomain),
        OptionRow(
            "local-ttl", letter: "T", .required("<integer>"), .oncePerSource, .dns, default: "0",
            "Seconds that clients may keep answers from hosts files and configuration.",
            details: OptionDetails.localTTL,
            example: "local-ttl=60"
        ) { value, options, context throws(OptionFault) in
            options.answers.localTTLSeconds = try context.seconds(value)
        },
        OptionRow(
            "synth-domain", .required("<domain>,<range>[,<prefix>[*]]"), .anyNumber, .dns,
            default: "none",
            "Makes up names for the addresses of a range.",
            details: OptionDetails.synthDomain,
            example: "synth-domain=guests.lan,192.168.8.0/24,guest-",
            departures: [.networkNames, .sixRanges, .anyOfReverse],
            apply: applySynthDomain),
    ]

    static func applyDomain(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        if value.equals("#") {
            options.hosts.takesDomainFromResolv = true
            return
        }
        let parts = value.split(",")
        let name = try context.name(parts?.head ?? value, orElse: nil)
        var domain = LocalDomain(name: .root, origin: context.origin(of: value))
        if let range = parts?.tail { try parseRange(range, into: &domain) }
        guard let name else { return }
        domain.name = name
        options.hosts.domains.append(domain)
        guard domain.isLocal, let range = domain.range else { return }
        let zones = DomainName.reverseZones(of: range.first, prefixLength: range.prefixLength)
        for zone in zones + [name] {
            options.domainRules.append(
                DomainRule(match: .domain(zone), action: .local, origin: domain.origin))
        }
    }

    /// Reads `net/len[,local]`, `first[,last]` or an interface.
    private static func parseRange(
        _ value: ValueText, into domain: inout LocalDomain
    ) throws(OptionFault) {
        if let (network, rest) = value.split("/") {
            let parts = rest.split(",")
            domain.range = try parsePrefix(network, length: parts?.head ?? rest)
            if let word = parts?.tail {
                guard word.equals("local") else {
                    throw OptionFault(
                        nil, "'\(word.string)' is not the word local",
                        hint: "write local or nothing",
                        at: word)
                }
                domain.isLocal = true
            }
            return
        }
        let parts = value.split(",")
        let first = parts?.head ?? value
        guard let start = first.address else {
            domain.interface = first.string
            return
        }
        domain.range = try parseEnd(of: start, parts?.tail)
    }

    private static func parseEnd(
        of start: IPAddress, _ rest: ValueText?
    ) throws(OptionFault) -> AddressRange {
        guard let rest else { return AddressRange(first: start, last: start) }
        let text = rest.split(",")?.head ?? rest
        guard let end = text.address, end.isIPv4 == start.isIPv4 else {
            throw OptionFault(
                nil, "'\(text.string)' is not the last address of a range",
                hint: "write first,last with addresses of one family", at: text)
        }
        return AddressRange(first: start, last: end)
    }

    /// The addresses of `network/length`.
    private static func parsePrefix(
        _ network: ValueText, length text: ValueText
    ) throws(OptionFault) -> AddressRange {
        guard let length = text.number else {
            throw OptionFault(nil, "'\(text.string)' is not a prefix length", at: text)
        }
        guard let address = network.address else {
            throw OptionFault(nil, "'\(network.string)' is not an address", at: network)
        }
        guard length <= address.octetCount * 8 else {
            throw OptionFault(
                "bad prefix length", "at most \(address.octetCount * 8) is possible", at: text)
        }
        return AddressRange(network: address, prefixLength: length)
    }

    static func applySynthDomain(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        guard let (name, rest) = value.split(",") else {
            throw OptionFault(nil, "a domain and a range are needed", at: value)
        }
        let domain = try context.name(name, orElse: nil)
        let range: AddressRange
        let prefix: ValueText?
        var isWideIPv6 = false
        if let (network, tail) = rest.split("/") {
            let parts = tail.split(",")
            let length = parts?.head ?? tail
            range = try parsePrefix(network, length: length)
            isWideIPv6 = !range.first.isIPv4 && length.number ?? 0 < 64
            prefix = parts?.tail
        } else {
            let parts = rest.split(",")
            let first = parts?.head ?? rest
            guard let start = first.address else {
                throw OptionFault(nil, "'\(first.string)' is not an address", at: first)
            }
            range = try parseEnd(of: start, parts?.tail)
            // dnsmasq counts within a network with a prefix length only.
            isWideIPv6 = !start.isIPv4
            prefix = parts?.tail.split(",")?.tail
        }
        let text = prefix?.split(",")?.head ?? prefix
        let (octets, isCounted) = try parseSynthPrefix(text, isWideIPv6: isWideIPv6)
        guard let domain else { return }
        options.hosts.synthetic.append(
            SyntheticDomain(
                domain: domain, range: range, prefix: octets, isCounted: isCounted,
                origin: context.origin(of: value)))
    }

    /// The text in front of addresses, and whether a star says to count them.
    private static func parseSynthPrefix(
        _ text: ValueText?, isWideIPv6: Bool
    ) throws(OptionFault) -> ([UInt8], isCounted: Bool) {
        guard let text, !text.isEmpty else { return ([], false) }
        let isCounted = text.glyphs.last?.octet == UInt8(ascii: "*")
        if isCounted, isWideIPv6 {
            throw OptionFault(
                "prefix length too small", "counted names need at least /64", at: text)
        }
        // The label must hold the longest IPv4 address after the prefix.
        guard case .name(let name) = text.name, text.glyphs.count <= 63 - 16 else {
            throw OptionFault(
                "bad prefix", "'\(text.string)' leaves no room in a label", at: text)
        }
        let octets = Array(name.description.utf8)
        return (isCounted ? octets.dropLast() : octets, isCounted)
    }
}

extension AddressRange {
    /// The bits that the first and the last address have in common from the left.
    var prefixLength: Int {
        guard first.isIPv4 else {
            let upper = (first.high ^ last.high).leadingZeroBitCount
            return upper < 64 ? upper : 64 + (first.low ^ last.low).leadingZeroBitCount
        }
        return (first.ipv4 ^ last.ipv4).leadingZeroBitCount
    }

    /// The addresses whose first `prefixLength` bits are those of `network`.
    package init(network: IPAddress, prefixLength: Int) {
        if network.isIPv4 {
            let mask = prefixLength == 0 ? 0 : UInt32.max << UInt32(32 - prefixLength)
            first = IPAddress(ipv4: network.ipv4 & mask)
            last = IPAddress(ipv4: network.ipv4 | ~mask)
        } else {
            // Shifts by 64 and more give 0 in Swift.
            let upper = UInt64.max << UInt64(64 - min(prefixLength, 64))
            let lower = UInt64.max << UInt64(64 - max(prefixLength - 64, 0))
            first = IPAddress(high: network.high & upper, low: network.low & lower)
            last = IPAddress(high: network.high | ~upper, low: network.low | ~lower)
        }
    }
}
