import DNSConfig
import DNSResolver
import DNSWire
import LinuxIO

/// Makes dnsmasq's lines of the events of all workers.
///
/// Lives on the thread that writes the log.
///
/// Workers number their queries each by itself; here every query gets the next number of one row,
/// and what follows is found by worker and number.
struct QueryLogFormatter {
    /// What is remembered of a query until its answer.
    private struct Query {
        var serial: UInt32 = 0
        /// The number that the log shows.
        var number: UInt64 = 0
        var client = SocketAddress()
        var wasForwarded = false
        /// The worker's clock when it came.
        var microseconds: UInt32 = 0
    }

    /// Queries of one worker that are remembered; above the number that can be in flight.
    private static let remembered = 8_192

    /// By worker; empty until a worker's first query, since most servers log none.
    private var queries: [[Query]]
    private var lastNumber: UInt64 = 0
    /// When a full table may be spoken of again; milliseconds.
    private var nextOverload: Int64 = .min
    /// The same for a lack of descriptors.
    private var nextExhaustion: Int64 = .min
    /// The same for a lack of memory.
    private var nextStarvation: Int64 = .min
    /// Whether queries of other networks were spoken of.
    private var hasSaidForeign = false
    /// Warnings that anybody can bring about, as often as he likes.
    var repeats = RepeatFilter()
    /// Whether queries become JSON objects.
    private let isJSON: Bool

    init(workers: Int, isJSON: Bool = false) {
        self.isJSON = isJSON
        queries = Array(repeating: [], count: workers)
    }

    /// The line of a warning; nil for what is none, or was said a moment ago.
    mutating func warning(for entry: QueryLog.Entry) -> String? {
        switch entry.event {
        case .rebinding:
            var name = NameBuffer()
            var reader = WireReader(entry.octets.bytes)
            _ = reader.readName(into: &name)
            // Differs: dnsmasq writes as many lines as there are answers.
            let text = "possible DNS-rebind attack detected: \(name.logText)"
            return repeats.admits(text, now: MonotonicClock.milliseconds()) ? text : nil
        case .overloaded:
            let now = MonotonicClock.milliseconds()
            guard now >= nextOverload else { return nil }
            nextOverload = now + ServerLimits.overloadWarningMilliseconds
            return "Maximum number of concurrent DNS queries reached (max: \(entry.serial))"
        case .subnetMismatch: return "discarding DNS reply: subnet option mismatch"
        case .foreign:
            guard !hasSaidForeign else { return nil }
            hasSaidForeign = true
            let client = entry.client.peer.ipAddress
            return "ignoring query from non-local network \(client) (logged only once)"
        case .exhausted:
            let now = MonotonicClock.milliseconds()
            guard now >= nextExhaustion else { return nil }
            nextExhaustion = now + ServerLimits.exhaustionWarningMilliseconds
            return "out of file descriptors or memory: new connections wait, questions to "
                + "servers may fail"
        case .portTaken:
            let port = UInt16(truncatingIfNeeded: entry.serial)
            let holder = Sockets.holder(ofPort: port, protocol: .udp)
            return "cannot ask servers from port \(port), it is in use"
                + (holder.map { " by \($0)" } ?? "")
        case .starved:
            let now = MonotonicClock.milliseconds()
            guard now >= nextStarvation else { return nil }
            nextStarvation = now + ServerLimits.memoryWarningMilliseconds
            return "out of memory for TCP connections (max: \(entry.serial) KiB): "
                + "those that read slowly are closed"
        case .query, .answer, .forwarded, .upstreamReply, .duplicate: return nil
        }
    }

    /// `health.waggle` and `explain.waggle` `CH TXT`, asked by nobody but the machine itself.
    private static func isProbe(_ entry: QueryLog.Entry) -> Bool {
        let question = entry.octets.dropFirst(WireLimits.headerOctets)
        return probes.contains { question.starts(with: $0) }
    }

    private static let probes = ["health.waggle", "explain.waggle"].map {
        (DomainName(parsing: $0)?.octets ?? []) + [0, 16, 0, 3]
    }

