/// Local names, records and rules for domains.
extension OptionDetails {
    static let additionalHosts: String = """
        A hosts file has an address and its names in each line, and comments after `#`. The \
        address is answered for the names, and the first name that was read for an address is the \
        answer to its PTR question. `/etc/hosts` is read first, then these files from the last to \
        the first, then those of `hostsdir`.
        """

    static let hostsDirectory: String = """
        Files whose names begin with a dot or end with `~` are left out, and so are directories in \
        it. `addn-hosts` differs only in that it may name a file.
        """

    static let expandHosts: String = """
        With `domain=lan` a line `192.168.1.10 nas` gives the address to `nas.lan` and to `nas`, \
        and `nas.lan` is the name that the address leads back to. Names with a dot, and those of \
        `host-record` and `cname`, stay as they are.
        """

    static let domain: String = """
        It is what `expand-hosts` appends. It changes no answer otherwise, and keeps no question \
        from the servers: `local` does that.

        - `<domain>`: the domain of all names whose address is in no range. The last such line \
        holds. `#` takes the first domain after `search` in `resolv.conf`.
        - `<range>`: the domain holds for addresses of a network (`192.168.1.0/24`), from one to \
        another (`192.168.1.10,192.168.1.99`), or of the networks of an interface (`eth0`).
        - `local`: after a network, keeps questions for the domain and for the addresses of the \
        network from the servers, as `local=/<domain>/` and `rev-server` would.
        """

    static let localTTL: String = """
        With 0 every question comes back here, so that a change of a hosts file is seen at once. \
        A TTL that stands in a record itself goes first.
        """

    static let synthDomain: String = """
        A question for a made-up name gets its address, and a question for the address the name. \
        Names of hosts files go first.

        - `<domain>`: what follows the made-up label.
        - `<range>`: a network such as `192.168.8.0/24` or `fd00:8::/64`, or the first and the \
        last address, such as `192.168.8.10,192.168.8.99`.
        - `<prefix>`: begins the label: with `guest-` the address 192.168.8.5 is \
        `guest-192-168-8-5`.
        - `*`: behind the prefix, numbers the addresses instead: `guest-5`.
        """

    static let hostRecord: String = """
        The pieces may stand in any order, and each is taken for what it looks like.

        - `<name>`: answers with the addresses. The first name is what the addresses lead back to.
        - `<ipaddr>`: one IPv4 address, the last if there are several. More addresses of a name \
        take more lines.
        - `<ip6addr>`: one IPv6 address, likewise.
        - `<ttl>`: the seconds that clients may keep the answer, instead of `local-ttl`.

        Names are answered as they are written: `expand-hosts` does not touch them. An address \
        with a typing mistake is a name, and Waggle warns of it. Types that a name does not have \
        are asked of the servers, unless `local` keeps its domain here.
        """

    static let cname: String = """
        - `<alias>`: a name that has no other records. It can be an alias only once.
        - `<target>`: the name that it leads to. It may be local, another alias, or a name that \
        the servers know: Waggle looks it up and answers the whole chain.
        - `<ttl>`: the seconds that clients may keep the alias, instead of `local-ttl`.

        Aliases that lead in a circle are an error. `*.lan` as an alias stands for every name \
        below `lan` that has nothing of its own, as in a zone.
        """

    static let interfaceName: String = """
        The name has the addresses that the interface has at the moment, of one family with `/4` \
        or `/6`; link-local ones are left out. They go before what hosts files say of the name, \
        and lead back to it.
        """

    static let dynamicHost: String = """
        The addresses hold the host part only: with the network 192.168.1.0/24 on `eth0`, \
        `dynamic-host=nas.lan,0.0.0.10,eth0` is 192.168.1.10. The network part is as long \
        as the prefix of the interface says, and follows its addresses.
        """

    static let mxHost: String = """
        - `<name>`: the domain that gets mail.
        - `<target>`: the host that takes it, `mx-target` if there is none.
        - `<preference>`: hosts with a lower number are tried first.
        """

    static let srvHost: String = """
        - `<name>`: service, protocol and domain, as in `_ldap._tcp.lan`. Where there is no \
        domain, that of `domain` is appended.
        - `<target>`: the host of the service; without one the answer says that there is none.
        - `<port>`: 1 if it is left out.
        - `<priority>`: hosts with a lower number are tried first.
        - `<weight>`: among hosts of one priority, how often each is chosen.
        """

    static let txtRecord: String = """
        Each text between commas is a string of its own. A string is cut after 255 octets, and the \
        rest is another string. Quotes keep commas and blanks, and `\\"` is a quote.
        """

    static let ptrRecord: String = """
        The name is any name, for instance one of service discovery. A PTR record of an address is \
        easier made with `host-record`.
        """

    static let naptrRecord: String = """
        The fields are those of RFC 3403, section 4.1. A field may be empty.
        """

    static let caaRecord: String = """
        The fields are those of RFC 8659, section 4.1: the tag is `issue`, `issuewild` or `iodef`.
        """

    static let dnsRR: String = """
        - `<type number>`: as assigned by IANA; 65 is HTTPS.
        - `<hexadecimal octets>`: the data of the record as it goes over the wire. Colons, blanks \
        and hyphens between octets are passed over.
        """

    static let server: String = """
        - `<domain>`: this server is asked for the domain and all names below it; without a domain \
        for everything that no other line covers. The longest domain that fits a name counts. \
        `*.lan` is all names below `lan` but not itself. Nothing between two slashes is names \
        without dots, and `#` is every name.
        - `<ipaddr>`: the server's address. Several lines for a domain are a group of servers, of \
        which the best is asked.
        - `<port>`: 53 if it is left out.
        - `<interface>`: questions go out by this interface only. The address of a link-local \
        server takes its interface as `fe80::1%eth0`.
        - `<source>`: questions go out from this address, and with `#<port>` behind it from this \
        port, which makes forging easier.
        - `#` in place of a server: the domain is asked of the servers for everything. It takes a \
        domain out of a larger one.
        - Nothing in place of a server: the domain is not asked of anybody, as with `local`.
        """

    static let local: String = """
        Names of the domain that hosts files and records do not have are answered with NXDOMAIN, \
        and types that a name does not have with NODATA, without asking a server. Nothing between \
        two slashes is names without dots. It is `server` without a server, and at the same domain \
        a server goes before it.
        """

    static let revServer: String = """
        It is `server` for the names below `in-addr.arpa` and `ip6.arpa` that belong to the \
        network.

        - `<prefix-len>`: 1 to 32, or to 128 for IPv6; the whole address if it is left out.
        - `<server>`: as behind the domains of `server`. Without one the names are not asked of \
        anybody.
        """

    static let address: String = """
        - `<domain>`: the domain and all names below it, as with `server`. `*.lan` is all names \
        below `lan` but not itself, nothing between two slashes is names without dots, and `#` is \
        every name.
        - `<ipaddr>`: the answer. More addresses take more lines. Questions for the other family, \
        and for other types, go to the servers; a line `local=/<domain>/` keeps them here.
        - `#`: 0.0.0.0 and ::, which no machine has. Block lists use it.
        - Nothing: NXDOMAIN for every type.

        Hosts files and records go before it, and of several lines that fit a name the one with \
        the longest domain holds. At the same domain an address goes before a server.
        """

    static let resolvFile: String = """
        Lines `nameserver` of the file name the servers, always on port 53. The file is watched: \
        when it changes, its servers are asked from then on. Of several files the one that was \
        changed last is used. The servers come beside those of `server`.
        """

    static let noPoll: String = """
        It is for a file on a disk that should be left alone, and is read again after `HUP`.
        """
}
