import DNSWire

extension Resolver {
    /// The node that answers for the question's name: its own, or that of a wildcard alias.
    @inline(__always)
    mutating func findLocal(hash: UInt64, _ snapshot: Snapshot) -> NameTable.Node? {
        if let node = snapshot.names.find(name, hash: hash) { return node }
        return snapshot.hasWildcards ? findWildcard(snapshot) : nil
    }

    /// The alias `*.d` that stands for a name below `d` which does not exist. RFC 4592 §3.3.1: only
    /// the closest name that exists counts. A domain of `address=`, `local=` or `server=` below `d`
    /// exists, and so does what `synth-domain` makes up.
    private mutating func findWildcard(_ snapshot: Snapshot) -> NameTable.Node? {
        var label = max(1, name.labelCount - snapshot.names.labelLimit)
        while label < name.labelCount {
            let offset = Int(name.labelOffsets[label])
            let hash = name.hash(from: offset, seed: snapshot.seed)
            if let node = snapshot.names.find(name, from: offset, hash: hash) {
                guard node.flags.contains(.hasWildcard),
                    !snapshot.synthetics.contains(name),
                    !snapshot.domains.hasRule(name, before: label, seed: snapshot.seed)
                else { return nil }
                wildcard.takeWildcard(of: name, from: offset)
                return snapshot.names.find(
                    wildcard, hash: wildcard.hash(from: 0, seed: snapshot.seed))
            }
            label &+= 1
        }
        return nil
    }
}

extension DomainTable {
    /// Whether a rule is for the name or for an ancestor with more labels than the one that starts
    /// at label `end`.
    func hasRule(_ name: borrowing FoldedName, before end: Int, seed: UInt64) -> Bool {
        for label in 0..<end {
            let offset = Int(name.labelOffsets[label])
            let hash = name.hash(from: offset, seed: seed)
            if domains.find(name, from: offset, hash: hash) != nil { return true }
            if label > 0, below.find(name, from: offset, hash: hash) != nil { return true }
        }
        return false
    }
}
