import DNSConfig
import DNSWire

/// Makes the record sets of one local name out of what was said about it.
struct LocalRecords {
    let options: Options
    let names: LocalNames
    let facts: HostFacts

    /// The sets of a group of `names`; empty sets are left out.
    func sets(ofGroup group: Int) -> [RecordSet] {
        let entries = names.entries[names.groups[group]]
        var sets: [RecordSet] = []
        let interface = interfaceAddresses(entries)
        for entry in entries {
            switch entry.kind {
            case .address where interface == nil:
                let address = names.addresses[Int(entry.payload)]
                append(address, ttlSeconds: ttl(entry), source: entry.source, to: &sets)
            case .record:
                append(options.records[Int(entry.payload)], ttlSeconds: ttl(entry), to: &sets)
            default: break
            }
        }
        for address in interface ?? [] {
            append(address, ttlSeconds: options.answers.localTTLSeconds, source: 0, to: &sets)
        }
        for index in sets.indices where sets[index].type == .ptr {
            sets[index].source = PackedAnswer.pointerRecord
        }
        if let reverse = entries.first(where: { $0.kind == .reverse }),
            !sets.contains(where: { $0.type == .ptr })
        {
            var set = RecordSet(type: .ptr)
            set.source = reverse.source
            let target = nameOctets(at: Int(reverse.payload))
            set.records = [RecordSet.Record(ttlSeconds: ttl(reverse), rdata: target)]
            sets.append(set)
        }
        appendMail(entries, to: &sets)
        reverseConfigurationOrder(&sets)
        return Array(sets.prefix(ResolverLimits.localTypes))
    }

    private func ttl(_ entry: LocalNames.Entry) -> UInt32 {
        entry.ttlSeconds == .max ? options.answers.localTTLSeconds : entry.ttlSeconds
    }

    private func nameOctets(at offset: Int) -> [UInt8] {
        var end = offset
        while names.names[end] != 0 { end += 1 + Int(names.names[end]) }
        return Array(names.names[offset...end])
    }

    /// dnsmasq answers records other than addresses in the reverse order of the configuration.
    private func reverseConfigurationOrder(_ sets: inout [RecordSet]) {
        for index in sets.indices where sets[index].type != .a && sets[index].type != .aaaa {
            sets[index].records.reverse()
        }
    }

    private func set(_ type: RecordType, in sets: inout [RecordSet]) -> Int {
        if let index = sets.firstIndex(where: { $0.type == type }) { return index }
        sets.append(RecordSet(type: type))
        return sets.count - 1
    }

    private func append(
        _ address: IPAddress, ttlSeconds: UInt32, source: UInt8, to sets: inout [RecordSet]
    ) {
        let index = set(address.isIPv4 ? .a : .aaaa, in: &sets)
        let record = RecordSet.Record(address, ttlSeconds: ttlSeconds)
        guard sets[index].octetCount + 12 + record.rdata.count <= ResolverLimits.localSetOctets,
            !sets[index].records.contains(where: { $0.rdata == record.rdata })
        else { return }
        if sets[index].records.isEmpty { sets[index].source = source }
        sets[index].records.append(record)
    }

    /// `interface-name` beats other addresses of the name; nil where no such option names it.
    private func interfaceAddresses(_ entries: ArraySlice<LocalNames.Entry>) -> [IPAddress]? {
        var found: [IPAddress]?
        for entry in entries where entry.kind == .record {
            guard
                case .interface(let name, let families, let host4, let host6) =
                    options.records[Int(entry.payload)].data
            else { continue }
            for network in facts.networks(ofInterface: name)
            where families == .both || (families == .ipv4) == network.address.isIPv4 {
                let host = network.address.isIPv4 ? host4 : host6
                if host4 == nil && host6 == nil {
                    found = (found ?? []) + [network.address]
                } else if let host {
                    found = (found ?? []) + [network.combined(withHost: host)]
                }
            }
            found = found ?? []
        }
        return found
    }

    private func append(
        _ record: RecordOption, ttlSeconds: UInt32, to sets: inout [RecordSet]
    ) {
        guard let (type, rdata) = Self.rdata(of: record.data, mailTarget: mailTarget) else {
            return
        }
        let index = set(type, in: &sets)
        guard sets[index].octetCount + 12 + rdata.count <= ResolverLimits.localSetOctets else {
            return
        }
        sets[index].records.append(RecordSet.Record(ttlSeconds: ttlSeconds, rdata: rdata))
    }

    private var mailTarget: DomainName? { options.mail.target ?? facts.hostName }

    /// `localmx` and `selfmx` add an MX record to every name with an address of hosts files or
    /// `host-record`.
    private func appendMail(_ entries: ArraySlice<LocalNames.Entry>, to sets: inout [RecordSet]) {
        guard options.mail.addsLocalMX || options.mail.addsSelfMX,
            let host = entries.first(where: { $0.kind == .address }),
            !sets.contains(where: { $0.type == .mx })
        else { return }
        let itself = DomainName(wire: Array(names.name(of: host)))
        guard let target = options.mail.addsSelfMX ? itself : mailTarget,
            let (type, rdata) = Self.rdata(
                of: .mx(preference: 1, target: target), mailTarget: nil)
        else { return }
        let index = set(type, in: &sets)
        // dnsmasq adds addresses to the answers of `mx-host` only.
        sets[index].addsTargets = false
        sets[index].records.append(
            RecordSet.Record(ttlSeconds: options.answers.localTTLSeconds, rdata: rdata))
    }

    /// The type and uncompressed rdata of a record option; nil for addresses.
    static func rdata(
        of data: RecordOption.Data, mailTarget: DomainName?
    ) -> (RecordType, [UInt8])? {
        var octets: [UInt8] = []
        switch data {
        case .host, .interface: return nil
        case .ptr(let target): return (.ptr, target.octets)
        case .txt(let strings):
            for string in strings { octets.appendCharacterString(string) }
            return (.txt, octets)
        case .mx(let preference, let target):
            guard let target = target ?? mailTarget else { return nil }
            octets.appendBig(preference)
            return (.mx, octets + target.octets)
        case .srv(let priority, let weight, let port, let target):
            octets.appendBig(priority)
            octets.appendBig(weight)
            octets.appendBig(port)
            return (.srv, octets + target.octets)
        case .naptr(let order, let preference, let flags, let service, let regexp, let target):
            octets.appendBig(order)
            octets.appendBig(preference)
            for string in [flags, service, regexp] { octets.appendCharacterString(string) }
            return (.naptr, octets + target.octets)
        case .caa(let flags, let tag, let value):
            octets.append(flags)
            octets.appendCharacterString(tag)
            return (.caa, octets + value)
        case .raw(let type, let raw): return (type, raw)
        }
    }
}
