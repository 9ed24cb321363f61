extension OptionTable {
    /// Zones that are served to the world.
    static let authoritative: [OptionRow] = [
        OptionRow(
            "auth-server", .required("<domain>[,<interface>|<ipaddr>...]"), .oncePerSource,
            .authoritative, .notYetSupported(isFatal: false), default: "none",
            "Serves auth-zone on these interfaces under this name.",
            details: OptionDetails.authServer,
            example: "auth-server=ns1.example.org,eth0"
        ) { value, _, _ throws(OptionFault) in
            for piece in value.pieces().dropFirst() {
                guard let family = piece.split("/")?.tail else { continue }
                guard family.equals("4") || family.equals("6") else {
                    throw OptionFault(nil, "'\(family.string)' is neither 4 nor 6", at: family)
                }
            }
        },
        OptionRow(
            "auth-zone", .required("<domain>[,<subnet>...]"), .anyNumber, .authoritative,
            .notYetSupported(isFatal: true), default: "none",
            "A zone that is served with authority.",
            details: OptionDetails.authZone,
            example: "auth-zone=example.org,192.168.1.0/24",
            apply: ignore),
        OptionRow(
            "auth-ttl", .required("<integer>"), .oncePerSource, .authoritative,
            .notYetSupported(isFatal: false), default: "600",
            "Seconds that answers from an auth-zone may be kept.",
            example: "auth-ttl=3600"
        ) { value, _, context throws(OptionFault) in _ = try context.seconds(value) },
        OptionRow(
            "auth-soa", .required("<serial>[,<hostmaster>[,<refresh>[,<retry>[,<expiry>]]]]"),
            .oncePerSource, .authoritative, .notYetSupported(isFatal: false), default: "made up",
            "The SOA record of an auth-zone.",
            details: OptionDetails.authSOA,
            example: "auth-soa=2026010101,hostmaster.example.org,1200,180,1209600",
            apply: ignore),
        OptionRow(
            "auth-sec-servers", .required("<domain>[,<domain>...]"), .anyNumber, .authoritative,
            .notYetSupported(isFatal: false), default: "none",
            "The names of the secondary servers of an auth-zone.",
            example: "auth-sec-servers=ns2.example.org",
            apply: ignore),
        OptionRow(
            "auth-peer", .required("<ipaddr>[,<ipaddr>...]"), .anyNumber, .authoritative,
            .notYetSupported(isFatal: false), default: "none",
            "The addresses that may transfer an auth-zone.",
            example: "auth-peer=198.51.100.7"
        ) { value, _, _ throws(OptionFault) in
            for piece in value.pieces() where piece.address == nil {
                throw OptionFault(nil, "'\(piece.string)' is not an address", at: piece)
            }
        },
    ]
}
