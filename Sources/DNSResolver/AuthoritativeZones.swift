import DNSConfig
import DNSWire

/// The zones that are served with authority, compiled. Never changed.
///
/// The same zones look different to the two kinds of clients: those that come in by an
/// `auth-server` address see the addresses of the zone's subnets and an authority section; all
/// others see every record, and the zone closed: nothing below it is asked upstream.
struct AuthoritativeZones: ~Copyable {
    /// One `auth-zone`, or the reverse zone of one of its subnets. Trivial: ranges of `octets`.
    struct Zone {
        /// The name in wire form.
        var apex = 0..<0
        /// Everything of the SOA record behind its owner.
        var soa = 0..<0
        /// The same of each NS record, behind its length, a little-endian u16.
        var servers = 0..<0
        /// What a transfer holds between the two SOA records, as `ZoneTransfer` reads it.
        var transfer = 0..<0
        /// The same for clients that come in by other addresses.
        var localTransfer = 0..<0
    }

    /// A network whose reverse zone is served.
    struct Subnet {
        var address: IPAddress
        var length: Int
        var zone: Zone
        /// The number of the zone that has the subnet.
        var owner: Int
    }

    /// What one kind of clients sees. The value of each node is the number of its zone.
    struct View: ~Copyable {
        /// Every name of the zones, empty ones in between too: those are not known.
        let names: NameTable
        /// Aliases below `*.name`, under the name. Their answers hold no pointers but to the
        /// question's start, because the question may be of any length.
        let wildcards: NameTable
    }

    /// Whether there is anything at all to do for a query.
    let isEnabled: Bool
    /// Whether clients that come in by other addresses see the zones: unless localise-queries.
    /// dnsmasq.
    let answersLocally: Bool
    let external: View
    let local: View
    /// PTR records inside of subnets, for external clients.
    let reverse: NameTable
    /// The names of the zones; the value is the number.
    let apexes: NameTable
    /// The last one of the configuration first: dnsmasq.
    let zones: [Zone]
    let subnets: [Subnet]
    /// Addresses that are served with authority.
    let addresses: [IPAddress]
    let ttlSeconds: UInt32
    /// Indexes of interfaces that are, with their families.
    let interfaces: [(index: UInt32, families: RecordOption.Families)]
    let loopbackIndex: UInt32
    let octets: FrozenOctets

    /// Whether what arrives there is answered with authority only. Cost: a scan of the services.
    func serves(_ arrival: Arrival) -> Bool {
        // By index: unspecialised code takes memory to walk an array.
        for index in 0..<addresses.count where addresses[index] == arrival.local { return true }
        guard !interfaces.isEmpty else { return false }
        var index = arrival.interfaceIndex
        // No interface has 127.0.0.2, yet it is of the loopback.
        if index == 0, arrival.local.isLoopback { index = loopbackIndex }
        guard index != 0 else { return false }
        for number in 0..<interfaces.count where interfaces[number].index == index {
            switch interfaces[number].families {
            case .both: return true
            case .ipv4: if arrival.local.isIPv4 { return true }
            case .ipv6: if !arrival.local.isIPv4 { return true }
            }
        }
        return false
    }

    /// The zone that a name belongs to: of all that hold it, the last one of the configuration.
    func zone(of name: borrowing FoldedName, seed: UInt64) -> Int? {
        var found: Int?
        var label = max(0, name.labelCount - apexes.labelLimit)
        while label <= name.labelCount {
            let offset = label < name.labelCount ? Int(name.labelOffsets[label]) : name.length - 1
            let hash = name.hash(from: offset, seed: seed)
            if let node = apexes.find(name, from: offset, hash: hash) {
                found = min(found ?? .max, Int(node.value))
            }
            label += 1
        }
        return found
    }

    /// The wildcard that stands for a name, the longest one.
    ///
    /// // Differs: dnsmasq takes the last one of the configuration, whatever its length, which
    /// secondaries would not. RFC 4592 §3.3.1.
    func wildcard(
        for name: borrowing FoldedName, isExternal: Bool, seed: UInt64
    )
        -> NameTable.Node?
    {
        guard name.labelCount > 1 else { return nil }
        for label in 1..<name.labelCount {
            let offset = Int(name.labelOffsets[label])
            let hash = name.hash(from: offset, seed: seed)
            let node =
                isExternal
                ? external.wildcards.find(name, from: offset, hash: hash)
                : local.wildcards.find(name, from: offset, hash: hash)
            if let node { return node }
        }
        return nil
    }

    /// Appends octets of the zones; false if there is no room.
    func write(_ range: Range<Int>, into writer: inout WireWriter) -> Bool {
        writer.write(octets.bytes, from: range.lowerBound, length: range.count)
    }

    /// Whether a name lies in a zone.
    func holds(_ name: borrowing FoldedName, _ zone: Zone) -> Bool {
        let start = name.length - zone.apex.count
        guard start >= 0 else { return false }
        for index in 0..<zone.apex.count
        where octets.bytes.octet(at: zone.apex.lowerBound + index) != name.octet(at: start + index)
        {
            return false
        }
        return true
    }

    /// What stands behind the length at an offset.
    func counted(at offset: Int) -> Range<Int> {
        let length = Int(octets.bytes.littleUInt16(at: offset))
        return offset + 2..<offset + 2 + length
    }

    /// The serial of a zone's SOA record.
    func serial(of zone: Zone) -> UInt32? {
        // Behind type, class, TTL and length.
        ZoneTransfer.serial(octets.bytes, at: zone.soa.lowerBound + 10)
    }

    /// The subnet of a zone that holds an address.
    func subnet(of address: IPAddress) -> Subnet? {
        for index in 0..<subnets.count
        where address.isInside(subnets[index].address, prefixLength: subnets[index].length) {
            return subnets[index]
        }
        return nil
    }
}

extension IPAddress {
    var isLoopback: Bool { isIPv4 ? ipv4 >> 24 == 127 : self == .ipv6Loopback }
}
