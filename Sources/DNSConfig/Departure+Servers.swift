/// Departures in what servers are asked, and which of their replies are believed.
extension Departure {
    static let servers: [Departure] = [
        serverChoice, silentServers, failingServers, rememberedFailures, refusals, randomLetters,
        doubtedDenials, unrelatedRecords, ownNames, rebindingChains, truncatedReplies, transfers,
        questionsInFlight,
    ]

    static let doubtedDenials = Departure(
        "denials of capital letters",
        dnsmasq: "A server is asked with the client's letters, and its denial is passed on.",
        waggle: """
            A server that denies a name of its own, or of a domain that it is named for, is asked \
            again in small letters, unless it was seen to know names in random ones.
            """,
        .write("no-0x20-encode"))

    static let rebindingChains = Departure(
        "rebinding by way of an own name",
        dnsmasq: "The CNAME of a server to a name of the configuration is passed on alone.",
        waggle: """
            It is completed. With `stop-dns-rebind` a private address at its end is held to the \
            same rule as one that the server says itself.
            """,
        .none(because: "whoever owns a public name could else point it at the house"))

    static let transfers = Departure(
        "transfers of others' zones",
        dnsmasq: "AXFR, IXFR, TKEY and TSIG questions are forwarded.",
        waggle: "They are refused, but for the zones of `auth-zone`.",
        .none(because: "they are between a client and the server that it asks"))

    static let rememberedFailures = Departure(
        "failures that repeat",
        dnsmasq: "A question that no server could answer is sent again each time it is asked.",
        waggle: """
            For five seconds it is answered with SERVFAIL at once (RFC 9520), unless a server that \
            was failing answers again in the meantime.
            """,
        .none(because: "clients repeat their questions, and a dead domain should cost little"))

    static let refusals = Departure(
        "refusals of servers",
        dnsmasq: "REFUSED, NOTIMP and FORMERR of the last server are passed on.",
        waggle: "They become SERVFAIL, with an extended error.",
        .none(because: "they are about Waggle's question, which the client did not write"))

    static let randomLetters = Departure(
        "letters of questions",
        dnsmasq: "A server is asked with the client's letters, and any letters are taken back.",
        waggle: """
            A server is asked with random letters, which a reply has to repeat. After a bad \
            answer, or none, it is asked in small ones; one that bears no others, or changes them, \
            is remembered for ten minutes.
            """,
        .write("no-0x20-encode"))

    static let unrelatedRecords = Departure(
        "records that nobody asked for",
        dnsmasq: "All records of a server's reply are passed on.",
        waggle: """
            Of the answer only those of the name and of the names that its CNAMEs and DNAMEs lead \
            to are passed on, of the rest what denies, proves or serves them and the addresses of \
            what they name.
            """,
        .none(because: "another name's records would be believed by whoever keeps them"))

    static let serverChoice = Departure(
        "choice of a server",
        dnsmasq: """
            The first query goes to all servers. Whoever answers first is asked alone for the next \
            50 queries or 20 seconds.
            """,
        waggle: """
            The first query goes to all servers. After that the one that answers fastest is asked, \
            and another one now and then, so that its speed is known.
            """,
        .none(because: "the choice moves with the servers; `strict-order` and `all-servers` hold"))

    static let silentServers = Departure(
        "silent servers",
        dnsmasq: """
            A silent server is waited for until the client asks again. `strict-order` never moves \
            on from one.
            """,
        waggle: """
            After three round trips, at most \
            \(StatedLimits.patienceMilliseconds.upperBound) milliseconds, the next server is \
            asked. One that \
            is silent twice in a row is asked last for a while. Where there is no other, the \
            question is repeated when the time is over that its replies were seen to take, at \
            least 400 milliseconds. `strict-order` moves on in the same way.
            """,
        .none(because: "a dead server should not be felt"))

    static let failingServers = Departure(
        "failing servers",
        dnsmasq: """
            Where all servers were asked, the first SERVFAIL is passed on. By TCP no other server \
            is asked after SERVFAIL or REFUSED.
            """,
        waggle: """
            A failure is passed on only when no server has a better answer within a second; the \
            only server of a domain is asked once more.
            """,
        .none(because: "a good answer is better than a quick failure"))

    static let ownNames = Departure(
        "own names behind an alias of a server",
        dnsmasq: """
            Where a server's CNAME leads to a name of the configuration, the client gets what the \
            server says of that name.
            """,
        waggle: "It gets what the configuration says of it.",
        .none(because: "a server must not speak for names of the house"))

    static let truncatedReplies = Departure(
        "truncated replies of servers",
        dnsmasq: "A truncated reply is passed on, and the client has to ask by TCP.",
        waggle: "Waggle asks the server by TCP itself.",
        .none(because: "the client gets its answer with one question"))

    static let questionsInFlight = Departure(
        "questions that wait",
        dnsmasq: "At most 150 queries wait for a group of servers; one more is refused.",
        waggle: """
            Each worker has room for \(StatedLimits.flights), or for as many as memory and \
            descriptors allow, of which a group of servers can have three quarters. One more takes \
            the place of the oldest.
            """,
        .write("dns-forward-max=150"))
}
