extension OptionTable {
    /// Which DHCP clients get what: refused where it switches DHCP on, else without effect.
    static let dhcpClients: [OptionRow] = [
        refused(
            "dhcp-range", letter: "F", .required("<ipaddr>,..."), .anyNumber, .dhcp,
            instead: dhcpInstead,
            "Gives out the addresses of a range."),
        tuning(
            "dhcp-host", letter: "G", .required("<hostspec>"), .anyNumber, .dhcp,
            "Gives a machine a fixed address or name."),
        tuning(
            "dhcp-hostsfile", .required("<path>"), .anyNumber, .dhcp,
            "Reads dhcp-host lines from a file."),
        tuning(
            "dhcp-optsfile", .required("<path>"), .anyNumber, .dhcp,
            "Reads dhcp-option lines from a file."),
        tuning(
            "dhcp-hostsdir", .required("<path>"), .anyNumber, .dhcp,
            "Reads dhcp-host lines from the files of a directory."),
        tuning(
            "dhcp-optsdir", .required("<path>"), .anyNumber, .dhcp,
            "Reads dhcp-option lines from the files of a directory."),
        tuning(
            "tag-if", .required("<tag expression>"), .anyNumber, .dhcp,
            "Sets tags depending on other tags."),
        tuning(
            "dhcp-userclass", letter: "j", .required("set:<tag>,<class>"), .anyNumber, .dhcp,
            "Sets a tag by the user class of a client."),
        tuning(
            "dhcp-circuitid", .required("set:<tag>,<circuit>"), .anyNumber, .dhcp,
            "Sets a tag by the circuit of a relay."),
        tuning(
            "dhcp-remoteid", .required("set:<tag>,<remote>"), .anyNumber, .dhcp,
            "Sets a tag by the remote identifier of a relay."),
        tuning(
            "dhcp-subscrid", .required("set:<tag>,<subscriber>"), .anyNumber, .dhcp,
            "Sets a tag by the subscriber of a relay."),
        tuning(
            "dhcp-vendorclass", letter: "U", .required("set:<tag>,<class>"), .anyNumber, .dhcp,
            "Sets a tag by the vendor class of a client."),
        tuning(
            "dhcp-mac", letter: "4", .required("set:<tag>,<mac address>"), .anyNumber, .dhcp,
            "Sets a tag by the hardware address of a client."),
        tuning(
            "dhcp-match", .required("set:<tag>,<optspec>"), .anyNumber, .dhcp,
            "Sets a tag by an option that a client sends."),
        tuning(
            "dhcp-name-match", .required("set:<tag>,<name>[*]"), .anyNumber, .dhcp,
            "Sets a tag by the name that a client sends."),
        tuning(
            "dhcp-pxe-vendor", .required("<vendor>[,...]"), .anyNumber, .pxe,
            "Vendor classes that ask for PXE."),
        tuning(
            "dhcp-ignore", letter: "J", .required("tag:<tag>..."), .anyNumber, .dhcp,
            "Does not answer clients with a tag."),
        tuning(
            "dhcp-broadcast", .optional("tag:<tag>..."), .anyNumber, .dhcp,
            "Answers clients with a tag by broadcast."),
        tuning(
            "dhcp-ignore-names", .optional("tag:<tag>..."), .anyNumber, .dhcp,
            "Ignores the names that clients send."),
        tuning(
            "dhcp-generate-names", .optional("tag:<tag>"), .anyNumber, .dhcp,
            "Makes names of hardware addresses."),
        tuning(
            "dhcp-option", letter: "O", .required("<optspec>"), .anyNumber, .dhcp,
            "Options that are sent to clients."),
        tuning(
            "dhcp-option-force", .required("<optspec>"), .anyNumber, .dhcp,
            "Options that are sent to clients, asked for or not."),
        tuning(
            "dhcp-option-pxe", .required("<optspec>"), .anyNumber, .dhcp,
            "Options that are sent to PXE clients; dnsmasq 2.91."),
        tuning(
            "dhcp-boot", letter: "M", .required("<bootp options>"), .anyNumber, .dhcp,
            "The file and server that clients boot from."),
        tuning(
            "dhcp-proxy", .optional("<ipaddr>..."), .anyNumber, .dhcp,
            "Relays that are trusted as full proxies."),
        refused(
            "dhcp-relay", .required("<local-addr>[,<server>[,<iface>]]"), .anyNumber, .dhcp,
            instead: dhcpInstead,
            "Passes DHCP on to a remote server."),
        refused(
            "dhcp-split-relay", .required("<local-addr>,<server>,<iface>"), .anyNumber, .dhcp,
            instead: dhcpInstead,
            "Passes DHCP on to a remote server of another network; dnsmasq 2.92."),
        tuning(
            "leasequery", .optional("<ipaddr>[/<prefix-len>]"), .anyNumber, .dhcp,
            "Tells relays about leases; dnsmasq 2.92."),
        tuning(
            "bridge-interface", .required("<iface>,<alias>..."), .anyNumber, .dhcp,
            "Treats requests on aliases as if on the interface."),
        tuning(
            "shared-network", .required("<iface>|<addr>,<addr>"), .anyNumber, .dhcp,
            "More networks on the same wire."),
        tuning(
            "no-dhcp-interface", letter: "2", .required("<interface>"), .anyNumber, .dhcp,
            "Gives out no addresses on an interface."),
        tuning(
            "no-dhcpv4-interface", .required("<interface>"), .anyNumber, .dhcp,
            "Gives out no IPv4 addresses on an interface."),
        tuning(
            "no-dhcpv6-interface", .required("<interface>"), .anyNumber, .dhcp,
            "Gives out no IPv6 addresses on an interface."),
        tuning(
            "bootp-dynamic", letter: "3", .optional("tag:<tag>..."), .anyNumber, .dhcp,
            "Gives BOOTP clients addresses of the range."),
    ]
}
