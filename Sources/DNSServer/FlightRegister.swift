import DNSResolver

/// Which worker asks what, for one part of all keys.
///
/// Shape: open addressing in a power of two of entries, at most half of them taken, so searches are
/// short; it grows up to a limit. Keys are hashes already. Cost: some dozen instructions.
struct FlightRegister: ~Copyable {
    private struct Entry {
        /// 0 where it is free.
        var key: UInt64 = 0
        /// The workers that wait, a bit for each.
        var followers: UInt64 = 0
        /// When the owner's flight is over at the latest.
        ///
        /// An owner that has not said so by then has no word in it any more.
        var expires = Instant(milliseconds: 0)
        var owner: UInt8 = 0
    }

    /// What the registers of all keys take at the most, in octets.
    static var octets: Int { 2 * ServerLimits.sharedFlights * MemoryLayout<Entry>.stride }

    private var entries = [Entry](repeating: Entry(), count: 64)
    private(set) var count = 0
    private let limit: Int

    /// `limit`: how many entries it may have.
    init(limit: Int) {
        self.limit = limit
    }

    mutating func open(
        _ key: UInt64, by worker: UInt8, waits: Bool, now: Instant
    ) -> SharedFlights.Role {
        let key = max(key, 1)
        let place = place(of: key)
        let expires = now.advanced(
            byMilliseconds: ForwarderLimits.deadlineMilliseconds
                + ServerLimits.followMilliseconds)
        if entries[place].key == key {
            if entries[place].expires > now {
                // What is over and not closed yet is nothing to wait for, least of all for its own
                // worker.
                guard entries[place].owner != worker else { return .alone }
                if waits { entries[place].followers |= 1 << UInt64(worker) }
                return .follower(until: entries[place].expires)
            }
            entries[place] = Entry(key: key, expires: expires, owner: worker)
            return .owner
        }
        guard count < limit else { return .alone }
        entries[place] = Entry(key: key, expires: expires, owner: worker)
        count += 1
        if 2 * count > entries.count { grow() }
        return .owner
    }

    /// Takes out what a worker owns; answers who follows.
    mutating func close(_ key: UInt64, by worker: UInt8) -> UInt64 {
        let key = max(key, 1)
        let place = place(of: key)
        guard entries[place].key == key, entries[place].owner == worker else { return 0 }
        let followers = entries[place].followers
        remove(place)
        return followers
    }

    /// Where a key is, or would be.
    private func place(of key: UInt64) -> Int {
        let mask = entries.count - 1
        var place = Int(truncatingIfNeeded: key) & mask
        while entries[place].key != 0, entries[place].key != key { place = (place + 1) & mask }
        return place
    }

    /// Empties a place and moves up those behind it that were pushed on by it.
    private mutating func remove(_ place: Int) {
        let mask = entries.count - 1
        var hole = place
        var next = place
        while true {
            next = (next + 1) & mask
            guard entries[next].key != 0 else { break }
            let home = Int(truncatingIfNeeded: entries[next].key) & mask
            // Safe: distances around the ring are taken modulo its size.
            guard (next &- home) & mask >= (next &- hole) & mask else { continue }
            entries[hole] = entries[next]
            hole = next
        }
        entries[hole] = Entry()
        count -= 1
    }

    private mutating func grow() {
        let old = entries
        entries = [Entry](repeating: Entry(), count: 2 * old.count)
        for entry in old where entry.key != 0 { entries[place(of: entry.key)] = entry }
    }
}
