import DNSWire

/// One question to both servers, and what they said.
struct Comparison {
    var config: String
    var query: Query
    var ours: Reply?
    var theirs: Reply?
    /// Whether a departure showed earlier in an answer about the name, so that one cache may
    /// know what the other does not.
    var isAfterDeparture = false
    /// Whether a question before was about the name, or led to it.
    var wasAskedBefore = false
    /// The same of a question without RD.
    var wasAskedWithoutRecursion = false
    /// Whether an SOA record of the name came in an answer before.
    var isOwnerOfSOA = false
    /// Whether the name was denied before, by both and without an SOA record.
    var wasDeniedBefore = false
    /// What dnsmasq says to somebody who asks nothing else.
    var fresh: Reply?

    /// The name that was asked for, in lower case.
    var name: String { query.name.lowercased() }

    /// Whether both said the same, word for word, but for a second of TTL.
    var isEqual: Bool {
        guard let ours, let theirs else { return ours == nil && theirs == nil }
        return isEqualButAnswers && Self.isEqual(ours.answers, theirs.answers)
    }

    /// The same, whatever the answer section holds.
    var isEqualButAnswers: Bool {
        guard let ours, let theirs else { return false }
        // Z, which dnsmasq sends back, is zero in every answer of ours.
        return ours.code == theirs.code && ours.header.flags == theirs.header.flags & ~0x0040
            && ours.question == theirs.question && ours.options == theirs.options
            && ours.edns?.udpOctets == theirs.edns?.udpOctets
            && ours.edns?.isDNSSECOK == theirs.edns?.isDNSSECOK
            && ours.edns?.version == theirs.edns?.version
            && ours.edns?.extendedCode == theirs.edns?.extendedCode
            && Self.isEqual(ours.authority, theirs.authority)
            && Self.isEqual(Self.sorted(ours.additional), Self.sorted(theirs.additional))
    }

    /// The same but for the order of the answers behind their CNAMEs.
    var isEqualButOrder: Bool {
        guard let ours = ours?.answers, let theirs = theirs?.answers else { return false }
        return isEqualButAnswers
            && Self.isEqual(ours.filter { $0.type == .cname }, theirs.filter { $0.type == .cname })
            && ours.prefix { $0.type == .cname }.count == theirs.prefix { $0.type == .cname }.count
            && Self.isEqual(Self.sorted(ours), Self.sorted(theirs))
    }

    /// Names are compared without regard to case; TTLs may differ by a second.
    static func isEqual(_ left: [Record], _ right: [Record]) -> Bool {
        left.count == right.count
            && zip(left, right).allSatisfy { left, right in
                key(left) == key(right)
                    && abs(Int64(left.ttlSeconds) - Int64(right.ttlSeconds)) <= 1
            }
    }

    static func isEqualButTTLs(_ left: [Record], _ right: [Record]) -> Bool {
        left.map(key) == right.map(key)
    }

    static func sorted(_ records: [Record]) -> [Record] {
        records.sorted { key($0) < key($1) }
    }

    private static func key(_ record: Record) -> String {
        "\(record.owner) \(record.type.rawValue) \(record.recordClass) \(record.data)".lowercased()
    }

    /// Whether they are the same but for the order, once theirs was changed.
    func isEqualAfter(_ change: (inout Reply) -> Void) -> Bool {
        guard var reply = theirs else { return false }
        change(&reply)
        var changed = self
        changed.theirs = reply
        return changed.isEqualButOrder
    }

    /// The number that an option has.
    func number(of option: String) -> UInt32? {
        let line = config.split(separator: "\n").first { $0.hasPrefix(option + "=") }
        return line.flatMap { UInt32($0.dropFirst(option.count + 1)) }
    }

