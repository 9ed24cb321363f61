import DNSConfig
import DNSWire

/// The compiled `address=`, `server=`, `local=` and `rev-server=` lines.
///
/// The longest matching suffix wins, on whole labels; below a domain its `*.` form is longer than
/// its plain form. A rule that has nothing to say about the asked type is passed over for a shorter one. Cost
/// of a query: one hash and probe for each suffix that is not longer than the longest configured
/// domain.
struct DomainTable: ~Copyable {
    /// What a domain's rules say, as `NameTable.Node.value`.
    struct Rule: OptionSet {
        let rawValue: UInt32
        /// Lower 16 bits: index of the server group, plus one; 0 is none.
        static let groupMask: UInt32 = 0xFFFF
        static let usesStandardServers = Rule(rawValue: 1 << 16)
        static let isLocal = Rule(rawValue: 1 << 17)

        var group: Int? {
            let index = Int(rawValue & Self.groupMask)
            return index == 0 ? nil : index - 1
        }
    }

    /// What the table decides for a name and type.
    enum Decision {
        /// A literal address of `address=`: `table` says which table the answer lies in.
        case literal(PackedAnswer, Table)
        /// Answered from local data only: NODATA for a known name, else NXDOMAIN.
        case local
        /// Asked of the servers of a group. `isSpecific`: a rule for a domain says so, not the
        /// default.
        case servers(group: Int, isSpecific: Bool)
    }

    enum Table { case domains, below, dotless }

    /// `/*text/`: every name that ends in the text, on a label boundary or not.
    struct TextSuffix {
        /// Folded wire octets whose first label is the tail of a label.
        var octets: [UInt8]
        var node: NameTable.Node
        var table: Table
    }

    let domains: NameTable
    let below: NameTable
    let dotless: NameTable
    /// Longest first.
    let textSuffixes: [TextSuffix]
    /// Whether any rule has an address.
    let hasLiterals: Bool

    init(
        domains: consuming NameTable, below: consuming NameTable, dotless: consuming NameTable,
        textSuffixes: [TextSuffix], hasLiterals: Bool
    ) {
        self.domains = domains
        self.below = below
        self.dotless = dotless
        self.textSuffixes = textSuffixes
        self.hasLiterals = hasLiterals
    }

    /// Decides who answers a question that exact names left open.
    @inline(__always)
    func decide(_ name: borrowing FoldedName, type: RecordType, seed: UInt64) -> Decision {
        var label = max(0, name.labelCount &- max(domains.labelLimit, below.labelLimit &+ 1))
        while label < name.labelCount {
            let offset = Int(name.labelOffsets[label])
            if let decision = decide(name, from: offset, type: type, seed: seed) {
                return decision
            }
            label &+= 1
        }
        if name.labelCount == 1, !dotless.isEmpty,
            let node = dotless.find(name, from: name.length &- 1, hash: rootHash(name, seed)),
            let decision = apply(node, .dotless, type: type)
        {
            return decision
        }
        return decide(name, from: name.length &- 1, type: type, seed: seed)
            ?? .servers(group: 0, isSpecific: false)
    }

    private func rootHash(_ name: borrowing FoldedName, _ seed: UInt64) -> UInt64 {
        name.hash(from: name.length &- 1, seed: seed)
    }

    @inline(__always)
    private func decide(
        _ name: borrowing FoldedName, from offset: Int, type: RecordType, seed: UInt64
    ) -> Decision? {
        let hash = name.hash(from: offset, seed: seed)
        // `*.d` is longer than `d` by its dot, and so comes first where both match.
        if !below.isEmpty, offset > 0, let node = below.find(name, from: offset, hash: hash),
            let decision = apply(node, .below, type: type)
        {
            return decision
        }
        var isDomain = false
        if let node = domains.find(name, from: offset, hash: hash) {
            if let decision = apply(node, .domains, type: type) { return decision }
            isDomain = true
        }
        guard !textSuffixes.isEmpty else { return nil }
        return decideByText(name, from: offset, type: type, isDomain: isDomain)
    }

    /// Text suffixes whose whole labels begin behind the label at `offset`. Cost: a scan; they are
    /// few.
    ///
    /// `isDomain`: the text from `offset` on is a domain with rules of its own. As in dnsmasq the
    /// same text as a suffix is then not looked at, even if those rules have left the type open.
    private func decideByText(
        _ name: borrowing FoldedName, from offset: Int, type: RecordType, isDomain: Bool
    ) -> Decision? {
        guard offset < name.length &- 1 else { return nil }
        let label = Int(name.octet(at: offset))
        for suffix in textSuffixes {
            let tail = Int(suffix.octets[0])
            guard tail <= label, name.length - offset - label == suffix.octets.count - tail,
                !(isDomain && tail == label)
            else { continue }
            var isEqual = true
            for index in 1..<suffix.octets.count {
                let at = offset + label - tail + index
                if name.octet(at: at) != suffix.octets[index] { isEqual = false }
            }
            if isEqual, let decision = apply(suffix.node, suffix.table, type: type) {
                return decision
            }
        }
        return nil
    }

    /// What a rule says about a type; nil if it leaves the type to a shorter domain.
    ///
    /// dnsmasq 2.90: literal address > `#` > `server=/d/#` > `server=/d/ip` > `local=/d/`.
    @inline(__always)
    private func apply(_ node: NameTable.Node, _ table: Table, type: RecordType) -> Decision? {
        if node.answerCount > 0, let answer = answer(of: node, in: table, type: type) {
            return .literal(answer, table)
        }
        let rule = Rule(rawValue: node.value)
        if rule.contains(.usesStandardServers) { return .servers(group: 0, isSpecific: false) }
        if let group = rule.group { return .servers(group: group, isSpecific: group != 0) }
        return rule.contains(.isLocal) ? .local : nil
    }

    private func answer(
        of node: NameTable.Node, in table: Table, type: RecordType
    ) -> PackedAnswer? {
        switch table {
        case .domains: domains.answer(of: node, type: type)
        case .below: below.answer(of: node, type: type)
        case .dotless: dotless.answer(of: node, type: type)
        }
    }

    /// Whether `address=` has data for the name or something above it, so that upstream's NXDOMAIN
    /// becomes NODATA.
    func hasLiteral(_ name: borrowing FoldedName, seed: UInt64) -> Bool {
        guard hasLiterals else { return false }
        if case .literal = decide(name, type: .a, seed: seed) { return true }
        if case .literal = decide(name, type: .aaaa, seed: seed) { return true }
        return false
    }

    /// Appends a literal answer's body; false if there is no room.
    @inline(__always)
    func writeBody(
        _ answer: PackedAnswer, in table: Table, turn: Int, into writer: inout WireWriter
    ) -> Bool {
        switch table {
        case .domains: domains.writeBody(answer, turn: turn, into: &writer)
        case .below: below.writeBody(answer, turn: turn, into: &writer)
        case .dotless: dotless.writeBody(answer, turn: turn, into: &writer)
        }
    }
}
