package import DNSWire

extension OptionTable {
    /// The way back to dnsmasq's behaviour where Waggle leaves it.
    static let compatibility: [OptionRow] = [
        OptionRow(
            "compat", .required("<difference>[,<difference>...]"), .anyNumber, .dns,
            default: "none",
            "Answers as dnsmasq where Waggle departs from it: bare-cname, literal-cname, "
                + "literal-target, never-stale.",
            details: OptionDetails.compatibility,
            example: "compat=bare-cname,literal-cname",
            departures: [.chasedAlias, .wildcardAlias, .aliasOfAddress, .lastResort],
            apply: applyCompatibility),
        OptionRow(
            "prefetch", .none, .flag, .dns, default: "off",
            "Asks anew for popular names in the last tenth of their time.",
            details: OptionDetails.prefetch,
            example: "prefetch"
        ) { _, options, _ in options.cache.prefetches = true },
    ]

    static func applyCompatibility(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        for piece in value.pieces() where !piece.isEmpty {
            guard let known = Compatibility.names.first(where: { $0.name == piece.string }) else {
                let names = Compatibility.names.map(\.name).joined(separator: ", ")
                throw OptionFault(
                    nil, "'\(piece.string)' is no departure that can be switched off",
                    hint: "write one or more of \(names)", at: piece)
            }
            options.compatibility.insert(known.value)
        }
    }
}

/// Departures from dnsmasq that `compat` switches off.
package struct Compatibility: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// A CNAME whose target is neither local nor cached is answered alone, and no server is asked
    /// for the target.
    package static let bareCNAME = Compatibility(rawValue: 1)
    /// `cname=*.d,t` defines the name whose first label is a star, and nothing below `d`.
    package static let literalCNAME = Compatibility(rawValue: 2)
    /// A CNAME whose target has only an `address=` rule is answered alone.
    package static let literalTarget = Compatibility(rawValue: 4)
    /// Where no server answers, no answer whose time is over stands in for it.
    package static let neverStale = Compatibility(rawValue: 8)

    /// As they are spelled in the configuration.
    static let names: [(name: String, value: Compatibility)] = [
        ("bare-cname", .bareCNAME), ("literal-cname", .literalCNAME),
        ("literal-target", .literalTarget), ("never-stale", .neverStale),
    ]
}

extension CNAMEOption {
    /// For an alias `*.d`: `d`. A star alone covers nothing.
    package var wildcardParent: DomainName? {
        guard alias.octets.starts(with: [1, UInt8(ascii: "*")]), let parent = alias.parent,
            !parent.isRoot
        else { return nil }
        return parent
    }
}