    /// Whether Waggle says what dnsmasq says when its cache is empty, but for TTLs that went on and
    /// options of the server that are not kept.
    var isAsFresh: Bool {
        guard let ours, var reply = fresh else { return false }
        let records = zip(ours.answers + ours.authority, reply.answers + reply.authority)
        guard
            records.allSatisfy({ $0.ttlSeconds <= $1.ttlSeconds + 1 })
                || number(of: "min-cache-ttl") != nil
        else { return false }
        if ours.options.isEmpty { reply.options.removeAll { !$0.hasPrefix("15:") } }
        reply.copyTTLs(of: ours)
        var alone = Comparison(config: config, query: query, ours: ours, theirs: reply)
        if alone.isEqual || alone.isEqualButOrder { return true }
        alone.theirs = fresh
        return alone.departure != nil
    }

    /// The first departure that explains the difference, perhaps together with `max-ttl`.
    var departure: Departure? {
        let bounded = boundedByMaximumTTL
        return Departure.all.first { departure in
            departure.explains(self) || (bounded.map { departure.explains($0) } ?? false)
        }
    }

    /// As if dnsmasq's `max-ttl` held in every section, as Waggle's does.
    var boundedByMaximumTTL: Comparison? {
        guard let limit = number(of: "max-ttl"), limit > 0, var reply = theirs else { return nil }
        for index in reply.authority.indices {
            reply.authority[index].ttlSeconds = min(reply.authority[index].ttlSeconds, limit)
        }
        // Nor does it hold for what leads to a PTR record.
        for index in reply.answers.indices
        where query.type == .ptr && reply.answers[index].type == .cname {
            reply.answers[index].ttlSeconds = min(reply.answers[index].ttlSeconds, limit)
        }
        var bounded = self
        bounded.theirs = reply
        return bounded
    }
}

extension Reply {
    /// Takes over the TTLs of a reply of the same shape.
    mutating func copyTTLs(of other: Reply) {
        for (index, record) in other.answers.enumerated() where index < answers.count {
            answers[index].ttlSeconds = record.ttlSeconds
        }
        for (index, record) in other.authority.enumerated() where index < authority.count {
            authority[index].ttlSeconds = record.ttlSeconds
        }
    }
}

extension Comparison: CustomStringConvertible {
    var description: String {
        let type = query.type.mnemonic ?? "TYPE\(query.type.rawValue)"
        return """
            \(query.name) \(type)\(query.isTCP ? " by TCP" : "") \
            flags \(String(query.flags, radix: 16)) \
            \(query.options.map { "EDNS \($0.udpOctets) version \($0.version)" } ?? "no EDNS")
            --- configuration
            \(config)
            --- waggle
            \(ours.map { "\($0)" } ?? "no answer")
            --- dnsmasq
            \(theirs.map { "\($0)" } ?? "no answer")
            """
    }
}

/// Where Waggle means to answer otherwise than dnsmasq 2.90.
struct Departure: Sendable {
    let name: String
    let reason: String
    /// Whether this explains why the answers differ; never, where one answer cannot show it.
    let explains: @Sendable (Comparison) -> Bool

    init(
        _ name: String, _ reason: String,
        explains: @escaping @Sendable (Comparison) -> Bool = { _ in false }
    ) {
        self.name = name
        self.reason = reason
        self.explains = explains
    }

    /// All of them.
    static let all: [Departure] = answers + filters + caches

