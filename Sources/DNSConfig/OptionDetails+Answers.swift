/// Answers, the cache, and what goes to servers.
extension OptionDetails {
    static let maximumTTL: String = """
        Answers from hosts files and the configuration are not touched, and neither is the cache: \
        `max-cache-ttl` does that.
        """

    static let ednsPacketMax: String = """
        Larger answers come by TCP. \(StatedLimits.ednsOctets) octets fit any network without \
        fragments, and larger fragments get lost or are forged. At most \
        \(StatedLimits.datagramOctets) are used.
        """

    static let domainNeeded: String = """
        It concerns questions for A, AAAA and ANY; names that hosts files and records have are \
        answered all the same. It holds even where `server=//` names a server for such names.
        """

    static let bogusPriv: String = """
        Private addresses are those of RFC 1918, RFC 6598, loopback, link-local, documentation and \
        unique local networks. Names that hosts files give them are answered. A `server` or \
        `rev-server` line for such a network lets questions for it pass.
        """

    static let filterA: String = """
        Hosts files and records are not touched. A name that has nothing else is answered as one \
        without data, and a name of which anything is cached is not asked for.
        """

    static let filterRR: String = """
        Types are names such as `HTTPS`, or numbers. `ANY` reduces answers for ANY to A, AAAA, MX \
        and CNAME. Hosts files and records are not touched.
        """

    static let filterWindows2000: String = """
        Questions for SOA and SRV, and for ANY of a name with an underscore, are answered without \
        data. It breaks what needs SRV records of the outside world: Kerberos, SIP, XMPP.
        """

    static let stopRebinding: String = """
        A page of the outside world cannot make a browser talk to machines of this network by \
        giving their address for a name of its own. `rebind-localhost-ok` and `rebind-domain-ok` \
        are its exceptions. The answer is emptied, and the log has \
        `possible DNS-rebind attack detected:` with the name.
        """

    static let ignoreAddress: String = """
        It is for forged replies that come before the true one: the wait for that goes on.
        """

    static let bogusNXDomain: String = """
        It is for servers that answer an address of their own for names that do not exist. The \
        denial is kept as long as the address would have been.
        """

    static let alias: String = """
        - `<ipaddr>`: this address is replaced.
        - `<first>-<last>`: each address of the range is replaced. It needs a mask.
        - `<mask>`: only the bits of the mask are replaced, so that \
        `alias=1.2.3.0,6.7.8.0,255.255.255.0` moves a network.

        The last line that fits is used. Answers are changed before `stop-dns-rebind` and \
        `bogus-nxdomain` look at them; hosts files, records and PTR are not touched.
        """

    static let proxyDNSSEC: String = """
        The bit is worth something only if the way to the server cannot be touched by others.
        """

    static let noIdent: String = """
        These are `version.bind`, `authors.bind`, `copyright.bind`, `cachesize.bind`, \
        `insertions.bind`, `evictions.bind`, `misses.bind`, `hits.bind`, `auth.bind` and \
        `servers.bind`, asked as TXT of class CHAOS. Programs for monitoring ask for them.
        """

    static let compatibility: String = """
        Each name takes back one difference:

        - `bare-cname`: an alias whose target is neither local nor in the cache is answered alone, \
        and no server is asked for the target.
        - `literal-cname`: a star in an alias is a letter like any other.
        - `literal-target`: an alias whose target has only an `address` line is answered alone.
        - `never-stale`: where no server gives an answer, none whose time is over stands in for \
        it; `use-stale-cache` is as ever.
        """

    static let prefetch: String = """
        A name that is asked a second time, and then once more when only a tenth of its time is \
        left, is answered from the cache and asked of a server at once, so that nobody waits for \
        it. It costs the servers some questions more. An option of Waggle's own.
        """

    static let cacheSize: String = """
        An answer takes as much room as it has octets, and the number stands for \
        \(StatedLimits.cacheOctetsPerEntry) octets each; \
        \(StatedLimits.cacheOctets.lowerBound >> 20) MiB are used at least, so that the default \
        holds thousands of answers. At most \(ConfigLimits.cacheEntries) is used, and \
        \(StatedLimits.cacheOctets.upperBound >> 30) GiB.
        """

    static let minimumCacheTTL: String = """
        It keeps data that its owner wants to have dropped, so a small number is a good one.
        """

