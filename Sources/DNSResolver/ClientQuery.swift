package import DNSWire

/// How a query came, and so how large its answer may be.
package enum Transport: UInt8, Sendable {
    case udp
    case tcp
}

/// What a client asked, as far as its answer depends on it. Trivial: it is kept while an upstream
/// is asked.
package struct ClientQuery: Sendable {
    package var id: UInt16 = 0
    /// The second word of the header as it was received. RFC 1035 §4.1.1.
    package var flags: UInt16 = 0
    package var type = RecordType.a
    package var recordClass = RecordClass.internet
    package var transport = Transport.udp
    package var arrival = Arrival()
    package var hasOPT = false
    /// Whether the client said its own network, so that it is told what a server says of it.
    ///
    /// RFC 7871 §7.2. Filled in only where a query is forwarded.
    package var hasSubnet = false
    /// 0 is the only version there is. RFC 6891 §6.1.3.
    package var ednsVersion: UInt8 = 0
    /// The DO bit. RFC 3225.
    package var isDNSSECOK = false
    /// The largest UDP answer the client takes: 512 without OPT. RFC 6891 §6.2.3.
    package var udpOctets: UInt16 = 512
    /// What the reply's own OPT record offers, `edns-packet-max`.
    var offeredOctets = ResolverLimits.ednsOctets
    /// The name as the client spelled it; answers repeat this spelling.
    package var name = NameBuffer()

    package init() {}
}

extension ClientQuery {
    package var isRecursionDesired: Bool { flags & 0x0100 != 0 }
    package var isCheckingDisabled: Bool { flags & 0x0010 != 0 }
    package var asksForAuthenticatedData: Bool { flags & 0x0020 != 0 }
}

/// Where an answer has to go. Opaque to the resolver: the server packs into it what it needs.
package struct ReturnPath: Sendable {
    package var words = InlineArray<8, UInt64>(repeating: 0)

    package init() {}
}

/// One client that waits for an upstream's answer.
package struct Waiter: Sendable {
    package var client: ClientQuery
    package var returnPath: ReturnPath
    package var arrival: Instant
    /// The same by the finer clock that durations are measured with.
    package var arrivalMicroseconds: UInt64

    package init(
        client: ClientQuery, returnPath: ReturnPath, arrival: Instant,
        arrivalMicroseconds: UInt64 = 0
    ) {
        self.client = client
        self.returnPath = returnPath
        self.arrival = arrival
        self.arrivalMicroseconds = arrivalMicroseconds
    }
}

/// What an answer adds about its failure. RFC 8914 §4.
package struct ExtendedError: RawRepresentable, Hashable, Sendable {
    package var rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// What no other code says: too many questions are under way.
    package static let other = Self(rawValue: 0)
    package static let stale = Self(rawValue: 3)
    package static let notReady = Self(rawValue: 14)
    package static let blocked = Self(rawValue: 15)
    package static let filtered = Self(rawValue: 17)
    package static let noReachableAuthority = Self(rawValue: 22)
    package static let networkError = Self(rawValue: 23)
}
