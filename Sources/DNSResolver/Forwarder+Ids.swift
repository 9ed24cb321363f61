import DNSWire

// Ids where several attempts share a port or a connection: RFC 5452 §4.3, RFC 7766 §6.2.1.

extension Forwarder {
    /// Draws another id for an attempt that is about to be sent, since a question under way has its
    /// id; nil for one that is over.
    package mutating func redrawID(of attempt: Attempt) -> UInt16? {
        guard let slot = waitingSlot(of: attempt) else { return nil }
        let id = random.next()
        table[slot, Int(attempt.index)].id = id
        return id
    }

    /// Whether the quoted beginning of a datagram is that of an attempt's question, as far as it
    /// goes; at least header and question have to be quoted.
    ///
    /// An ICMP message that only names addresses and ports could be anybody's: the ports are fixed.
    package func isQuoted(_ quote: RawSpan, of attempt: Attempt, query: RawSpan) -> Bool {
        guard let slot = waitingSlot(of: attempt) else { return false }
        let count = min(quote.byteCount, query.byteCount)
        guard count >= WireLimits.headerOctets + table.names[slot].length + 4 else { return false }
        for offset in 0..<count where quote.octet(at: offset) != query.octet(at: offset) {
            return false
        }
        return true
    }
}
