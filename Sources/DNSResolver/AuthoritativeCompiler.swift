import DNSConfig
import DNSWire

/// Compiles `auth-zone` and its like out of the local names of a snapshot.
///
/// dnsmasq answers in a zone: addresses of hosts files, `host-record`, `interface-name`,
/// `dynamic-host`, and the records of the configuration but for `ptr-record`, `localmx` and
/// `selfmx`; all with `auth-ttl`. An alias leads one step, and only where nothing else is known of
/// its name or of what lies below it.
struct AuthoritativeCompiler {
    let options: Options
    let names: LocalNames
    let facts: HostFacts
    let seed: UInt64
    /// Of the SOA records.
    let serial: UInt32
    /// The last one of the configuration first: dnsmasq.
    let zones: [AuthoritativeOptions.Zone]
    /// The networks of each zone, those of its interfaces too.
    let networks: [[AddressPrefix]]

    private var octets: [UInt8] = []
    var counters: [UInt64: UInt32] = [:]
    /// Names of which something is known: NODATA, and no alias.
    private(set) var known: Set<DomainName> = []
    /// Names above others, of which nothing is known.
    private var nonTerminals: Set<DomainName> = []
    /// The names of each zone that `LocalNames` has, in its order.
    private(set) var groups: [(name: DomainName, group: Int, zone: Int)] = []

    init(
        options: Options, names: LocalNames, facts: HostFacts, seed: UInt64, generation: UInt64
    ) {
        self.options = options
        self.names = names
        self.facts = facts
        self.seed = seed
        let first = options.authoritative.serial ?? facts.startSeconds
        // dnsmasq: each reload may have changed the zones.
        serial = first &+ UInt32(truncatingIfNeeded: generation &- 1)
        zones = options.authoritative.zones.reversed()
        networks = zones.map { Self.networks(of: $0, facts) }
    }

    /// Compiles all zones; `newCounter` hands out counters of rotation.
    mutating func compile(_ newCounter: () -> UInt32) -> AuthoritativeZones {
        let isEnabled = !zones.isEmpty || !options.listen.authoritative.isEmpty
        let hasServices = !options.listen.authoritative.isEmpty
        let answersLocally = !zones.isEmpty && !options.listen.localisesQueries
        if isEnabled { collect() }
        let external = view(isExternal: true, isWanted: hasServices, newCounter)
        let local = view(isExternal: false, isWanted: answersLocally, newCounter)
        let subnets = isEnabled ? compileSubnets() : []
        let reverse = reverseTable(subnets, isWanted: hasServices)
        var compiled: [AuthoritativeZones.Zone] = []
        for index in zones.indices {
            var zone = compileZone(zones[index].domain, nameServers)
            guard options.authoritative.allowsTransfers else {
                compiled.append(zone)
                continue
            }
            if hasServices { zone.transfer = transfer(index, isExternal: true) }
            if answersLocally { zone.localTransfer = transfer(index, isExternal: false) }
            compiled.append(zone)
        }
        let (addresses, interfaces) = services()
        return AuthoritativeZones(
            isEnabled: isEnabled, answersLocally: answersLocally, external: external,
            local: local, reverse: reverse, apexes: apexTable(), zones: compiled,
            subnets: subnets, addresses: addresses, ttlSeconds: ttlSeconds, interfaces: interfaces,
            loopbackIndex: facts.interfaces.first { $0.addresses.contains { $0.isLoopback } }?.index
                ?? 0,
            octets: FrozenOctets(octets))
    }

    private func services() -> ([IPAddress], [(index: UInt32, families: RecordOption.Families)]) {
        var addresses: [IPAddress] = []
        var interfaces: [(index: UInt32, families: RecordOption.Families)] = []
        for service in options.listen.authoritative {
            switch service {
            case .address(let address): addresses.append(address)
            case .interface(let named):
                for interface in facts.interfaces where interface.name == named.name {
                    interfaces.append((interface.index, named.families))
                    addresses += interface.addresses.filter { named.includes($0) }
                }
            }
        }
        return (addresses, interfaces)
    }

    // MARK: Names

    /// Finds the names of the zones, and what is known of those above them.
    private mutating func collect() {
        for zone in zones { known.insert(zone.domain) }
        for group in names.groups.indices {
            guard let name = names.domainName(ofGroup: group), let zone = zoneIndex(of: name)
            else { continue }
            let entries = names.entries[names.groups[group]]
            let isRecord = entries.contains { self.isRecord($0) }
            let isName = isRecord || entries.contains { $0.kind == .address || $0.kind == .alias }
            if isRecord || entries.contains(where: { $0.kind == .address }) { known.insert(name) }
            if isName { groups.append((name, group, zone)) }
            if isName { markAncestors(of: name, areKnown: isRecord) }
        }
        for entry in groups { nonTerminals.remove(entry.name) }
    }

    private mutating func markAncestors(of name: DomainName, areKnown: Bool) {
        var next = name.parent
        while let ancestor = next, zoneIndex(of: ancestor) != nil {
            if areKnown {
                known.insert(ancestor)
            } else if !nonTerminals.insert(ancestor).inserted {
                // What lies above was marked with it.
                return
            }
            next = ancestor.parent
        }
    }

    /// Whether an entry is of the lists that dnsmasq searches by name: what lies above it is known
    /// too.
    private func isRecord(_ entry: LocalNames.Entry) -> Bool {
        guard entry.kind == .record else { return false }
        switch options.records[Int(entry.payload)].data {
        case .ptr, .host: return false
        default: return true
        }
    }

