extension OptionTable {
    /// The DHCP server itself: without effect.
    static let dhcpService: [OptionRow] = [
        tuning(
            "dhcp-leasefile", letter: "l", aliases: ["dhcp-lease"], .required("<path>"),
            .oncePerSource, .dhcp,
            "Where leases are kept."),
        tuning(
            "dhcp-lease-max", letter: "X", .required("<integer>"), .oncePerSource, .dhcp,
            "Gives out at most so many addresses."),
        tuning(
            "dhcp-script", letter: "6", .required("<path>"), .oncePerSource, .dhcp,
            "Runs a program when a lease changes."),
        tuning(
            "dhcp-luascript", .required("<path>"), .anyNumber, .dhcp,
            "Runs a Lua script when a lease changes."),
        tuning(
            "dhcp-scriptuser", .required("<username>"), .oncePerSource, .dhcp,
            "The user that lease scripts run as."),
        tuning(
            "dhcp-ttl", .required("<integer>"), .oncePerSource, .dhcp,
            "Seconds that the names of leases may be kept."),
        tuning(
            "dhcp-reply-delay", .required("<integer>"), .oncePerSource, .dhcp,
            "Waits so many seconds before it answers."),
        tuning(
            "dhcp-alternate-port", .optional("<ports>"), .oncePerSource, .dhcp,
            "Uses other ports for DHCP."),
        tuning(
            "dhcp-duid", .required("<enterprise>,<duid>"), .oncePerSource, .dhcp,
            "The identifier of the DHCPv6 server."),
        tuning(
            "dhcp-authoritative", letter: "K", .none, .flag, .dhcp,
            "Is the only DHCP server of the network."),
        tuning(
            "dhcp-fqdn", .none, .flag, .dhcp,
            "Stores the names of leases with their domain only."),
        tuning(
            "dhcp-no-override", .none, .flag, .dhcp,
            "Does not put options into the file and server fields."),
        tuning(
            "dhcp-sequential-ip", .none, .flag, .dhcp,
            "Gives out addresses in order."),
        tuning(
            "dhcp-client-update", .none, .flag, .dhcp,
            "Lets clients update DNS themselves."),
        tuning(
            "dhcp-rapid-commit", .none, .flag, .dhcp,
            "Answers in two messages instead of four."),
        tuning(
            "dhcp-ignore-clid", .none, .flag, .dhcp,
            "Ignores the identifiers of clients."),
        tuning(
            "read-ethers", letter: "Z", .none, .flag, .dhcp,
            "Reads fixed addresses from /etc/ethers."),
        tuning(
            "leasefile-ro", letter: "9", .none, .flag, .dhcp,
            "Does not write leases."),
        tuning(
            "script-on-renewal", .none, .flag, .dhcp,
            "Runs the lease script for renewals too."),
        tuning(
            "script-arp", .none, .flag, .dhcp,
            "Runs the lease script for changes of the ARP table."),
        tuning(
            "no-ping", letter: "5", .none, .flag, .dhcp,
            "Does not ping an address before giving it out."),
        tuning(
            "log-dhcp", .none, .flag, .dhcp,
            "Logs more about DHCP."),
        tuning(
            "quiet-dhcp", .none, .flag, .dhcp,
            "Does not log routine DHCP."),
        tuning(
            "quiet-dhcp6", .none, .flag, .dhcp,
            "Does not log routine DHCPv6."),
    ]
}