    /// The lines for an event; none if the options want none.
    mutating func lines(
        for entry: QueryLog.Entry, worker: Int, snapshot: Snapshot
    ) -> [Log.Line] {
        let mode = snapshot.options.process.queryLog
        guard mode != .off, !entry.event.isWarning, !Self.isProbe(entry) else { return [] }
        if queries[worker].isEmpty {
            queries[worker] = Array(repeating: Query(), count: Self.remembered)
        }
        let slot = Int(entry.serial) % Self.remembered
        if entry.event == .query {
            lastNumber += 1
            queries[worker][slot] = Query(
                serial: entry.serial, number: lastNumber, client: entry.client.peer,
                microseconds: entry.microseconds)
        }
        let isKnown = queries[worker][slot].serial == entry.serial
        let query = isKnown ? queries[worker][slot] : Query(client: entry.client.peer)
        if entry.event == .forwarded, isKnown { queries[worker][slot].wasForwarded = true }
        if isJSON {
            guard entry.event == .answer else { return [] }
            guard mode != .onlyFailed || AnswerLines(entry, snapshot).isFailure else { return [] }
            return [record(entry, query, isKnown: isKnown, snapshot)]
        }
        let isDuplicate =
            entry.event == .duplicate
            || entry.event == .answer && entry.source.isUpstream && isKnown
                && !query.wasForwarded
        let isExtra = mode == .extra || mode == .proto
        let texts: [String]
        switch entry.event {
        case _ where mode == .onlyFailed:
            let lines = entry.event == .answer ? AnswerLines(entry, snapshot) : nil
            texts = lines?.isFailure == true ? lines?.texts ?? [] : []
        case _ where isDuplicate: texts = isExtra ? ["reply query is duplicate"] : []
        case .query: texts = queryLine(entry, query, names: mode == .proto)
        case .forwarded: texts = forwardedLine(entry, snapshot)
        case .answer: texts = AnswerLines(entry, snapshot).texts
        case .upstreamReply, .duplicate, .rebinding, .overloaded, .subnetMismatch, .foreign,
            .exhausted, .portTaken, .starved:
            texts = []
        }
        guard isExtra else { return texts.map { Log.Line(.info, $0) } }
        let head = "\(query.number) \(query.client.ipAddress)/\(query.client.port) "
        return texts.map { Log.Line(.info, head + $0) }
    }

    private func record(
        _ entry: QueryLog.Entry, _ query: Query, isKnown: Bool, _ snapshot: Snapshot
    ) -> Log.Line {
        let origin = QueryRecord.Origin(number: query.number, microseconds: query.microseconds)
        let record = QueryRecord(
            entry, (query.client.ipAddress, query.client.port), isKnown ? origin : nil, snapshot)
        return Log.Line(.info, record.members)
    }

    private func queryLine(
        _ entry: QueryLog.Entry, _ query: Query, names transport: Bool
    ) -> [String] {
        guard let question = Question(entry.octets) else { return [] }
        let kind = transport ? "[\(entry.transport == .udp ? "UDP" : "TCP")] " : ""
        let type = Self.text(question.type)
        let service = entry.source == .zone ? "auth" : "query"
        return [
            "\(kind)\(service)[\(type)] \(question.name.logText) from \(query.client.ipAddress)"
        ]
    }

    private func forwardedLine(_ entry: QueryLog.Entry, _ snapshot: Snapshot) -> [String] {
        guard var question = Question(entry.octets) else { return [] }
        // The random letters of do-0x20-encode are nobody's spelling.
        if snapshot.options.forwarding.encodesCase != false { question.name.fold() }
        let index = Int(entry.server)
        guard snapshot.servers.indices.contains(index) else { return [] }
        return ["forwarded \(question.name.logText) to \(snapshot.servers[index].option.shortText)"]
    }

    /// `A`, or `type=65400` for a number without a name.
    static func text(_ type: RecordType) -> String {
        type.mnemonic ?? "type=\(type.rawValue)"
    }
}

/// The question of a message, for the log.
struct Question {
    var name = NameBuffer()
    var type: RecordType
    var endOffset: Int

    init?(_ octets: [UInt8]) {
        var reader = WireReader(octets.bytes, at: WireLimits.headerOctets)
        guard octets.count > WireLimits.headerOctets, reader.readName(into: &name),
            let type = reader.readUInt16(), reader.skip(2)
        else { return nil }
        self.type = RecordType(type)
        endOffset = reader.offset
    }
}

extension NameBuffer {
    /// The labels with dots between them, or dnsmasq's word for what is no text.
    var logText: String {
        var text: [UInt8] = []
        var at = 0
        while at < length, octets[at] != 0 {
            let end = at + 1 + Int(octets[at])
            if at > 0 { text.append(UInt8(ascii: ".")) }
            for index in (at + 1)..<end {
                let octet = octets[index]
                guard octet > 0x20, octet < 0x7F, octet != UInt8(ascii: ".") else {
                    return "<name unprintable>"
                }
                text.append(octet)
            }
            at = end
        }
        return text.isEmpty ? "." : String(decoding: text, as: UTF8.self)
    }

    /// The address that an `in-addr.arpa` or `ip6.arpa` name stands for.
    ///
    /// RFC 1035 §3.5, RFC 3596 §2.5.
    var reversedAddress: IPAddress? {
        guard let name = domainName else { return nil }
        let labels = name.labels.map { String(decoding: $0, as: UTF8.self) }
        if labels.count == 6, labels[5] == "arpa", labels[4] == "in-addr" {
            return IPAddress(parsing: labels[..<4].reversed().joined(separator: "."))
        }
        guard labels.count == 34, labels[33] == "arpa", labels[32] == "ip6" else { return nil }
        var digits = ""
        for (index, label) in labels[..<32].reversed().enumerated() {
            if index > 0, index % 4 == 0 { digits += ":" }
            digits += label
        }
        return IPAddress(parsing: digits)
    }
}
