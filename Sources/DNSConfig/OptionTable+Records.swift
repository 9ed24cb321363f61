extension OptionTable {
    /// Records that the configuration states.
    static let records: [OptionRow] = [
        OptionRow(
            "host-record", .required("<name>[,<name>...][,<ipaddr>][,<ip6addr>][,<ttl>]"),
            .anyNumber, .dns, default: "none",
            "States A, AAAA and PTR records; the first name owns the PTR records.",
            details: OptionDetails.hostRecord,
            example: "host-record=nas.lan,nas,192.168.1.10,fd00::10,300",
            departures: [.emptyPiece, .rotation, .duplicates],
            apply: applyHostRecord),
        OptionRow(
            "cname", .required("<alias>[,<alias>...],<target>[,<ttl>]"), .anyNumber, .dns,
            default: "none", "Makes aliases of a name.",
            details: OptionDetails.cname,
            example: "cname=www.lan,git.lan,nas.lan,300",
            departures: [.chasedAlias, .aliasOfAddress, .endOfAlias, .wildcardAlias],
            apply: applyCNAME),
        OptionRow(
            "interface-name", .required("<name>,<interface>[/4|/6]"), .anyNumber, .dns,
            default: "none", "Gives a name to the addresses of an interface.",
            details: OptionDetails.interfaceName,
            example: "interface-name=router.lan,eth0/4",
            apply: applyInterfaceName),
        OptionRow(
            "dynamic-host", .required("<name>,[<ipaddr>][,<ip6addr>],<interface>"), .anyNumber,
            .dns, default: "none",
            "States addresses whose network part is that of an interface.",
            details: OptionDetails.dynamicHost,
            example: "dynamic-host=nas.lan,0.0.0.10,::10,eth0",
            apply: applyDynamicHost),
        OptionRow(
            "mx-host", letter: "m", .required("<name>[,<target>[,<preference>]]"), .anyNumber, .dns,
            default: "none", "States an MX record, with preference 1 unless given.",
            details: OptionDetails.mxHost,
            example: "mx-host=lan,mail.lan,10",
            departures: [.additionalRecords],
            apply: applyMXHost),
        OptionRow(
            "mx-target", letter: "t", .required("<name>"), .oncePerSource, .dns,
            default: "the name of this machine", "The target of MX records that name none.",
            example: "mx-target=mail.lan"
        ) { value, options, context throws(OptionFault) in
            options.mail.target = try context.name(value, orElse: nil)
        },
        OptionRow(
            "localmx", letter: "L", .none, .flag, .dns, default: "off",
            "Answers MX for every local name with mx-target.",
            example: "localmx",
            departures: [.mailOfMachines]
        ) { _, options, _ in options.mail.addsLocalMX = true },
        OptionRow(
            "selfmx", letter: "e", .none, .flag, .dns, default: "off",
            "Answers MX for every local name with the name itself.",
            example: "selfmx",
            departures: [.mailOfMachines]
        ) { _, options, _ in options.mail.addsSelfMX = true },
        OptionRow(
            "srv-host", letter: "W",
            .required("<name>[,<target>[,<port>[,<priority>[,<weight>]]]]"),
            .anyNumber, .dns, default: "none",
            "States an SRV record, with port 1, priority 0 and weight 0 unless given.",
            details: OptionDetails.srvHost,
            example: "srv-host=_ldap._tcp.lan,nas.lan,389,0,5",
            departures: [.additionalRecords],
            apply: applySRVHost),
        OptionRow(
            "txt-record", letter: "Y", .required("<name>[,<text>...]"), .anyNumber, .dns,
            default: "none",
            "States a TXT record; quotes protect commas.",
            details: OptionDetails.txtRecord,
            example: "txt-record=lan,\"v=spf1 mx, -all\"",
            apply: applyTXTRecord),
        OptionRow(
            "ptr-record", .required("<name>[,<target>]"), .anyNumber, .dns, default: "none",
            "States a PTR record.",
            details: OptionDetails.ptrRecord,
            example: "ptr-record=10.1.168.192.in-addr.arpa,nas.lan",
            apply: applyPTRRecord),
        OptionRow(
            "naptr-record",
            .required("<name>,<order>,<preference>,<flags>,<service>,<regexp>[,<replacement>]"),
            .anyNumber, .dns, default: "none", "States a NAPTR record.",
            details: OptionDetails.naptrRecord,
            example: "naptr-record=sip.lan,10,50,s,SIP+D2U,,_sip._udp.lan",
            apply: applyNAPTRRecord),
        OptionRow(
            "caa-record", .required("<name>,<flags>,<tag>,<value>"), .anyNumber, .dns,
            default: "none", "States a CAA record.",
            details: OptionDetails.caaRecord,
            example: "caa-record=lan,0,issue,ca.example.net",
            apply: applyCAARecord),
        OptionRow(
            "dns-rr", .required("<name>,<type number>[,<hexadecimal octets>]"), .anyNumber, .dns,
            default: "none", "States a record of any type by its octets.",
            details: OptionDetails.dnsRR,
            example: "dns-rr=nas.lan,65,00:01:00",
            departures: [.wrongOctets],
            apply: applyDNSRR),
    ]
}
