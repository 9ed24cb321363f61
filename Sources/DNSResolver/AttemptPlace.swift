/// The place of one attempt in its flight, as the table keeps it; trivial.
struct AttemptPlace {
    enum State: UInt8 {
        case vacant
        /// Not handed to the worker yet.
        case unsent
        /// A reply is waited for.
        case open
        /// The server said that it has no answer, or something malformed, or nobody is there. A
        /// good answer would still be taken, since anybody may have said so, but nobody waits for
        /// it.
        case doubted
        /// Whatever comes now is ignored; the place may be used again.
        case finished
    }

    var state = State.vacant
    var transport = Transport.udp
    /// The last time it was asked without an OPT record.
    var isPlain = false
    /// The last time it was asked in small letters, so the reply may have any.
    var isLowerCase = false
    /// It was asked in letters drawn at random,
    var wasScrambled = false
    /// and some of them were capitals.
    var hadLetters = false
    /// It was asked with an OPT record.
    var hadOPT = false
    /// The silence of the server was held against it already.
    var isCharged = false
    /// The server said that it has no answer.
    var hasRefused = false
    /// What became of what this flight asked of the server.
    var trace: AttemptTrace = []
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

    /// Whether one reply may be to either of two messages.
    var isRepeated: Bool { lastSent != sent }

    /// Takes the place for a new attempt. `hasCapitals`: the name as scrambled has some.
    ///
    /// A socket of the one before is still to be closed.
    mutating func start(
        id: UInt16, server: UInt16, how: AttemptKind, hasCapitals: Bool, trace: AttemptTrace,
        now: Instant
    ) {
        self.id = id
        self.server = server
        self.trace = trace
        transport = how.transport
        isPlain = how.isPlain
        isLowerCase = how.isLowerCase
        wasScrambled = !isLowerCase
        hadLetters = hasCapitals && wasScrambled
        hadOPT = !isPlain
        (state, isCharged, isRepeat, hasRefused) = (.unsent, false, false, false)
        (sent, lastSent) = (now, now)
        // Safe: a flight has fewer attempts than a serial has values.
        serial &+= 1
    }

    /// The question goes out once more by the same socket, in small letters.
    mutating func sendAgain(isPlain: Bool, now: Instant) {
        (state, isRepeat, lastSent) = (.unsent, true, now)
        isLowerCase = true
        self.isPlain = isPlain
    }
}

/// What became of the questions that a flight asked of one server.
struct AttemptTrace: OptionSet {
    let rawValue: UInt8

    /// It said that it has no answer.
    static let refused = Self(rawValue: 1)
    /// What was asked in random letters brought no answer, or a denial.
    static let lettersFailed = Self(rawValue: 2)
    /// What was asked with an OPT record brought no answer.
    static let ednsFailed = Self(rawValue: 4)
    /// It said that it does not know the OPT record.
    static let ednsRefused = Self(rawValue: 8)
    /// What was asked by UDP brought nothing.
    static let datagramsFailed = Self(rawValue: 16)
    /// It was asked in small letters.
    static let askedSimply = Self(rawValue: 32)
    /// Somebody said that nobody is there, which was not so a moment before.
    static let unreached = Self(rawValue: 64)
}

/// How a server is asked.
struct AttemptKind {
    var transport = Transport.udp
    /// Without an OPT record.
    var isPlain = false
    /// In small letters.
    var isLowerCase = false
}
