extension OptionTable {
    /// What is kept of the answers of servers, and how long.
    static let cache: [OptionRow] = [
        OptionRow(
            "cache-size", letter: "c", .optional("<integer>"), .oncePerSource, .dns, default: "150",
            reload: .restart, "Keeps about this many answers; 0 keeps none.",
            details: OptionDetails.cacheSize,
            example: "cache-size=10000",
            departures: [.cacheOctets]
        ) { value, options, context throws(OptionFault) in
            options.cache.entries = try context.number(value, upTo: ConfigLimits.cacheEntries)
            options.cache.isEntriesSet = true
        },
        OptionRow(
            "no-negcache", letter: "N", .none, .flag, .dns, default: "off",
            "Does not keep answers that say there is nothing.",
            example: "no-negcache"
        ) { _, options, _ in options.cache.cachesNegative = false },
        OptionRow(
            "neg-ttl", .required("<integer>"), .oncePerSource, .dns, default: "0, not kept",
            "Keeps answers without data that do not say how long they hold, for so many seconds.",
            example: "neg-ttl=60"
        ) { value, options, context throws(OptionFault) in
            options.cache.negativeTTLSeconds = try context.seconds(value)
        },
        OptionRow(
            "max-cache-ttl", .required("<integer>"), .oncePerSource, .dns, default: "no limit",
            "Keeps answers no longer than this, in seconds.",
            example: "max-cache-ttl=86400",
            departures: [.longestTTL]
        ) { value, options, context throws(OptionFault) in
            options.cache.maximumTTLSeconds = try context.seconds(value)
        },
        OptionRow(
            "min-cache-ttl", .required("<integer>"), .oncePerSource, .dns, default: "0",
            "Keeps answers at least so long, in seconds, at most 3600.",
            details: OptionDetails.minimumCacheTTL,
            example: "min-cache-ttl=30"
        ) { value, options, context throws(OptionFault) in
            let limit = Int(ConfigLimits.minimumCacheTTLSeconds)
            options.cache.minimumTTLSeconds = UInt32(
                clamping: try context.number(value, upTo: limit))
        },
        OptionRow(
            "use-stale-cache", .optional("<seconds>"), .oncePerSource, .dns,
            default: "off; 86400 without a number",
            "Answers from the cache for so many seconds after expiry while it is renewed; 0 is for "
                + "ever.",
            details: OptionDetails.useStaleCache,
            example: "use-stale-cache=3600",
            departures: [.oldTTL]
        ) { value, options, context throws(OptionFault) in
            options.cache.staleSeconds = value.isAbsent ? 86_400 : try context.seconds(value)
        },
        OptionRow(
            "cache-rr", .required("<type>[,<type>...]"), .anyNumber, .dns,
            default: "A, AAAA, CNAME, SRV and PTR", "Keeps answers of these types too.",
            details: OptionDetails.cacheRR,
            example: "cache-rr=TXT,HTTPS",
            departures: [.cachedPointers, .cachedAliases]
        ) { value, options, context throws(OptionFault) in
            options.cache.additionalTypes += try parseTypes(value, &context)
        },
    ]
}
