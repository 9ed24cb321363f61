extension OptionTable {
    private static let noValidation = "Waggle does not validate"

    /// Validation: who asks for it must not believe to have it.
    static let dnssec: [OptionRow] = [
        OptionRow(
            "dnssec", .none, .flag, .dnssec,
            .refused(
                reason: "Waggle does not validate, and must not seem to",
                instead: "leave the line out, ask servers that validate, and write proxy-dnssec to "
                    + "pass on what they say of it"), default: "off",
            "Validates the answers of servers.",
            example: "dnssec",
            apply: ignore),
        OptionRow(
            "trust-anchor", .required("<domain>,[<class>,]<key tag>,<algorithm>,<type>,<digest>"),
            .anyNumber, .dnssec, .acceptedWithoutEffect(reason: noValidation), default: "none",
            "The digest of a key that validation starts from.",
            details: OptionDetails.trustAnchor,
            example: "trust-anchor=.,20326,8,2,E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC6"
                + "83457104237C7F8EC8D",
            apply: checkTrustAnchor),
        OptionRow(
            "dnssec-check-unsigned", .optional("no"), .anyNumber, .dnssec,
            .acceptedWithoutEffect(reason: noValidation), default: "on",
            "Demands proof that unsigned answers come from unsigned zones.",
            example: "dnssec-check-unsigned=no",
            apply: checkCheckUnsigned),
        OptionRow(
            "dnssec-debug", .none, .flag, .dnssec, .acceptedWithoutEffect(reason: noValidation),
            default: "off", "Passes bogus answers on, for debugging.",
            example: "dnssec-debug",
            apply: ignore),
        OptionRow(
            "dnssec-no-timecheck", .none, .flag, .dnssec,
            .acceptedWithoutEffect(reason: noValidation),
            default: "off", "Does not look at the times of signatures until a signal.",
            example: "dnssec-no-timecheck",
            apply: ignore),
        OptionRow(
            "dnssec-timestamp", .required("<path>"), .oncePerSource, .dnssec,
            .acceptedWithoutEffect(reason: noValidation), default: "none",
            "A file whose date says whether the clock can be trusted.",
            example: "dnssec-timestamp=/var/lib/waggle/timestamp",
            apply: ignore),
        OptionRow(
            "dnssec-limits", .required("<limit>[,<limit>...]"), .oncePerSource, .dnssec,
            .acceptedWithoutEffect(reason: noValidation), default: "20,40,200,150",
            "Bounds the work for one validation.",
            example: "dnssec-limits=20,40,200,150",
            apply: checkLimits),
    ]

    static func checkTrustAnchor(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        var fields = Array(value.pieces().dropFirst())
        if let first = fields.first, ["IN", "CH", "HS"].contains(first.string) {
            fields.removeFirst()
        }
        guard fields.count == 4, fields[0].number16 != nil, fields[1].number ?? 256 < 256,
            fields[2].number ?? 256 < 256, let digest = parseHexadecimal(fields[3]), !digest.isEmpty
        else { throw OptionFault("bad trust anchor", at: value) }
    }

    static func checkCheckUnsigned(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        guard value.isAbsent || value.equals("no") else {
            throw OptionFault(
                "bad value for dnssec-check-unsigned", hint: "write no, or no value", at: value)
        }
    }

    static func checkLimits(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        // dnsmasq: what follows four numbers is not looked at.
        for piece in value.pieces().prefix(4) { _ = try context.number(piece) }
    }
}
