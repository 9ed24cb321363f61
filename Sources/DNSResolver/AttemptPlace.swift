/// The place of one attempt in its flight, as the table keeps it; trivial.
struct AttemptPlace {
    enum State: UInt8 {
        case vacant
        /// Not handed to the worker yet.
        case unsent
        /// A reply is waited for.
        case open
        /// Whatever comes now is ignored; the place may be used again.
        case finished
    }

    var state = State.vacant
    var transport = Transport.udp
    /// Asked without an OPT record.
    var isPlain = false
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

    /// Takes the place for a new attempt.
    ///
    /// A socket of the one before is still to be closed.
    mutating func start(
        id: UInt16, server: UInt16, transport: Transport, isPlain: Bool, now: Instant
    ) {
        self.id = id
        self.server = server
        self.transport = transport
        self.isPlain = isPlain
        (state, isCharged, sent) = (.unsent, false, now)
        // Safe: a flight has fewer attempts than a serial has values.
        serial &+= 1
    }
}
