/// Departures about what is known of a name, and where a denial comes from.
extension Departure {
    static let denials: [Departure] = [
        deniedEnd, learnedDenials, deniedChains, deniedParents, dotlessAddresses, extendedErrors,
        cachedOverLocal,
        mailOfMachines, highestTTL, failureOptions, typeDenials,
    ]

    static let typeDenials = Departure(
        "denials of one type",
        dnsmasq: "A denial stands for all types of a name, and what was known of it is forgotten.",
        waggle: """
            It stands for its own type if the name has, or just had, data of another; data that \
            comes later lifts it for the others.
            """,
        .none(because: "some servers deny a name for each type that they have not"))

    static let hopOptions = Departure(
        "options of one hop",
        dnsmasq: """
            All EDNS options of a client go on, and those of a server come down with the fresh \
            answer.
            """,
        waggle: """
            Cookies, padding and others that are between two stay there, as the table of EDNS \
            options says. Other options are passed on.
            """,
        .none(because: "a client that saw a cookie takes answers without one for forgeries"))

    static let oldTTL = Departure(
        "TTL of answers whose time is over",
        dnsmasq: """
            It is 0, and in the second in which it gets there the answer still counts as fresh.
            """,
        waggle: """
            It is \(StatedLimits.staleTTLSeconds) seconds, or `max-ttl` if that is less, from the \
            second of expiry on (RFC 8767, section 4).
            """,
        .none(because: "clients that get a TTL of 0 ask again at once"))

    static let failureOptions = Departure(
        "options of failures",
        dnsmasq: "A failure of a server is passed on with the EDNS options in it.",
        waggle: "It has the question and, as an extended error, the reason.",
        .none(because: "a failure has no data that options could describe"))

    static let deniedEnd = Departure(
        "denied end of an alias",
        dnsmasq: """
            An alias that is known here makes the denial of its target by a server NODATA.
            """,
        waggle: "The denial is passed on (RFC 2308, section 2.1).",
        .none(because: "the code of an answer speaks of the end of the chain"))

    static let learnedDenials = Departure(
        "denials and the cache",
        dnsmasq: """
            An answer can depend on what the cache has learned from other questions: above all \
            whether a name is denied, and with which SOA record. A denial is not kept if the owner \
            of its SOA record is spelled with other capital letters than the question.
            """,
        waggle: """
            An answer is that of the server or of the configuration, as dnsmasq gives it when its \
            cache is empty. A denial without an SOA record of \
            its own is not kept (RFC 2308, section 5).
            """,
        .none(because: "an answer must not depend on what others asked before"))

    static let deniedChains = Departure(
        "denials behind a CNAME",
        dnsmasq: """
            The denial of what a CNAME leads to is asked for again for types that are not kept, \
            such as HTTPS.
            """,
        waggle: "It is kept for every type. Options of the server come with fresh answers only.",
        .none(because: "the answer is the same"))

    static let deniedParents = Departure(
        "addresses of parents",
        dnsmasq: """
            An `address` line of a parent makes a denial NODATA, even where a server is named for \
            the domain itself.
            """,
        waggle: "Where a server is named for a domain, its denials are believed.",
        .none(because: "the line says nothing about names below the domain of the server"))

    static let dotlessAddresses = Departure(
        "address lines of names without dots",
        dnsmasq:
            """
            After `address=//192.0.2.1`, questions for other types of such names are refused; with \
            `domain-needed` they are denied.
            """,
        waggle: "They go to the servers, as for any other `address` line.",
        .none(because: "`local=//` says that they stay here"))

    static let extendedErrors = Departure(
        "reasons of denials",
        dnsmasq: "A denial by `domain-needed` says `not ready` where there are no servers.",
        waggle: "It says nothing about servers.",
        .none(because: "servers have nothing to do with it"))

    static let cachedOverLocal = Departure(
        "local data behind a cached alias",
        dnsmasq: """
            A CNAME in the cache can hide local data of its name, and cached chains can lose links \
            or, the second time that they are asked for, end in local data.
            """,
        waggle: """
            Local data comes first, and a chain from the cache is what the server said.
            """,
        .none(because: "what is configured here holds"))

    static let mailOfMachines = Departure(
        "mail of machines",
        dnsmasq: """
            `localmx` and `selfmx` also answer for domains that only have a machine in them.
            """,
        waggle: "They answer for machines.",
        .none(because: "a domain is not a machine"))

    static let highestTTL = Departure(
        "highest TTL",
        dnsmasq: "`max-ttl` bounds the answer section.",
        waggle: "It bounds all sections.",
        .none(because: "clients keep denials by the SOA record of the authority section"))
}
