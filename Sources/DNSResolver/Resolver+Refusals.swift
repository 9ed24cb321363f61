package import DNSWire

extension Resolver {
    /// Counts what came of a query. A probe of ourselves, which has no source, is none.
    @inline(__always)
    func note(_ verdict: Verdict, _ writer: borrowing WireWriter) {
        switch verdict {
        case .reply, .replyAndRefresh:
            guard source != .none else { return }
            counters.noteQuery(query.transport, query.type)
            counters.noteResponse(source, flags: writer.message.uint16(at: 2))
        case .forward, .transfer: counters.noteQuery(query.transport, query.type)
        case .drop: break
        }
    }

    /// Answers a datagram that was longer than what is read of one: FORMERR. What it said at its
    /// end nobody knows, so the rest is not to be trusted either.
    @_lifetime(writer: copy writer)
    package mutating func respond(
        toCut message: RawSpan, into writer: inout WireWriter
    ) -> Verdict {
        source = .error
        guard let header = MessageHeader(message), !header.isResponse else {
            counters.add(.dropped)
            return .drop
        }
        query = ClientQuery()
        (query.id, query.flags) = (header.id, header.flags)
        counters.add(.queriesUDP)
        let verdict =
            header.opcode == 0
            ? refuse(.formatError, counting: .malformed, into: &writer)
            : refuse(.notImplemented, counting: .notImplemented, into: &writer)
        note(verdict, writer)
        return verdict
    }

    /// NODATA for a name that is known locally, else NXDOMAIN; without SOA, as dnsmasq.
    mutating func writeNegative(
        isKnown: Bool, isAuthoritative: Bool, into writer: inout WireWriter
    ) -> Verdict {
        source = .rule
        counters.add(.answeredByRule)
        query.end(
            isKnown ? .noError : .nameError,
            flags: isAuthoritative ? MessageHeader.Flags.authoritative : 0, answers: 0,
            into: &writer)
        return .reply
    }

    /// Answers a message whose question cannot be repeated: a bare header.
    mutating func refuse(
        _ code: ResponseCode, counting counter: Counters.Counter, into writer: inout WireWriter
    ) -> Verdict {
        counters.add(counter)
        // What the other bits mean in other operations than QUERY nobody knows here.
        let mask: UInt16 =
            code == .notImplemented
            ? MessageHeader.Flags.response | MessageHeader.Flags.opcodeMask : .max
        _ =
            writer.writeUInt16(query.id)
            && writer.writeUInt16(query.replyFlags & mask | UInt16(code.rawValue))
            && writer.writeUInt32(0) && writer.writeUInt32(0)
        return .reply
    }

    /// RFC 6891 §6.1.3. // Differs: dnsmasq ignores the version.
    func answerBadVersion(into writer: inout WireWriter) -> Verdict {
        _ = writer.writeOPT(
            udpOctets: query.offeredOctets, isDNSSECOK: query.isDNSSECOK, extendedCode: 1)
        writer.patchUInt16(1, at: 10)
        return .reply
    }
}