    func zoneIndex(of name: DomainName) -> Int? {
        zones.firstIndex { name.isInside($0.domain) }
    }

    private func apexTable() -> NameTable {
        var builder = NameTableBuilder(capacity: zones.count, seed: seed)
        var seen: Set<DomainName> = []
        for (index, zone) in zones.enumerated() where seen.insert(zone.domain).inserted {
            builder.add(
                name: zone.domain.octets, labelCount: zone.domain.labelCount, flags: .isKnown,
                value: UInt32(index), answers: [])
        }
        return builder.build()
    }

    // MARK: Views

    private mutating func view(
        isExternal: Bool, isWanted: Bool, _ newCounter: () -> UInt32
    ) -> AuthoritativeZones.View {
        guard isWanted else {
            return AuthoritativeZones.View(
                names: NameTableBuilder(capacity: 0, seed: seed).build(),
                wildcards: NameTableBuilder(capacity: 0, seed: seed).build())
        }
        counters = [:]
        // Every name is a group of its own, or lies above one.
        let above = Array(known.union(nonTerminals).subtracting(groups.map(\.name)))
        var builder = NameTableBuilder(capacity: groups.count + above.count, seed: seed)
        for entry in groups {
            add(entry.name, entry.group, zone: entry.zone, isExternal, &builder, newCounter)
        }
        for name in above {
            guard let zone = zoneIndex(of: name) else { continue }
            add(name, nil, zone: zone, isExternal, &builder, newCounter)
        }
        let wildcards = wildcardTable(isExternal, newCounter)
        return AuthoritativeZones.View(names: builder.build(), wildcards: wildcards)
    }

    private mutating func add(
        _ name: DomainName, _ group: Int?, zone: Int, _ isExternal: Bool,
        _ builder: inout NameTableBuilder, _ newCounter: () -> UInt32
    ) {
        var flags: NameTable.Flags = []
        var answers: [AnswerParts] = []
        let composer = AuthoritativeAnswer(
            owner: name, zone: zones[zone].domain,
            nameServers: isExternal ? nameServers : [], ttlSeconds: ttlSeconds)
        if known.contains(name) {
            flags = .isKnown
            for set in sets(group, zone: zone, isExternal, newCounter) {
                answers.append(composer.answer(of: set))
            }
        } else if let cname = group.flatMap({ alias(ofGroup: $0) }) {
            flags = [.isKnown, .isAlias]
            answers = chains(of: cname, composer, zone: zone, isExternal, newCounter)
        }
        if name == zones[zone].domain {
            answers.removeAll { $0.header.type == .soa || $0.header.type == .ns }
            answers += composer.apexAnswers(soa: soaSet, nameServers: nameServers)
        }
        builder.add(
            name: name.octets, labelCount: name.labelCount, flags: flags, value: UInt32(zone),
            answers: answers.filter { $0.header.answerCount > 0 })
    }

    /// The alias alone under type 0, and with the data of its target for each type.
    private mutating func chains(
        of cname: CNAMEOption, _ composer: AuthoritativeAnswer, zone: Int, _ isExternal: Bool,
        _ newCounter: () -> UInt32
    ) -> [AnswerParts] {
        let target = qualified(cname.target, zone: zone)
        let data = sets(
            names.groupIndex(of: target), zone: zone, isExternal, newCounter)
        return [composer.chain(to: target, nil)] + data.map { composer.chain(to: target, $0) }
    }

    /// An alias' target without dots is one of the zone. dnsmasq.
    func qualified(_ target: DomainName, zone: Int) -> DomainName {
        guard target.labelCount == 1 else { return target }
        return target.appending(zones[zone].domain) ?? target
    }

    func alias(ofGroup group: Int) -> CNAMEOption? {
        names.entries[names.groups[group]].first { $0.kind == .alias }
            .map { options.cnames[Int($0.payload)] }
    }

    private mutating func wildcardTable(
        _ isExternal: Bool, _ newCounter: () -> UInt32
    ) -> NameTable {
        var rows: [DomainName: (cname: CNAMEOption, zone: Int)] = [:]
        // The last one of the configuration wins: dnsmasq.
        for cname in options.cnames.reversed() where cname.alias.isWildcard {
            guard let below = cname.alias.parent else { continue }
            for zone in zones.indices {
                let key = below.isInside(zones[zone].domain) ? below : zones[zone].domain
                guard key.isInside(below), zoneIndex(of: key) == zone, rows[key] == nil else {
                    continue
                }
                rows[key] = (cname, zone)
            }
        }
        var builder = NameTableBuilder(capacity: rows.count, seed: seed)
        for (key, row) in rows {
            let composer = AuthoritativeAnswer(
                owner: nil, zone: zones[row.zone].domain,
                nameServers: isExternal ? nameServers : [], ttlSeconds: ttlSeconds)
            builder.add(
                name: key.octets, labelCount: key.labelCount, flags: [.isKnown, .isAlias],
                value: UInt32(row.zone),
                answers: chains(
                    of: row.cname, composer, zone: row.zone, isExternal, newCounter))
        }
        return builder.build()
    }

    // MARK: Octets

    mutating func keep(_ new: [UInt8]) -> Range<Int> {
        let start = octets.count
        octets += new
        return start..<octets.count
    }
}

extension DomainName {
    /// Whether the first label is a star. RFC 4592.
    var isWildcard: Bool { octets.count > 2 && octets[0] == 1 && octets[1] == UInt8(ascii: "*") }
}
