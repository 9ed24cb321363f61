/// Departures that clients see in answers.
extension Departure {
    // MARK: Messages

    static let messages: [Departure] = [
        answerForEveryone, highVersion, otherOperations, headerBits, ednsOfCutAnswers,
        recordsToServers, personalAnswers, clientSubnets, hopOptions, identity,
    ]

    static let headerBits = Departure(
        "bits of the header",
        dnsmasq: """
            AA of a server's reply is passed on, the first time it is given. Z and, with NOTIMP, \
            every other bit of the question is sent back.
            """,
        waggle: """
            AA is set for data of the configuration only. Z is always zero, and NOTIMP comes with \
            no bits at all (RFC 1035, section 4.1.1).
            """,
        .none(because: "a bit of one hop says something else on the next"))

    static let answerForEveryone = Departure(
        "an answer for everyone",
        dnsmasq: """
            Malformed queries, queries with several questions, and queries whose servers are all \
            silent get no answer.
            """,
        waggle: """
            Every query gets an answer: FORMERR if it is malformed, and SERVFAIL with an extended \
            error after at most four seconds if nobody knows better.
            """,
        .none(because: "who gets no answer waits in vain, and asks again"))

    static let highVersion = Departure(
        "higher EDNS versions",
        dnsmasq: "The version of EDNS is ignored.",
        waggle: "A version above 0 is answered with BADVERS (RFC 6891, section 6.1.3).",
        .none(because: "the answer tells the client which version to use"))

    static let otherOperations = Departure(
        "other operations",
        dnsmasq: "Messages that are no queries, such as updates, are forwarded.",
        waggle: "They are answered with NOTIMP, as by dnsmasq 2.91.",
        .none(because: "a server behind a forwarder cannot act on them"))

    static let ednsOfCutAnswers = Departure(
        "EDNS of truncated answers",
        dnsmasq: "An answer that does not fit loses its EDNS record if that has no room either.",
        waggle: "It keeps its EDNS record, and holds a record less.",
        .none(because: "a client that sent an EDNS record waits for one: RFC 6891, section 7"))

    static let recordsToServers = Departure(
        "EDNS to servers",
        dnsmasq: "A server gets an EDNS record only if the client sent one.",
        waggle: "A server always gets an EDNS record, as from dnsmasq 2.91.",
        .none(because: "it lets answers of more than 512 octets come by UDP"))

    static let personalAnswers = Departure(
        "answers for one client",
        dnsmasq: """
            What a server answers to options of one client, such as its subnet or its hardware \
            address, is kept and told to all.
            """,
        waggle: """
            It is kept only if it holds for all: if the reply says so for a subnet (RFC 7871, \
            section 7.3.1), and never for options that name a client.
            """,
        .none(because: "others would get answers that are not for them"))

    static let clientSubnets = Departure(
        "subnets of clients",
        dnsmasq: """
            With `add-subnet`, replies to a client that sends a subnet of its own are dropped, \
            because they do not repeat the one that dnsmasq would have sent.
            """,
        waggle: "A reply has to repeat the subnet that was sent.",
        .none(because: "such a client would get no answer"))

    static let identity = Departure(
        "identity",
        dnsmasq: "`version.bind` says dnsmasq and its version, `authors.bind` its author.",
        waggle: "They say Waggle's own. Counters such as `hits.bind` are the same.",
        .none(because: "Waggle is not dnsmasq; `no-ident` hides all of them"))

    // MARK: Local names

    static let localNames: [Departure] = [
        rotation, chasedAlias, aliasOfAddress, endOfAlias, wildcardAlias, knownByAddress,
        anyOfAddress, convertedDenial, additionalRecords, duplicates, networkNames, sixRanges,
        anyOfReverse,
    ]

    static let rotation = Departure(
        "rotation",
        dnsmasq: """
            The addresses of a name from hosts files turn by one with each answer if all or none \
            of them lead back to that name. The addresses of `address` never turn.
            """,
        waggle: "Every set of addresses turns by one with each answer.",
        .none(because: "`no-round-robin` stops all turning, and dnsmasq's part of it helps nobody"))

