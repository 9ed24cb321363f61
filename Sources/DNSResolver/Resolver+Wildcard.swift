import DNSWire

extension Resolver {
    /// The node that answers for the question's name: its own, or that of a wildcard alias.
    @inline(__always)
    mutating func findLocal(hash: UInt64, _ snapshot: Snapshot) -> NameTable.Node? {
        if let node = snapshot.names.find(name, hash: hash) { return node }
        return snapshot.hasWildcards ? snapshot.findWildcard(of: name, room: &wildcard) : nil
    }
}

extension Snapshot {
    /// The alias `*.d` that stands for a name below `d` which does not exist. RFC 4592 §3.3.1: only
    /// the closest name that exists counts. A domain of `address=`, `local=` or `server=` below `d`
    /// exists, and so does what `synth-domain` makes up.
    ///
    /// `room` then holds the alias.
    func findWildcard(
        of name: borrowing FoldedName, room wildcard: inout FoldedName
    ) -> NameTable.Node? {
        guard hasWildcards else { return nil }
        var label = max(1, name.labelCount - names.labelLimit)
        while label < name.labelCount {
            let offset = Int(name.labelOffsets[label])
            let hash = name.hash(from: offset, seed: seed)
            if let node = names.find(name, from: offset, hash: hash) {
                guard node.flags.contains(.hasWildcard), !synthetics.contains(name),
                    !domains.hasRule(name, before: label, seed: seed)
                else { return nil }
                wildcard.takeWildcard(of: name, from: offset)
                return names.find(wildcard, hash: wildcard.hash(from: 0, seed: seed))
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
