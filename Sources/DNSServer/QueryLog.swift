package import DNSResolver
package import DNSWire
package import LinuxIO
import Synchronization

/// Carries what is to be logged from one worker to the thread that writes the log: the queries, if
/// they are to be logged, and warnings always.
///
/// A ring of words with one writer and one reader and no lock: the worker copies the message and
/// goes on, the reader makes text of it. When the ring is full, events are lost and counted; the
/// worker never waits. A new kind of warning is a case of `Event`, a call of `warn` where it
/// happens, and a line in `QueryLogFormatter`. An event in words of eight octets:
/// ```
///  0 octet count u16 | server u16 | serial u32
///  1 event u8 | transport u8 | source u8 | 0 | microseconds u32
///  2…8 the client's ReplyAddress, packed
///  9… the message, zero-padded to whole words
/// ```
/// `head` and `tail` count all words ever written and read.
package final class QueryLog: Sendable {
    package enum Event: UInt8, Sendable {
        /// A client's query; the octets are the query.
        case query = 1
        /// The answer that was sent; `source` says where it came from. The octets are the reply.
        case answer
        /// Sent to an upstream server: `server` is its index. The octets are the query sent.
        case forwarded
        /// An upstream's reply as it came. The octets are the reply.
        case upstreamReply
        /// A question that joined one already in flight.
        case duplicate
        /// An upstream's answer was emptied for its private addresses; the octets are the name
        /// that has them.
        case rebinding
        /// A question was refused because as many as may be are under way; `serial` says how many
        /// that is.
        case overloaded
        /// An upstream's reply was dropped: the subnet in it is not the one that was sent.
        case subnetMismatch
        /// A query was ignored because `client` is in another network.
        case foreign
        /// The process is out of file descriptors.
        case exhausted
        /// A fixed port for questions to servers is not to be had; `serial` is its number.
        case portTaken
        /// Connections were closed since all of them together take too much memory; `serial` says
        /// how many KiB they may have.
        case starved

        /// What JSON lines call it.
        var name: String {
            switch self {
            case .query, .answer, .forwarded, .upstreamReply, .duplicate: "query"
            case .rebinding: "rebinding"
            case .overloaded: "overloaded"
            case .subnetMismatch: "subnet_mismatch"
            case .foreign: "foreign"
            case .exhausted: "exhausted"
            case .portTaken: "port_taken"
            case .starved: "starved"
            }
        }

        /// Whether it is written although queries are not logged.
        var isWarning: Bool {
            switch self {
            case .rebinding, .overloaded, .subnetMismatch, .foreign, .exhausted, .portTaken,
                .starved:
                true
            case .query, .answer, .forwarded, .upstreamReply, .duplicate: false
            }
        }
    }

    /// One event as the reader gets it.
    struct Entry: Sendable {
        var event: Event
        var serial: UInt32
        var client: ReplyAddress
        var transport: Transport
        var source: AnswerSource
        var server: UInt16
        /// The worker's clock, in microseconds, without its upper half.
        var microseconds: UInt32 = 0
        /// The message, cut at `messageOctets`.
        var octets: [UInt8]
    }

    /// Octets of a message that are kept: more than any datagram that is sent; a log line needs
    /// less.
    private static let messageOctets = 4_096
    private static let headWords = 9
    /// Whether the worker is to record queries too.
    package let takesQueries: Bool
    /// A power of two.
    private let words: AtomicWords
    private let head = Atomic<UInt64>(0)
    private let tail = Atomic<UInt64>(0)
    private let lost = Atomic<UInt64>(0)
    /// Wakes the reader; one for all rings.
    private let wake: Wake

    /// Without queries 8 KiB: some fifty warnings.
    ///
    /// With them 256 KiB: some 2,000 queries with their answers, half a second of a busy house.
    package init(takesQueries: Bool, wake: Wake) {
        self.takesQueries = takesQueries
        words = AtomicWords(count: takesQueries ? 32_768 : 1_024)
        self.wake = wake
    }

    /// Notes a warning with a name in wire form, a number, a client, or none of them.
    ///
    /// Only the one worker that owns the ring may call it. Cost: as `record`; nothing is allocated.
    package func warn(
        _ event: Event, number: UInt32 = 0, client: IPAddress? = nil, name: borrowing NameBuffer
    ) {
        precondition(event.isWarning, "queries are not recorded as warnings")
        let peer = client?.socketAddress(port: 0) ?? SocketAddress()
        record(
            event, serial: number, client: ReplyAddress(peer: peer), transport: .udp,
            source: .none, server: 0, octets: name.bytes)
    }

    /// Notes an event.
    ///
    /// Only the one worker that owns the ring may call it.
    ///
    /// Cost: a copy of the message; a system call only if the reader may be asleep.
    package func record(
        _ event: Event, serial: UInt32, client: ReplyAddress, transport: Transport,
        source: AnswerSource, server: UInt16, octets: RawSpan, at microseconds: UInt64 = 0
    ) {
        let count = min(octets.byteCount, Self.messageOctets)
        let size = UInt64(Self.headWords + (count + 7) / 8)
        let start = head.load(ordering: .relaxed)
        guard start &- tail.load(ordering: .acquiring) <= UInt64(words.count) - size else {
            lost.add(1, ordering: .relaxed)
            return
        }
        put(UInt64(count) | UInt64(server) << 16 | UInt64(serial) << 32, at: start)
        put(
            UInt64(event.rawValue) | UInt64(transport.rawValue) << 8
                | UInt64(source.rawValue) << 16 | microseconds << 32, at: start &+ 1)
        let address = client.packed
        for index in 0..<7 { put(address[index], at: start &+ 2 &+ UInt64(index)) }
        var at = start &+ UInt64(Self.headWords)
        var offset = 0
        while count - offset >= 8 {
            put(octets.word(at: offset), at: at)
            at &+= 1
            offset += 8
        }
        if offset < count {
            var word: UInt64 = 0
            for index in offset..<count {
                word |= UInt64(octets.octet(at: index)) << UInt64(8 * (index - offset))
            }
            put(word, at: at)
        }
        // The reader stores the tail and then looks at the head, we the other way round: one of us
        // sees the other.
        head.store(start &+ size, ordering: .sequentiallyConsistent)
        if tail.load(ordering: .sequentiallyConsistent) == start { wake.event.signal() }
    }

    private func put(_ word: UInt64, at position: UInt64) {
        words.store(index(position), word.littleEndian)
    }

    // MARK: Reading

    /// The next event, or nil if there is none.
    ///
    /// Only the thread that writes the log may call it.
    func next() -> Entry? {
        let start = tail.load(ordering: .relaxed)
        guard head.load(ordering: .sequentiallyConsistent) != start else { return nil }
        let first = get(start)
        let kinds = get(start &+ 1)
        var address = InlineArray<7, UInt64>(repeating: 0)
        for index in 0..<7 { address[index] = get(start &+ 2 &+ UInt64(index)) }
        let count = Int(first & 0xFFFF)
        var octets: [UInt8] = []
        octets.reserveCapacity(count)
        for index in 0..<count {
            let word = get(start &+ UInt64(Self.headWords + index / 8))
            octets.append(UInt8(truncatingIfNeeded: word >> UInt64(8 * (index % 8))))
        }
        let size = UInt64(Self.headWords + (count + 7) / 8)
        tail.store(start &+ size, ordering: .sequentiallyConsistent)
        return Entry(
            event: Event(rawValue: UInt8(truncatingIfNeeded: kinds)) ?? .query,
            serial: UInt32(truncatingIfNeeded: first >> 32),
            client: ReplyAddress(packed: address),
            transport: Transport(rawValue: UInt8(truncatingIfNeeded: kinds >> 8)) ?? .udp,
            source: AnswerSource(rawValue: UInt8(truncatingIfNeeded: kinds >> 16)) ?? .none,
            server: UInt16(truncatingIfNeeded: first >> 16),
            microseconds: UInt32(truncatingIfNeeded: kinds >> 32), octets: octets)
    }

    private func get(_ position: UInt64) -> UInt64 {
        UInt64(littleEndian: words.load(index(position)))
    }

    private func index(_ position: UInt64) -> Int { Int(position & UInt64(words.count - 1)) }

    /// Events lost since the start.
    var lostCount: UInt64 { lost.load(ordering: .relaxed) }
}
