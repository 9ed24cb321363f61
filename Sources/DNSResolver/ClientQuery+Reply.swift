import DNSWire

extension ClientQuery {
    /// The second header word of every reply: QR and RA, and what is echoed: RD and CD. AD only
    /// upstream data can have.
    ///
    /// Differs: dnsmasq echoes Z, which must be zero in all messages. RFC 1035 §4.1.1.
    @inline(__always)
    var replyFlags: UInt16 {
        MessageHeader.Flags.response | MessageHeader.Flags.recursionAvailable
            | (flags
                & (MessageHeader.Flags.opcodeMask | MessageHeader.Flags.recursionDesired
                    | MessageHeader.Flags.checkingDisabled))
    }

    /// Octets to keep free for the OPT record.
    @inline(__always)
    var reserve: Int { hasOPT ? WireLimits.optOctets : 0 }

    /// How long the reply may be: what the client takes and the configuration allows. RFC 6891
    /// §6.2.5.
    @inline(__always)
    func setLimit(of writer: inout WireWriter, _ policy: AnswerPolicy) {
        guard transport == .udp else { return }
        writer.setLimit(hasOPT ? min(Int(udpOctets), policy.udpOctets) : Int(udpOctets))
    }

    /// Appends OPT if the client sent one; the number of records that this added.
    @inline(__always)
    func appendOPT(
        extendedError: ExtendedError? = nil, into writer: inout WireWriter
    ) -> UInt16 {
        guard hasOPT else { return 0 }
        if let extendedError,
            writer.writeOPT(
                udpOctets: offeredOctets, isDNSSECOK: isDNSSECOK,
                extendedError: extendedError.rawValue)
        {
            return 1
        }
        let wrote = writer.writeOPT(
            udpOctets: offeredOctets, isDNSSECOK: isDNSSECOK)
        return wrote ? 1 : 0
    }

    /// Appends OPT with those options that come down, and the upper bits of the response code, of
    /// an upstream's OPT record; false if there is nothing of it to pass on, or no room.
    ///
    /// An error of ours stands behind them, as from dnsmasq. `hidesSubnet` says that the subnet of
    /// the question was not the client's.
    ///
    /// Differs: dnsmasq passes on all options of a fresh answer. A cookie that comes and goes with
    /// the cache makes a client take every other answer for a forgery: RFC 7873 §5.3.
    @_lifetime(writer: copy writer)
    func appendOPT(
        _ record: RecordHeader, of reply: RawSpan, hidesSubnet: Bool,
        extendedError: ExtendedError? = nil, into writer: inout WireWriter
    ) -> Bool {
        let extendedCode = EDNS(record).extendedCode
        guard hasOPT, record.rdataLength > 0 || extendedCode > 0,
            record.rdataLength <= ResolverLimits.replyOptionOctets
        else { return false }
        let passesSubnet = hasSubnet && !hidesSubnet
        return writer.writeOPT(
            udpOctets: offeredOctets, isDNSSECOK: isDNSSECOK,
            extendedCode: extendedCode, extendedError: extendedError?.rawValue, options: reply,
            from: record.rdataOffset, count: record.rdataLength
        ) { code in
            EDNSOption.comesDown(code) && (passesSubnet || code != EDNSOptionCode.subnet)
        }
    }

    /// Sets flags and counts of a reply all of whose records are written.
    func endRecords(
        _ code: ResponseCode, flags: UInt16, answers: UInt16, authority: UInt16,
        additional: UInt16, into writer: inout WireWriter
    ) {
        writer.patchUInt16(replyFlags | flags | UInt16(code.rawValue), at: 2)
        writer.patchUInt16(1, at: 4)
        writer.patchUInt16(answers, at: 6)
        writer.patchUInt16(authority, at: 8)
        writer.patchUInt16(additional, at: 10)
    }

    /// Sets flags and counts of a reply whose records are written, and appends OPT.
    @inline(__always)
    func end(
        _ code: ResponseCode, flags: UInt16, answers: UInt16, authority: UInt16 = 0,
        additional: UInt16 = 0, extendedError: ExtendedError? = nil,
        into writer: inout WireWriter
    ) {
        let opt = appendOPT(extendedError: extendedError, into: &writer)
        writer.patchUInt16(replyFlags | flags | UInt16(code.rawValue), at: 2)
        writer.patchUInt16(1, at: 4)
        writer.patchUInt16(answers, at: 6)
        writer.patchUInt16(authority, at: 8)
        writer.patchUInt16(additional &+ opt, at: 10)
    }

    /// Ends a reply with nothing behind the question, which takes `questionEnd` octets with the
    /// header.
    ///
    /// The way out where an answer does not fit: TC, as dnsmasq since 2.91, and the client comes
    /// back by TCP. RFC 2181 §9.
    func endTruncated(questionEnd: Int, flags: UInt16 = 0, into writer: inout WireWriter) {
        writer.truncate(to: questionEnd)
        end(.noError, flags: MessageHeader.Flags.truncated | flags, answers: 0, into: &writer)
    }

    /// Writes header and question out of what was kept of the query.
    func start(into writer: inout WireWriter) {
        // Safe to ignore: every row has room for a header and a question.
        _ =
            writer.writeUInt16(id) && writer.writeUInt16(replyFlags) && writer.writeUInt16(1)
            && writer.writeUInt16(0) && writer.writeUInt32(0) && writer.write(name.bytes)
            && writer.writeUInt16(type.rawValue) && writer.writeUInt16(recordClass.rawValue)
    }
}
