import DNSConfig
import DNSWire

extension Resolver {
    /// Answers out of the zones that are served with authority; nil where they have nothing to do
    /// with the query.
    ///
    /// What comes in by an `auth-server` address gets nothing else: REFUSED for other names, no
    /// recursion. dnsmasq answers all other clients from the zones too, with recursion, without an
    /// authority section and without AA but for SOA and NS.
    @_lifetime(writer: copy writer)
    mutating func answerFromZones(
        _ message: RawSpan, snapshot: Snapshot, into writer: inout WireWriter
    ) -> Verdict? {
        let isExternal = snapshot.authority.serves(query.arrival)
        guard isExternal || snapshot.authority.answersLocally else { return nil }
        guard query.recordClass == .internet else {
            return isExternal ? refuseAuthority(isExternal, into: &writer) : nil
        }
        if isExternal, let address = reversedAddress {
            return answerReverse(address, snapshot: snapshot, into: &writer)
        }
        let hash = name.hash(from: 0, seed: snapshot.seed)
        let node =
            isExternal
            ? snapshot.authority.external.names.find(name, hash: hash)
            : snapshot.authority.local.names.find(name, hash: hash)
        var found: Int?
        if let node {
            found = Int(node.value)
        } else {
            found = snapshot.authority.zone(of: name, seed: snapshot.seed)
        }
        guard let zone = found else {
            return isExternal ? refuseAuthority(isExternal, into: &writer) : nil
        }
        let isApex = snapshot.authority.zones[zone].apex.count == name.length
        // dnsmasq: zones are not signed, and a validating client wants the parent to say so.
        if !isExternal, isApex, query.type == .ds { return nil }
        counters.add(.authoritative)
        source = .zone
        if isApex, query.type == .axfr || query.type == .ixfr {
            return transfer(
                zone, isExternal: isExternal, message, snapshot: snapshot, into: &writer)
        }
        if let node, node.flags.contains(.isKnown) {
            let names = isExternal ? ViewName.external : ViewName.local
            return answer(
                node, names, zone: zone, isExternal: isExternal, snapshot: snapshot,
                into: &writer)
        }
        if let verdict = answerSynthetic(
            in: snapshot.authority.zones[zone], named: snapshot.authority.zones[zone],
            isExternal: isExternal, snapshot: snapshot, into: &writer)
        {
            return verdict
        }
        if let wildcard = snapshot.authority.wildcard(
            for: name, isExternal: isExternal, seed: snapshot.seed), Int(wildcard.value) == zone
        {
            let names = isExternal ? ViewName.externalWildcards : ViewName.localWildcards
            return answer(
                wildcard, names, zone: zone, isExternal: isExternal, snapshot: snapshot,
                into: &writer)
        }
        let exists = node != nil || snapshot.synthetics.contains(name)
        return deny(
            exists ? .noError : .nameError, in: snapshot.authority.zones[zone],
            isExternal: isExternal, snapshot: snapshot, into: &writer)
    }

    /// Which of the tables an answer lies in.
    private enum ViewName { case external, local, externalWildcards, localWildcards, reverse }

    /// The address that the question asks about, of the types that reverse zones answer. dnsmasq.
    private var reversedAddress: IPAddress? {
        switch query.type {
        case .ptr, .soa, .ns: ReverseZoneName.address(name)
        default: nil
        }
    }

    // MARK: Answers

    private mutating func answer(
        _ node: NameTable.Node, _ table: ViewName, zone: Int, isExternal: Bool,
        snapshot: Snapshot, into writer: inout WireWriter
    ) -> Verdict {
        guard let answer = Self.find(node, query.type, table, snapshot) else {
            return deny(
                .noError, in: snapshot.authority.zones[zone], isExternal: isExternal,
                snapshot: snapshot, into: &writer)
        }
        return write(answer, table, isExternal: isExternal, snapshot: snapshot, into: &writer)
    }

    /// The answer of a type, or the bare alias. dnsmasq has no answer for ANY.
    private static func find(
        _ node: NameTable.Node, _ type: RecordType, _ table: ViewName, _ snapshot: Snapshot
    ) -> PackedAnswer? {
        if type != .any, let answer = find(node, exactly: type, table, snapshot) { return answer }
        guard node.flags.contains(.isAlias) else { return nil }
        return find(node, exactly: RecordType(0), table, snapshot)
    }

    private static func find(
        _ node: NameTable.Node, exactly type: RecordType, _ table: ViewName, _ snapshot: Snapshot
    ) -> PackedAnswer? {
        switch table {
        case .external: snapshot.authority.external.names.answer(of: node, type: type)
        case .local: snapshot.authority.local.names.answer(of: node, type: type)
        case .externalWildcards:
            snapshot.authority.external.wildcards.answer(of: node, type: type)
        case .localWildcards: snapshot.authority.local.wildcards.answer(of: node, type: type)
        case .reverse: snapshot.authority.reverse.answer(of: node, type: type)
        }
    }

