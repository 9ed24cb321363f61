import DNSConfig
import DNSResolver
import LinuxIO
import Synchronization

/// What USR1 writes into the log: the numbers of all workers, in dnsmasq's words where it has them.
///
/// Differs: dnsmasq tells of its memory, its processes and, with log-queries, of every entry.
struct StatisticsReport {
    private let counters: [Counters]
    private let snapshot: Snapshot
    private let cache: AnswerCache

    init(counters: [Counters], snapshot: Snapshot, cache: AnswerCache) {
        self.counters = counters
        self.snapshot = snapshot
        self.cache = cache
    }

    private func sum(_ kinds: Counters.Counter...) -> UInt64 {
        counters.reduce(0) { total, block in
            total + kinds.reduce(0) { $0 + block.value($1) }
        }
    }

    var lines: [Log.Line] { (head + traffic + servers).map { Log.Line(.info, $0) } }

    private var head: [String] {
        let local = sum(
            .answeredLocally, .answeredByRule, .answeredFromCache, .answeredStale, .chaos)
        var texts = [
            "time \(MonotonicClock.wallSeconds())",
            "cache size \(snapshot.options.cache.entries), "
                + "\(sum(.cacheEvictions))/\(sum(.cacheInsertions)) cache insertions re-used "
                + "unexpired cache entries.",
            "queries forwarded \(sum(.forwarded)), queries answered locally \(local)",
        ]
        if snapshot.options.cache.staleSeconds != nil {
            texts.append("queries answered from stale cache \(sum(.answeredStale))")
        }
        texts.append("queries for authoritative zones \(sum(.authoritative))")
        return texts
    }

    private var traffic: [String] {
        let answered = sum(.answeredLocally) + sum(.answeredByRule)
        return [
            "queries by UDP \(sum(.queriesUDP)), by TCP \(sum(.queriesTCP)); answered from records "
                + "\(answered), from cache \(sum(.answeredFromCache)), by servers "
                + "\(sum(.answeredByUpstream))",
            "refused \(sum(.refused)), failed \(sum(.failed)), malformed \(sum(.malformed)), "
                + "truncated \(sum(.truncated)), dropped \(sum(.dropped)), unsent \(sum(.unsent)), "
                + "from other networks \(sum(.foreign)), stray replies \(sum(.strayReplies))",
            "TCP connections \(sum(.tcpConnections)), turned away \(sum(.tcpRefused)), "
                + "closed for memory \(sum(.tcpStarved)), for being slow \(sum(.tcpSlow)); "
                + "questions given up for others \(sum(.givenUp)); answers in the cache "
                + "\(cache.count); names defined \(snapshot.nameCount)",
            "TCP connections to servers \(sum(.upstreamConnections)), questions on one that was "
                + "open \(sum(.upstreamReuses)); sockets not to be had \(sum(.unopenedSockets))",
        ]
    }

    /// One line for each address and port, like dnsmasq, whatever domains lead there.
    private var servers: [String] {
        var order: [String] = []
        var members: [String: [ServerStatistics]] = [:]
        for server in snapshot.servers {
            let text = server.option.text
            if members[text] == nil { order.append(text) }
            members[text, default: []].append(server.statistics)
        }
        return order.map { text in
            let statistics = members[text] ?? []
            let sent = statistics.reduce(0) { $0 + $1.sent.load(ordering: .relaxed) }
            let retried = statistics.reduce(0) { $0 + $1.retried.load(ordering: .relaxed) }
            let failed = statistics.reduce(0) { $0 + $1.failed.load(ordering: .relaxed) }
            let missing = statistics.reduce(0) { $0 + $1.nameErrors.load(ordering: .relaxed) }
            let latencies = statistics.map { $0.latencyMilliseconds.load(ordering: .relaxed) }
                .filter { $0 > 0 }
            let latency = latencies.isEmpty ? 0 : latencies.reduce(0, +) / UInt64(latencies.count)
            return "server \(text): queries sent \(sent), retried \(retried), failed \(failed), "
                + "nxdomain replies \(missing), avg. latency \(latency)ms"
        }
    }
}
