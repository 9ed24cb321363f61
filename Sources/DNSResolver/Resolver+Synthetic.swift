import DNSWire

extension Resolver {
    /// Answers with what `synth-domain` makes up for the question; nil if it has nothing.
    ///
    /// dnsmasq: behind hosts data and records, in front of `address=` and `bogus-priv`.
    mutating func answerSynthetic(
        snapshot: Snapshot, into writer: inout WireWriter
    ) -> Verdict? {
        var records = SyntheticRecords(name, query.type, snapshot, scratch: &scratchName)
        guard !records.isEmpty else { return nil }
        source = .local
        counters.add(.answeredLocally)
        guard
            let count = records.append(
                owner: WireLimits.headerOctets, reserve: query.reserve, scratchName,
                into: &writer)
        else { return truncate(flags: MessageHeader.Flags.authoritative, into: &writer) }
        query.end(
            .noError, flags: MessageHeader.Flags.authoritative, answers: count, into: &writer)
        return .reply
    }

    /// Appends what `synth-domain` makes up for the end of a CNAME chain; nil if it has nothing.
    mutating func appendSynthetic(
        to chain: PackedAnswer, snapshot: Snapshot, into writer: inout WireWriter
    ) -> Verdict? {
        var records = SyntheticRecords(target, query.type, snapshot, scratch: &scratchName)
        guard !records.isEmpty else { return nil }
        source = .local
        counters.add(.answeredLocally)
        guard chain.bodyLength <= writer.limit &- writer.count &- query.reserve,
            snapshot.names.writeBody(chain, into: &writer),
            let count = records.append(
                owner: questionEnd &+ chain.chainEndOffset, reserve: query.reserve,
                scratchName, into: &writer)
        else { return truncate(flags: MessageHeader.Flags.authoritative, into: &writer) }
        query.end(
            .noError, flags: MessageHeader.Flags.authoritative,
            answers: chain.answerCount &+ count, into: &writer)
        return .reply
    }
}

/// The records that `synth-domain` has for a name and type.
struct SyntheticRecords {
    private var ipv4: IPAddress?
    private var ipv6: IPAddress?
    private(set) var hasName = false
    var ttlSeconds: UInt32

    /// A name for PTR is written into `scratch`.
    init(
        _ name: borrowing FoldedName, _ type: RecordType, _ snapshot: Snapshot,
        scratch: inout NameBuffer
    ) {
        ttlSeconds = snapshot.synthetics.ttlSeconds
        if type == .a || type == .any {
            ipv4 = snapshot.synthetics.address(of: name, isIPv4: true)
        }
        if type == .aaaa || type == .any {
            ipv6 = snapshot.synthetics.address(of: name, isIPv4: false)
        }
        if type == .ptr || type == .any, let address = ReverseName.address(name) {
            hasName = snapshot.synthetics.writeName(of: address, into: &scratch)
        }
    }

    var isEmpty: Bool { ipv4 == nil && ipv6 == nil && !hasName }

    /// Appends the records under the name that stands at `owner`; nil if there is no room.
    mutating func append(
        owner: Int, reserve: Int, _ name: borrowing NameBuffer, into writer: inout WireWriter
    ) -> UInt16? {
        var octets = 0
        if ipv4 != nil { octets += 16 }
        if ipv6 != nil { octets += 28 }
        if hasName { octets += 12 + name.length }
        guard octets <= writer.limit - writer.count - reserve else { return nil }
        var count: UInt16 = 0
        let addresses: InlineArray<2, IPAddress?> = [ipv4, ipv6]
        for index in addresses.indices {
            guard let address = addresses[index] else { continue }
            guard
                start(address.isIPv4 ? .a : .aaaa, owner, address.octetCount, into: &writer)
            else { return nil }
            for index in 0..<address.octetCount {
                guard writer.writeUInt8(address.octet(index)) else { return nil }
            }
            count += 1
        }
        if hasName {
            guard start(.ptr, owner, name.length, into: &writer), writer.write(name.bytes) else {
                return nil
            }
            count += 1
        }
        return count
    }

    private func start(
        _ type: RecordType, _ owner: Int, _ octets: Int, into writer: inout WireWriter
    ) -> Bool {
        writer.writeUInt16(0xC000 | UInt16(truncatingIfNeeded: owner))
            && writer.writeUInt16(type.rawValue)
            && writer.writeUInt16(RecordClass.internet.rawValue)
            && writer.writeUInt32(ttlSeconds)
            && writer.writeUInt16(UInt16(truncatingIfNeeded: octets))
    }
}