    static let chasedAlias = Departure(
        "alias of a foreign name",
        dnsmasq: """
            An alias whose target is not local is answered with the CNAME record alone, unless the \
            target happens to be in the cache.
            """,
        waggle: "The target is asked of the servers, and the answer has the whole chain.",
        .write("compat=bare-cname"))

    static let aliasOfAddress = Departure(
        "alias of address data",
        dnsmasq: "A name that only `address` knows is no target for an alias.",
        waggle: "It is as good a target as a name of a hosts file.",
        .write("compat=literal-target"))

    static let endOfAlias = Departure(
        "alias of a local name",
        dnsmasq: "An alias has local data of its target, and what the cache holds of it.",
        waggle: "An alias of a local name has the local data of that name.",
        .none(because: "an answer must not depend on what others asked before"))

    static let wildcardAlias = Departure(
        "alias with a star",
        dnsmasq: "The star of `cname=*.lan,nas.lan` is a letter like any other.",
        waggle: """
            It stands for every name below `lan` that has nothing of its own, as in a zone (RFC \
            4592).
            """,
        .write("compat=literal-cname"))

    static let knownByAddress = Departure(
        "names with an address line",
        dnsmasq: """
            Where `local` or `domain-needed` closes a name that has an address by `address`, its \
            other types are answered with NXDOMAIN.
            """,
        waggle: "They are answered with NODATA (RFC 2308, section 2.1).",
        .none(because: "clients take NXDOMAIN for all types, and forget the address"))

    static let anyOfAddress = Departure(
        "ANY of address lines",
        dnsmasq: "A query for ANY gets the addresses of the family that ranks first.",
        waggle: "It gets all of them.",
        .none(because: "that is what ANY says"))

    static let convertedDenial = Departure(
        "denials of local names",
        dnsmasq: """
            If a server denies a name that has local data, the answer is NODATA, with the \
            authority bit when it came from the server but not when it came from the cache. With \
            `bogus-priv`, ANY of a private reverse name that has data is NXDOMAIN with that data.
            """,
        waggle: "It has the authority bit both times. ANY of a name that has data is no denial.",
        .none(because: "the answer is the same"))

    static let additionalRecords = Departure(
        "additional addresses",
        dnsmasq: """
            Answers for MX and SRV carry the addresses of their targets, also behind an alias, for \
            ANY, and out of the cache.
            """,
        waggle: """
            They carry the addresses that the configuration has, where MX or SRV was asked of the \
            name itself.
            """,
        .none(because: "clients ask for what they need, and what others asked before is no reason"))

    static let duplicates = Departure(
        "duplicate lines",
        dnsmasq: "A record that is written twice is answered twice.",
        waggle: "It is answered once (RFC 2181, section 5).",
        .none(because: "a set of records has none twice"))

    static let networkNames = Departure(
        "reverse names of networks",
        dnsmasq: """
            A question for the reverse name of a network, such as `1.168.192.in-addr.arpa`, is \
            answered with the name of its first address.
            """,
        waggle: "Only the reverse names of whole addresses have names.",
        .none(because: "the name of a network is not that of a machine"))

    static let sixRanges = Departure(
        "ranges of IPv6 addresses",
        dnsmasq: "Of the ends of a range, only the lower halves are compared.",
        waggle: "The whole addresses are compared.",
        .none(because: "names would be made up for addresses of other networks"))

    static let anyOfReverse = Departure(
        "ANY of reverse names",
        dnsmasq: """
            Behind `synth-domain`, a query for ANY of a reverse name gets the name and an address \
            record of the reverse name itself.
            """,
        waggle: "It gets the name.",
        .none(because: "a reverse name has no address"))

    // MARK: Filters

    static let filters: [Departure] = [
        sharedAddresses, knownByCache, ignoredReplies, cachedHiddenTypes, addressHints,
        blockedTargets,
    ]

    static let ignoredReplies = Departure(
        "ignored replies",
        dnsmasq: """
            `ignore-address` drops replies by UDP and takes the same by TCP. Where no other reply \
            comes, the client gets none.
            """,
        waggle: """
            It drops both. A client that waits in vain gets SERVFAIL before four seconds.
            """,
        .none(because: "silence makes clients wait, and an address is wanted or not"))