    static let useStaleCache: String = """
        The client gets the old answer at once, with a TTL of \(StatedLimits.staleTTLSeconds) \
        seconds and an extended error that says so (RFC 8767), and the server is asked behind its \
        back. It hides servers that are down.
        """

    static let cacheRR: String = """
        Types are names such as `TXT`, or numbers; `ANY` is all types.
        """

    static let strictOrder: String = """
        A server fails when it says so (SERVFAIL, REFUSED) or is silent for up to \
        \(StatedLimits.patienceMilliseconds.upperBound) milliseconds. At most \
        \(ConfigLimits.serversPerDomain) servers of a domain are asked.
        """

    static let allServers: String = """
        It is quick and costs the servers a multiple of the questions.
        """

    static let dnsForwardMax: String = """
        The number holds for each group of servers. Without the option each worker has room for \
        \(StatedLimits.flights) questions, or for as many as memory and file descriptors allow: \
        some 2700 where a container has 100 MiB. When that is full the oldest makes room.
        """

    static let fastRetry: String = """
        Without this option a question is repeated when the server takes longer than it was seen \
        to take, after \(StatedLimits.repeatMilliseconds) milliseconds at the earliest, and in any \
        case another server is asked after \
        \(StatedLimits.patienceMilliseconds.lowerBound) to \
        \(StatedLimits.patienceMilliseconds.upperBound) milliseconds, if there is one.
        """

    static let loopDetection: String = """
        A server that is this server itself, by address and port, is left out in any case.
        """

    static let queryPort: String = """
        Who wants to forge an answer has to guess the port if it is random.

        No other process can bind the port while the server runs; one that somebody else holds is \
        told of in the log, and servers are not asked until it is free. Questions under way from \
        such ports have different ids, and half of the 65,536 that there are can be taken: of \
        those beyond, clients get what the cache has, or SERVFAIL.
        """

    static let encodeCase: String = """
        Servers repeat the question with the case it was asked in, so each letter is one more bit \
        to guess.
        """

    static let addMAC: String = """
        The address is looked up in the neighbour table of the kernel, so it is known for clients \
        of a connected network only. It tells the server who asks.

        - Nothing: six octets, in EDNS option 65001.
        - `base64`: the same in letters, as some filters want it.
        - `text`: with colons, as some others do.
        """

    static let addSubnet: String = """
        The first is for IPv4 clients, the second for IPv6 clients. Answers for one network are \
        not kept, which costs much of the cache.

        - `<len>`: so many bits of the client's address are sent; 0 sends none and asks the server \
        not to guess.
        - `<ipaddr>/<len>`: this network is sent for every client.
        """

    static let umbrella: String = """
        - `orgid:`: the number of the organisation.
        - `assetid:`: the number of this machine.
        - `deviceid:`: 16 hexadecimal digits of the device.
        """

    static let trustAnchor: String = """
        The value is a DS record; that of the root stands in the example. The class is `IN` if it \
        is left out.
        """

    static let authServer: String = """
        - `<domain>`: the name of this server in NS and SOA records.
        - `<interface>`: questions that come by it are answered from `auth-zone` only, never by \
        other servers. `/4` or `/6` behind it limits that to a family.
        - `<ipaddr>`: the same for questions to this address.
        """

    static let authZone: String = """
        - `<domain>`: the zone. Names of hosts files and records that are in it are served.
        - `<subnet>`: only addresses of these networks are served, so that names of machines \
        inside do not get out. `exclude:` before it leaves a network out.
        """

    static let authSOA: String = """
        The serial number has to grow with each change, or secondary servers miss it. Times are in \
        seconds.
        """

    static let sets: String = """
        Other rules of the kernel can then treat packets to these addresses in their own way. \
        Domains are those of the name that was asked for, with all names below. A set has to exist.
        """

    static let connmarkAllowlist: String = """
        - `<connmark>`: clients whose connections have this mark.
        - `<mask>`: the bits that are compared, all if it is left out.
        - `<pattern>`: a name of at least two labels in which a star stands for any letters of one \
        label; a lone star allows every name.
        """

    static let dumpMask: String = """
        The mask is a sum: 1 questions of clients, 2 answers to them, 4 questions to servers, 8 \
        answers of servers, and higher bits for DNSSEC, DHCP and TFTP.
        """
}
