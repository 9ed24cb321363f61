import DNSConfig
package import DNSWire

extension Snapshot {
    /// Where local data of a name and type come from: `config`, or the path of a hosts file; nil
    /// where there are none.
    ///
    /// For the log. Cost: one lookup.
    package func source(of name: NameBuffer, type: RecordType) -> String? {
        var folded = FoldedName()
        guard folded.take(name),
            let node = names.find(folded, hash: folded.hash(from: 0, seed: seed)),
            let answer = names.answer(of: node, type: type)
        else { return nil }
        let file = Int(answer.source) - 1
        return hostsFiles.indices.contains(file) ? hostsFiles[file].path : "config"
    }
}
