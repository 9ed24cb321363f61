import DNSConfig
import DNSResolver
import DNSWire

/// The names that a change of hosts files gives, takes or moves, with those of their addresses.
struct TouchedNames {
    /// More than that, and the whole cache is forgotten sooner than name by name.
    private static let limit = 100_000

    private var names: [[UInt8]] = []

    /// Adds what these files say in a table.
    mutating func add(_ table: HostsTable, files: [String]) {
        let paths = Set(files)
        let numbers = Set(table.files.indices.filter { paths.contains(table.files[$0].path) })
        for entry in table.entries where numbers.contains(Int(entry.file)) {
            guard names.count <= Self.limit else { return }
            names.append(Array(table.name(of: entry)))
            names.append(DomainName(reverseOf: entry.address).octets)
        }
    }

    /// Makes the cache forget its answers to questions for these names.
    func forget(in cache: AnswerCache, seed: UInt64) {
        guard names.count <= Self.limit else { return cache.removeAll() }
        for name in names { cache.removeAll(of: name, seed: seed) }
    }
}
