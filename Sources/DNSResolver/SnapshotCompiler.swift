import DNSConfig
import DNSWire

/// Turns options and hosts into the tables of a snapshot. Runs beside the workers, never on their
/// threads.
///
/// The order of decisions is dnsmasq's: `interface-name` beats `ptr-record` beats hosts data;
/// `cname` shadows hosts data of the same name; the first name loaded for an address owns its PTR.
struct SnapshotCompiler {
    let options: Options
    let hosts: HostsTable
    let facts: HostFacts
    let seed: UInt64

    private(set) var names: LocalNames
    /// How many rotation counters the tables refer to.
    private(set) var counterCount: UInt32 = 0
    /// Counters of rotating sets, by group index and type, so that aliases share them.
    private var counters: [UInt64: UInt32] = [:]
    /// Groups of the names below which an alias with a star answers, and the groups of these.
    var wildcards: [Int: Int] = [:]

    init(options: Options, hosts: HostsTable, facts: HostFacts, seed: UInt64) {
        self.options = options
        self.hosts = hosts
        self.facts = facts
        self.seed = seed
        names = LocalNames(seed: seed)
    }

    /// The table of exact names.
    mutating func compileNames() -> NameTable {
        collectRecords()
        collectHosts()
        names.group()
        findWildcards()
        var builder = NameTableBuilder(capacity: names.groups.count, seed: seed)
        for group in names.groups.indices { add(group, to: &builder) }
        return builder.build()
    }

    var hasWildcards: Bool { !wildcards.isEmpty }

    /// Reserves a rotation counter for a set that the domain table holds.
    mutating func newCounter() -> UInt32 {
        defer { counterCount += 1 }
        return counterCount
    }

    // MARK: Collecting

    private mutating func collectRecords() {
        // The names of interfaces own the PTR records of their addresses, wherever they stand.
        for record in options.records {
            guard case .interface(let interface, let families, nil, nil) = record.data else {
                continue
            }
            for network in facts.networks(ofInterface: interface)
            where families == .both || (families == .ipv4) == network.address.isIPv4 {
                names.addReverse(of: network.address, name: record.owner.octets[...])
            }
        }
        for (index, record) in options.records.enumerated() {
            let owner = record.owner.octets[...]
            switch record.data {
            case .host(let addresses, let ownsReverse):
                for address in addresses {
                    names.addAddress(
                        address, name: owner, ttlSeconds: record.ttlSeconds, source: 0,
                        ownsReverse: ownsReverse)
                }
                if addresses.isEmpty { names.add(.known, name: owner) }
            default:
                names.add(
                    .record, name: owner, payload: UInt32(index),
                    ttlSeconds: record.ttlSeconds, makesKnown: isKnown(record))
            }
        }
        for (index, cname) in options.cnames.enumerated() {
            names.add(
                .alias, name: cname.alias.octets[...], payload: UInt32(index),
                ttlSeconds: cname.ttlSeconds)
        }
    }

    private mutating func collectHosts() {
        for entry in hosts.entries {
            let start = Int(entry.nameOffset)
            let name = hosts.octets[start..<start + Int(entry.nameLength)]
            names.addAddress(
                entry.address, name: name,
                source: UInt8(min(Int(entry.file) + 1, Int(PackedAnswer.lastFile))))
        }
    }

    // MARK: One name

    private mutating func add(_ group: Int, to builder: inout NameTableBuilder) {
        let entries = names.entries[names.groups[group]]
        guard let first = entries.first else { return }
        let name = names.name(of: first)
        var flags: NameTable.Flags = []
        var answers: [AnswerParts] = []
        if let alias = entries.first(where: { $0.kind == .alias }) {
            flags = [.isKnown, .isAlias]
            answers = aliasAnswers(ofGroup: group, options.cnames[Int(alias.payload)])
        } else {
            if entries.contains(where: { isKnown($0) }) { flags = .isKnown }
            answers = recordSets(ofGroup: group).map { answer(of: $0, nameLength: name.count) }
            if answers.count > 1 { answers.append(anyAnswer(of: recordSets(ofGroup: group))) }
        }
        if entries.contains(where: { $0.kind == .address }) { flags.insert(.isHost) }
        if wildcards[group] != nil { flags.insert(.hasWildcard) }
        builder.add(
            name: name, labelCount: labelCount(name), flags: flags, answers: answers)
    }

