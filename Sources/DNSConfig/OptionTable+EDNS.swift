import DNSWire

extension OptionTable {
    /// What is added to questions on their way.
    static let edns: [OptionRow] = [
        OptionRow(
            "add-mac", .optional("base64|text"), .anyNumber, .edns, default: "off",
            "Adds the hardware address of the client to questions, if it is on a network of this "
                + "host.",
            details: OptionDetails.addMAC,
            example: "add-mac=base64",
            departures: [.personalAnswers],
            apply: applyAddMAC),
        OptionRow(
            "strip-mac", .none, .flag, .edns, default: "off",
            "Takes hardware addresses out of questions.",
            example: "strip-mac"
        ) { _, options, _ in options.edns.stripsHardwareAddress = true },
        OptionRow(
            "add-subnet", .optional("[<ipaddr>/]<len>[,[<ip6addr>/]<len>]"), .oncePerSource, .edns,
            default: "off",
            "Adds the network of the client to questions; answers are then cached only where all "
                + "clients have the same one.",
            details: OptionDetails.addSubnet,
            example: "add-subnet=24,56",
            departures: [.personalAnswers, .clientSubnets],
            apply: applyAddSubnet),
        OptionRow(
            "strip-subnet", .none, .flag, .edns, default: "off",
            "Takes the network of the client out of questions.",
            example: "strip-subnet"
        ) { _, options, _ in options.edns.stripsSubnet = true },
        OptionRow(
            "add-cpe-id", .required("<text>"), .oncePerSource, .edns, default: "none",
            "Adds a text that names this site to questions.",
            example: "add-cpe-id=branch-7",
            apply: applySiteID),
        OptionRow(
            "umbrella", .optional("<id>:<number>[,...]"), .oncePerSource, .edns, default: "off",
            "Adds Cisco Umbrella identifiers and the address of the client to questions; answers "
                + "are then not cached.",
            details: OptionDetails.umbrella,
            example: "umbrella=orgid:1234567,deviceid:0123456789abcdef",
            departures: [.personalAnswers],
            apply: applyUmbrella),
    ]

    static func applyAddMAC(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        if value.isAbsent {
            options.edns.addsHardwareAddress = true
        } else if value.equals("base64") {
            options.edns.addsHardwareBase64 = true
        } else if value.equals("text") {
            options.edns.addsHardwareText = true
        } else {
            throw OptionFault(nil, "'\(value.string)' is neither base64 nor text", at: value)
        }
    }

    static func applyAddSubnet(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        options.edns.addsSubnet = true
        guard !value.isEmpty else { return }
        let pieces = value.pieces()
        options.edns.subnet4 = try subnet(pieces[0], familyBits: 32, &context)
        if pieces.count > 1 {
            options.edns.subnet6 = try subnet(pieces[1], familyBits: 128, &context)
        }
    }

    /// `24`, `192.0.2.0/24`; the address may be of either family, as in dnsmasq.
    private static func subnet(
        _ piece: ValueText, familyBits: Int, _ context: inout OptionContext
    ) throws(OptionFault) -> EDNSAdditionOptions.Subnet {
        let parts = piece.split("/")
        let length = parts?.tail ?? piece
        let address = parts?.head.address
        guard length.number != nil, parts == nil || address != nil else {
            throw OptionFault(
                nil, "'\(piece.string)' is not a prefix length, maybe after an address", at: piece)
        }
        let bits = address.map { 8 * $0.octetCount } ?? familyBits
        return EDNSAdditionOptions.Subnet(
            address: address, prefixLength: try context.number(length, upTo: bits))
    }

    static func applySiteID(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        var octets = value.octets
        if octets.count > ConfigLimits.siteIDOctets {
            context.warn(
                "the text is too long, its first \(ConfigLimits.siteIDOctets) octets are used",
                at: value)
            octets.removeLast(octets.count - ConfigLimits.siteIDOctets)
        }
        options.edns.siteID = octets
    }

    static func applyUmbrella(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        var umbrella = EDNSAdditionOptions.Umbrella()
        for piece in value.isEmpty ? [] : value.pieces() {
            guard let parts = piece.split(":"),
                set(parts.head.string, parts.tail, in: &umbrella)
            else {
                throw OptionFault(
                    nil, "'\(piece.string)' is not an Umbrella identifier",
                    hint: "write deviceid:, orgid: or assetid: with its number", at: piece)
            }
        }
        options.edns.umbrella = umbrella
    }

    /// Takes one identifier; false if it is none. A number of 0 is none, as in dnsmasq.
    private static func set(
        _ kind: String, _ value: ValueText, in umbrella: inout EDNSAdditionOptions.Umbrella
    ) -> Bool {
        switch kind {
        case "deviceid":
            let digits = value.octets.compactMap { IPAddress.hexadecimalValue($0) }
            guard value.glyphs.count == 16, digits.count == 16 else { return false }
            umbrella.device = digits.reduce(0) { $0 << 4 | UInt64($1) }
        case "orgid", "assetid":
            guard let number = value.number.flatMap({ UInt32(exactly: $0) }) else { return false }
            let known = number == 0 ? nil : number
            if kind == "orgid" { umbrella.organisation = known } else { umbrella.asset = known }
        default: return false
        }
        return true
    }
}
