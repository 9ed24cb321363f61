extension OptionTable {
    /// How resolv.conf is used.
    static let resolv: [OptionRow] = [
        OptionRow(
            "resolv-file", letter: "r", .optional("<path>"), .anyNumber, .dns,
            default: "/etc/resolv.conf", reload: .rereadsContents,
            "Takes the servers to ask from this file; nothing means from no file.",
            details: OptionDetails.resolvFile,
            example: "resolv-file=/run/resolvconf/resolv.conf",
            apply: applyResolvFile),
        OptionRow(
            "no-resolv", letter: "R", .none, .flag, .dns, default: "off",
            "Does not read resolv.conf; the servers are those of the configuration.",
            example: "no-resolv"
        ) { _, options, _ in options.resolv.isUsed = false },
        OptionRow(
            "no-poll", letter: "n", .none, .flag, .dns, default: "off",
            "Does not watch resolv.conf; a signal makes it read again.",
            details: OptionDetails.noPoll,
            example: "no-poll"
        ) { _, options, _ in options.resolv.polls = false },
        OptionRow(
            "clear-on-reload", .none, .flag, .dns, default: "off",
            "Empties the cache when resolv.conf has changed, and after `HUP`.",
            example: "clear-on-reload"
        ) { _, options, _ in options.resolv.clearsCacheOnReload = true },
    ]

    static func applyResolvFile(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        if value.isEmpty {
            // Only the default is taken away; files named before stay, as in dnsmasq.
            options.resolv.usesDefaultFile = false
        } else {
            options.resolv.files.append(
                PathOption(path: value.string, origin: context.origin(of: value)))
        }
    }
}
