import DNSWire

/// A question in flight, as its table keeps it.
///
/// Trivial and small: its name and its attempts lie in the table beside it.
struct FlightRecord {
    enum State: UInt8 { case vacant, flying, evicted, over }

    // What was asked.
    var type = RecordType.a
    var recordClass = RecordClass.internet
    var traits: QueryTraits = []
    /// `FlightTable.none` where the group went with a reload.
    var group = FlightTable.none

    /// The worker's own number for it.
    var label: UInt32 = 0

    // What became of it.
    var state = State.vacant
    /// Never 0; changes when the slot is closed.
    var generation: UInt32 = 1
    var opened = Instant(milliseconds: 0)
    /// When it fails at last; never put off.
    var deadline = Instant(milliseconds: 0)
    /// When the waiting clients get what the cache had; never where it has nothing.
    var staleDue = Instant(milliseconds: .max)
    /// When the next server is asked, or one of them again.
    var stepDue = Instant(milliseconds: .max)
    /// Positions in the group that were asked already.
    var asked: UInt64 = 0
    var attempts: UInt8 = 0
    /// How many of the repeats of `ForwarderLimits` are behind it.
    var repeats: UInt8 = 0
    var mismatches: UInt16 = 0
    /// Which client's share it takes: a number made of the address of the one who asked first.
    var client: UInt16 = 0
    /// The clients got what the cache had.
    var isStale = false
    /// The only server was asked again because it said that it has no answer.
    var isReasked = false
    /// The name as scrambled has capitals: only the right reply repeats them.
    var hasCapitals = false
    /// The first client spelled some with capitals, too.
    var wasMixed = false
    /// A server was asked in a way that it is thought not to bear.
    var isTrial = false
    /// A reply in other letters has been held against its server.
    var metOtherLetters = false
    /// What a server said before it was asked the same in small letters: that there is no such
    /// name, or no such data.
    var denial: ResponseCode?
    /// The best of the bad answers; `noError` while there is none.
    var bestBad = ResponseCode.noError
    /// Until its first servers are asked: what comes later are retries.
    var isOpening = true
    /// Whether other workers wait for what comes of it, or it waits for another one's.
    var sharing = FlightSharing.alone
    /// It was given up for newer ones.
    var wasEvicted = false
    /// Whether some server was silent, rather than out of reach.
    var metSilence = false

    // Where it stands in its table.
    var hash: UInt64 = 0
    var older = FlightTable.none
    var newer = FlightTable.none
    var queue = WaiterPool.Queue()
}
