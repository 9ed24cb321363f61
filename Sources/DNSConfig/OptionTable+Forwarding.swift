extension OptionTable {
    /// How servers are asked.
    static let forwarding: [OptionRow] = [
        OptionRow(
            "strict-order", letter: "o", .none, .flag, .dns, default: "off",
            "Asks servers in the order of the configuration, the next only when one fails.",
            details: OptionDetails.strictOrder,
            example: "strict-order",
            departures: [.silentServers, .failingServers]
        ) { _, options, _ in options.forwarding.isStrictlyOrdered = true },
        OptionRow(
            "all-servers", .none, .flag, .dns, default: "off",
            "Asks every server each time and takes the first answer.",
            details: OptionDetails.allServers,
            example: "all-servers",
            departures: [.failingServers]
        ) { _, options, _ in options.forwarding.asksAllServers = true },
        OptionRow(
            "dns-forward-max", letter: "0", .required("<integer>"), .oncePerSource, .dns,
            default: "\(StatedLimits.flights) for each worker or less, the oldest making room",
            "Refuses questions while so many are waiting for servers.",
            details: OptionDetails.dnsForwardMax,
            example: "dns-forward-max=500",
            departures: [.questionsInFlight]
        ) { value, options, context throws(OptionFault) in
            options.forwarding.maximumInFlight = try context.number(value)
        },
        OptionRow(
            "fast-dns-retry", .optional("<milliseconds>[,<milliseconds>]"), .oncePerSource, .dns,
            default: "Waggle's own times; 1000,10000 without numbers",
            "Asks silent servers again after the first time, at least 50, then after twice as long "
                + "each time, until the second.",
            details: OptionDetails.fastRetry,
            example: "fast-dns-retry=500,4000",
            apply: applyFastRetry),
        OptionRow(
            "dns-loop-detect", .none, .flag, .dns, default: "off",
            "Finds servers that ask back here, and leaves them out.",
            details: OptionDetails.loopDetection,
            example: "dns-loop-detect"
        ) { _, options, _ in options.forwarding.detectsLoops = true },
        OptionRow(
            "query-port", letter: "Q", .required("<integer>"), .oncePerSource, .dns,
            default: "a random port for each question", reload: .restart,
            "Asks every question from this port; 0 is one port that the system chooses. Easy to "
                + "forge, and one worker has to serve all, so better not.",
            details: OptionDetails.queryPort,
            example: "query-port=5300"
        ) { value, options, context throws(OptionFault) in
            options.forwarding.queryPort = try context.port(value)
        },
        OptionRow(
            "min-port", .required("<port>"), .oncePerSource, .dns, default: "1024",
            "Asks from ports not below this one.",
            example: "min-port=20000"
        ) { value, options, context throws(OptionFault) in
            options.forwarding.minimumPort = try context.port(value)
        },
        OptionRow(
            "max-port", .required("<port>"), .oncePerSource, .dns, default: "65535",
            "Asks from ports not above this one.",
            example: "max-port=40000"
        ) { value, options, context throws(OptionFault) in
            options.forwarding.maximumPort = try context.port(value)
        },
        OptionRow(
            "port-limit", .required("<ports>"), .oncePerSource, .dns,
            .acceptedWithoutEffect(
                reason: "each question, and each repeat of it, has a random port of its own"),
            default: "1", reload: .noEffect,
            "Asks one question from at most so many ports.",
            example: "port-limit=4"
        ) { value, options, context throws(OptionFault) in
            options.forwarding.portLimit = try context.number(value, from: 1)
        },
        OptionRow(
            "do-0x20-encode", .none, .flag, .dns, default: "on",
            "Asks with random letter case, which a forged answer has to guess; dnsmasq 2.91.",
            details: OptionDetails.encodeCase,
            example: "do-0x20-encode",
            departures: [.randomLetters, .doubtedDenials]
        ) { _, options, _ in
            if options.forwarding.encodesCase == nil { options.forwarding.encodesCase = true }
        },
        OptionRow(
            "no-0x20-encode", .none, .flag, .dns, default: "off",
            "Asks with the letter case of the client, whatever do-0x20-encode says; dnsmasq 2.91.",
            example: "no-0x20-encode",
            departures: [.randomLetters]
        ) { _, options, _ in options.forwarding.encodesCase = false },
    ]

    static func applyFastRetry(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        var (first, limit) = (1000, 10_000)
        if !value.isAbsent {
            let parts = value.split(",")
            first = try context.number(
                parts?.head ?? value, from: ConfigLimits.retryMilliseconds)
            if let text = parts?.tail, !text.isEmpty { limit = try context.number(text) }
        }
        options.forwarding.retryMilliseconds = (first, limit)
    }
}
