/// Rows that belong together, under a heading of the help and the reference.
package struct OptionTheme: Sendable {
    package let title: String
    /// What is said before the rows, as paragraphs.
    package let introduction: String
    package let rows: [OptionRow]

    /// Whether the rows are of dnsmasq's other half.
    package var isOutsideDNS: Bool { rows.allSatisfy { $0.category.isOutsideDNS } }

    init(_ title: String, _ introduction: String, _ rows: [OptionRow]) {
        self.title = title
        self.introduction = introduction
        self.rows = rows
    }
}

extension OptionTheme {
    /// All rows, in the order of the reference.
    package static let all: [OptionTheme] = serving + answering + wayBack + additions + others

    private static let serving: [OptionTheme] = [
        OptionTheme(
            "Running", "What Waggle does when it is started, who it is, and what it writes.",
            OptionTable.process),
        OptionTheme(
            "Metrics and logs for machines",
            "What a server does, for those who look after it from outside.",
            OptionTable.observing),
        OptionTheme(
            "Configuration files",
            """
            The command line is read first, then the file that `conf-file` names on it, or \
            `/etc/dnsmasq.conf`. These options read more.
            """, OptionTable.files),
        OptionTheme(
            "Listening",
            """
            Waggle listens by UDP and TCP, on all addresses if nothing is said. An answer leaves \
            from the address that was asked.
            """, OptionTable.listening),
    ]

    private static let answering: [OptionTheme] = [
        OptionTheme(
            "Domains and their servers",
            """
            These lines say who answers for which domain. What hosts files and records hold is \
            looked at first, and servers are asked for the rest. Of all lines that fit a name the \
            one with the longest domain holds.
            """, OptionTable.domainRules),
        OptionTheme(
            "Servers of resolv.conf",
            "Where the servers for everything come from, if `server` does not name them.",
            OptionTable.resolv),
        OptionTheme(
            "Asking servers",
            """
            Waggle asks the server that answers fastest, and the next one when it is silent or \
            fails. No client waits longer than four seconds for an answer.
            """, OptionTable.forwarding),
        OptionTheme(
            "Hosts files",
            """
            Hosts files are watched: a change is seen at once, without a signal. Types that a name \
            does not have in them are asked of the servers, unless `local` keeps its domain here.
            """, OptionTable.hosts),
        OptionTheme(
            "Records",
            """
            Records that stand in the configuration. Addresses of `host-record` join those of \
            hosts files, and all of them go before `address`.
            """,
            OptionTable.records),
        OptionTheme(
            "Answers", "How answers are made, and what is kept away from clients and servers.",
            OptionTable.answers),
        OptionTheme(
            "Cache",
            """
            Answers of servers for A, AAAA, CNAME, SRV and PTR are kept for as long as their \
            owners say. Local names are not in the cache and not limited by it.
            """, OptionTable.cache),
    ]

    private static let wayBack: [OptionTheme] = [
        OptionTheme(
            "Ways back to dnsmasq",
            """
            Some differences from dnsmasq can be taken back. All of them stand in a table at the \
            end.
            """, OptionTable.compatibility)
    ]

    private static let additions: [OptionTheme] = [
        OptionTheme(
            "EDNS", "What questions to servers say of the client that asked.", OptionTable.edns),
        OptionTheme(
            "DNSSEC validation", "Proof that an answer is what the owner of the name wrote.",
            OptionTable.dnssec),
        OptionTheme(
            "Authoritative zones", "Zones that are served to the world.",
            OptionTable.authoritative),
        OptionTheme(
            "Other parts of the system", "The kernel's packet filter, packet dumps and buses.",
            OptionTable.integration),
    ]

    private static let others: [OptionTheme] = [
        OptionTheme(
            "DHCP clients", "Who gets which address and which options.",
            OptionTable.dhcpClients),
        OptionTheme("DHCP service", "How the DHCP server runs.", OptionTable.dhcpService),
        OptionTheme(
            "Router advertisement, PXE and TFTP", "How machines find their router and start.",
            OptionTable.bootServices),
    ]
}
