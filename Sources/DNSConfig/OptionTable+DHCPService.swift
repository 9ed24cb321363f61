extension OptionTable {
    /// The DHCP server itself: without effect.
    static let dhcpService: [OptionRow] = [
        tuning(
            "dhcp-leasefile", letter: "l", aliases: ["dhcp-lease"], .optional("<path>"),
            .oncePerSource, .dhcp,
            "Where leases are kept.",
            example: "dhcp-leasefile=/var/lib/misc/dnsmasq.leases"),
        tuning(
            "dhcp-lease-max", letter: "X", .required("<integer>"), .oncePerSource, .dhcp,
            "Gives out at most so many addresses.",
            example: "dhcp-lease-max=500"),
        tuning(
            "dhcp-script", letter: "6", .required("<path>"), .oncePerSource, .dhcp,
            "Runs a program when a lease changes.",
            example: "dhcp-script=/usr/local/bin/lease-changed"),
        tuning(
            "dhcp-luascript", .required("<path>"), .anyNumber, .dhcp,
            "Runs a Lua script when a lease changes.",
            example: "dhcp-luascript=/etc/lease-changed.lua"),
        tuning(
            "dhcp-scriptuser", .required("<username>"), .oncePerSource, .dhcp,
            "The user that lease scripts run as.",
            example: "dhcp-scriptuser=nobody"),
        tuning(
            "dhcp-ttl", .required("<integer>"), .oncePerSource, .dhcp,
            "Seconds that the names of leases may be kept.",
            example: "dhcp-ttl=60"),
        tuning(
            "dhcp-reply-delay", .required("<integer>"), .oncePerSource, .dhcp,
            "Waits so many seconds before it answers.",
            example: "dhcp-reply-delay=2"),
        tuning(
            "dhcp-alternate-port", .optional("<ports>"), .oncePerSource, .dhcp,
            "Uses other ports for DHCP.",
            example: "dhcp-alternate-port=1067,1068"),
        tuning(
            "dhcp-duid", .required("<enterprise>,<duid>"), .oncePerSource, .dhcp,
            "The identifier of the DHCPv6 server.",
            example: "dhcp-duid=1234,01:23:45:67"),
        tuning(
            "dhcp-authoritative", letter: "K", .none, .flag, .dhcp,
            "Is the only DHCP server of the network.",
            example: "dhcp-authoritative"),
        tuning(
            "dhcp-fqdn", .none, .flag, .dhcp,
            "Stores the names of leases with their domain only.",
            example: "dhcp-fqdn"),
        tuning(
            "dhcp-no-override", .none, .flag, .dhcp,
            "Does not put options into the file and server fields.",
            example: "dhcp-no-override"),
        tuning(
            "dhcp-sequential-ip", .none, .flag, .dhcp,
            "Gives out addresses in order.",
            example: "dhcp-sequential-ip"),
        tuning(
            "dhcp-client-update", .none, .flag, .dhcp,
            "Lets clients update DNS themselves.",
            example: "dhcp-client-update"),
        tuning(
            "dhcp-rapid-commit", .none, .flag, .dhcp,
            "Answers in two messages instead of four.",
            example: "dhcp-rapid-commit"),
        tuning(
            "dhcp-ignore-clid", .none, .flag, .dhcp,
            "Ignores the identifiers of clients.",
            example: "dhcp-ignore-clid"),
        tuning(
            "read-ethers", letter: "Z", .none, .flag, .dhcp,
            "Reads fixed addresses from /etc/ethers.",
            example: "read-ethers"),
        tuning(
            "leasefile-ro", letter: "9", .none, .flag, .dhcp,
            "Does not write leases.",
            example: "leasefile-ro"),
        tuning(
            "script-on-renewal", .none, .flag, .dhcp,
            "Runs the lease script for renewals too.",
            example: "script-on-renewal"),
        tuning(
            "script-arp", .none, .flag, .dhcp,
            "Runs the lease script for changes of the ARP table.",
            example: "script-arp"),
        tuning(
            "no-ping", letter: "5", .none, .flag, .dhcp,
            "Does not ping an address before giving it out.",
            example: "no-ping"),
        tuning(
            "log-dhcp", .none, .flag, .dhcp,
            "Logs more about DHCP.",
            example: "log-dhcp"),
        tuning(
            "quiet-dhcp", .none, .flag, .dhcp,
            "Does not log routine DHCP.",
            example: "quiet-dhcp"),
        tuning(
            "quiet-dhcp6", .none, .flag, .dhcp,
            "Does not log routine DHCPv6.",
            example: "quiet-dhcp6"),
    ]
}
