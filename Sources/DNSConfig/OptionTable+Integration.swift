import DNSWire

extension OptionTable {
    /// Other parts of the system that dnsmasq talks to.
    static let integration: [OptionRow] = [
        OptionRow(
            "conntrack", .none, .flag, .netfilter,
            .acceptedWithoutEffect(
                reason: "marks of connections belong to the machine that routes, and there to its "
                    + "packet filter"),
            default: "off", "Copies connection marks from clients to questions.",
            example: "conntrack",
            apply: ignore),
        OptionRow(
            "ipset", .required("/<domain>/[<domain>/...]<ipset>[,<ipset>...]"), .anyNumber,
            .netfilter, .leftOut(reason: noSets, instead: setsInstead), default: "none",
            "Puts the addresses of these domains into IP sets.",
            details: OptionDetails.sets,
            example: "ipset=/vpn.example/vpn4,vpn6",
            apply: checkSets),
        OptionRow(
            "nftset", .required("/<domain>/[<domain>/...]<nftset>[,<nftset>...]"), .anyNumber,
            .netfilter, .leftOut(reason: noSets, instead: setsInstead), default: "none",
            "Puts the addresses of these domains into nftables sets.",
            details: OptionDetails.sets,
            example: "nftset=/vpn.example/4#inet#filter#vpn4",
            apply: checkSets),
        OptionRow(
            "connmark-allowlist-enable", .optional("<mask>"), .oncePerSource, .netfilter,
            .refused(
                reason: "Waggle sees no marks of connections, and would answer everybody",
                instead: "leave the line out, and filter on the machine that routes"),
            default: "off",
            "Answers only what the connection mark of a client allows.",
            example: "connmark-allowlist-enable=255",
            apply: checkMarkMask),
        OptionRow(
            "connmark-allowlist", .required("<connmark>[/<mask>][,<pattern>[/<pattern>...]]"),
            .anyNumber, .netfilter,
            .acceptedWithoutEffect(reason: "connmark-allowlist-enable is refused"), default: "none",
            "Says which names clients with a connection mark may ask for.",
            details: OptionDetails.connmarkAllowlist,
            example: "connmark-allowlist=1/255,*.example.org",
            apply: checkMarkList),
        OptionRow(
            "dumpfile", .required("<path>"), .oncePerSource, .system,
            .leftOut(
                reason: "Waggle writes no packets",
                instead: "run `tcpdump -w FILE port 53` beside it, or write log-queries=extra"),
            default: "none",
            "Writes packets to this file for tcpdump and wireshark.",
            example: "dumpfile=/var/tmp/waggle.pcap",
            apply: ignore),
        OptionRow(
            "dumpmask", .required("<mask>"), .oncePerSource, .system,
            .acceptedWithoutEffect(reason: "dumpfile is left out"), default: "all",
            "Says which packets dumpfile gets.",
            details: OptionDetails.dumpMask,
            example: "dumpmask=3",
            apply: ignore),
        OptionRow(
            "enable-dbus", letter: "1", letterTakesValue: false, .optional("<busname>"),
            .oncePerSource, .system,
            .leftOut(reason: "Waggle speaks no DBus", instead: busInstead), default: "off",
            "Takes servers and commands from DBus.",
            example: "enable-dbus",
            apply: ignore),
        OptionRow(
            "enable-ubus", .optional("<busname>"), .oncePerSource, .system,
            .leftOut(reason: "Waggle speaks no UBus", instead: busInstead), default: "off",
            "Takes commands from UBus.",
            example: "enable-ubus",
            apply: ignore),
    ]

    private static let noSets = "Waggle does not reach into the kernel's packet filter"
    private static let setsInstead =
        "keep dnsmasq for these domains on the machine that routes, and write "
        + "server=/DOMAIN/ADDRESS for it here"
    private static let busInstead = "change servers-file or resolv-file, which are watched"

    static func checkSets(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        let hasDomains = value.hasPrefix(UInt8(ascii: "/"))
        var rest = hasDomains ? value.dropFirst() : value
        while hasDomains, let (domain, tail) = rest.split("/") {
            _ = try context.name(domain, orElse: nil)
            rest = tail
        }
        guard !rest.isEmpty else { throw OptionFault(nil, "no set is named", at: value) }
    }

    static func checkMarkMask(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        guard !value.isAbsent else { return }
        _ = try context.number(value, from: 1)
    }

    static func checkMarkList(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        let parts = value.split(",")
        let mark = parts?.head ?? value
        let markParts = mark.split("/")
        for number in [markParts?.head ?? mark, markParts?.tail].compactMap({ $0 }) {
            guard !number.isEmpty, number.number != nil else {
                throw OptionFault(nil, "'\(number.string)' is not a connection mark", at: number)
            }
        }
        for pattern in parts?.tail.pieces("/") ?? [] where !pattern.equals("*") {
            // A pattern needs two labels, so that nobody allows a whole top-level domain.
            guard case .name(let name) = pattern.name, name.labelCount > 1 else {
                throw OptionFault(
                    nil, "'\(pattern.string)' is not a pattern of at least two labels", at: pattern)
            }
        }
    }
}
