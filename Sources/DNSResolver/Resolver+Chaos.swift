import DNSConfig
import DNSWire
import Synchronization

extension Resolver {
    /// Queries outside of class IN go upstream, but for the CHAOS names that describe this server:
    /// to the servers that the rules name for their domain, as in dnsmasq. A name that is private
    /// is so in every class.
    @_lifetime(writer: copy writer)
    mutating func answerOtherClass(
        _ message: RawSpan, now: Instant, snapshot: Snapshot, into writer: inout WireWriter
    ) -> Verdict {
        if query.recordClass == .chaos,
            let verdict = answerChaos(message, now: now, snapshot: snapshot, into: &writer)
        {
            return verdict
        }
        // No address of a rule is of another class than IN.
        let decision = snapshot.domains.decide(name, type: RecordType(0), seed: snapshot.seed)
        guard case .servers(let group, _) = decision else {
            let exists = snapshot.domains.hasLiteral(name, seed: snapshot.seed)
            return writeNegative(isKnown: exists, isAuthoritative: false, into: &writer)
        }
        return forward(message, to: group, snapshot: snapshot, into: &writer)
    }

    /// `version.bind`, `hits.bind` and the others that monitoring asks for. They are rare, and may
    /// allocate.
    @_lifetime(writer: copy writer)
    private mutating func answerChaos(
        _ message: RawSpan, now: Instant, snapshot: Snapshot, into writer: inout WireWriter
    ) -> Verdict? {
        let isText = query.type == .txt || query.type == .any
        let own = isText ? name.text(below: "waggle") : nil
        guard own != nil || name.ends(in: "bind") || name.ends(in: "server") else { return nil }
        source = .chaos
        if own == "health" { return answerHealth(into: &writer) }
        if own == "explain",
            let verdict = answerExplain(message, now: now, snapshot: snapshot, into: &writer)
        {
            return verdict
        }
        counters.add(.chaos)
        // Names below `server`, like `id.server`, say who answers: dnsmasq does not.
        guard !snapshot.policy.hidesIdentity, isText, let asked = own ?? name.text(below: "bind"),
            let strings =
                own == nil
                ? strings(for: asked, snapshot) : ownStrings(for: asked, snapshot)
        else {
            // dnsmasq: what it does not know of these names, whatever their type, is not
            // implemented.
            query.end(.notImplemented, flags: 0, answers: 0, into: &writer)
            return .reply
        }
        return writeText(strings.map { Array($0.utf8) }, into: &writer)
    }

    /// Answers with one TXT record of the question's name.
    mutating func writeText(
        _ strings: [[UInt8]], into writer: inout WireWriter
    ) -> Verdict {
        var rdata: [UInt8] = []
        for string in strings where rdata.count < ResolverLimits.localSetOctets {
            rdata.appendCharacterString(string)
        }
        let start = writer.count
        guard rdata.count <= writer.limit &- writer.count &- 12 &- query.reserve,
            writer.writeUInt16(0xC000 | UInt16(WireLimits.headerOctets)),
            writer.writeUInt16(RecordType.txt.rawValue),
            writer.writeUInt16(RecordClass.chaos.rawValue), writer.writeUInt32(0),
            writer.writeUInt16(UInt16(rdata.count)), Self.write(rdata, into: &writer)
        else {
            query.endTruncated(questionEnd: start, into: &writer)
            return .reply
        }
        query.end(.noError, flags: MessageHeader.Flags.authoritative, answers: 1, into: &writer)
        return .reply
    }

    /// `health.waggle`: a probe of `waggle healthcheck`, which does not count as a query. SERVFAIL
    /// from a TERM on, while other questions still have answers.
    private mutating func answerHealth(into writer: inout WireWriter) -> Verdict {
        passUnseen()
        query.end(
            readiness.isLeaving ? .serverFailure : .noError,
            flags: MessageHeader.Flags.authoritative, answers: 0, into: &writer)
        return .reply
    }

    /// Has the query not counted: the machine asks itself.
    mutating func passUnseen() {
        source = .none
        counters.remove(query.transport == .udp ? .queriesUDP : .queriesTCP)
    }

    private static func write(_ octets: [UInt8], into writer: inout WireWriter) -> Bool {
        for octet in octets {
            guard writer.writeUInt8(octet) else { return false }
        }
        return true
    }

    /// `config.waggle`: the identity of the configuration, to compare nodes by.
    private func ownStrings(for name: String, _ snapshot: Snapshot) -> [String]? {
        name == "config" ? [snapshot.options.identity] : nil
    }

    /// What dnsmasq answers under these names, with our own name where it has its own.
    private func strings(for name: String, _ snapshot: Snapshot) -> [String]? {
        switch name {
        case "version": ["waggle-\(Product.version)"]
        case "authors": ["The Waggle authors"]
        case "copyright": ["Apache-2.0"]
        case "cachesize": ["\(snapshot.options.cache.entries)"]
        case "insertions": ["\(sum { $0.value(.cacheInsertions) })"]
        case "evictions": ["\(sum { $0.value(.cacheEvictions) })"]
        case "misses": ["\(sum { $0.value(.forwarded) })"]
        case "hits": ["\(sum(\.answeredHere))"]
        case "auth": ["\(sum { $0.value(.authoritative) })"]
        case "servers": serverStrings(snapshot)
        default: nil
        }
    }

    /// What all workers have counted together.
    private func sum(_ value: (Counters) -> UInt64) -> UInt64 {
        team.reduce(0) { $0 + value($1) }
    }

    /// `address#port sent failed`, one for each address and port, whatever domains lead there.
    private func serverStrings(_ snapshot: Snapshot) -> [String] {
        var order: [String] = []
        var counts: [String: (sent: UInt64, failed: UInt64)] = [:]
        for server in snapshot.servers {
            let text = "\(server.option.zonedAddress)#\(server.option.port)"
            if counts[text] == nil { order.append(text) }
            counts[text, default: (0, 0)].sent += server.statistics.sent.load(ordering: .relaxed)
            counts[text, default: (0, 0)].failed +=
                server.statistics.failed.load(ordering: .relaxed)
        }
        return order.map { "\($0) \(counts[$0]?.sent ?? 0) \(counts[$0]?.failed ?? 0)" }
    }
}

extension FoldedName {
    /// The text of the first label of a name of two labels whose last one is `zone`; nil for
    /// others.
    func text(below zone: String) -> String? {
        guard labelCount == 2, label(1) == zone else { return nil }
        return label(0)
    }

    /// Whether the last label of a name, which may be the only one, is `zone`.
    func ends(in zone: String) -> Bool { labelCount > 0 && label(labelCount - 1) == zone }

    private func label(_ index: Int) -> String {
        let offset = Int(labelOffsets[index])
        let octets = (0..<Int(octet(at: offset))).map { octet(at: offset + 1 + $0) }
        return String(decoding: octets, as: UTF8.self)
    }
}
