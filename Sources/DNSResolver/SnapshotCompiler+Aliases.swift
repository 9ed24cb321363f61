import DNSConfig
import DNSWire

// How `cname=` becomes answers: the chain alone, and the chain with the data of its end.

extension SnapshotCompiler {
    /// Notes the aliases with a star, which stand for every name below that does not exist.
    ///
    /// // Differs: for dnsmasq the star is a label like any other, but in `auth-zone`. RFC 4592.
    mutating func findWildcards() {
        guard !options.compatibility.contains(.literalCNAME) else { return }
        for cname in options.cnames {
            guard let parent = cname.wildcardParent, let group = names.groupIndex(of: parent)
            else { continue }
            wildcards[group] = names.groupIndex(of: cname.alias)
        }
    }

    /// The group that answers for a name: its own, or that of the wildcard that covers it.
    private func answeringGroup(of name: DomainName) -> Int? {
        if let group = names.groupIndex(of: name) { return group }
        guard !wildcards.isEmpty else { return nil }
        var ancestor = name.parent
        while let next = ancestor, !next.isRoot {
            if let group = names.groupIndex(of: next) { return wildcards[group] }
            ancestor = next.parent
        }
        return nil
    }

    private func alias(ofGroup group: Int) -> CNAMEOption? {
        names.entries[names.groups[group]].first { $0.kind == .alias }
            .map { options.cnames[Int($0.payload)] }
    }

    /// Where the records of the next name of a chain find their owner.
    private struct Owner {
        var octets: [UInt8]
        /// Whether `octets` is a pointer that a message can hold.
        var isUsable = true
    }

    /// The CNAME chain alone, and the chain with the data of its end for each type that is local.
    ///
    /// Questions that a wildcard answers have no common length, so that its body holds no pointer
    /// but to the question.
    mutating func aliasAnswers(ofGroup group: Int, _ cname: CNAMEOption) -> [AnswerParts] {
        let nameLength = wildcards.values.contains(group) ? nil : cname.alias.octets.count
        var chain = AnswerParts(type: .cname)
        var owner = Owner(octets: RecordSet.question)
        var hop = cname
        var end: Int?
        var visited: Set<Int> = [group]
        var targetOffset = 0
        var single: AnswerParts?
        for _ in 0..<ResolverLimits.localChain {
            guard owner.isUsable else { break }
            var set = RecordSet(type: .cname)
            let ttl = hop.ttlSeconds ?? options.answers.localTTLSeconds
            set.records = [RecordSet.Record(ttlSeconds: ttl, rdata: hop.target.octets)]
            chain.header.answerCount += set.append(to: &chain, owner: owner.octets)
            targetOffset = chain.body.count - hop.target.octets.count
            if single == nil { single = chain }
            owner = Self.owner(hop.target, bodyOffset: targetOffset, nameLength: nameLength)
            end = answeringGroup(of: hop.target)
            guard let group = end, let next = alias(ofGroup: group) else { break }
            // A wildcard does not cover its own target: that one is looked for elsewhere.
            guard visited.insert(group).inserted else { break }
            hop = next
        }
        var answers = single.map { [$0] } ?? []
        if let end, alias(ofGroup: end) == nil, owner.isUsable {
            answers += full(chain, recordSets(ofGroup: end), owner: owner.octets)
        }
        var open = chain
        open.header.type = RecordType(0)
        open.header.rotationOffset = targetOffset
        answers.append(open)
        return answers
    }

    private static func owner(
        _ name: DomainName, bodyOffset: Int, nameLength: Int?
    ) -> Owner {
        guard let nameLength else { return Owner(octets: name.octets) }
        let offset = WireLimits.headerOctets + nameLength + 4 + bodyOffset
        guard offset <= WireLimits.pointerOffset else { return Owner(octets: [], isUsable: false) }
        return Owner(octets: RecordSet.pointer(to: offset))
    }

    /// The chain with each set of its end, and with all of them for ANY.
    private mutating func full(
        _ chain: AnswerParts, _ sets: [RecordSet], owner: [UInt8]
    ) -> [AnswerParts] {
        guard !sets.isEmpty else { return [] }
        var answers: [AnswerParts] = []
        var all = chain
        all.header.type = .any
        for set in sets {
            all.header.answerCount += set.append(to: &all, owner: owner)
            var full = chain
            full.header.type = set.type
            full.header.source = set.source
            let added = set.append(to: &full, owner: owner)
            guard added > 0 else { continue }
            full.header.answerCount += added
            if set.addsTargets, set.type == .mx || set.type == .srv {
                appendAdditional(for: set, to: &full, start: nil)
            }
            answers.append(full)
        }
        return answers + [all]
    }
}