    private mutating func write(
        _ answer: PackedAnswer, _ table: ViewName, isExternal: Bool, snapshot: Snapshot,
        into writer: inout WireWriter
    ) -> Verdict {
        let isAuthoritative = isExternal || query.type == .soa || query.type == .ns
        guard answer.bodyLength <= writer.limit &- writer.count &- query.reserve else {
            return cut(isAuthoritative: isAuthoritative, isExternal: isExternal, into: &writer)
        }
        let turn = snapshot.rotation.turn(of: answer)
        switch table {
        case .external:
            _ = snapshot.authority.external.names.writeBody(answer, turn: turn, into: &writer)
        case .local:
            _ = snapshot.authority.local.names.writeBody(answer, turn: turn, into: &writer)
        case .externalWildcards:
            _ = snapshot.authority.external.wildcards.writeBody(answer, turn: turn, into: &writer)
        case .localWildcards:
            _ = snapshot.authority.local.wildcards.writeBody(answer, turn: turn, into: &writer)
        case .reverse:
            _ = snapshot.authority.reverse.writeBody(answer, turn: turn, into: &writer)
        }
        return close(
            .noError, isAuthoritative: isAuthoritative, isExternal: isExternal,
            answers: answer.answerCount, authority: UInt16(answer.authorityCount), into: &writer)
    }

    /// NODATA or NXDOMAIN, for the world with the SOA record. RFC 2308 §3.
    private mutating func deny(
        _ code: ResponseCode, in zone: AuthoritativeZones.Zone, isExternal: Bool,
        snapshot: Snapshot, into writer: inout WireWriter
    ) -> Verdict {
        guard isExternal else {
            return close(code, isAuthoritative: false, isExternal: false, into: &writer)
        }
        guard append(zone.soa, of: zone, snapshot, into: &writer) else {
            return cut(isAuthoritative: true, isExternal: true, into: &writer)
        }
        return close(code, isAuthoritative: true, isExternal: true, authority: 1, into: &writer)
    }

    // MARK: Reverse zones

    private mutating func answerReverse(
        _ address: IPAddress, snapshot: Snapshot, into writer: inout WireWriter
    ) -> Verdict {
        guard let subnet = snapshot.authority.subnet(of: address) else {
            return refuseAuthority(true, into: &writer)
        }
        counters.add(.authoritative)
        source = .zone
        let zone = subnet.zone
        guard query.type == .ptr else {
            return answerReverseApex(zone, snapshot: snapshot, into: &writer)
        }
        let hash = name.hash(from: 0, seed: snapshot.seed)
        guard let node = snapshot.authority.reverse.find(name, hash: hash),
            let answer = snapshot.authority.reverse.answer(of: node, type: .ptr)
        else {
            if let verdict = answerSynthetic(
                in: zone, named: snapshot.authority.zones[subnet.owner], isExternal: true,
                snapshot: snapshot, into: &writer)
            {
                return verdict
            }
            return deny(
                .nameError, in: zone, isExternal: true, snapshot: snapshot, into: &writer)
        }
        return write(answer, .reverse, isExternal: true, snapshot: snapshot, into: &writer)
    }

    /// SOA or NS of a reverse zone; dnsmasq answers so for every name in it.
    private mutating func answerReverseApex(
        _ zone: AuthoritativeZones.Zone, snapshot: Snapshot, into writer: inout WireWriter
    ) -> Verdict {
        let asksForSOA = query.type == .soa
        if asksForSOA {
            guard append(zone.soa, of: zone, snapshot, into: &writer) else {
                return cut(isAuthoritative: true, isExternal: true, into: &writer)
            }
        }
        guard let count = appendServers(of: zone, snapshot, into: &writer) else {
            return cut(isAuthoritative: true, isExternal: true, into: &writer)
        }
        return close(
            .noError, isAuthoritative: true, isExternal: true, answers: asksForSOA ? 1 : count,
            authority: asksForSOA ? count : 0, into: &writer)
    }

    // MARK: Made up

    /// What `synth-domain` makes up, with the servers of `zone`; a name must be of the other zone.
    private mutating func answerSynthetic(
        in zone: AuthoritativeZones.Zone, named: AuthoritativeZones.Zone, isExternal: Bool,
        snapshot: Snapshot, into writer: inout WireWriter
    ) -> Verdict? {
        guard !snapshot.synthetics.isEmpty, query.type != .any else { return nil }
        var records = SyntheticRecords(name, query.type, snapshot, scratch: &scratchName)
        guard !records.isEmpty else { return nil }
        if records.hasName {
            guard target.take(scratchName), snapshot.authority.holds(target, named) else {
                return nil
            }
        }
        records.ttlSeconds = snapshot.authority.ttlSeconds
        guard
            let answers = records.append(
                owner: WireLimits.headerOctets, reserve: query.reserve, scratchName, into: &writer),
            let servers = isExternal ? appendServers(of: zone, snapshot, into: &writer) : 0
        else { return cut(isAuthoritative: isExternal, isExternal: isExternal, into: &writer) }
        return close(
            .noError, isAuthoritative: isExternal, isExternal: isExternal, answers: answers,
            authority: servers, into: &writer)
    }

