import DNSResolver
import DNSWire
import LinuxIO

extension Worker {
    /// Begins to send a zone; false if the connection is of no use any more.
    mutating func begin(
        _ plan: TransferPlan, on stream: ClientStream, _ client: ReplyAddress
    ) -> Bool {
        stream.transfer = ZoneTransfer(plan, for: resolver.query, from: snapshot)
        stream.inFlight += 1
        return continueTransfer(stream, logging: isLogging ? client : nil)
    }

    /// Sends more of a zone, as long as the connection takes whole messages: what waits in memory
    /// is one message at most, however slowly the client reads.
    ///
    /// false if the connection is broken.
    mutating func continueTransfer(
        _ stream: ClientStream, logging client: ReplyAddress? = nil
    ) -> Bool {
        guard stream.transfer != nil else { return true }
        stream.lastActive = now
        var client = client
        for _ in 0..<ServerLimits.transferMessagesPerWake {
            guard !stream.hasOutput, let octets = Self.writeMessage(of: stream, into: &row) else {
                return true
            }
            if let client { logTransfer(octets, client) }
            client = nil
            guard write(octets, to: stream) else { return false }
            guard let transfer = stream.transfer, transfer.isDone else { continue }
            (stream.transfer, stream.transferDeadline) = (nil, nil)
            stream.inFlight -= 1
            // Queries may have come meanwhile.
            resume(stream)
            return true
        }
        return true
    }

    /// One line for all messages: the question of the first one says everything.
    private func logTransfer(_ octets: Int, _ client: ReplyAddress) {
        let head = min(octets, WireLimits.headerOctets + WireLimits.nameOctets + 4)
        setup.queryLog?.record(
            .answer, serial: serial, client: client, transport: .tcp, source: .zone, server: 0,
            octets: row.message(head))
    }

    private static func writeMessage(
        of stream: ClientStream, into row: inout MessageRow
    ) -> Int? {
        var writer = WireWriter(row.message)
        // The message begins behind its two octets of length.
        stream.transfer?.writeMessage(into: &writer)
        return stream.transfer == nil ? nil : writer.count
    }
}
