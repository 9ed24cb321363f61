import DNSWire

extension Resolver {
    /// With `localise-queries`: writes an answer with those of its A records that are in the
    /// network of the address that was asked; nil if there are none, or none besides.
    ///
    /// dnsmasq: hosts data and `interface-name`, IPv4 only. Cost: two walks over the records.
    mutating func writeLocalised(
        _ answer: PackedAnswer, snapshot: Snapshot, into writer: inout WireWriter
    ) -> Verdict? {
        let local = query.arrival.local
        guard query.type == .a || query.type == .any, answer.answerCount > 1, local.isIPv4,
            let network = snapshot.networks.first(where: { $0.address == local })
        else { return nil }
        let near = snapshot.names.countAddresses(of: answer, inside: network)
        guard near.inside > 0, near.outside > 0 else { return nil }
        let octets = answer.bodyLength &- 16 &* near.outside
        guard octets <= writer.limit &- writer.count &- query.reserve else {
            return truncate(flags: MessageHeader.Flags.authoritative, into: &writer)
        }
        let turn = snapshot.rotation.turn(of: answer)
        guard snapshot.names.writeBody(answer, turn: turn, inside: network, into: &writer) else {
            return truncate(flags: MessageHeader.Flags.authoritative, into: &writer)
        }
        query.end(
            ResponseCode(rawValue: answer.responseCode),
            flags: MessageHeader.Flags.authoritative,
            answers: answer.answerCount &- UInt16(truncatingIfNeeded: near.outside),
            into: &writer)
        return .reply
    }
}

extension NameTable {
    /// How many A records of an answer are in a network, and how many are not.
    fileprivate func countAddresses(
        of answer: PackedAnswer, inside network: HostFacts.Network
    ) -> (inside: Int, outside: Int) {
        var count = (inside: 0, outside: 0)
        var reader = WireReader(nodes.bytes, at: answer.bodyOffset)
        for _ in 0..<Int(answer.answerCount) {
            guard let record = reader.readRecord() else { break }
            guard record.type == .a else { continue }
            if isInside(network, record) { count.inside += 1 } else { count.outside += 1 }
        }
        return count
    }

    private func isInside(_ network: HostFacts.Network, _ record: RecordHeader) -> Bool {
        network.contains(IPAddress(ipv4: nodes.bytes.uint32(at: record.rdataOffset)))
    }

    /// Appends the body without the A records outside of a network, turned as without it; false if
    /// there is no room.
    fileprivate func writeBody(
        _ answer: PackedAnswer, turn: Int, inside network: HostFacts.Network,
        into writer: inout WireWriter
    ) -> Bool {
        let run = answer.bodyOffset &+ answer.rotationOffset
        let length = answer.rotationCount &* answer.rotationStride
        let cut = run &+ turn &* answer.rotationStride
        let parts: InlineArray<4, Range<Int>> = [
            answer.bodyOffset..<run, cut..<(run &+ length), run..<cut,
            (run &+ length)..<answer.endOffset,
        ]
        for part in parts.indices {
            var reader = WireReader(nodes.bytes, at: parts[part].lowerBound)
            while reader.offset < parts[part].upperBound {
                let start = reader.offset
                guard let record = reader.readRecord() else { return false }
                if record.type == .a, !isInside(network, record) { continue }
                guard
                    writer.write(nodes.bytes, from: start, length: record.endOffset &- start)
                else { return false }
            }
        }
        return true
    }
}
