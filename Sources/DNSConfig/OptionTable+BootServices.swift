extension OptionTable {
    /// Router advertisements, PXE and TFTP.
    static let bootServices: [OptionRow] = [
        refused(
            "enable-ra", .none, .flag, .routerAdvertisement, instead: advertisementInstead,
            "Sends router advertisements.",
            example: "enable-ra"),
        tuning(
            "ra-param", .required("<iface>,[mtu:<value>,][<priority>,]<interval>[,<lifetime>]"),
            .anyNumber, .routerAdvertisement,
            "Times and priority of router advertisements.",
            example: "ra-param=eth0,60,1200"),
        tuning(
            "quiet-ra", .none, .flag, .routerAdvertisement,
            "Does not log router advertisements.",
            example: "quiet-ra"),
        tuning(
            "pxe-prompt", .required("<prompt>[,<timeout>]"), .anyNumber, .pxe,
            "What PXE clients show.",
            example: "pxe-prompt=\"Press F8 for the menu\",10"),
        refused(
            "pxe-service", .required("<service>"), .anyNumber, .pxe, instead: dhcpInstead,
            "A boot service in the menu of PXE clients.",
            example: "pxe-service=x86PC,\"Install Debian\",debian"),
        refused(
            "enable-tftp", .optional("<interface>[,<interface>...]"), .anyNumber, .tftp,
            instead: tftpInstead,
            "Serves files by TFTP.",
            example: "enable-tftp=eth0"),
        tuning(
            "tftp-root", .required("<directory>[,<interface>]"), .anyNumber, .tftp,
            "Serves only files below this directory.",
            example: "tftp-root=/srv/tftp"),
        tuning(
            "tftp-unique-root", .optional("ip|mac"), .anyNumber, .tftp,
            "Adds the address of the client to tftp-root.",
            example: "tftp-unique-root=mac"),
        tuning(
            "tftp-secure", .none, .flag, .tftp,
            "Serves only files of the user that dnsmasq runs as.",
            example: "tftp-secure"),
        tuning(
            "tftp-no-fail", .none, .flag, .tftp,
            "Does not mind a missing directory.",
            example: "tftp-no-fail"),
        tuning(
            "tftp-lowercase", .none, .flag, .tftp,
            "Folds the names of files to lower case.",
            example: "tftp-lowercase"),
        tuning(
            "tftp-single-port", .none, .flag, .tftp,
            "Uses one port for every transfer.",
            example: "tftp-single-port"),
        tuning(
            "tftp-no-blocksize", .none, .flag, .tftp,
            "Does not negotiate block sizes.",
            example: "tftp-no-blocksize"),
        tuning(
            "quiet-tftp", .none, .flag, .tftp,
            "Does not log routine TFTP.",
            example: "quiet-tftp"),
        tuning(
            "tftp-max", .required("<integer>"), .oncePerSource, .tftp,
            "Serves so many transfers at a time.",
            example: "tftp-max=20"),
        tuning(
            "tftp-mtu", .required("<integer>"), .oncePerSource, .tftp,
            "The size of packets at most.",
            example: "tftp-mtu=1400"),
        tuning(
            "tftp-port-range", .required("<start>,<end>"), .oncePerSource, .tftp,
            "The ports of transfers.",
            example: "tftp-port-range=50000,50100"),
    ]

    static let dhcpInstead = "leave the line out and run a DHCP server beside Waggle"
    static let tftpInstead = "leave the line out and run a TFTP server beside Waggle"
    static let advertisementInstead = "leave the line out and run radvd beside Waggle"

    /// An option that switches on what is not DNS.
    static func refused(
        _ name: String, letter: Unicode.Scalar? = nil, _ argument: OptionRow.Argument,
        _ repetition: OptionRow.Repetition, _ category: OptionRow.Category, instead: String,
        _ summary: String, example: String
    ) -> OptionRow {
        let reason = "Waggle is the DNS half of dnsmasq and has no \(category.rawValue)"
        return OptionRow(
            name, letter: letter, argument, repetition, category,
            .refused(reason: reason, instead: instead), default: "off", reload: .noEffect, summary,
            example: example, apply: ignore)
    }

    /// An option that only tunes what is not DNS.
    static func tuning(
        _ name: String, letter: Unicode.Scalar? = nil, aliases: [String] = [],
        _ argument: OptionRow.Argument, _ repetition: OptionRow.Repetition,
        _ category: OptionRow.Category, _ summary: String, example: String
    ) -> OptionRow {
        OptionRow(
            name, letter: letter, aliases: aliases, argument, repetition, category,
            .acceptedWithoutEffect(reason: "Waggle is the DNS half of dnsmasq"), default: "none",
            reload: .noEffect, summary, example: example, apply: ignore)
    }
}
