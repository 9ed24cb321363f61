extension OptionTable {
    /// Which DHCP clients get what: refused where it switches DHCP on, else without effect.
    static let dhcpClients: [OptionRow] = [
        refused(
            "dhcp-range", letter: "F", .required("<ipaddr>,..."), .anyNumber, .dhcp,
            instead: dhcpInstead,
            "Gives out the addresses of a range.",
            example: "dhcp-range=192.168.1.50,192.168.1.150,12h"),
        tuning(
            "dhcp-host", letter: "G", .required("<hostspec>"), .anyNumber, .dhcp,
            "Gives a machine a fixed address or name.",
            example: "dhcp-host=11:22:33:44:55:66,nas,192.168.1.10"),
        tuning(
            "dhcp-hostsfile", .required("<path>"), .anyNumber, .dhcp,
            "Reads dhcp-host lines from a file.",
            example: "dhcp-hostsfile=/etc/dhcp-hosts"),
        tuning(
            "dhcp-optsfile", .required("<path>"), .anyNumber, .dhcp,
            "Reads dhcp-option lines from a file.",
            example: "dhcp-optsfile=/etc/dhcp-options"),
        tuning(
            "dhcp-hostsdir", .required("<path>"), .anyNumber, .dhcp,
            "Reads dhcp-host lines from the files of a directory.",
            example: "dhcp-hostsdir=/etc/dhcp-hosts.d"),
        tuning(
            "dhcp-optsdir", .required("<path>"), .anyNumber, .dhcp,
            "Reads dhcp-option lines from the files of a directory.",
            example: "dhcp-optsdir=/etc/dhcp-options.d"),
        tuning(
            "tag-if", .required("<tag expression>"), .anyNumber, .dhcp,
            "Sets tags depending on other tags.",
            example: "tag-if=set:known-guest,tag:known,tag:guest"),
        tuning(
            "dhcp-userclass", letter: "j", .required("set:<tag>,<class>"), .anyNumber, .dhcp,
            "Sets a tag by the user class of a client.",
            example: "dhcp-userclass=set:accounts,accounts"),
        tuning(
            "dhcp-circuitid", .required("set:<tag>,<circuit>"), .anyNumber, .dhcp,
            "Sets a tag by the circuit of a relay.",
            example: "dhcp-circuitid=set:floor1,port-1"),
        tuning(
            "dhcp-remoteid", .required("set:<tag>,<remote>"), .anyNumber, .dhcp,
            "Sets a tag by the remote identifier of a relay.",
            example: "dhcp-remoteid=set:floor1,switch-1"),
        tuning(
            "dhcp-subscrid", .required("set:<tag>,<subscriber>"), .anyNumber, .dhcp,
            "Sets a tag by the subscriber of a relay.",
            example: "dhcp-subscrid=set:gold,customer-7"),
        tuning(
            "dhcp-vendorclass", letter: "U", .required("set:<tag>,<class>"), .anyNumber, .dhcp,
            "Sets a tag by the vendor class of a client.",
            example: "dhcp-vendorclass=set:phone,Phone"),
        tuning(
            "dhcp-mac", letter: "4", .required("set:<tag>,<mac address>"), .anyNumber, .dhcp,
            "Sets a tag by the hardware address of a client.",
            example: "dhcp-mac=set:printer,00:60:8C:*:*:*"),
        tuning(
            "dhcp-match", .required("set:<tag>,<optspec>"), .anyNumber, .dhcp,
            "Sets a tag by an option that a client sends.",
            example: "dhcp-match=set:ipxe,175"),
        tuning(
            "dhcp-name-match", .required("set:<tag>,<name>[*]"), .anyNumber, .dhcp,
            "Sets a tag by the name that a client sends.",
            example: "dhcp-name-match=set:laptop,laptop*"),
        tuning(
            "dhcp-pxe-vendor", .required("<vendor>[,...]"), .anyNumber, .pxe,
            "Vendor classes that ask for PXE.",
            example: "dhcp-pxe-vendor=PXEClient,HTTPClient"),
        tuning(
            "dhcp-ignore", letter: "J", .required("tag:<tag>..."), .anyNumber, .dhcp,
            "Does not answer clients with a tag.",
            example: "dhcp-ignore=tag:!known"),
        tuning(
            "dhcp-broadcast", .optional("tag:<tag>..."), .anyNumber, .dhcp,
            "Answers clients with a tag by broadcast.",
            example: "dhcp-broadcast=tag:old"),
        tuning(
            "dhcp-ignore-names", .optional("tag:<tag>..."), .anyNumber, .dhcp,
            "Ignores the names that clients send.",
            example: "dhcp-ignore-names=tag:guest"),
        tuning(
            "dhcp-generate-names", .optional("tag:<tag>"), .anyNumber, .dhcp,
            "Makes names of hardware addresses.",
            example: "dhcp-generate-names=tag:guest"),
        tuning(
            "dhcp-option", letter: "O", .required("<optspec>"), .anyNumber, .dhcp,
            "Options that are sent to clients.",
            example: "dhcp-option=option:router,192.168.1.1"),
        tuning(
            "dhcp-option-force", .required("<optspec>"), .anyNumber, .dhcp,
            "Options that are sent to clients, asked for or not.",
            example: "dhcp-option-force=208,f1:00:74:7e"),
        tuning(
            "dhcp-option-pxe", .required("<optspec>"), .anyNumber, .dhcp,
            "Options that are sent to PXE clients; dnsmasq 2.91.",
            example: "dhcp-option-pxe=210,/boot/"),
        tuning(
            "dhcp-boot", letter: "M", .required("<bootp options>"), .anyNumber, .dhcp,
            "The file and server that clients boot from.",
            example: "dhcp-boot=pxelinux.0,boot,192.168.1.3"),
        tuning(
            "dhcp-proxy", .optional("<ipaddr>..."), .anyNumber, .dhcp,
            "Relays that are trusted as full proxies.",
            example: "dhcp-proxy=192.168.1.2"),
        refused(
            "dhcp-relay", .required("<local-addr>[,<server>[,<iface>]]"), .anyNumber, .dhcp,
            instead: dhcpInstead,
            "Passes DHCP on to a remote server.",
            example: "dhcp-relay=192.168.1.1,10.0.0.67"),
        refused(
            "dhcp-split-relay", .required("<local-addr>,<server>,<iface>"), .anyNumber, .dhcp,
            instead: dhcpInstead,
            "Passes DHCP on to a remote server of another network; dnsmasq 2.92.",
            example: "dhcp-split-relay=192.168.1.1,10.0.0.67,eth0"),
        tuning(
            "leasequery", .optional("<ipaddr>[/<prefix-len>]"), .anyNumber, .dhcp,
            "Tells relays about leases; dnsmasq 2.92.",
            example: "leasequery=10.0.0.67"),
        tuning(
            "bridge-interface", .required("<iface>,<alias>..."), .anyNumber, .dhcp,
            "Treats requests on aliases as if on the interface.",
            example: "bridge-interface=br0,tap*"),
        tuning(
            "shared-network", .required("<iface>|<addr>,<addr>"), .anyNumber, .dhcp,
            "More networks on the same wire.",
            example: "shared-network=eth0,192.168.2.1"),
        tuning(
            "no-dhcp-interface", letter: "2", .required("<interface>"), .anyNumber, .dhcp,
            "Gives out no addresses on an interface.",
            example: "no-dhcp-interface=eth1"),
        tuning(
            "no-dhcpv4-interface", .required("<interface>"), .anyNumber, .dhcp,
            "Gives out no IPv4 addresses on an interface.",
            example: "no-dhcpv4-interface=eth1"),
        tuning(
            "no-dhcpv6-interface", .required("<interface>"), .anyNumber, .dhcp,
            "Gives out no IPv6 addresses on an interface.",
            example: "no-dhcpv6-interface=eth1"),
        tuning(
            "bootp-dynamic", letter: "3", .optional("tag:<tag>..."), .anyNumber, .dhcp,
            "Gives BOOTP clients addresses of the range.",
            example: "bootp-dynamic=tag:old"),
    ]
}
