import DNSWire

/// What the reference says of an EDNS option that the forwarder decides about.
struct EDNSOptionText {
    let name: String
    let source: String
    /// Why it goes on or stays: a clause without a capital and without a full stop.
    let reason: String

    init(_ option: EDNSOption) {
        (name, source, reason) =
            switch option {
            case .nameServerID:
                ("NSID", "RFC 5001", "it names the server at hand, which is not the one behind it")
            case .algorithms:
                ("DAU", "RFC 6975, section 3.2.2", "a validator behind us says it to the zone")
            case .digests: ("DHU", "RFC 6975, section 3.2.2", "as DAU")
            case .hashes: ("N3U", "RFC 6975, section 3.2.2", "as DAU")
            case .clientSubnet:
                (
                    "client subnet", "RFC 7871, section 7.1",
                    "`strip-subnet` keeps it here, `add-subnet` adds one where there is none; a "
                        + "client that sent none gets none"
                )
            case .expire:
                ("EXPIRE", "RFC 7314", "it is between the servers of a zone")
            case .cookie:
                (
                    "COOKIE", "RFC 7873",
                    "it is between two; one that came with fresh answers only would make clients "
                        + "take the others for forgeries"
                )
            case .keepalive:
                ("TCP keepalive", "RFC 7828", "it is about one connection")
            case .padding:
                ("padding", "RFC 7830", "it hides the length of one message, of an encrypted one")
            case .chain:
                ("CHAIN", "RFC 7901", "the proofs that it asks for were not asked for by name")
            case .keyTag:
                ("key tag", "RFC 8145", "a validator behind us says it to the zone")
            case .extendedError:
                (
                    "extended error", "RFC 8914",
                    "it says something of the answer; a reason that Waggle has takes its place"
                )
            case .reportChannel:
                ("report channel", "RFC 9567", "it is for who validates what it came with")
            case .zoneVersion:
                ("ZONEVERSION", "RFC 9660", "it is of the zone's own server")
            }
    }
}
