import DNSConfig
import DNSWire

extension AuthoritativeCompiler {
    var ttlSeconds: UInt32 { options.authoritative.ttlSeconds }

    private var server: DomainName { options.authoritative.server ?? .root }

    /// This server, if it serves zones to the world, then the secondary ones, the last one first.
    /// dnsmasq.
    var nameServers: [DomainName] {
        (options.listen.authoritative.isEmpty ? [] : [server])
            + options.authoritative.secondaries.reversed()
    }

    /// The SOA record of every zone. RFC 1035 §3.3.13.
    var soaSet: RecordSet {
        let options = options.authoritative
        let hostmaster =
            options.hostmaster ?? DomainName(parsing: "hostmaster")?.appending(server) ?? server
        var rdata = server.octets + hostmaster.octets
        for number in [
            serial, options.refreshSeconds, options.retrySeconds, options.expirySeconds,
            ttlSeconds,
        ] { rdata.appendBig(number) }
        var set = RecordSet(type: .soa)
        set.records = [RecordSet.Record(ttlSeconds: ttlSeconds, rdata: rdata)]
        return set
    }

    // MARK: Sets of a name

    /// What the name of a group has to say in a zone; the last type of the configuration is not
    /// sorted out here, but each type stands once.
    mutating func sets(
        _ group: Int?, zone: Int, _ isExternal: Bool, _ newCounter: () -> UInt32
    ) -> [RecordSet] {
        guard let group else { return [] }
        var sets = plainSets(group, zone: zone, isExternal: isExternal)
        for index in sets.indices where sets[index].rotates && options.answers.rotates {
            // Zones with other subnets turn other sets.
            let key =
                UInt64(group) << 32 | UInt64(zone & 0xFFFF) << 16
                | UInt64(sets[index].type.rawValue)
            let counter = counters[key] ?? newCounter()
            counters[key] = counter
            sets[index].counter = counter
        }
        return sets
    }

    func plainSets(_ group: Int, zone: Int, isExternal: Bool) -> [RecordSet] {
        var sets: [RecordSet] = []
        let entries = names.entries[names.groups[group]]
        for entry in entries where entry.kind == .record {
            let data = options.records[Int(entry.payload)].data
            switch data {
            case .ptr, .host: break
            case .interface:
                for address in interfaceAddresses(data) {
                    append(address, source: 0, zone: zone, isExternal, to: &sets)
                }
            default:
                let target = options.mail.target ?? facts.hostName
                guard let (type, rdata) = LocalRecords.rdata(of: data, mailTarget: target) else {
                    break
                }
                append(type, rdata, source: 0, to: &sets)
            }
        }
        // Before the addresses come: those keep their order. dnsmasq, as for local clients.
        for index in sets.indices where sets[index].type != .a && sets[index].type != .aaaa {
            sets[index].records.reverse()
        }
        for entry in entries where entry.kind == .address {
            append(
                names.addresses[Int(entry.payload)], source: entry.source, zone: zone, isExternal,
                to: &sets)
        }
        return Array(sets.prefix(ResolverLimits.localTypes))
    }

    private func interfaceAddresses(_ data: RecordOption.Data) -> [IPAddress] {
        guard case .interface(let name, let families, let host4, let host6) = data else {
            return []
        }
        let wanted = ServiceInterface(name: name, families: families)
        return facts.networks(ofInterface: name).compactMap { network in
            let address = network.address
            guard wanted.includes(address) else { return nil }
            guard host4 != nil || host6 != nil else { return address }
            guard let host = address.isIPv4 ? host4 : host6 else { return nil }
            return network.combined(withHost: host)
        }
    }

    private func append(
        _ address: IPAddress, source: UInt8, zone: Int, _ isExternal: Bool,
        to sets: inout [RecordSet]
    ) {
        guard !isExternal || admits(address, zone) else { return }
        let record = RecordSet.Record(address, ttlSeconds: ttlSeconds)
        append(address.isIPv4 ? .a : .aaaa, record.rdata, source: source, to: &sets)
    }

    private func append(
        _ type: RecordType, _ rdata: [UInt8], source: UInt8, to sets: inout [RecordSet]
    ) {
        let index = sets.firstIndex { $0.type == type } ?? sets.count
        if index == sets.count {
            sets.append(RecordSet(type: type))
            sets[index].source = source
        }
        guard sets[index].octetCount + 12 + rdata.count <= ResolverLimits.localSetOctets else {
            return
        }
        if type == .a || type == .aaaa,
            sets[index].records.contains(where: { $0.rdata == rdata })
        {
            return
        }
        sets[index].records.append(RecordSet.Record(ttlSeconds: ttlSeconds, rdata: rdata))
    }

