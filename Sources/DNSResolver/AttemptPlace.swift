/// The place of one attempt in its flight, as the table keeps it; trivial.
struct AttemptPlace {
    enum State: UInt8 {
        case vacant
        /// Not handed to the worker yet.
        case unsent
        /// A reply is waited for.
        case open
        /// The server said that it has no answer, or something malformed. A good answer would still
        /// be taken, since anybody may have said so, but nobody waits for it.
        case doubted
        /// Whatever comes now is ignored; the place may be used again.
        case finished
    }

    var state = State.vacant
    var transport = Transport.udp
    /// Asked without an OPT record.
    var isPlain = false
    /// Asked in small letters, since the server seems to change others.
    var isLowerCase = false
    /// The silence of the server was held against it already.
    var isCharged = false
    /// The worker was given an attempt for this place, and was not told yet to close its socket.
    var hasSocket = false
    var serial: UInt8 = 0
    var id: UInt16 = 0
    /// `FlightTable.none` where the server went with a reload.
    var server = FlightTable.none
    var sent = Instant(milliseconds: 0)

    var isWaiting: Bool { state == .unsent || state == .open }

    /// Whether a good answer would be taken.
    var isOpen: Bool { isWaiting || state == .doubted }

    /// Takes the place for a new attempt.
    ///
    /// A socket of the one before is still to be closed.
    mutating func start(
        id: UInt16, server: UInt16, how: AttemptKind, now: Instant
    ) {
        self.id = id
        self.server = server
        transport = how.transport
        isPlain = how.isPlain
        isLowerCase = how.isLowerCase
        (state, isCharged, sent) = (.unsent, false, now)
        // Safe: a flight has fewer attempts than a serial has values.
        serial &+= 1
    }
}

/// How a server is asked.
struct AttemptKind {
    var transport = Transport.udp
    /// Without an OPT record.
    var isPlain = false
    /// In small letters.
    var isLowerCase = false
}
