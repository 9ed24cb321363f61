extension OptionTable {
    /// Router advertisements, PXE and TFTP.
    static let bootServices: [OptionRow] = [
        refused(
            "enable-ra", .none, .flag, .routerAdvertisement, instead: advertisementInstead,
            "Sends router advertisements."),
        tuning(
            "ra-param", .required("<iface>,[mtu:<value>,][<priority>,]<interval>[,<lifetime>]"),
            .anyNumber, .routerAdvertisement,
            "Times and priority of router advertisements."),
        tuning(
            "quiet-ra", .none, .flag, .routerAdvertisement,
            "Does not log router advertisements."),
        tuning(
            "pxe-prompt", .required("<prompt>[,<timeout>]"), .anyNumber, .pxe,
            "What PXE clients show."),
        refused(
            "pxe-service", .required("<service>"), .anyNumber, .pxe, instead: dhcpInstead,
            "A boot service in the menu of PXE clients."),
        refused(
            "enable-tftp", .optional("<interface>[,<interface>...]"), .anyNumber, .tftp,
            instead: tftpInstead,
            "Serves files by TFTP."),
        tuning(
            "tftp-root", .required("<directory>[,<interface>]"), .anyNumber, .tftp,
            "Serves only files below this directory."),
        tuning(
            "tftp-unique-root", .optional("ip|mac"), .anyNumber, .tftp,
            "Adds the address of the client to tftp-root."),
        tuning(
            "tftp-secure", .none, .flag, .tftp,
            "Serves only files of the user that dnsmasq runs as."),
        tuning(
            "tftp-no-fail", .none, .flag, .tftp,
            "Does not mind a missing directory."),
        tuning(
            "tftp-lowercase", .none, .flag, .tftp,
            "Folds the names of files to lower case."),
        tuning(
            "tftp-single-port", .none, .flag, .tftp,
            "Uses one port for every transfer."),
        tuning(
            "tftp-no-blocksize", .none, .flag, .tftp,
            "Does not negotiate block sizes."),
        tuning(
            "quiet-tftp", .none, .flag, .tftp,
            "Does not log routine TFTP."),
        tuning(
            "tftp-max", .required("<integer>"), .oncePerSource, .tftp,
            "Serves so many transfers at a time."),
        tuning(
            "tftp-mtu", .required("<integer>"), .oncePerSource, .tftp,
            "The size of packets at most."),
        tuning(
            "tftp-port-range", .required("<start>,<end>"), .oncePerSource, .tftp,
            "The ports of transfers."),
    ]

    static let dhcpInstead = "leave the line out and run a DHCP server beside Waggle"
    static let tftpInstead = "leave the line out and run a TFTP server beside Waggle"
    static let advertisementInstead = "leave the line out and run radvd beside Waggle"

    /// An option that switches on what is not DNS.
    static func refused(
        _ name: String, letter: Unicode.Scalar? = nil, _ argument: OptionRow.Argument,
        _ repetition: OptionRow.Repetition, _ category: OptionRow.Category, instead: String,
        _ summary: String
    ) -> OptionRow {
        let reason = "Waggle is the DNS half of dnsmasq and has no \(category.rawValue)"
        return OptionRow(
            name, letter: letter, argument, repetition, category,
            .refused(reason: reason, instead: instead), default: "off", reload: .noEffect, summary,
            apply: ignore)
    }

    /// An option that only tunes what is not DNS.
    static func tuning(
        _ name: String, letter: Unicode.Scalar? = nil, aliases: [String] = [],
        _ argument: OptionRow.Argument, _ repetition: OptionRow.Repetition,
        _ category: OptionRow.Category, _ summary: String
    ) -> OptionRow {
        OptionRow(
            name, letter: letter, aliases: aliases, argument, repetition, category,
            .acceptedWithoutEffect(reason: "Waggle is the DNS half of dnsmasq"), default: "none",
            reload: .noEffect, summary, apply: ignore)
    }
}