    private static let answers: [Departure] = [
        Departure(
            "order",
            "every set of addresses turns by one; dnsmasq turns hosts, not address= lines,"
                + " and starts elsewhere"
        ) { this in
            this.isEqualButOrder
        },
        Departure(
            "chased alias",
            "a CNAME whose target is not local is resolved upstream: a bare CNAME"
                + " is no answer to a stub resolver", explains: isChased),
        Departure(
            "alias to address=", "an address= line is as good a target of a CNAME as a hosts line",
            explains: { $0.config.contains("address=") && isChased($0) }),
        Departure("BADVERS", "RFC 6891 §6.1.3: a higher version of EDNS is refused, not ignored") {
            $0.query.options.map { $0.version > 0 } ?? false && $0.ours?.edns?.extendedCode == 1
        },
        Departure("NOTIMP", "other opcodes are not forwarded to servers that cannot know them") {
            $0.query.flags & 0x7800 != 0 && $0.ours?.code == .notImplemented
        },
        Departure(
            "cut answers",
            "which part of a set a truncated answer holds depends on the turn and on the OPT"
                + " record, which always has room"
        ) {
            guard let ours = $0.ours, let theirs = $0.theirs, ours.isTruncated, theirs.isTruncated
            else { return false }
            let missing = theirs.answers.count - ours.answers.count
            return ours.code == theirs.code && missing >= 0
                && missing <= ($0.query.options == nil ? 0 : 1)
        },
        Departure(
            "shared addresses", "bogus-priv covers 100.64.0.0/10, as in dnsmasq 2.92: RFC 6598"
        ) {
            $0.config.contains("bogus-priv") && $0.name.hasSuffix(".100.in-addr.arpa")
                && $0.ours?.code == .nameError
        },
        Departure("an answer for everyone", "dnsmasq leaves a client without answer to wait") {
            $0.theirs == nil && [.serverFailure, .refused].contains($0.ours?.code)
        },
        Departure(
            "cached CNAME",
            "dnsmasq answers QTYPE=CNAME from what other questions left in its cache;"
                + " a CNAME is cached here only with the data that it leads to"
        ) {
            guard $0.query.type == .cname, $0.ours?.answers == [] else { return false }
            return $0.theirs?.answers.first?.type == .cname
                || $0.wasAskedBefore && $0.theirs?.code == .nameError && $0.theirs?.answers == []
        },
        Departure(
            "known by the cache",
            "domain-needed and local= deny a name that only the cache knows: what was asked before"
                + " must not change the answer"
        ) {
            $0.wasAskedBefore && $0.isClosed && $0.ours?.code == .nameError
                && $0.theirs?.code == .noError && $0.theirs?.answers == []
        },
        Departure(
            "known by address=",
            "a name that has an address by an address= line exists, so its other types are"
                + " NODATA also where local= of a parent or domain-needed closes them."
                + " RFC 2308 §2.1"
        ) {
            $0.hasAddressLine && $0.isClosed && $0.ours?.authority == []
                && $0.ours?.code == .noError && $0.ours?.answers == []
                && $0.theirs?.code == .nameError && $0.theirs?.answers == []
        },
        Departure("duplicates", "a line that stands twice is one record: RFC 2181 §5.2") {
            var seen: Set<Record> = []
            return $0.isEqualAfter { theirs in
                theirs.answers = theirs.answers.filter { seen.insert($0).inserted }
            }
        },
        Departure(
            "additional",
            "addresses of exchangers and services are added to answers for MX and SRV,"
                + " not behind an alias nor for ANY: clients ask when they need them"
        ) {
            ($0.query.type == .any || $0.ours?.answers.first?.type == .cname
                || $0.config.contains("interface-name="))
                && $0.isEqualAfter { [ours = $0.ours] theirs in
                    theirs.additional = ours?.additional ?? []
                }
        },
        Departure(
            "ANY of address=",
            "ANY answers every address= line of the domain, not those of the"
                + " family that ranks first"
        ) {
            guard $0.query.type == .any, let ours = $0.ours else { return false }
            return $0.config.contains("address=") && !($0.theirs?.answers.isEmpty ?? true)
                && $0.isEqualAfter { theirs in
                    let more = ours.answers.filter { $0.type == .a || $0.type == .aaaa }
                    theirs.answers += more.filter { !theirs.answers.contains($0) }
                }
        },
        Departure(
            "additional from the cache",
            "additional records are those of the configuration: what"
                + " clients asked before does not change the answer"
        ) {
            let config = $0.config
            return [.mx, .srv].contains($0.query.type)
                && $0.isEqualAfter { theirs in
                    theirs.additional.removeAll {
                        ServerPair.isUpstream($0.data) || !config.contains($0.data)
                    }
                }
        },
        Departure(
            "options of one hop", "cookies, padding and the like are between two"
        ) {
            let comparison = $0
            guard let ours = comparison.ours else { return false }
            return !ours.options.contains { comparison.isOfOneHop($0) }
                && comparison.isEqualAfter { theirs in
                    theirs.options.removeAll { comparison.isOfOneHop($0) }
                }
        },
        Departure("options of failures", "a failure has no data that options could describe") {
            guard let ours = $0.ours, ours.options == [],
                [.serverFailure, .refused, .notImplemented, .formatError].contains(ours.code)
            else { return false }
            return $0.isEqualAfter { theirs in theirs.options = [] }
        },
        Departure(
            "refusal of a server", "what a server has against a question is no client's business"
        ) {
            guard let ours = $0.ours, let theirs = $0.theirs else { return false }
            return ours.code == .serverFailure && ours.answers == [] && theirs.answers == []
                && [.serverFailure, .refused, .notImplemented, .formatError].contains(theirs.code)
        },
        Departure(
            "own name behind an alias", "a server must not speak for names of the configuration"
        ) { $0.endsInOwnName },
        Departure("unrelated records", "who keeps them would believe them") {
            guard let ours = $0.ours else { return false }
            return $0.isEqualAfter { theirs in
                theirs.answers.removeAll { !ours.owns($0) }
                // An SOA record says something of the names below it.
                theirs.authority.removeAll { record in
                    let zone = record.owner.lowercased()
                    let names = [ours.question] + ours.answers.map(\.data)
                    return zone != "."
                        && !names.contains {
                            $0.lowercased() == zone || $0.lowercased().hasSuffix("." + zone)
                        }
                }
            }
        },
        Departure(
            "converted denial",
            "the NODATA for a name that upstream denies and the configuration has"
                + " is authoritative, from the cache as it was when it came"
        ) {
            guard let ours = $0.ours, let theirs = $0.theirs else { return false }
            return ours.code == .noError && theirs.code == .noError && ours.answers == []
                && theirs.answers == [] && ours.header.flags == theirs.header.flags | 0x0400
                && (theirs.authority == []
                    || Comparison.isEqual(ours.authority, theirs.authority))
        },
        Departure(
            "denial with data", "with bogus-priv a name that has data here exists, for ANY too"
        ) {
            $0.config.contains("bogus-priv") && $0.query.type == .any
                && $0.theirs?.code == .nameError && $0.ours?.code == .noError
                && !($0.ours?.answers.isEmpty ?? true)
                && Comparison.isEqual($0.ours?.answers ?? [], $0.theirs?.answers ?? [])
        },
        Departure(
            "end of an alias",
            "an alias whose target is local has the local data of the target;"
                + " what clients asked before, and the cache holds, does not change that"
        ) {
            guard let ours = $0.ours, !ours.answers.isEmpty,
                ours.answers.allSatisfy({ $0.type == .cname }),
                $0.config.contains("," + ours.data[ours.data.count - 1].dropLast())
            else { return false }
            return ours.code == .noError && $0.theirs?.answers.first == ours.answers.first
        },
        Departure(
            "failing servers",
            "a failure is passed on only where no server has a better answer"
        ) {
            guard let ours = $0.ours, let theirs = $0.theirs else { return false }
            let failures: [ResponseCode] = [
                .serverFailure, .refused, .notImplemented, .formatError,
            ]
            return $0.hasFailingServer && failures.contains(theirs.code) && theirs.answers == []
                && ([.noError, .nameError] + failures).contains(ours.code)
        },
    ]

    /// They stop at the CNAME, we go on.
    private static func isChased(_ this: Comparison) -> Bool {
        guard let ours = this.ours, let theirs = this.theirs, !theirs.answers.isEmpty,
            theirs.answers.allSatisfy({ $0.type == .cname })
        else { return false }
        // Nobody had an answer for the end of the chain.
        if ours.code == .serverFailure, ours.answers == [] { return true }
        return Comparison.isEqualButTTLs(
            Array(ours.answers.prefix(theirs.answers.count)), theirs.answers)
            && (ours.answers.count > theirs.answers.count || ours.code != theirs.code
                || ours.authority != theirs.authority)
    }
}
