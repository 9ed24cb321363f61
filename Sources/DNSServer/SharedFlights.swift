import DNSResolver
import LinuxIO
import Synchronization

/// The questions that some worker asks, for all workers: who has one asked already waits for what
/// comes of it.
///
/// The worker that opens a flight first owns its key. Others open flights that follow: they have no
/// attempts, and a bit in the entry of the key. When the owner's flight ends, the entry goes, and
/// the owner leaves what came of it in the mailbox of each follower and wakes it. Nothing is lost
/// if that fails: an entry is good only as long as the owner's flight may last, a flight that
/// follows asks by itself then, and so do all of a worker whose mailbox was full. Keys are hashes
/// with a secret seed, so clients cannot make different questions equal.
///
/// Only where there are several workers. Cost for the owner of a question that nobody else has: two
/// locks, each held for some dozen instructions; no allocation once the tables have grown.
package final class SharedFlights: Sendable {
    /// What a worker does with a flight that it opens.
    enum Role: Equatable {
        /// Ask, and call `close` at the end.
        case owner
        /// Wait for the owner's word, until then at the most.
        case follower(until: Instant)
        /// Ask, for itself alone.
        case alone
    }

    /// For the seed of all keys.
    private let seed = Entropy.word()
    private let stripes: InlineArray<16, Mutex<FlightRegister>>
    private let mailboxes: [FlightMailbox]
    private let wakes: [Wake]

    /// `wakes` are those of all workers, by their numbers.
    package init(wakes: [Wake]) {
        self.wakes = wakes
        mailboxes = wakes.map { _ in FlightMailbox() }
        stripes = InlineArray { _ in
            Mutex(FlightRegister(limit: ServerLimits.sharedFlights / 16))
        }
    }

    /// The seed of the keys of a configuration: questions to other servers are other questions.
    func seed(generation: UInt64) -> UInt64 {
        // Safe: it is only to differ.
        seed &+ generation &* 0x9E37_79B9_7F4A_7C15
    }

    private static func stripe(_ key: UInt64) -> Int { Int(truncatingIfNeeded: key >> 60) }

    /// What a worker does with a flight that it opens. Without `waits` it does not want to hear of
    /// it.
    func open(_ key: UInt64, by worker: Int, waits: Bool, now: Instant) -> Role {
        // A mask has no more bits.
        guard worker < 64 else { return .alone }
        return stripes[Self.stripe(key)].withLock {
            $0.open(key, by: UInt8(worker), waits: waits, now: now)
        }
    }

    /// Ends what a worker owns; answers who follows, a bit for each.
    func close(_ key: UInt64, by worker: Int) -> UInt64 {
        guard worker < 64 else { return 0 }
        return stripes[Self.stripe(key)].withLock { $0.close(key, by: UInt8(worker)) }
    }

    /// Leaves word of a flight for those who follow it.
    func post(_ post: FlightPost, to followers: UInt64) {
        for worker in mailboxes.indices where followers >> UInt64(worker) & 1 != 0 {
            if mailboxes[worker].put(post) { wakes[worker].event.signal() }
        }
    }

    /// Takes out what was left for a worker, in place of an empty array; false if some of it was
    /// lost.
    func take(for worker: Int, into posts: inout [FlightPost]) -> Bool {
        mailboxes[worker].take(into: &posts)
    }
}

/// What became of a flight of another worker.
struct FlightPost: Sendable {
    let key: UInt64
    let outcome: SharedOutcome
    /// Whose reply it is.
    let server: UInt16
    /// The reply; empty where there is none.
    let octets: [UInt8]
}

/// What was left for one worker.
final class FlightMailbox: Sendable {
    private struct Content {
        var posts: [FlightPost] = []
        var octets = 0
        var isIncomplete = false
    }

    private let content = Mutex(Content())

    /// Leaves something, or notes that there was no room for it; true if the worker is to be
    /// woken.
    func put(_ post: FlightPost) -> Bool {
        content.withLock { content in
            let isFirst = content.posts.isEmpty && !content.isIncomplete
            if content.posts.count < ServerLimits.posts,
                content.octets <= ServerLimits.postOctets - post.octets.count
            {
                content.posts.append(post)
                content.octets += post.octets.count
            } else {
                content.isIncomplete = true
            }
            return isFirst
        }
    }

    /// Takes everything, in place of an empty array; false if something had no room.
    func take(into posts: inout [FlightPost]) -> Bool {
        precondition(posts.isEmpty, "what was taken before is to be handled first")
        return content.withLock { content in
            swap(&content.posts, &posts)
            content.octets = 0
            defer { content.isIncomplete = false }
            return !content.isIncomplete
        }
    }
}
