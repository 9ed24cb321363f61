import DNSConfig
import DNSWire

/// Decides which cached answers outlive a change of the configuration.
///
/// An answer stays if its name is asked of the same servers as before, and if neither the name nor
/// one that its CNAMEs lead to was or is defined here. After a change of what is done to answers
/// none stays. Cost: two lookups in each snapshot for a name; no allocation.
package struct CacheRetention: ~Copyable, Sendable {
    /// What of the servers counts.
    package enum Servers {
        /// An answer of a server that is not asked any more goes.
        case compared
        /// They may be others: dnsmasq keeps its cache when resolv.conf changes.
        case ignored
    }

    private let old: Snapshot
    private let new: Snapshot
    private let servers: Servers
    /// Whether any answer can stay.
    let keepsAny: Bool
    private var name = FoldedName()
    private var wildcard = FoldedName()
    private var target = NameBuffer()
    private var scratch = ScratchMessage(octets: ResolverLimits.cachedAnswerOctets)
    /// Whether a group has the servers that another one had, by the indexes of both.
    private var comparedGroups: [UInt64: Bool] = [:]

    package init(from old: Snapshot, to new: Snapshot, servers: Servers = .compared) {
        (self.old, self.new, self.servers) = (old, new, servers)
        keepsAny = old.treatsAnswers(as: new)
    }

    /// That of the new snapshot.
    var generation: UInt64 { new.generation }

    /// Whether an entry of the cache stays, whose name of `length` octets lies at `offset`; `key`
    /// is what it is stored under.
    mutating func keeps(
        _ bytes: RawSpan, name offset: Int, _ length: Int, key: UInt16, _ answer: PackedAnswer
    ) -> Bool {
        let type = RecordType(key)
        guard name.read(from: bytes, at: offset), !isDefined(type), hasSameServers(type) else {
            return false
        }
        return !leadsHere(bytes, offset, length, type, answer)
    }

    private mutating func isDefined(_ type: RecordType) -> Bool {
        old.defines(name, type, wildcard: &wildcard) || new.defines(name, type, wildcard: &wildcard)
    }

    private mutating func isDefined(_ other: borrowing NameBuffer, _ type: RecordType) -> Bool {
        !name.take(other) || isDefined(type)
    }

    private mutating func hasSameServers(_ type: RecordType) -> Bool {
        guard servers == .compared else { return true }
        guard
            case .servers(let before, _) = old.domains.decide(name, type: type, seed: old.seed),
            case .servers(let after, _) = new.domains.decide(name, type: type, seed: new.seed)
        else { return false }
        let key = UInt64(before) << 32 | UInt64(after)
        if let known = comparedGroups[key] { return known }
        let isSame = old.serverOptions(of: before) == new.serverOptions(of: after)
        comparedGroups[key] = isSame
        return isSame
    }

    /// Whether a CNAME of the answer leads to a name of the configuration.
    private mutating func leadsHere(
        _ bytes: RawSpan, _ offset: Int, _ length: Int, _ type: RecordType, _ answer: PackedAnswer
    ) -> Bool {
        guard answer.answerCount > 0 else { return false }
        // Compression pointers count from the start of a message.
        var octets = 0
        do {
            var writer = WireWriter(scratch.row)
            guard writer.writeUInt32(0), writer.writeUInt32(0), writer.writeUInt32(0),
                writer.write(bytes, from: offset, length: length), writer.writeUInt32(0),
                writer.write(bytes, from: answer.bodyOffset, length: answer.bodyLength)
            else { return true }
            octets = writer.count
        }
        var at = WireLimits.headerOctets + length + 4
        for _ in 0..<Int(answer.answerCount) {
            guard let end = Self.readLink(scratch, octets, at, &target) else { return true }
            at = end
            guard target.length == 0 || !isDefined(target, type) else { return true }
        }
        return false
    }

    /// Reads the record at an offset: its end, and the name that it leads to if it is a CNAME.
    private static func readLink(
        _ message: borrowing ScratchMessage, _ octets: Int, _ offset: Int,
        _ target: inout NameBuffer
    ) -> Int? {
        let bytes = message.bytes.extracting(0..<octets)
        var reader = WireReader(bytes, at: offset)
        guard let record = reader.readRecord() else { return nil }
        target = NameBuffer()
        guard record.type == .cname else { return record.endOffset }
        var link = WireReader(bytes, at: record.rdataOffset)
        return link.readName(into: &target) ? record.endOffset : nil
    }
}

extension Snapshot {
    /// Whether both do the same with the answers of servers, whatever their name.
    fileprivate func treatsAnswers(as other: Snapshot) -> Bool {
        options.answers == other.options.answers && options.cache == other.options.cache
            && options.edns == other.options.edns && compatibility == other.compatibility
    }

    fileprivate func serverOptions(of group: Int) -> Set<ServerOption> {
        Set(groups[group].servers.map { servers[Int($0)].option })
    }

    /// Whether the configuration says something of a name and type, so that no server is asked; of
    /// a type of `CacheKey` whether it says anything of the name. `wildcard` is room for a name.
    func defines(
        _ name: borrowing FoldedName, _ type: RecordType, wildcard: inout FoldedName
    ) -> Bool {
        let hash = name.hash(from: 0, seed: seed)
        var node = names.find(name, hash: hash)
        if node == nil { node = findWildcard(of: name, room: &wildcard) }
        if let node,
            node.flags.contains(.isAlias) || names.answer(of: node, type: type) != nil
                || type.rawValue == CacheKey.nameError
        {
            return true
        }
        if synthetics.contains(name) { return true }
        if case .servers = domains.decide(name, type: type, seed: seed) { return false }
        return true
    }
}