    // MARK: Networks

    /// Whether a zone gives out an address to the world.
    private func admits(_ address: IPAddress, _ zone: Int) -> Bool {
        guard !zones[zone].excluded.contains(where: { $0.contains(address) }) else { return false }
        guard !zones[zone].subnets.isEmpty || !zones[zone].interfaces.isEmpty else { return true }
        return networks[zone].contains { $0.contains(address) }
    }

    static func networks(
        of zone: AuthoritativeOptions.Zone, _ facts: HostFacts
    ) -> [AddressPrefix] {
        var prefixes = Array(zone.subnets.reversed())
        for wanted in zone.interfaces {
            for interface in facts.interfaces where interface.name == wanted.name {
                for network in HostFacts(interfaces: [interface]).networks
                where wanted.includes(network.address) {
                    prefixes.append(
                        AddressPrefix(address: network.address, length: network.prefixLength))
                }
            }
        }
        return prefixes
    }

    // MARK: Reverse zones

    mutating func compileZone(
        _ domain: DomainName, _ servers: [DomainName]
    ) -> AuthoritativeZones.Zone {
        var zone = AuthoritativeZones.Zone()
        zone.apex = keep(domain.octets)
        zone.soa = keep(Self.tail(soaSet))
        var list: [UInt8] = []
        for server in servers {
            let tail = Self.tail(AuthoritativeAnswer.nameServerSet([server], ttlSeconds))
            list.appendLittle(UInt16(tail.count))
            list += tail
        }
        zone.servers = keep(list)
        return zone
    }

    /// The only record of a set without its owner.
    private static func tail(_ set: RecordSet) -> [UInt8] {
        var parts = AnswerParts(type: set.type)
        _ = set.append(to: &parts, owner: [])
        return parts.body
    }

    /// In reverse zones secondary servers are not named: they cannot transfer them. dnsmasq.
    private var reverseServers: [DomainName] {
        options.listen.authoritative.isEmpty ? [] : [server]
    }

    mutating func compileSubnets() -> [AuthoritativeZones.Subnet] {
        var compiled: [AuthoritativeZones.Subnet] = []
        for (index, prefixes) in networks.enumerated() {
            for prefix in prefixes {
                let name = ReverseZoneName.zone(of: prefix.address, length: prefix.length)
                compiled.append(
                    AuthoritativeZones.Subnet(
                        address: prefix.address, length: prefix.length,
                        zone: compileZone(name, reverseServers), owner: index))
            }
        }
        return compiled
    }

    /// The PTR records of addresses in subnets whose first name is in the zone.
    func reverseTable(
        _ subnets: [AuthoritativeZones.Subnet], isWanted: Bool
    ) -> NameTable {
        guard isWanted, !subnets.isEmpty else {
            return NameTableBuilder(capacity: 0, seed: seed).build()
        }
        var rows: [(name: DomainName, answer: AnswerParts)] = []
        for group in names.groups.indices {
            let entries = names.entries[names.groups[group]]
            guard let entry = entries.first(where: { $0.kind == .reverse }),
                let name = names.domainName(ofGroup: group),
                let address = ReverseZoneName.address(
                    length: name.octets.count, octet: { name.octets[$0] }),
                let zone = networks.firstIndex(where: { prefixes in
                    prefixes.contains { $0.contains(address) }
                }), let subnet = networks[zone].first(where: { $0.contains(address) }),
                let target = names.domainName(at: Int(entry.payload)),
                target.isInside(zones[zone].domain)
            else { continue }
            var set = RecordSet(type: .ptr)
            set.source = entry.source
            set.records = [RecordSet.Record(ttlSeconds: ttlSeconds, rdata: target.octets)]
            let composer = AuthoritativeAnswer(
                owner: name,
                zone: ReverseZoneName.zone(of: subnet.address, length: subnet.length),
                nameServers: reverseServers, ttlSeconds: ttlSeconds)
            rows.append((name, composer.answer(of: set)))
        }
        var builder = NameTableBuilder(capacity: rows.count, seed: seed)
        for row in rows {
            builder.add(
                name: row.name.octets, labelCount: row.name.labelCount, flags: .isKnown,
                answers: [row.answer])
        }
        return builder.build()
    }
}

extension AddressPrefix {
    func contains(_ other: IPAddress) -> Bool {
        other.isInside(address, prefixLength: length)
    }
}
