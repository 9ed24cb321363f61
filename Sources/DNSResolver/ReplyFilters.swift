import DNSConfig
import DNSWire

/// What the configuration takes out of the answers of servers, or changes in them, compiled.
///
/// A class, so that a snapshot hands it on by one reference; `AnswerPolicy` says whether there is
/// anything to ask it.
final class ReplyFilters: Sendable {
    /// `filter-A`, `filter-AAAA`, `filter-rr`.
    private let hidden: TypeSet
    /// `filter-rr=ANY`: RFC 8482 §4.3. dnsmasq: in every section.
    let reducesAny: Bool
    /// Whether addresses of a family go, and so those in SVCB and HTTPS records.
    let hidesHints: Bool
    /// `bogus-nxdomain`.
    private let bogus: AddressSet
    /// `ignore-address`.
    private let ignored: AddressSet
    /// `alias`, in the order in which they are looked at: dnsmasq takes the last line first.
    private let aliases: [AddressAlias]
    private let stopsRebinding: Bool
    private let allowsLoopbackRebinding: Bool
    private let allowsDotlessRebinding: Bool
    /// `rebind-domain-ok`.
    private let rebindDomains: NameTable

    init(_ options: AnswerOptions, seed: UInt64) {
        hidden = TypeSet(options.hiddenTypes)
        reducesAny = options.filteredTypes.contains(.any)
        hidesHints = hidden.contains(.a) || hidden.contains(.aaaa)
        bogus = AddressSet(options.bogusAddresses)
        ignored = AddressSet(options.ignoredAddresses)
        aliases = options.aliases.reversed()
        stopsRebinding = options.stopsRebinding
        allowsLoopbackRebinding = options.allowsLoopbackRebinding
        allowsDotlessRebinding = options.allowsDotlessRebinding
        let domains = Set(options.rebindDomains)
        var builder = NameTableBuilder(capacity: domains.count, seed: seed)
        for domain in domains {
            builder.add(
                name: domain.octets, labelCount: domain.labels.count, flags: [],
                answers: EmptyCollection<AnswerParts>())
        }
        rebindDomains = builder.build()
    }

    // MARK: Types

    /// Whether a client that asks for the type gets none of a server's records of it.
    func hides(_ type: RecordType) -> Bool { type != .any && hidden.contains(type) }

    /// Whether a record is left out of the answer to a question of type `asked`.
    ///
    /// CNAMEs lead to what was asked for: they go only where they are asked for themselves.
    func hides(_ record: RecordHeader, asked: RecordType) -> Bool {
        guard record.recordClass == .internet else { return false }
        let type = record.type
        if asked == .any, reducesAny {
            return type != .a && type != .aaaa && type != .mx && type != .cname
        }
        // Differs: dnsmasq takes them out where no compression pointer leads into them.
        if type == .cname, asked != .cname, asked != .any { return false }
        return hidden.contains(type)
    }

    // MARK: Addresses

    var ignoresAddresses: Bool { !ignored.isEmpty }
    var rewritesAddresses: Bool { !aliases.isEmpty }

    /// Whether nothing has to be known of the addresses of a reply.
    var passesAllAddresses: Bool { bogus.isEmpty && !stopsRebinding }

    func ignores(_ address: IPAddress) -> Bool { ignored.contains(address) }

    func isBogus(_ address: IPAddress) -> Bool { bogus.contains(rewritten(address)) }

    /// Whether an address must not come out of public servers.
    func isRebinding(_ address: IPAddress) -> Bool {
        let address = rewritten(address)
        return PrivateAddresses.contains(address)
            && !(allowsLoopbackRebinding && PrivateAddresses.isLoopback(address))
    }

    /// What `alias` makes of an IPv4 address; nil where no line is about it.
    func replacement(for address: UInt32) -> UInt32? {
        for alias in aliases where alias.matches(address) { return alias.rewrite(address) }
        return nil
    }

    private func rewritten(_ address: IPAddress) -> IPAddress {
        guard rewritesAddresses, address.isIPv4, let new = replacement(for: address.ipv4) else {
            return address
        }
        return IPAddress(ipv4: new)
    }

    /// Whether answers about a name are looked at for private addresses.
    func watchesRebinding(of name: borrowing FoldedName, type: RecordType, seed: UInt64) -> Bool {
        // dnsmasq: no additional records; of ANY only what is our own.
        switch type {
        case .a, .aaaa, .https, .svcb, .any: guard stopsRebinding else { return false }
        default: return false
        }
        if allowsDotlessRebinding, name.labelCount <= 1 { return false }
        guard !rebindDomains.isEmpty else { return true }
        for label in max(0, name.labelCount - rebindDomains.labelLimit)..<name.labelCount {
            let offset = Int(name.labelOffsets[label])
            let hash = name.hash(from: offset, seed: seed)
            if rebindDomains.find(name, from: offset, hash: hash) != nil { return false }
        }
        return true
    }
}

extension AnswerOptions {
    /// The types of `filter-A`, `filter-AAAA` and `filter-rr`, ANY aside.
    fileprivate var hiddenTypes: [RecordType] {
        filteredTypes.filter { $0 != .any } + (filtersA ? [.a] : []) + (filtersAAAA ? [.aaaa] : [])
    }

    /// Whether any type is filtered.
    var filtersTypes: Bool { filtersA || filtersAAAA || !filteredTypes.isEmpty }
}

extension AddressAlias {
    func matches(_ address: UInt32) -> Bool {
        guard let last else { return (address ^ first) & mask == 0 }
        return address >= first && address <= last
    }

    func rewrite(_ address: UInt32) -> UInt32 { address & ~mask | new & mask }
}

/// A set of record types. Cost of a question: a shift for types below 256, else a scan.
struct TypeSet: Sendable {
    private var words = InlineArray<4, UInt64>(repeating: 0)
    private var others: [RecordType] = []

    init(_ types: [RecordType]) {
        for type in types {
            guard type.rawValue < 256 else {
                others.append(type)
                continue
            }
            words[Int(type.rawValue >> 6)] |= 1 << UInt64(type.rawValue & 63)
        }
    }

    func contains(_ type: RecordType) -> Bool {
        guard type.rawValue < 256 else { return others.contains(type) }
        return words[Int(type.rawValue >> 6)] >> UInt64(type.rawValue & 63) & 1 != 0
    }
}
