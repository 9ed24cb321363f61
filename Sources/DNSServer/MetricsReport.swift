import DNSConfig
import DNSResolver
import DNSWire
import LinuxIO
import Synchronization

/// What `/metrics` says: the names of dnsmasq_exporter, our own, and those of every process.
///
/// Counters are read while workers add to them: each is right by itself, sums may be some queries
/// apart. Cost: some hundred microseconds and 20 KB, on the thread that asks.
struct MetricsReport {
    private let source: MetricsSource
    private let snapshot: Snapshot
    private var text = MetricsText()

    static func octets(_ source: MetricsSource) -> [UInt8] {
        var report = MetricsReport(source)
        report.addExporter()
        report.addQueries()
        report.addDurations()
        report.addCache()
        report.addServers()
        report.addLoad()
        report.addConfiguration()
        report.addProcess()
        return report.text.octets
    }

    private init(_ source: MetricsSource) {
        self.source = source
        snapshot = source.state.snapshots.value
    }

    // MARK: dnsmasq_exporter

    /// As google/dnsmasq_exporter has them: gauges, whatever they count.
    private mutating func addExporter() {
        text.add(
            .gauge, "dnsmasq_cachesize", "Configured size of the DNS cache.",
            UInt64(snapshot.options.cache.entries))
        text.add(
            .gauge, "dnsmasq_insertions", "DNS cache insertions.", source.sum(.cacheInsertions))
        text.add(
            .gauge, "dnsmasq_evictions",
            "DNS cache evictions: entries that replaced one whose time was not over.",
            source.sum(.cacheEvictions))
        text.add(
            .gauge, "dnsmasq_misses", "Queries that were forwarded to servers.",
            source.sum(.forwarded))
        text.add(
            .gauge, "dnsmasq_hits", "Queries answered without asking a server.",
            source.sum(\.answeredHere))
        text.add(
            .gauge, "dnsmasq_auth", "Queries for authoritative zones.", source.sum(.authoritative))
        let servers = ServerSummary.all(snapshot)
        text.add(
            .gauge, "dnsmasq_servers_queries", "Queries sent to a server.",
            servers.map { .init($0.sent, ("server", $0.text)) })
        text.add(
            .gauge, "dnsmasq_servers_queries_failed", "Queries to a server that failed.",
            servers.map { .init($0.failed, ("server", $0.text)) })
        text.add(.gauge, "dnsmasq_leases", "DHCP leases, of which there are none here.", UInt64(0))
        text.add(
            .gauge, "dnsmasq_exporter_build_info",
            "What serves the names of dnsmasq_exporter; always 1.",
            [.init(UInt64(1), ("version", "waggle-\(Product.version)"))])
    }

    // MARK: Queries and answers

    private mutating func addQueries() {
        var samples: [MetricsText.Sample] = []
        for (transport, name) in [(Transport.udp, "udp"), (Transport.tcp, "tcp")] {
            for type in Counters.TypeClass.allCases {
                let count = source.sum { $0.queries(transport, type) }
                samples.append(.init(count, ("protocol", name), ("type", type.text)))
            }
        }
        text.add(
            .counter, "waggle_queries_total", "Queries of clients by protocol and type.", samples)
        samples = []
        for group in AnswerSource.groups {
            for (codes, name) in Self.codes {
                let count = group.sources.reduce(0) { total, kind in
                    total
                        + codes.reduce(0) { sum, code in
                            sum + source.sum { $0.responses(kind, code: code) }
                        }
                }
                // The one failure whose code does not stand in the header. RFC 6891 §6.1.3.
                let isVersion = group.name == "error" && name == "NOERROR"
                samples.append(
                    .init(
                        count, ("source", group.name), ("rcode", isVersion ? "BADVERS" : name)))
            }
        }
        text.add(
            .counter, "waggle_responses_total",
            "Answers to clients by where they came from and by response code.", samples)
        text.add(
            .counter, "waggle_responses_truncated_total",
            "Answers of our own that did not fit and were cut for TCP.", source.sum(.truncated))
        text.add(
            .counter, "waggle_drops_total", "Messages that got no answer, by reason.",
            [
                .init(source.sum(.dropped), ("reason", "no_query")),
                .init(source.sum(.foreign), ("reason", "other_network")),
                .init(source.sum(.excluded), ("reason", "excluded_interface")),
                .init(source.sum(.loopProbes), ("reason", "loop_probe")),
                .init(source.sum(.unsent), ("reason", "unsent")),
            ])
        text.add(
            .counter, "waggle_queries_overloaded_total",
            "Queries refused because as many as may be were under way.", source.sum(.overloaded))
        text.add(
            .counter, "waggle_queries_given_up_total",
            "Questions to servers that were given up since newer ones needed their place.",
            source.sum(.givenUp))
    }

