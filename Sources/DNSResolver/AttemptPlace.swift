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
    /// When it was sent for the last time.
    var lastSent = Instant(milliseconds: 0)
    /// It was sent before, and is to go out once more through the same socket.
    var isRepeat = false

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
        (state, isCharged, isRepeat) = (.unsent, false, false)
        (sent, lastSent) = (now, now)
        // Safe: a flight has fewer attempts than a serial has values.
        serial &+= 1
    }

    /// The same octets go out once more.
    mutating func sendAgain(now: Instant) {
        (state, isRepeat, lastSent) = (.unsent, true, now)
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