    static let cachedHiddenTypes = Departure(
        "filtered types in the cache",
        dnsmasq: """
            `filter-rr` takes PTR out of fresh answers and not of cached ones, and tells a client \
            of other types than addresses only the first time that something was left out. CNAME \
            is taken out where compression lets it.
            """,
        waggle: """
            Fresh and cached answers are the same. A CNAME is left out where it is asked for \
            itself, and stays where it leads to other data.
            """,
        .none(because: "an answer must not depend on what others asked before"))

    static let addressHints = Departure(
        "addresses in SVCB and HTTPS records",
        dnsmasq: "Filters look at A and AAAA records only.",
        waggle: "They hold for the addresses in `ipv4hint` and `ipv6hint`, too.",
        .none(because: "browsers connect to them"))

    static let blockedTargets = Departure(
        "addresses behind a CNAME",
        dnsmasq: """
            What a CNAME led to is cached under its own name: a denial by `bogus-nxdomain`, and \
            private addresses that `rebind-domain-ok` allows for the alias.
            """,
        waggle: "It counts for the name that was asked for, and the other name is judged anew.",
        .none(because: "one name must not speak for another"))

    static let sharedAddresses = Departure(
        "shared addresses",
        dnsmasq: "`bogus-priv` and `stop-dns-rebind` leave 100.64.0.0/10 alone.",
        waggle: "They cover it, as in dnsmasq 2.92 (RFC 6598).",
        .write("rev-server=100.64.0.0/10,192.0.2.53"))

    static let knownByCache = Departure(
        "names known by the cache",
        dnsmasq: """
            `domain-needed` and `local` answer NODATA for a name if the cache holds something of it.
            """,
        waggle: "They answer NXDOMAIN, whatever the cache holds.",
        .none(because: "an answer must not depend on what others asked before"))

    // MARK: Cache

    static let cache: [Departure] = [
        cacheOctets, longestTTL, cachedPointers, cachedAliases, answersWithoutRecursion,
        lastResort, oldTTL,
    ]

    static let answersWithoutRecursion = Departure(
        "answers without recursion",
        dnsmasq: "The answer to a query without RD is kept, and given to queries with it.",
        waggle: "It is not kept.",
        .none(because: "a server that must not ask others may know less"))

    static let cacheOctets = Departure(
        "size of the cache",
        dnsmasq: "The cache holds `cache-size` records, 150 if nothing is said.",
        waggle: """
            The cache is measured in octets: \(StatedLimits.cacheOctetsPerEntry) for each of \
            `cache-size`, at least \(StatedLimits.cacheOctets.lowerBound >> 20) MiB. \
            `cache-size=0` keeps nothing.
            """,
        .none(because: "150 records are too few for a house, and 2 MiB are little"))

    static let longestTTL = Departure(
        "longest time in the cache",
        dnsmasq: "A record is kept for its TTL, be it years.",
        waggle: "An answer is kept for a day, and a denial for an hour, at most.",
        .none(because: "RFC 8767 and RFC 2308 advise it; a mistake elsewhere should end some day"))

    static let cachedPointers = Departure(
        "PTR in the cache",
        dnsmasq: "PTR records are kept if their name is below `in-addr.arpa` or `ip6.arpa`.",
        waggle: "They are kept wherever their name is, as in dnsmasq 2.92.",
        .none(because: "service discovery asks for them all the time"))

    static let cachedAliases = Departure(
        "CNAME in the cache",
        dnsmasq: """
            A query for CNAME is answered with an alias that came along with the answer to another \
            query.
            """,
        waggle: "It is asked of a server: an alias is kept together with the data behind it.",
        .none(because: "hardly anybody asks for CNAME"))

    static let lastResort = Departure(
        "cached answers whose time is over",
        dnsmasq: "They are of use only with `use-stale-cache`, which gives them to everyone.",
        waggle: """
            Where no server answers within \(StatedLimits.staleMilliseconds) milliseconds, or all \
            fail, a client gets the answer that \
            the cache had, at most a day over its time, with a TTL of \
            \(StatedLimits.staleTTLSeconds) seconds and an extended \
            error that says so (RFC 8767).
            """,
        .write("compat=never-stale"))
}