    /// The codes that a resolver answers with. RFC 1035 §4.1.1.
    private static let codes = [
        (0...0, "NOERROR"), (1...1, "FORMERR"), (2...2, "SERVFAIL"), (3...3, "NXDOMAIN"),
        (4...4, "NOTIMP"), (5...5, "REFUSED"), (6...15, "other"),
    ]

    private mutating func addDurations() {
        let rows = Counters.Timing.allCases.map { timing in
            MetricsText.Histogram(
                label: ("source", timing.text),
                buckets: (0...Counters.bounds.count).map { index in
                    source.sum { $0.durations(timing, bucket: index) }
                },
                sum: Double(source.sum { $0.durationSumMicroseconds(timing) }) / 1_000_000)
        }
        text.addHistograms(
            "waggle_response_duration_seconds",
            """
            Time from query to answer: of all queries that went to a server, and of a sample of \
            those by UDP that did not, one batch in sixteen.
            """,
            bounds: Counters.bounds.map { Double($0) / 1_000_000 }, rows)
    }

    // MARK: Cache and servers

    private mutating func addCache() {
        let cache = source.state.cache
        let octets = cache.octets
        text.add(.gauge, "waggle_cache_entries", "Answers in the cache.", UInt64(cache.count))
        text.add(
            .gauge, "waggle_cache_used_bytes", "Memory of the cache that answers take up.",
            UInt64(octets.used))
        text.add(
            .gauge, "waggle_cache_size_bytes", "Memory that the cache may take up.",
            UInt64(octets.all))
        text.add(
            .counter, "waggle_cache_hits_total", "Queries answered from the cache.",
            source.sum(.answeredFromCache, .answeredStale))
        text.add(
            .counter, "waggle_cache_misses_total", "Queries looked for in the cache in vain.",
            source.sum(.cacheMisses))
        text.add(
            .counter, "waggle_cache_insertions_total", "Answers put into the cache.",
            source.sum(.cacheInsertions))
        text.add(
            .counter, "waggle_cache_evictions_total",
            "Answers that left the cache before their time was over.", source.sum(.cacheEvictions))
    }

    private mutating func addServers() {
        let servers = ServerSummary.all(snapshot)
        func samples(_ value: (ServerSummary) -> UInt64) -> [MetricsText.Sample] {
            servers.map { .init(value($0), ("server", $0.text)) }
        }
        text.add(
            .counter, "waggle_upstream_queries_total", "Queries sent to a server.",
            samples(\.sent))
        text.add(
            .counter, "waggle_upstream_retries_total",
            "Queries among them that were sent because one before them had no good answer.",
            samples(\.retried))
        text.add(
            .counter, "waggle_upstream_failures_total",
            "Queries that a server did not answer, or with a failure.", samples(\.failed))
        text.add(
            .counter, "waggle_upstream_nxdomain_total",
            "Answers of a server that there is no name.",
            samples(\.nameErrors))
        text.add(
            .gauge, "waggle_upstream_rtt_seconds",
            "Smoothed round-trip time of a server; 0 before its first answer.",
            servers.map { .init($0.seconds, ("server", $0.text)) })
        text.add(
            .gauge, "waggle_upstream_healthy",
            "Whether a server answers: 0 after failures in a row, until the next answer.",
            samples { $0.isFailing ? 0 : 1 })
        text.add(
            .counter, "waggle_upstream_stray_replies_total",
            "Messages of servers that were no answer to what was asked.", source.sum(.strayReplies))
        text.add(
            .counter, "waggle_upstream_connections_total", "TCP connections opened to servers.",
            source.sum(.upstreamConnections))
        text.add(
            .counter, "waggle_upstream_socket_failures_total",
            "Sockets to servers that could not be had.", source.sum(.unopenedSockets))
    }

    // MARK: The process

    private mutating func addLoad() {
        text.add(
            .gauge, "waggle_queries_in_flight", "Clients that wait for an answer of a server.",
            source.sum(.waiting))
        text.add(
            .gauge, "waggle_tcp_connections_open", "TCP connections of clients.",
            source.sum(.streams))
        text.add(
            .counter, "waggle_tcp_connections_total", "TCP connections that clients have opened.",
            source.sum(.tcpConnections))
        text.add(
            .counter, "waggle_tcp_connections_refused_total", "Those that were turned away.",
            source.sum(.tcpRefused))
        text.add(
            .counter, "waggle_tcp_connections_closed_total",
            "Those that were closed because they took too much memory, or too much time.",
            [
                .init(source.sum(.tcpStarved), ("reason", "memory")),
                .init(source.sum(.tcpSlow), ("reason", "slow")),
            ])
        text.add(
            .gauge, "waggle_tcp_used_bytes", "Memory that connections of clients take.",
            UInt64(max(0, source.state.streamMemory.used)))
        text.add(
            .gauge, "waggle_tcp_size_bytes", "Memory that connections of clients may take.",
            UInt64(source.state.streamMemory.limit))
        text.add(
            .gauge, "waggle_queries_in_flight_limit", "Questions to servers that may be under way.",
            UInt64(source.state.limits.flights * source.counters.count))
        text.add(
            .gauge, "waggle_workers", "Threads that answer.", UInt64(source.counters.count))
        text.add(
            .counter, "waggle_log_events_dropped_total",
            "Events that were not logged because the log was busy.", source.log.lostCount)
    }

