import DNSConfig
import DNSWire

/// Turns the domain rules of the options into a `DomainTable` and the server groups that it names.
struct DomainTableCompiler {
    private let rules: [DomainRule]
    private let rotates: Bool
    private let ttlSeconds: UInt32
    private let seed: UInt64
    private(set) var servers: [ServerOption] = []
    private(set) var groups: [ServerGroup] = []
    private var serverIndexes: [ServerOption: UInt16] = [:]
    private var groupIndexes: [[UInt16]: Int] = [:]

    /// `resolvServers` join the default servers of the configuration.
    init(options: Options, resolvServers: [ServerOption], seed: UInt64) {
        rules = options.domainRules
        rotates = options.answers.rotates
        ttlSeconds = options.answers.localTTLSeconds
        self.seed = seed
        var standard: [ServerOption] = []
        for rule in rules where rule.match == .domain(.root) {
            if case .server(let server) = rule.action { standard.append(server) }
        }
        // Group 0 is the default one, even if it has no server.
        groups = [ServerGroup(servers: indexes(of: standard + resolvServers), domain: nil)]
    }

    private mutating func indexes(of options: [ServerOption]) -> [UInt16] {
        var indexes: [UInt16] = []
        var taken: Set<UInt16> = []
        for option in options {
            // `ConfigCheck.servers` has seen that there are enough numbers.
            let index = serverIndexes[option] ?? UInt16(servers.count)
            if serverIndexes[option] == nil {
                serverIndexes[option] = index
                servers.append(option)
            }
            if taken.insert(index).inserted { indexes.append(index) }
        }
        return indexes
    }

    /// The group of these servers. Domains with the same servers share one, with its health and its
    /// limit.
    private mutating func group(of options: [ServerOption], domain: DomainName?) -> Int {
        let indexes = indexes(of: options)
        if let known = groupIndexes[indexes] { return known }
        groups.append(ServerGroup(servers: indexes, domain: domain))
        groupIndexes[indexes] = groups.count - 1
        return groups.count - 1
    }

    /// What all rules of one match say together.
    private struct Merged {
        var ipv4: [IPAddress] = []
        var ipv6: [IPAddress] = []
        var hasZeros = false
        var servers: [ServerOption] = []
        var value = DomainTable.Rule()

        mutating func add(_ action: DomainRule.Action) {
            switch action {
            case .address(let address) where address.isIPv4: ipv4.append(address)
            case .address(let address): ipv6.append(address)
            case .zeros: hasZeros = true
            case .local: value.insert(.isLocal)
            case .standardServers: value.insert(.usesStandardServers)
            case .server(let server): servers.append(server)
            }
        }
    }

    /// The rules of one match, one after the other: the first of each match, and by rule the next
    /// one of its match or -1. A block list has one rule for each of its many matches.
    private func chains() -> (heads: [Int32], next: [Int32]) {
        var heads: [Int32] = []
        var next = [Int32](repeating: -1, count: rules.count)
        var last: [DomainRule.Match: Int32] = [:]
        for index in rules.indices {
            let number = Int32(truncatingIfNeeded: index)
            if let before = last.updateValue(number, forKey: rules[index].match) {
                next[Int(before)] = number
            } else {
                heads.append(number)
            }
        }
        return (heads, next)
    }

    private func merged(from head: Int32, _ next: [Int32]) -> Merged {
        var merged = Merged()
        var index = head
        while index >= 0 {
            merged.add(rules[Int(index)].action)
            index = next[Int(index)]
        }
        return merged
    }

