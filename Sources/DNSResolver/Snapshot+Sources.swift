import DNSConfig
package import DNSWire

extension Snapshot {
    /// Where local data of a name and type come from: `config`, or the path of a hosts file; nil
    /// where there are none.
    ///
    /// For the log. Cost: one lookup.
    package func source(of name: NameBuffer, type: RecordType) -> String? {
        guard let number = sourceNumber(of: name, type: type) else { return nil }
        let file = Int(number) - 1
        return number <= PackedAnswer.lastFile && hostsFiles.indices.contains(file)
            ? hostsFiles[file].path : "config"
    }

    /// Whether the name of an address has its data from `ptr-record`.
    package func isPointerRecord(_ name: NameBuffer) -> Bool {
        sourceNumber(of: name, type: .ptr) == PackedAnswer.pointerRecord
    }

    private func sourceNumber(of name: NameBuffer, type: RecordType) -> UInt8? {
        var folded = FoldedName()
        guard folded.take(name),
            let node = names.find(folded, hash: folded.hash(from: 0, seed: seed)),
            let answer = names.answer(of: node, type: type)
        else { return nil }
        return answer.source
    }
}
