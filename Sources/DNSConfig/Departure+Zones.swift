/// Departures of authoritative zones.
extension Departure {
    static let zones: [Departure] = [
        excludedInterface, zoneFaults, longestWildcard, incrementalTransfer, refusedWithEDNS,
        wholeTransfer, answeredAliases,
    ]

    static let excludedInterface = Departure(
        "excluded interfaces",
        dnsmasq: "`exclude:` before an interface in `auth-zone` takes its networks in.",
        waggle: "It is a fault: `exclude:` takes an address with its prefix length.",
        .none(because: "the line says the contrary of what it does"))

    static let zoneFaults = Departure(
        "faults of zones",
        dnsmasq: "A zone without a name is taken, and so is a prefix longer than the address.",
        waggle: "Both are faults.",
        .none(because: "neither means anything"))

    static let longestWildcard = Departure(
        "wildcards of zones",
        dnsmasq: "Of several wildcards that cover a name, the last one of the configuration holds.",
        waggle: "The longest one holds (RFC 4592, section 3.3.1).",
        .none(because: "secondary servers would answer otherwise"))

    static let incrementalTransfer = Departure(
        "incremental transfers",
        dnsmasq: "A question for IXFR is answered with NODATA.",
        waggle: """
            It is answered with the whole zone (RFC 1995, section 4), and by UDP with the SOA \
            record alone. AXFR by UDP is refused.
            """,
        .none(because: "a secondary server that asks for changes shall get the zone"))

    static let refusedWithEDNS = Departure(
        "refusals of zones",
        dnsmasq: "A refusal for a name outside of all zones has no EDNS record.",
        waggle: "It has one if the query had one (RFC 6891, section 7).",
        .none(because: "clients take its lack for a server that is too old"))

    static let wholeTransfer = Departure(
        "large transfers",
        dnsmasq: "A zone is sent in one message, which ends after 64 KiB.",
        waggle: "It is sent in as many messages as it takes (RFC 5936, section 2.2).",
        .none(because: "half a zone is no zone"))

    static let answeredAliases = Departure(
        "aliases in transfers",
        dnsmasq:
            "A transfer has aliases beside other records of their names, and names of inner zones.",
        waggle: "It has what the zone would answer.",
        .none(because: "secondary servers refuse zones with the others"))
}