    /// Compiles the table. `newCounter` reserves a rotation counter for a set of several addresses.
    mutating func compile(newCounter: () -> UInt32) -> DomainTable {
        let chains = chains()
        let plain = chains.heads.count { head in
            if case .domain = rules[Int(head)].match { true } else { false }
        }
        var domains = NameTableBuilder(capacity: plain, seed: seed)
        var below = NameTableBuilder(capacity: chains.heads.count - plain, seed: seed)
        var dotless = NameTableBuilder(capacity: 1, seed: seed)
        var texts: [(octets: [UInt8], key: DomainName)] = []
        for head in chains.heads {
            let match = rules[Int(head)].match
            let all = merged(from: head, chains.next)
            let value = value(of: all, match: match).rawValue
            let answers = answers(of: all, newCounter: newCounter)
            switch match {
            case .domain(let name):
                domains.add(
                    name: name.octets, labelCount: name.labelCount, flags: .isKnown,
                    value: value, answers: answers)
            case .below(let name):
                below.add(
                    name: name.octets, labelCount: name.labelCount, flags: .isBelowOnly,
                    value: value, answers: answers)
            case .dotless:
                dotless.add(
                    name: DomainName.root.octets, labelCount: 0, flags: [], value: value,
                    answers: answers)
            case .textSuffix(let text):
                guard let name = DomainName(parsing: String(decoding: text, as: UTF8.self)),
                    let key = Self.key(ofText: name)
                else { continue }
                texts.append((name.octets, key))
                below.add(
                    name: key.octets, labelCount: key.labelCount, flags: .isBelowOnly,
                    value: value, answers: answers)
            }
        }
        let hasLiterals = rules.contains {
            switch $0.action {
            case .address, .zeros: true
            case .local, .standardServers, .server: false
            }
        }
        let belowTable = below.build()
        let suffixes = Self.suffixes(texts, in: belowTable, seed: seed)
        return DomainTable(
            domains: domains.build(), below: belowTable, dotless: dotless.build(),
            textSuffixes: suffixes, hasLiterals: hasLiterals)
    }

    private mutating func value(
        of merged: Merged, match: DomainRule.Match
    ) -> DomainTable.Rule {
        var value = merged.value.rawValue
        if match == .domain(.root) {
            if !groups[0].servers.isEmpty { value |= 1 }
        } else if !merged.servers.isEmpty {
            var domain: DomainName?
            if case .domain(let name) = match { domain = name }
            let number = group(of: merged.servers, domain: domain) + 1
            precondition(number <= Int(DomainTable.Rule.groupMask), "a group has 16 bits")
            value |= UInt32(number)
        }
        return DomainTable.Rule(rawValue: value)
    }

    private func answers(of merged: Merged, newCounter: () -> UInt32) -> [AnswerParts] {
        let zeros4 = merged.hasZeros && merged.ipv4.isEmpty ? [IPAddress.ipv4Any] : []
        let zeros6 = merged.hasZeros && merged.ipv6.isEmpty ? [IPAddress.ipv6Any] : []
        var sets = [
            set(.a, merged.ipv4 + zeros4), set(.aaaa, merged.ipv6 + zeros6),
        ].filter { !$0.records.isEmpty }
        for index in sets.indices where sets[index].rotates && rotates {
            sets[index].counter = newCounter()
        }
        var answers = sets.map { Self.answer(type: $0.type, sets: [$0]) }
        guard !sets.isEmpty else { return [] }
        // dnsmasq answers ANY with one family, IPv6 first, but `#` with both.
        let all = merged.hasZeros ? sets : [sets[sets.count - 1]]
        answers.append(Self.answer(type: .any, sets: all))
        return answers
    }

    private func set(_ type: RecordType, _ addresses: [IPAddress]) -> RecordSet {
        var set = RecordSet(type: type)
        // dnsmasq answers the last configured address first.
        for address in addresses.reversed() {
            let record = RecordSet.Record(address, ttlSeconds: ttlSeconds)
            if !set.records.contains(where: { $0.rdata == record.rdata }),
                set.octetCount < ResolverLimits.localSetOctets
            {
                set.records.append(record)
            }
        }
        return set
    }

    private static func answer(type: RecordType, sets: [RecordSet]) -> AnswerParts {
        var parts = AnswerParts(type: type)
        for set in sets {
            parts.header.answerCount += set.append(
                to: &parts, owner: RecordSet.question)
        }
        return parts
    }

    /// A key in the `below` table that no question can have: a label of one NUL in front of the
    /// text's labels.
    private static func key(ofText name: DomainName) -> DomainName? {
        DomainName(wire: [1, 0] + name.octets)
    }

    private static func suffixes(
        _ texts: [(octets: [UInt8], key: DomainName)], in table: borrowing NameTable,
        seed: UInt64
    ) -> [DomainTable.TextSuffix] {
        var suffixes: [DomainTable.TextSuffix] = []
        for text in texts {
            var folded = FoldedName()
            guard folded.take(NameBuffer(text.key)),
                let node = table.find(folded, hash: folded.hash(from: 0, seed: seed))
            else { continue }
            suffixes.append(
                DomainTable.TextSuffix(octets: text.octets, node: node, table: .below))
        }
        return suffixes.sorted { $0.octets.count > $1.octets.count }
    }
}
