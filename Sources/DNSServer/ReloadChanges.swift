import DNSConfig
import DNSWire

/// What a reload changed, for the log: names that came, went and have other data, and options.
///
/// Cost: some twenty octets for each local name while it compares, and a sort; on the control
/// thread.
struct ReloadChanges {
    /// Names of each kind that are written out.
    private static let shown = 10

    private(set) var lines: [Log.Line] = []

    init(from old: Inputs, to new: Inputs) {
        addNames(Table(old), Table(new))
        let options = Set(old.config.digests.keys).union(new.config.digests.keys).filter {
            old.config.digests[$0] != new.config.digests[$0]
        }
        if !options.isEmpty { add("options changed: " + options.sorted().joined(separator: ", ")) }
        if old.serversFileRules != new.serversFileRules { add("servers-file has other servers") }
        if old.resolvServers != new.resolvServers { add("resolv-file has other servers") }
    }

    /// The same, with a line where nothing has changed.
    static func report(from old: Inputs, to new: Inputs) -> [Log.Line] {
        let lines = ReloadChanges(from: old, to: new).lines
        return lines.isEmpty ? [Log.Line(.info, "reload: nothing changed")] : lines
    }

    private mutating func add(_ text: String) { lines.append(Log.Line(.info, "reload: \(text)")) }

    // MARK: Names

    /// What is said of one name, in numbers.
    private struct Item {
        var name: UInt64
        /// The sum over all that is said of the name: the order does not count.
        var data: UInt64
        /// Which one it is in its table.
        var index: Int
    }

    /// Data of a record or an alias, to be hashed.
    private struct Said<Data: Hashable>: Hashable {
        var data: Data
        var ttlSeconds: UInt32?
    }

    /// The names of hosts files, records and aliases of one configuration.
    private struct Table {
        let hosts: HostsTable
        let options: Options

        init(_ inputs: Inputs) {
            hosts = inputs.hosts
            options = inputs.options
        }

        /// One item a name, in the order of their numbers.
        var items: [Item] {
            var items: [Item] = []
            items.reserveCapacity(hosts.entries.count)
            func add(_ name: some Collection<UInt8>, _ data: some Hashable) {
                var number: UInt64 = 0xCBF2_9CE4_8422_2325
                for octet in name { number = (number ^ UInt64(octet)) &* 0x100_0000_01B3 }
                items.append(
                    Item(
                        name: number, data: UInt64(bitPattern: Int64(data.hashValue)),
                        index: items.count))
            }
            for entry in hosts.entries { add(hosts.name(of: entry), entry.address) }
            for record in options.records {
                add(record.owner.octets, Said(data: record.data, ttlSeconds: record.ttlSeconds))
            }
            for cname in options.cnames {
                add(cname.alias.octets, Said(data: cname.target, ttlSeconds: cname.ttlSeconds))
            }
            items.sort { ($0.name, $0.index) < ($1.name, $1.index) }
            var end = 0
            for index in items.indices {
                if end > 0, items[end - 1].name == items[index].name {
                    items[end - 1].data &+= items[index].data
                } else {
                    items[end] = items[index]
                    end += 1
                }
            }
            items.removeSubrange(end...)
            return items
        }

        func name(_ index: Int) -> String {
            if index < hosts.entries.count {
                let octets = Array(hosts.name(of: hosts.entries[index]))
                return DomainName(wire: octets)?.description ?? "?"
            }
            let rest = index - hosts.entries.count
            return rest < options.records.count
                ? "\(options.records[rest].owner)"
                : "\(options.cnames[rest - options.records.count].alias)"
        }
    }

    private mutating func addNames(_ old: Table, _ new: Table) {
        let (before, after) = (old.items, new.items)
        var (added, removed, changed): ([Int], [Int], [Int]) = ([], [], [])
        var (left, right) = (0, 0)
        while left < before.count || right < after.count {
            if right == after.count
                || (left < before.count && before[left].name < after[right].name)
            {
                removed.append(before[left].index)
                left += 1
            } else if left == before.count || after[right].name < before[left].name {
                added.append(after[right].index)
                right += 1
            } else {
                if before[left].data != after[right].data { changed.append(after[right].index) }
                left += 1
                right += 1
            }
        }
        add("added", added, new)
        add("removed", removed, old)
        add("changed", changed, new)
    }

    private mutating func add(_ what: String, _ indexes: [Int], _ table: Table) {
        guard !indexes.isEmpty else { return }
        let names = indexes.sorted().prefix(Self.shown).map(table.name)
        let more = indexes.count - names.count
        add(
            "\(indexes.count) name\(indexes.count == 1 ? "" : "s") \(what): "
                + names.joined(separator: ", ") + (more > 0 ? " and \(more) more" : ""))
    }
}
