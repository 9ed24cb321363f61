package import DNSWire

extension OptionTable {
    /// The way back to dnsmasq's behaviour where Waggle leaves it.
    static let compatibility: [OptionRow] = [
        OptionRow(
            "compat", .required("<difference>[,<difference>...]"), .anyNumber, .dns,
            default: "none",
            "Answers as dnsmasq where Waggle departs from it: bare-cname, literal-cname, "
                + "literal-target.",
            details: OptionDetails.compatibility,
            example: "compat=bare-cname,literal-cname",
            departures: [.chasedAlias, .wildcardAlias, .aliasOfAddress],
            apply: applyCompatibility)
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

    /// As they are spelled in the configuration.
    static let names: [(name: String, value: Compatibility)] = [
        ("bare-cname", .bareCNAME), ("literal-cname", .literalCNAME),
        ("literal-target", .literalTarget),
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
