package import DNSWire

/// A question that was sent to upstream servers, as the worker refers to it.
///
/// A handle outlives its flight harmlessly: the generation tells that the slot has passed to
/// another.
package struct Flight: Hashable, Sendable {
    /// 0..<`ForwarderLimits.slots`.
    package let slot: UInt16
    /// At least 1.
    package let generation: UInt32
}

/// One message to one server for a flight: it has its own id, and the worker gives it its own
/// socket.
package struct Attempt: Hashable, Sendable {
    package let flight: Flight
    /// The place of its socket among those of the flight; 0..<`ForwarderLimits.openAttempts`.
    package let index: UInt8
    /// Tells apart the attempts that one after the other had this place.
    package let serial: UInt8
    /// Index into the servers that were adopted last.
    package let server: UInt16
    package let transport: Transport
    /// The same octets were sent through the same socket before, and nothing came back.
    package let isRepeat: Bool

    /// The attempt in one word, for epoll.
    ///
    /// Never below 2³², and the last octet is below `ForwarderLimits.openAttempts`: other words are
    /// free for other uses.
    ///
    /// Shape: generation 32 bits, slot 16, serial 8, index 8.
    package var token: UInt64 {
        UInt64(flight.generation) << 32 | UInt64(flight.slot) << 16 | UInt64(serial) << 8
            | UInt64(index)
    }
}

/// What of a client's query goes on to the upstream server.
///
/// Queries that differ in it do not share a flight. Whether a client knows EDNS is no part of it: a
/// server always gets an OPT record.
package struct QueryTraits: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let recursionDesired = Self(rawValue: 1)
    package static let checkingDisabled = Self(rawValue: 2)
    package static let authenticatedData = Self(rawValue: 4)
    /// The DO bit.
    ///
    /// RFC 3225.
    package static let dnssecOK = Self(rawValue: 8)
    /// The answer is for this client: it is not kept for others.
    package static let isPrivate = Self(rawValue: 32)

    /// The client said itself which network it asks for: the reply says whether its answer is for
    /// that network only.
    package static let hasOwnSubnet = Self(rawValue: 64)

    /// The client's query had EDNS options that go on: what a server makes of them is no news about
    /// the server.
    package static let hasOwnOptions = Self(rawValue: 128)

    /// Whether nothing in the question but name and type is of a client's choice, so that it tells
    /// what the server can do.
    var isNeutral: Bool {
        isDisjoint(with: [.checkingDisabled, .dnssecOK, .hasOwnSubnet, .hasOwnOptions])
    }

    /// Whether the answer may go into the cache: not what was asked with CD, for those who ask
    /// without it.
    package var allowsCaching: Bool { isDisjoint(with: [.checkingDisabled, .isPrivate]) }

    /// The traits of a client's query.
    package init(_ client: borrowing ClientQuery) {
        var traits: Self = []
        if client.isRecursionDesired { traits.insert(.recursionDesired) }
        if client.isCheckingDisabled { traits.insert(.checkingDisabled) }
        if client.asksForAuthenticatedData { traits.insert(.authenticatedData) }
        if client.isDNSSECOK { traits.insert(.dnssecOK) }
        self = traits
    }
}

/// What was asked upstream: what a reply to the flight is an answer to.
package struct FlightView: Sendable {
    /// As it was sent; not folded.
    package let name: NameBuffer
    package let type: RecordType
    package let recordClass: RecordClass
    package let traits: QueryTraits
    /// Index into the groups that were adopted last; nil if the group went with a reload.
    package let group: UInt16?
    /// The number that the worker gave it.
    package let label: UInt32

    package init(
        name: NameBuffer, type: RecordType, recordClass: RecordClass, traits: QueryTraits,
        group: UInt16?, label: UInt32
    ) {
        self.name = name
        self.type = type
        self.recordClass = recordClass
        self.traits = traits
        self.group = group
        self.label = label
    }
}
