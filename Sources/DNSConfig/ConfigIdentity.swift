package import DNSWire

/// What two servers must have in common to give the same answers: all options in their order, and
/// the names of the hosts files.
///
/// The identity is a SHA-256 of both, so that an operator can see whether all nodes serve the same.
/// Options about the process (user, log, files) do not count, as they change no answer. Where
/// statements stand, comments, quotes and blanks around a value do not count.
package struct ConfigIdentity: Sendable {
    private var hash = SHA256()
    private static let separator = UInt8(ascii: "\n")

    package init() {}

    /// Takes in a statement that was carried out.
    mutating func add(_ row: OptionRow, _ value: ValueText) {
        guard row.category != .system, !Self.isPlace(row.name) else { return }
        hash.update(row.name.utf8)
        if !value.isAbsent {
            hash.update(CollectionOfOne(UInt8(ascii: "=")))
            hash.update(value.octets)
        }
        hash.update(CollectionOfOne(Self.separator))
    }

    /// The identity with the names of the hosts files.
    ///
    /// Loopback and multicast names are the same everywhere; the machine's own name
    /// (`hostName`, which a container has in its hosts file) is another one on each node.
    package func text(_ hosts: HostsTable, hostName: DomainName?) -> String {
        var hash = hash
        for entry in hosts.entries {
            let name = hosts.name(of: entry)
            let isMulticast = !entry.address.isIPv4 && entry.address.high >> 57 == 0x7F
            guard !entry.address.isLoopback, !isMulticast,
                hostName.map({ !name.elementsEqual($0.octets) }) ?? true
            else { continue }
            hash.update("\(entry.address) ".utf8)
            hash.update(name)
            hash.update(CollectionOfOne(Self.separator))
        }
        return hash.finish()
    }

    /// Options that say only where something else stands.
    private static func isPlace(_ name: String) -> Bool {
        switch name {
        case "addn-hosts", "hostsdir", "no-hosts":
            true
        default: false
        }
    }
}

/// A number for all statements of one option, in their order: equal numbers mean equal values.
///
/// FNV-1a over 64 bits. Nobody gains by making two configurations look the same to himself.
enum StatementDigest {
    static let start: UInt64 = 0xCBF2_9CE4_8422_2325

    static func adding(_ value: ValueText, to digest: UInt64) -> UInt64 {
        var digest = digest
        for octet in value.octets + [0x0A] {
            digest = (digest ^ UInt64(octet)) &* 0x100_0000_01B3
        }
        return digest
    }
}
