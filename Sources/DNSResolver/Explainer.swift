package import DNSConfig
package import DNSWire

/// Says what would be answered to a question and why.
///
/// The answer is the resolver's own, to the same snapshot that a server would have; the reasons are
/// read out of the options and names that the snapshot was made of. Cost: passes over all rules and
/// names for each question; for commands, not for servers.
package struct Explainer {
    let options: Options
    let hosts: HostsTable
    /// The names of hosts files with their places.
    let names: [LocatedName]
    /// Where options without data of their own were given, by name.
    let places: [String: [Origin]]
    /// Where the servers of resolv.conf stand.
    let serverPlaces: [ServerOption: Explanation.Place]
    let snapshot: Snapshot

    /// `options` and `hosts` are what the snapshot was compiled of.
    package init(
        options: Options, hosts: HostsTable, names: [LocatedName],
        places: [String: [Origin]], serverPlaces: [ServerOption: Explanation.Place] = [:],
        snapshot: Snapshot
    ) {
        self.options = options
        self.hosts = hosts
        self.names = names
        self.places = places
        self.serverPlaces = serverPlaces
        self.snapshot = snapshot
    }

    /// Explains the answer to a question of class IN by a client of this machine.
    package func explain(_ name: DomainName, _ type: RecordType) -> Explanation {
        var result = Explanation(name: name, type: type)
        let source = ask(&result)
        if source == .zone {
            explainZone(&result)
            return result
        }
        var end = name
        let hops = explainHops(&result, &end)
        if hops > 0, type == .cname {
            result.expected = .local
            return result
        }
        if !explainLocal(&result, end, hops: hops) { explainRules(&result, end, hops: hops) }
        explainWhatIsMissing(&result, end)
        return result
    }

    // MARK: The answer

    /// A question as a client sends it, with recursion desired.
    package static func query(
        _ name: DomainName, _ type: RecordType, recordClass: RecordClass = .internet,
        id: UInt16 = 0
    ) -> [UInt8] {
        var octets: [UInt8] = [
            UInt8(id >> 8), UInt8(id & 0xFF), 1, 0, 0, 1, 0, 0, 0, 0, 0, 0,
        ]
        octets += name.octets
        octets.appendBig(type.rawValue)
        octets.appendBig(recordClass.rawValue)
        return octets
    }

    /// The question to a running server for its `LiveState` of another one.
    package static func liveQuery(_ name: DomainName, _ type: RecordType, id: UInt16) -> [UInt8] {
        var octets = query(LiveState.name, .txt, recordClass: .chaos, id: id)
        let option = name.octets.count + 2
        octets[11] = 1
        octets.append(0)
        octets.appendBig(RecordType.opt.rawValue)
        octets.appendBig(UInt16(4_096))
        octets += [0, 0, 0, 0]
        octets.appendBig(UInt16(option + 4))
        octets.appendBig(LiveState.optionCode)
        octets.appendBig(UInt16(option))
        octets.appendBig(type.rawValue)
        return octets + name.octets
    }

    /// Fills in what the resolver answers, and from where.
    private func ask(_ result: inout Explanation) -> AnswerSource {
        let cache = AnswerCache(octets: AnswerCache.octets(forEntries: 0))
        var resolver = Resolver(cache: cache, counters: Counters())
        var row = ScratchMessage(octets: WireLimits.messageOctets)
        let query = Self.query(result.name, result.type)
        let verdict: Verdict
        let count: Int
        do {
            var writer = WireWriter(row.row)
            // Safe: the octets of an array are initialised.
            verdict = resolver.respond(
                to: unsafe query.span.bytes, transport: .tcp, now: Instant(milliseconds: 0),
                snapshot: snapshot, into: &writer)
            count = writer.count
        }
        switch verdict {
        case .reply, .replyAndRefresh:
            let bytes = row.bytes
            result.message = (0..<count).map { bytes.octet(at: $0) }
            result.code = ResponseCode(rawValue: result.message[3] & 0xF)
            result.records = Explanation.answers(in: result.message) ?? []
            result.decision = Self.decision(resolver.source, result.records)
        case .forward(let plan):
            result.askedName = resolver.upstreamName.domainName
            result.decision = .servers(
                snapshot.groups[Int(plan.group)].servers.map {
                    snapshot.servers[Int($0)].option
                })
        case .transfer: result.decision = .zone
        case .drop: break
        }
        return resolver.source
    }

    private static func decision(
        _ source: AnswerSource, _ records: [Explanation.Record]
    ) -> Explanation.Decision {
        switch source {
        case .local: .local
        case .rule: records.contains { $0.type != .cname } ? .literal : .denied
        case .cachedFiltered: .filtered
        case .zone: .zone
        case .none, .cache, .stale, .upstream, .filtered, .bogus, .rebinding, .error, .chaos:
            .refused
        }
    }

    // MARK: Places

    func place(_ origin: Origin) -> Explanation.Place? {
        guard origin.line > 0, options.sources.indices.contains(Int(origin.source)) else {
            return nil
        }
        return Explanation.Place(
            source: options.sources[Int(origin.source)], line: Int(origin.line),
            column: Int(origin.column))
    }

    /// Where an option without data of its own was given first.
    func place(of option: String) -> Explanation.Place? {
        places[option]?.first.flatMap(place)
    }

    func place(_ name: LocatedName) -> Explanation.Place {
        Explanation.Place(source: name.source, line: name.line, column: name.column)
    }

    // MARK: Aliases

    /// Follows aliases; `name` becomes the end of the chain. Returns how many there are.
    private func explainHops(_ result: inout Explanation, _ name: inout DomainName) -> Int {
        var visited: Set<DomainName> = []
        for hop in 0..<ResolverLimits.localChain {
            guard let cname = alias(of: name, isQuestion: hop == 0),
                visited.insert(cname.alias).inserted
            else { return hop }
            result.aliases.append(name)
            let cover = cname.alias == name ? "" : " by \(cname.alias)"
            result.steps.append(
                Explanation.Remark(
                    text: "\(name) is an alias of \(cname.target)\(cover)",
                    place: place(cname.origin)))
            for definition in definitions(of: name) {
                result.passedOver.append(
                    Explanation.Remark(
                        text: "\(definition.text): an alias stands alone",
                        place: definition.place))
            }
            name = cname.target
            // The alias itself was asked for.
            if result.type == .cname { return 1 }
        }
        return ResolverLimits.localChain
    }

    /// The alias that answers for a name: its own, or one with a star.
    func alias(of name: DomainName, isQuestion: Bool) -> CNAMEOption? {
        if let own = options.cnames.first(where: { $0.alias == name }) { return own }
        guard snapshot.hasWildcards, find(name) == nil else { return nil }
        var ancestor = name.parent
        while let next = ancestor, !next.isRoot {
            ancestor = next.parent
            guard let node = find(next) else { continue }
            guard node.flags.contains(.hasWildcard) else { return nil }
            if isQuestion, isNearer(name, than: next) { return nil }
            return options.cnames.first { $0.wildcardParent == next }
        }
        return nil
    }

    /// Whether a domain with rules, or what `synth-domain` makes up, lies between the two.
    private func isNearer(_ name: DomainName, than ancestor: DomainName) -> Bool {
        var folded = FoldedName()
        guard folded.take(name) else { return false }
        return snapshot.synthetics.contains(folded)
            || snapshot.domains.hasRule(
                folded, before: name.labelCount - ancestor.labelCount, seed: snapshot.seed)
    }

    /// What the compiled table has of exactly this name.
    func find(_ name: DomainName) -> NameTable.Node? {
        var folded = FoldedName()
        guard folded.take(name) else { return nil }
        return snapshot.names.find(folded, hash: folded.hash(from: 0, seed: snapshot.seed))
    }
}