    /// Whether the entry makes its name known, so that missing types are NODATA and not NXDOMAIN.
    private func isKnown(_ entry: LocalNames.Entry) -> Bool {
        switch entry.kind {
        case .reverse: return false
        case .record: return isKnown(options.records[Int(entry.payload)])
        default: return true
        }
    }

    /// dnsmasq does not count the names of `caa-record` and `dns-rr` as known; they still answer.
    private func isKnown(_ record: RecordOption) -> Bool {
        switch record.data {
        case .caa, .raw: false
        default: true
        }
    }

    private func labelCount(_ name: ArraySlice<UInt8>) -> Int {
        var count = 0
        var at = name.startIndex
        while name[at] != 0 {
            count += 1
            at += 1 + Int(name[at])
        }
        return count
    }

    private mutating func answer(of set: RecordSet, nameLength: Int) -> AnswerParts {
        var parts = AnswerParts(type: set.type)
        parts.header.source = set.source
        parts.header.answerCount = set.append(to: &parts, owner: RecordSet.question)
        if set.addsTargets, set.type == .mx || set.type == .srv {
            let start = WireLimits.headerOctets + nameLength + 4
            appendAdditional(for: set, to: &parts, start: start)
        }
        return parts
    }

    /// All that is known of the name, for QTYPE=ANY.
    private func anyAnswer(of sets: [RecordSet]) -> AnswerParts {
        var parts = AnswerParts(type: .any)
        for set in sets {
            // What has no room is left out: RFC 8482 lets ANY be answered in part.
            parts.header.answerCount += set.append(
                to: &parts, owner: RecordSet.question)
        }
        return parts
    }

    /// Addresses of local mail exchangers and services. RFC 1035 §3.3.9, RFC 2782.
    ///
    /// `start` is where the records of the set stand in the message; nil where that is not known.
    mutating func appendAdditional(
        for set: RecordSet, to parts: inout AnswerParts, start: Int?
    ) {
        let prefix = set.type == .mx ? 2 : 6
        var recordStart = 0
        var seen: Set<DomainName> = []
        for record in set.records {
            defer { recordStart += 12 + record.rdata.count }
            guard let target = DomainName(wire: Array(record.rdata.dropFirst(prefix))),
                let group = names.groupIndex(of: target), seen.insert(target).inserted
            else { continue }
            let offset = start.map { $0 + recordStart + 12 + prefix } ?? .max
            // Where records turn, no pointer to one of them stays true.
            let owner =
                set.rotates || offset > WireLimits.pointerOffset
                ? target.octets : RecordSet.pointer(to: offset)
            for addresses in recordSets(ofGroup: group)
            where addresses.type == .a || addresses.type == .aaaa {
                var plain = addresses
                plain.counter = nil
                guard parts.header.additionalCount + plain.records.count <= 255 else { return }
                parts.header.additionalCount += plain.append(to: &parts, owner: owner)
            }
        }
    }

    // MARK: Records

    /// The record sets of a name, without aliases, in the order that ANY answers them.
    mutating func recordSets(ofGroup group: Int) -> [RecordSet] {
        var sets = LocalRecords(options: options, names: names, facts: facts)
            .sets(ofGroup: group)
        for index in sets.indices where sets[index].rotates {
            guard options.answers.rotates else { continue }
            let key = UInt64(group) << 16 | UInt64(sets[index].type.rawValue)
            let counter = counters[key] ?? newCounter()
            counters[key] = counter
            sets[index].counter = counter
        }
        return sets
    }
}
