import DNSConfig
import DNSWire

/// Everything that configuration and hosts files say about names, sorted so that each name's
/// entries lie together.
///
/// One flat entry of 32 octets per statement and no heap object per name: 100,000 hosts lines cost
/// 6.4 MB while they are compiled. Names are kept in an arena of folded wire octets.
struct LocalNames {
    struct Entry {
        var hash: UInt64
        var nameOffset: UInt32
        /// Index into `addresses`, `options.records`, `options.cnames`, or a name offset for
        /// `reverse`.
        var payload: UInt32
        var order: UInt32
        /// `UInt32.max`: `local-ttl`.
        var ttlSeconds: UInt32
        var nameLength: UInt8
        var kind: Kind
        var source: UInt8
    }

    enum Kind: UInt8 {
        case address
        case record
        case alias
        /// The PTR that hosts data implies.
        case reverse
        /// An ancestor of a defined name, or a name that an option defines without data.
        case known
    }

    private(set) var names: [UInt8] = []
    private(set) var entries: [Entry] = []
    private(set) var addresses: [IPAddress] = []
    /// Ranges of `entries` that belong to one name each, in the order of their hashes.
    private(set) var groups: [Range<Int>] = []
    private var ancestors: Set<UInt64> = []
    private var reversed: Set<IPAddress> = []
    private let seed: UInt64

    init(seed: UInt64) {
        self.seed = seed
    }

    /// The wire octets of an entry's name.
    func name(of entry: Entry) -> ArraySlice<UInt8> {
        names[Int(entry.nameOffset)..<Int(entry.nameOffset) + Int(entry.nameLength)]
    }

    // MARK: Collecting

    mutating func add(
        _ kind: Kind, name: ArraySlice<UInt8>, payload: UInt32 = 0, ttlSeconds: UInt32? = nil,
        source: UInt8 = 0, makesKnown: Bool = true
    ) {
        let offset = UInt32(names.count)
        names += name
        append(
            kind, nameOffset: offset, nameLength: UInt8(name.count), payload: payload,
            ttlSeconds: ttlSeconds, source: source)
        if makesKnown, kind != .reverse { addAncestors(nameOffset: offset, name.count) }
    }

    private mutating func append(
        _ kind: Kind, nameOffset: UInt32, nameLength: UInt8, payload: UInt32,
        ttlSeconds: UInt32?, source: UInt8
    ) {
        let range = Int(nameOffset)..<Int(nameOffset) + Int(nameLength)
        entries.append(
            Entry(
                hash: NameHash.hash(names[range], seed: seed), nameOffset: nameOffset,
                payload: payload, order: UInt32(entries.count),
                ttlSeconds: ttlSeconds ?? .max, nameLength: nameLength, kind: kind,
                source: source))
    }

    /// Adds an address and, for the first name that has it, the PTR record.
    mutating func addAddress(
        _ address: IPAddress, name: ArraySlice<UInt8>, ttlSeconds: UInt32? = nil, source: UInt8,
        ownsReverse: Bool = true
    ) {
        let nameOffset = UInt32(names.count)
        add(
            .address, name: name, payload: UInt32(addresses.count), ttlSeconds: ttlSeconds,
            source: source)
        addresses.append(address)
        if ownsReverse {
            addReverse(of: address, nameOffset: nameOffset, ttlSeconds: ttlSeconds, source: source)
        }
    }

    /// Adds the PTR record of an address unless it has one.
    private mutating func addReverse(
        of address: IPAddress, nameOffset: UInt32, ttlSeconds: UInt32?, source: UInt8
    ) {
        guard reversed.insert(address).inserted else { return }
        add(
            .reverse, name: DomainName(reverseOf: address).octets[...], payload: nameOffset,
            ttlSeconds: ttlSeconds, source: source)
    }

    /// Adds the PTR record of an address of `interface-name`.
    mutating func addReverse(of address: IPAddress, name: ArraySlice<UInt8>) {
        let nameOffset = UInt32(names.count)
        names += name
        addReverse(of: address, nameOffset: nameOffset, ttlSeconds: nil, source: 0)
    }

    /// Every ancestor of a defined name is known. Stops at the first one that was there before.
    private mutating func addAncestors(nameOffset: UInt32, _ length: Int) {
        var start = Int(nameOffset)
        let end = start + length
        while names[start] != 0 {
            start += 1 + Int(names[start])
            guard names[start] != 0 else { return }
            let hash = NameHash.hash(names[start..<end], seed: seed)
            guard ancestors.insert(hash).inserted else { return }
            append(
                .known, nameOffset: UInt32(start), nameLength: UInt8(end - start), payload: 0,
                ttlSeconds: nil, source: 0)
        }
    }

    // MARK: Sorting and finding

    /// Puts the entries of each name together; call once, after the last `add`.
    mutating func group() {
        ancestors = []
        reversed = []
        entries.sort { ($0.hash, $0.order) < ($1.hash, $1.order) }
        separateCollisions()
        var start = 0
        while start < entries.count {
            var end = start + 1
            while end < entries.count, entries[end].hash == entries[start].hash,
                name(of: entries[end]).elementsEqual(name(of: entries[start]))
            {
                end += 1
            }
            groups.append(start..<end)
            start = end
        }
    }

    /// Two names with one 64-bit hash are next to impossible, but then must not be mixed.
    private mutating func separateCollisions() {
        var start = 0
        while start < entries.count {
            var end = start + 1
            var isMixed = false
            while end < entries.count, entries[end].hash == entries[start].hash {
                if !name(of: entries[end]).elementsEqual(name(of: entries[start])) {
                    isMixed = true
                }
                end += 1
            }
            if isMixed {
                let names = names
                func key(_ entry: Entry) -> ArraySlice<UInt8> {
                    names[
                        Int(entry.nameOffset)..<Int(entry.nameOffset) + Int(entry.nameLength)]
                }
                entries[start..<end].sort {
                    key($0).elementsEqual(key($1))
                        ? $0.order < $1.order : key($0).lexicographicallyPrecedes(key($1))
                }
            }
            start = end
        }
    }

    /// The index of the group of a name, or nil. Cost: a binary search.
    func groupIndex(of name: DomainName) -> Int? {
        let hash = NameHash.hash(name.octets, seed: seed)
        var low = 0
        var high = groups.count
        while low < high {
            let middle = (low + high) / 2
            if entries[groups[middle].lowerBound].hash < hash {
                low = middle + 1
            } else {
                high = middle
            }
        }
        while low < groups.count {
            let first = entries[groups[low].lowerBound]
            guard first.hash == hash else { return nil }
            if self.name(of: first).elementsEqual(name.octets) { return low }
            low += 1
        }
        return nil
    }

    /// The name that starts at an offset of `names`.
    func domainName(at offset: Int) -> DomainName? {
        var end = offset
        while names[end] != 0 { end += 1 + Int(names[end]) }
        return DomainName(wire: Array(names[offset...end]))
    }

    /// The owned name of a group.
    func domainName(ofGroup group: Int) -> DomainName? {
        DomainName(wire: Array(name(of: entries[groups[group].lowerBound])))
    }
}
