/// Which files of a directory are read, and in which order.
package enum DirectoryRules {
    /// The names to read: regular files, no backups, sorted by octets.
    package static func names(_ entries: [DirectoryEntry]) -> [String] {
        chosen(entries.filter(\.isRegularFile), suffixes: []).map(\.name)
    }

    /// What the suffixes choose, and is no backup, sorted by octets.
    ///
    /// A suffix with a star says which names are wanted, one without which are not; a lone star
    /// says nothing. A suffix must be shorter than the name that it matches.
    package static func chosen(
        _ entries: [DirectoryEntry], suffixes: [String]
    ) -> [DirectoryEntry] {
        let wanted = suffixes.filter { $0.hasPrefix("*") && $0 != "*" }.map {
            Array($0.utf8.dropFirst())
        }
        let unwanted = suffixes.filter { !$0.hasPrefix("*") && !$0.isEmpty }.map { Array($0.utf8) }
        return
            entries
            .filter { entry in
                guard isOrdinary(entry.name) else { return false }
                let name = Array(entry.name.utf8)
                func ends(_ suffix: [UInt8]) -> Bool {
                    name.count > suffix.count && name.suffix(suffix.count).elementsEqual(suffix)
                }
                return (wanted.isEmpty || wanted.contains(where: ends))
                    && !unwanted.contains(where: ends)
            }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// Whether a name is none of a hidden file or of an editor's backup (`x~`, `#x#`).
    package static func isOrdinary(_ name: String) -> Bool {
        let octets = name.utf8
        guard let first = octets.first, let last = octets.last else { return false }
        return first != UInt8(ascii: ".") && last != UInt8(ascii: "~")
            && !(first == UInt8(ascii: "#") && last == UInt8(ascii: "#"))
    }
}
