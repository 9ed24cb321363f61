import DNSConfig
import DNSWire

/// The switches of the configuration that an answer depends on, trivial to read on the query path.
struct AnswerPolicy: Sendable {
    /// 512...4096 octets: what `edns-packet-max` allows, and what a row holds.
    let udpOctets: Int
    /// 0: no limit.
    let maximumTTLSeconds: UInt32
    let rotates: Bool
    let needsDomain: Bool
    let hidesPrivateReverse: Bool
    let passesAuthenticatedData: Bool
    let hidesIdentity: Bool
    let filtersWindows2000: Bool
    /// Whether `ReplyFilters` hides any type, `filter-rr=ANY` included.
    let filtersTypes: Bool
    let cachesNegative: Bool
    let negativeTTLSeconds: UInt32
    let minimumCacheTTLSeconds: UInt32
    /// 0: no limit.
    let maximumCacheTTLSeconds: UInt32
    /// How long an expired answer may be used; nil: not at all, 0: for ever.
    var staleSeconds: UInt32?
    /// The same where no server gives an answer.
    let lastResortSeconds: UInt32?
    /// Whether names that are asked often are asked upstream before their time is over.
    var prefetches: Bool
    let additionalCachedTypes: [RecordType]

    init(_ options: Options) {
        let answers = options.answers
        udpOctets = min(max(Int(answers.ednsPacketOctets), 512), 4_096)
        maximumTTLSeconds = answers.maximumTTLSeconds
        rotates = answers.rotates
        needsDomain = answers.needsDomain
        hidesPrivateReverse = answers.hidesPrivateReverse
        passesAuthenticatedData = answers.passesAuthenticatedData
        hidesIdentity = answers.hidesIdentity
        filtersWindows2000 = answers.filtersWindows2000
        filtersTypes = answers.filtersTypes
        cachesNegative = options.cache.cachesNegative
        negativeTTLSeconds = options.cache.negativeTTLSeconds
        minimumCacheTTLSeconds = min(options.cache.minimumTTLSeconds, 3_600)
        maximumCacheTTLSeconds = options.cache.maximumTTLSeconds
        staleSeconds = options.cache.staleSeconds
        lastResortSeconds =
            options.compatibility.contains(.neverStale)
            ? options.cache.staleSeconds
            : options.cache.staleSeconds ?? ForwarderLimits.staleSeconds
        prefetches = options.cache.prefetches
        additionalCachedTypes = options.cache.additionalTypes
    }

    /// Whether answers of the type are kept. dnsmasq: A, AAAA, CNAME, SRV, PTR under arpa, and
    /// `cache-rr`.
    ///
    /// Since dnsmasq 2.92 PTR is kept wherever it is.
    func caches(_ type: RecordType) -> Bool {
        switch type.rawValue {
        case 1, 5, 12, 28, 33: true
        // ANY, and the reserved 0 and 65,535 (RFC 6895 §3.1), by which the cache marks its own.
        case 255, 0, 65_535: false
        default: additionalCachedTypes.contains(type) || additionalCachedTypes.contains(.any)
        }
    }

    /// Whether an answer whose time was over so many seconds ago may still be given.
    static func allows(_ seconds: UInt32, over limit: UInt32?) -> Bool {
        guard let limit else { return false }
        return limit == 0 || seconds < limit
    }

    /// How long an answer with this TTL is kept, and the TTL that goes with it.
    func cachedTTL(_ ttlSeconds: UInt32) -> UInt32 {
        // RFC 2181 §8: a TTL with the top bit set is zero.
        var ttl = ttlSeconds >> 31 == 0 ? ttlSeconds : 0
        ttl = min(ttl, ResolverLimits.cacheTTLSeconds)
        if maximumCacheTTLSeconds > 0 { ttl = min(ttl, maximumCacheTTLSeconds) }
        // Where both are set the lower bound wins, as in dnsmasq.
        return max(ttl, minimumCacheTTLSeconds)
    }

    /// The TTL that a client sees on an answer whose time is over: never 0.
    ///
    /// RFC 8767 §4. Differs: dnsmasq gives 0.
    var staleTTLSeconds: UInt32 {
        maximumTTLSeconds > 0
            ? min(ResolverLimits.staleTTLSeconds, maximumTTLSeconds)
            : ResolverLimits.staleTTLSeconds
    }

    /// The TTL that a client sees.
    func clientTTL(_ ttlSeconds: UInt32) -> UInt32 {
        let ttl = ttlSeconds >> 31 == 0 ? ttlSeconds : 0
        return maximumTTLSeconds > 0 ? min(ttl, maximumTTLSeconds) : ttl
    }
}
