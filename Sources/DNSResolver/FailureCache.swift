import DNSWire

/// Questions that nobody could answer a moment ago: for some seconds nobody is asked again. RFC
/// 9520 §3. // Differs: dnsmasq sends it again each time.
///
/// Shape: sets of two entries, found by the seeded hash of a question with all that makes it a
/// flight of its own. Cost: a lookup is two compares; no allocation after init.
struct FailureCache: ~Copyable {
    struct Failure {
        fileprivate var hash: UInt64 = 0
        fileprivate var until = Instant(milliseconds: .min)
        /// The failure is over once a failing server answers again; `.max` where it was not theirs.
        fileprivate var recoveries: UInt32 = 0
        var extendedError = ExtendedError.noReachableAuthority
        /// Whether no server that answers again ends it.
        var isWhole: Bool { recoveries == .max }
    }

    private var entries: [Failure]

    /// `count` is a power of two.
    init(count: Int) {
        entries = [Failure](repeating: Failure(), count: count)
    }

    private func set(_ hash: UInt64) -> Int {
        Int(truncatingIfNeeded: hash >> 32) & (entries.count - 1) & ~1
    }

    /// How the question failed, if that is not over.
    func find(_ hash: UInt64, recoveries: UInt32, now: Instant) -> Failure? {
        let set = set(hash)
        for index in set...set + 1 {
            let entry = entries[index]
            guard entry.hash == hash, entry.until > now else { continue }
            return entry.recoveries == .max || entry.recoveries == recoveries ? entry : nil
        }
        return nil
    }

    /// Remembers a failure, in place of the one of its set that ends first.
    mutating func insert(
        _ hash: UInt64, _ extendedError: ExtendedError, recoveries: UInt32, now: Instant
    ) {
        let set = set(hash)
        let isSecond =
            entries[set].hash != hash
            && (entries[set + 1].hash == hash || entries[set + 1].until < entries[set].until)
        entries[isSecond ? set + 1 : set] = Failure(
            hash: hash,
            until: now.advanced(byMilliseconds: ForwarderLimits.failureMilliseconds),
            recoveries: recoveries, extendedError: extendedError)
    }

    mutating func removeAll() {
        for index in entries.indices { entries[index] = Failure() }
    }
}