    private mutating func addConfiguration() {
        let reloads = source.reloads
        text.add(
            .gauge, "waggle_config_info",
            "The identity of the configuration with its hosts files; always 1.",
            [
                .init(
                    UInt64(1), ("identity", snapshot.options.identity),
                    ("version", Product.version))
            ])
        text.add(
            .counter, "waggle_config_reloads_total", "Reloads by what became of them.",
            [
                .init(reloads.succeeded.load(ordering: .relaxed), ("result", "success")),
                .init(reloads.failed.load(ordering: .relaxed), ("result", "failure")),
            ])
        text.add(
            .gauge, "waggle_config_last_reload_success_timestamp_seconds",
            "When the configuration that holds was read, by a start or a reload.",
            UInt64(max(0, reloads.lastSuccessSeconds.load(ordering: .relaxed))))
        text.add(
            .gauge, "waggle_local_names", "Names of hosts files and records.",
            UInt64(snapshot.nameCount))
    }

    private mutating func addProcess() {
        let facts = ProcessFacts()
        text.add(
            .gauge, "process_start_time_seconds", "When the process started, since 1970.",
            UInt64(max(0, source.reloads.startSeconds)))
        text.add(
            .counter, "process_cpu_seconds_total", "Processor time used.",
            Double(MonotonicClock.processorMicroseconds()) / 1_000_000)
        text.add(
            .gauge, "process_resident_memory_bytes", "Memory in use.", facts.residentOctets)
        text.add(
            .gauge, "process_virtual_memory_bytes", "Address space in use.", facts.virtualOctets)
        text.add(.gauge, "process_open_fds", "Open file descriptors.", facts.openDescriptors)
        text.add(
            .gauge, "process_max_fds", "File descriptors that may be open.",
            UInt64(ProcessCalls.descriptorLimit))
    }
}

/// What is known of a server by its address and port, whatever domains lead there.
private struct ServerSummary {
    let text: String
    var sent: UInt64 = 0
    var retried: UInt64 = 0
    var failed: UInt64 = 0
    var nameErrors: UInt64 = 0
    /// The mean of those that have answered.
    var seconds: Double = 0
    var isFailing = false

    private init(_ text: String, _ members: [ServerStatistics]) {
        self.text = text
        var milliseconds: UInt64 = 0
        var answering: UInt64 = 0
        for member in members {
            sent += member.sent.load(ordering: .relaxed)
            retried += member.retried.load(ordering: .relaxed)
            failed += member.failed.load(ordering: .relaxed)
            nameErrors += member.nameErrors.load(ordering: .relaxed)
            isFailing = isFailing || member.isFailing.load(ordering: .relaxed)
            let latency = member.latencyMilliseconds.load(ordering: .relaxed)
            milliseconds += latency
            if latency > 0 { answering += 1 }
        }
        if answering > 0 { seconds = Double(milliseconds) / Double(answering) / 1_000 }
    }

    /// In the order of the configuration.
    static func all(_ snapshot: Snapshot) -> [ServerSummary] {
        var order: [String] = []
        var members: [String: [ServerStatistics]] = [:]
        for server in snapshot.servers {
            let text = server.option.text
            if members[text] == nil { order.append(text) }
            members[text, default: []].append(server.statistics)
        }
        return order.map { ServerSummary($0, members[$0] ?? []) }
    }
}

extension AnswerSource {
    /// Sources under the names that metrics have for them.
    fileprivate static let groups: [(name: String, sources: [AnswerSource])] = [
        ("local", [.local]), ("rule", [.rule]), ("cache", [.cache]), ("stale", [.stale]),
        ("upstream", [.upstream]), ("filtered", [.filtered, .cachedFiltered, .bogus, .rebinding]),
        ("zone", [.zone]), ("chaos", [.chaos]), ("error", [.error]),
    ]
}

extension Counters.TypeClass {
    fileprivate var text: String {
        switch self {
        case .other: "other"
        case .a: "A"
        case .ns: "NS"
        case .cname: "CNAME"
        case .soa: "SOA"
        case .ptr: "PTR"
        case .mx: "MX"
        case .txt: "TXT"
        case .aaaa: "AAAA"
        case .srv: "SRV"
        case .ds: "DS"
        case .svcb: "SVCB"
        case .https: "HTTPS"
        case .any: "ANY"
        }
    }
}

extension Counters.Timing {
    fileprivate var text: String {
        switch self {
        case .local: "local"
        case .cache: "cache"
        case .upstream: "upstream"
        }
    }
}
