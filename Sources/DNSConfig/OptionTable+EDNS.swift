extension OptionTable {
    /// What is added to questions on their way.
    static let edns: [OptionRow] = [
        OptionRow(
            "add-mac", .optional("base64|text"), .anyNumber, .edns,
            .notYetSupported(isFatal: false), default: "off",
            "Adds the hardware address of the client to questions.",
            details: OptionDetails.addMAC,
            example: "add-mac=base64",
            apply: checkAddMAC),
        OptionRow(
            "strip-mac", .none, .flag, .edns,
            .acceptedWithoutEffect(reason: "questions never carry what clients put into EDNS"),
            default: "off", reload: .noEffect,
            "Takes hardware addresses out of questions.",
            example: "strip-mac",
            departures: [.clientOptions],
            apply: ignore),
        OptionRow(
            "add-subnet", .optional("[<ipaddr>/]<len>[,[<ip6addr>/]<len>]"), .oncePerSource, .edns,
            .notYetSupported(isFatal: false), default: "off",
            "Adds the network of the client to questions.",
            details: OptionDetails.addSubnet,
            example: "add-subnet=24,56",
            apply: checkAddSubnet),
        OptionRow(
            "strip-subnet", .none, .flag, .edns,
            .acceptedWithoutEffect(reason: "questions never carry what clients put into EDNS"),
            default: "off", reload: .noEffect,
            "Takes the network of the client out of questions.",
            example: "strip-subnet",
            departures: [.clientOptions],
            apply: ignore),
        OptionRow(
            "add-cpe-id", .required("<text>"), .oncePerSource, .edns,
            .notYetSupported(isFatal: false), default: "none",
            "Adds a text that names this site to questions.",
            example: "add-cpe-id=branch-7",
            apply: ignore),
        OptionRow(
            "umbrella", .optional("<id>:<number>[,...]"), .oncePerSource, .edns,
            .notYetSupported(isFatal: false), default: "off",
            "Adds Cisco Umbrella identifiers to questions.",
            details: OptionDetails.umbrella,
            example: "umbrella=orgid:1234567,deviceid:0123456789abcdef",
            apply: checkUmbrella),
    ]

    static func checkAddMAC(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        guard value.isAbsent || value.equals("base64") || value.equals("text") else {
            throw OptionFault(nil, "'\(value.string)' is neither base64 nor text", at: value)
        }
    }

    static func checkAddSubnet(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        for piece in value.pieces().prefix(2) {
            let parts = piece.split("/")
            guard (parts?.tail ?? piece).number != nil, parts == nil || parts?.head.address != nil
            else {
                throw OptionFault(
                    nil, "'\(piece.string)' is not a prefix length, maybe after an address",
                    at: piece)
            }
        }
    }

    static func checkUmbrella(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        guard !value.isAbsent else { return }
        for piece in value.pieces() {
            let parts = piece.split(":")
            let isRight =
                switch parts?.head.string {
                case "deviceid":
                    parts?.tail.glyphs.count == 16
                        && parts.flatMap { parseHexadecimal($0.tail) } != nil
                case "orgid", "assetid": parts?.tail.number != nil
                default: false
                }
            guard isRight else {
                throw OptionFault(
                    nil, "'\(piece.string)' is not an Umbrella identifier",
                    hint: "write deviceid:, orgid: or assetid: with its number", at: piece)
            }
        }
    }
}
