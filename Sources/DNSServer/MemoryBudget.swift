import DNSResolver
import Synchronization

/// The memory that all connections of clients may take together, shared fairly between addresses.
///
/// An address gets what it asks for while it has, with that, not more than is left for all others:
/// one that takes whatever it can get has half in the end, k at the same time have 1/(k+1) each,
/// and as much is left for the next (dynamic thresholds, Choudhury and Hahne 1998). Who has little
/// gets it as long as there is any. Nothing is taken from anybody here: where there is not enough
/// `StreamTable` closes a connection of who has most.
///
/// Shape: a sum of octets, and one for each of 1,024 classes of addresses; several addresses may
/// share a class. Cost: two atomic additions, and none where a connection needs as much as before.
final class MemoryBudget: Sendable {
    /// Classes of addresses.
    static let classes = 1_024
    /// The class of what the kernel still has of connections that are closed, whoever's they were.
    static let lingering = 1_024

    /// In octets; never exceeded.
    let limit: Int
    /// What everybody may have.
    private let modest: Int
    private let total = Atomic<Int>(0)
    private let sums: InlineArray<1_025, Atomic<Int>>

    init(limit: Int) {
        self.limit = limit
        modest = max(4 * ServerLimits.streamOctets, limit / 256)
        sums = InlineArray { _ in Atomic(0) }
    }

    /// Octets that are taken, by all.
    var used: Int { total.load(ordering: .relaxed) }

    /// Octets that a class has.
    func used(by key: Int) -> Int { sums[key].load(ordering: .relaxed) }

    /// Whether three quarters are taken.
    var isScarce: Bool { used >= limit / 4 * 3 }

    /// Takes `octets`, at least 0, for a class; false, and nothing is taken, if that is too much.
    func take(_ octets: Int, for key: Int) -> Bool {
        let all = total.add(octets, ordering: .relaxed).newValue
        let own = sums[key].add(octets, ordering: .relaxed).newValue
        if all <= limit, own <= max(modest, limit - all) { return true }
        give(octets, of: key)
        return false
    }

    func give(_ octets: Int, of key: Int) {
        sums[key].subtract(octets, ordering: .relaxed)
        total.subtract(octets, ordering: .relaxed)
    }
}
