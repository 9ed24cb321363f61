import DNSConfig
package import DNSWire

/// A zone on its way to a secondary server, message by message. RFC 5936.
///
/// Keeps the snapshot that it began with, so that the SOA records at both ends are the same. Holds
/// no octets of its own: whoever sends it asks for the next message when there is room.
///
/// Differs: dnsmasq puts everything into one message and cuts it off at 64 KiB.
package struct ZoneTransfer: Sendable {
    private let snapshot: Snapshot
    private let client: ClientQuery
    private let zone: AuthoritativeZones.Zone
    private let isExternal: Bool
    /// The records between the SOA records.
    private let records: Range<Int>
    private var offset: Int
    private var hasBegun = false
    /// Whether everything has been written.
    package private(set) var isDone = false

    /// Begins the transfer that a query asked for, out of the snapshot that answered it.
    package init(_ plan: TransferPlan, for client: ClientQuery, from snapshot: Snapshot) {
        self.snapshot = snapshot
        self.client = client
        zone = snapshot.authority.zones[Int(plan.zone)]
        isExternal = plan.isExternal
        records = isExternal ? self.zone.transfer : self.zone.localTransfer
        offset = records.lowerBound
    }

    /// Writes the next message: as many records as fit. `writer` must be empty and have room for a
    /// message of 65,535 octets. Not to be called when done.
    package mutating func writeMessage(into writer: inout WireWriter) {
        client.start(into: &writer)
        var count: UInt16 = 0
        if !hasBegun {
            hasBegun = writeSOA(into: &writer)
            count += 1
        }
        while offset < records.upperBound {
            let record = snapshot.authority.counted(at: offset)
            guard record.count <= writer.limit - writer.count - client.reserve,
                snapshot.authority.write(record, into: &writer)
            else { break }
            offset = record.upperBound
            count += 1
        }
        if offset == records.upperBound, writeSOA(into: &writer) {
            isDone = true
            count += 1
        }
        // Every record fits an empty message; should one not, the transfer ends here, without its
        // SOA record, and the secondary throws it away.
        if count == 0 { isDone = true }
        let flags = MessageHeader.Flags.authoritative
        client.end(.noError, flags: flags, answers: count, into: &writer)
        if isExternal { client.withdrawRecursion(flags, .noError, in: &writer) }
    }

    private func writeSOA(into writer: inout WireWriter) -> Bool {
        guard zone.soa.count + 2 <= writer.limit - writer.count - client.reserve else {
            return false
        }
        return writer.writeUInt16(0xC000 | UInt16(WireLimits.headerOctets))
            && snapshot.authority.write(zone.soa, into: &writer)
    }

    /// The serial of the SOA record whose data begin at an offset.
    static func serial(_ octets: RawSpan, at rdata: Int) -> UInt32? {
        var reader = WireReader(octets, at: rdata)
        guard reader.skipName(), reader.skipName() else { return nil }
        return reader.readUInt32()
    }
}

extension AuthoritativeZones {
    /// Whether a zone is newer than the SOA record that an IXFR query holds behind its question.
    /// RFC 1995 §2; serials are compared as RFC 1982 §3.2 does.
    func isNews(_ zone: Zone, to message: RawSpan, at questionEnd: Int) -> Bool {
        var reader = WireReader(message, at: questionEnd)
        guard let record = reader.readRecord(), record.type == .soa,
            let theirs = ZoneTransfer.serial(message, at: record.rdataOffset),
            let ours = serial(of: zone)
        else { return true }
        return Int32(bitPattern: ours &- theirs) > 0
    }
}

extension AuthoritativeCompiler {
    /// The records of a zone for its transfer.
    ///
    /// Shape: for each record its length (u16, little-endian) and the record, whose owner ends in a
    /// pointer to the question. // Differs: aliases that nobody would be answered are left out, as
    /// secondary servers refuse zones with them, and so are names of zones inside of the zone.
    mutating func transfer(_ zone: Int, isExternal: Bool) -> Range<Int> {
        var octets: [UInt8] = []
        append(
            AuthoritativeAnswer.nameServerSet(nameServers, ttlSeconds), of: zones[zone].domain,
            zone, to: &octets)
        for entry in groups where entry.zone == zone {
            guard known.contains(entry.name) else {
                if let cname = alias(ofGroup: entry.group) {
                    var set = RecordSet(type: .cname)
                    let target = qualified(cname.target, zone: zone)
                    set.records = [
                        RecordSet.Record(ttlSeconds: ttlSeconds, rdata: target.octets)
                    ]
                    append(set, of: entry.name, zone, to: &octets)
                }
                continue
            }
            for set in plainSets(entry.group, zone: zone, isExternal: isExternal)
            where entry.name != zones[zone].domain || set.type != .ns && set.type != .soa {
                append(set, of: entry.name, zone, to: &octets)
            }
        }
        return keep(octets)
    }

    private func append(
        _ set: RecordSet, of name: DomainName, _ zone: Int, to octets: inout [UInt8]
    ) {
        let owner =
            name.octets.dropLast(zones[zone].domain.octets.count)
            + RecordSet.pointer(to: WireLimits.headerOctets)
        for record in set.records {
            octets.appendLittle(UInt16(owner.count + 10 + record.rdata.count))
            octets += owner
            octets.appendBig(set.type.rawValue)
            octets.appendBig(RecordClass.internet.rawValue)
            octets.appendBig(record.ttlSeconds)
            octets.appendBig(UInt16(record.rdata.count))
            octets += record.rdata
        }
    }
}
