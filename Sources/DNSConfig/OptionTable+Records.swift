extension OptionTable {
    /// Records that the configuration states.
    static let records: [OptionRow] = [
        OptionRow(
            "host-record", .required("<name>[,<name>...][,<ipaddr>][,<ip6addr>][,<ttl>]"),
            .anyNumber, .dns, default: "none",
            "States A, AAAA and PTR records; the first name owns the PTR records.",
            apply: applyHostRecord),
        OptionRow(
            "cname", .required("<alias>[,<alias>...],<target>[,<ttl>]"), .anyNumber, .dns,
            default: "none", "Makes aliases of a name.", apply: applyCNAME),
        OptionRow(
            "interface-name", .required("<name>,<interface>[/4|/6]"), .anyNumber, .dns,
            default: "none", "Gives a name to the addresses of an interface.",
            apply: applyInterfaceName),
        OptionRow(
            "dynamic-host", .required("<name>,[<ipaddr>][,<ip6addr>],<interface>"), .anyNumber,
            .dns, default: "none",
            "States addresses whose network part is that of an interface.",
            apply: applyDynamicHost),
        OptionRow(
            "mx-host", letter: "m", .required("<name>[,<target>[,<preference>]]"), .anyNumber, .dns,
            default: "none", "States an MX record, with preference 1 unless given.",
            apply: applyMXHost),
        OptionRow(
            "mx-target", letter: "t", .required("<name>"), .oncePerSource, .dns,
            default: "the name of this machine", "The target of MX records that name none."
        ) { value, options, context throws(OptionFault) in
            options.mail.target = try context.name(value, orElse: nil)
        },
        OptionRow(
            "localmx", letter: "L", .none, .flag, .dns, default: "off",
            "Answers MX for every local name with mx-target."
        ) { _, options, _ in options.mail.addsLocalMX = true },
        OptionRow(
            "selfmx", letter: "e", .none, .flag, .dns, default: "off",
            "Answers MX for every local name with the name itself."
        ) { _, options, _ in options.mail.addsSelfMX = true },
        OptionRow(
            "srv-host", letter: "W",
            .required("<name>[,<target>[,<port>[,<priority>[,<weight>]]]]"),
            .anyNumber, .dns, default: "none",
            "States an SRV record, with port 1, priority 0 and weight 0 unless given.",
            apply: applySRVHost),
        OptionRow(
            "txt-record", letter: "Y", .required("<name>[,<text>...]"), .anyNumber, .dns,
            default: "none",
            "States a TXT record; quotes protect commas.", apply: applyTXTRecord),
        OptionRow(
            "ptr-record", .required("<name>[,<target>]"), .anyNumber, .dns, default: "none",
            "States a PTR record.", apply: applyPTRRecord),
        OptionRow(
            "naptr-record",
            .required("<name>,<order>,<preference>,<flags>,<service>,<regexp>[,<replacement>]"),
            .anyNumber, .dns, default: "none", "States a NAPTR record.", apply: applyNAPTRRecord),
        OptionRow(
            "caa-record", .required("<name>,<flags>,<tag>,<value>"), .anyNumber, .dns,
            default: "none", "States a CAA record.", apply: applyCAARecord),
        OptionRow(
            "dns-rr", .required("<name>,<type number>[,<hexadecimal octets>]"), .anyNumber, .dns,
            default: "none", "States a record of any type by its octets.", apply: applyDNSRR),
    ]
}