    // MARK: Transfers

    /// Begins a transfer, or says why there is none.
    ///
    /// // Differs: IXFR is answered by the whole zone, as RFC 1995 §4 allows; dnsmasq says that
    /// there is no such data. By UDP, AXFR is refused and IXFR answered by the SOA record alone.
    @_lifetime(writer: copy writer)
    private mutating func transfer(
        _ zone: Int, isExternal: Bool, _ message: RawSpan, snapshot: Snapshot,
        into writer: inout WireWriter
    ) -> Verdict {
        let isWhole = query.type == .axfr
        guard snapshot.options.authoritative.allowsTransfer(to: query.arrival.client),
            !isWhole || query.transport == .tcp
        else { return refuseAuthority(isExternal, into: &writer) }
        guard
            isWhole
                || query.transport == .tcp
                    && snapshot.authority.isNews(
                        snapshot.authority.zones[zone], to: message, at: questionEnd)
        else {
            guard
                append(
                    snapshot.authority.zones[zone].soa, of: snapshot.authority.zones[zone],
                    snapshot,
                    into: &writer)
            else { return cut(isAuthoritative: true, isExternal: isExternal, into: &writer) }
            return close(
                .noError, isAuthoritative: true, isExternal: isExternal, answers: 1, into: &writer)
        }
        captureSpelling(message)
        return .transfer(TransferPlan(zone: UInt16(zone), isExternal: isExternal))
    }

    // MARK: Writing

    /// Appends a record of a zone: `tail` is what stands behind its owner.
    private func append(
        _ tail: Range<Int>, of zone: AuthoritativeZones.Zone, _ snapshot: Snapshot,
        into writer: inout WireWriter
    ) -> Bool {
        let isInside = snapshot.authority.holds(name, zone)
        let room = tail.count + (isInside ? 2 : zone.apex.count)
        guard room <= writer.limit - writer.count - query.reserve else { return false }
        let start = WireLimits.headerOctets + name.length - zone.apex.count
        let hasOwner =
            isInside
            ? writer.writeUInt16(0xC000 | UInt16(start))
            : snapshot.authority.write(zone.apex, into: &writer)
        return hasOwner && snapshot.authority.write(tail, into: &writer)
    }

    /// Appends the NS records of a zone; their number, nil if there is no room.
    private func appendServers(
        of zone: AuthoritativeZones.Zone, _ snapshot: Snapshot, into writer: inout WireWriter
    ) -> UInt16? {
        var count: UInt16 = 0
        var offset = zone.servers.lowerBound
        while offset < zone.servers.upperBound {
            let tail = snapshot.authority.counted(at: offset)
            guard append(tail, of: zone, snapshot, into: &writer) else { return nil }
            offset = tail.upperBound
            count += 1
        }
        return count
    }

    /// A name outside of all zones, or a transfer that is not allowed.
    ///
    /// // Differs: dnsmasq leaves the OPT record out of refusals. RFC 6891 §7.
    private mutating func refuseAuthority(
        _ isExternal: Bool, into writer: inout WireWriter
    ) -> Verdict {
        source = .error
        counters.add(.refused)
        return close(.refused, isAuthoritative: false, isExternal: isExternal, into: &writer)
    }

    private mutating func cut(
        isAuthoritative: Bool, isExternal: Bool, into writer: inout WireWriter
    ) -> Verdict {
        isCut = true
        writer.truncate(to: questionEnd)
        return close(
            .noError, MessageHeader.Flags.truncated, isAuthoritative: isAuthoritative,
            isExternal: isExternal, into: &writer)
    }

    /// Ends a reply; recursion is not offered to the world.
    private func close(
        _ code: ResponseCode, _ flags: UInt16 = 0, isAuthoritative: Bool, isExternal: Bool,
        answers: UInt16 = 0, authority: UInt16 = 0, into writer: inout WireWriter
    ) -> Verdict {
        let flags = flags | (isAuthoritative ? MessageHeader.Flags.authoritative : 0)
        query.end(code, flags: flags, answers: answers, authority: authority, into: &writer)
        if isExternal { query.withdrawRecursion(flags, code, in: &writer) }
        return .reply
    }
}

extension ClientQuery {
    /// Takes RA out of a reply that was ended with these flags.
    func withdrawRecursion(_ flags: UInt16, _ code: ResponseCode, in writer: inout WireWriter) {
        let word = replyFlags | flags | UInt16(code.rawValue)
        writer.patchUInt16(word & ~MessageHeader.Flags.recursionAvailable, at: 2)
    }
}
