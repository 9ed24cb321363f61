import DNSWire

// The tables of a worker's block: queries by protocol and type, responses by source and code, and
// how long answers took.

extension Counters {
    /// The types that are told apart; all others are counted together.
    package enum TypeClass: Int, CaseIterable, Sendable {
        case other, a, ns, cname, soa, ptr, mx, txt, aaaa, srv, ds, svcb, https, any

        /// Cost: one jump through a table.
        @inline(__always)
        init(_ type: RecordType) {
            switch type.rawValue {
            case 1: self = .a
            case 2: self = .ns
            case 5: self = .cname
            case 6: self = .soa
            case 12: self = .ptr
            case 15: self = .mx
            case 16: self = .txt
            case 28: self = .aaaa
            case 33: self = .srv
            case 43: self = .ds
            case 64: self = .svcb
            case 65: self = .https
            case 255: self = .any
            default: self = .other
            }
        }
    }

    /// Whose answers are timed together.
    package enum Timing: Int, CaseIterable, Sendable {
        /// Out of the configuration, or made up by us.
        case local
        case cache
        /// A server was asked, whatever came of it.
        case upstream

        /// The class of an answer that nobody waited for.
        package init(_ source: AnswerSource) {
            self = source == .cache || source == .stale ? .cache : .local
        }
    }

    /// Upper bounds of the buckets of a duration, in microseconds; one more holds what is above.
    package static let bounds: [UInt64] = [
        50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000,
        1_000_000, 2_000_000, 4_000_000,
    ]

    /// The words of the tables, of which there are `tableWords`.
    private enum Table {
        /// Two protocols of sixteen types each.
        static let queries = 0
        /// Sixteen sources of sixteen codes each.
        static let responses = 32
        /// For each kind of timing sixteen buckets, the one above them, and the sum.
        static let durations = 288
        static let durationWords = 32
        static let sum = 31
    }

    // MARK: Counting

    /// Counts a query that gets an answer, now or later.
    ///
    /// Only the worker that owns this block may call this and what follows.
    @inline(__always)
    func noteQuery(_ transport: Transport, _ type: RecordType) {
        let kind = TypeClass(type).rawValue
        addToTable(Table.queries + (transport == .udp ? 0 : 16) + kind, 1)
    }

    /// Counts an answer; `flags` are its second word.
    @inline(__always)
    package func noteResponse(_ source: AnswerSource, flags: UInt16) {
        addToTable(Table.responses + Int(source.rawValue & 0xF) * 16 + Int(flags & 0xF), 1)
    }

    /// Counts `count` answers that took so many microseconds each.
    package func noteDuration(_ timing: Timing, microseconds: UInt64, count: UInt64 = 1) {
        let row = Table.durations + timing.rawValue * Table.durationWords
        addToTable(row + Self.bucket(of: microseconds), count)
        addToTable(row + Table.sum, microseconds &* count)
    }

    private static func bucket(of microseconds: UInt64) -> Int {
        var index = 0
        while index < bounds.count, microseconds > bounds[index] { index += 1 }
        return index
    }

    // MARK: Reading

    /// Queries of a protocol and a class of types.
    package func queries(_ transport: Transport, _ type: TypeClass) -> UInt64 {
        table(Table.queries + (transport == .udp ? 0 : 16) + type.rawValue)
    }

    /// Answers of a source with one of the sixteen codes of a header.
    package func responses(_ source: AnswerSource, code: Int) -> UInt64 {
        table(Table.responses + Int(source.rawValue) * 16 + code)
    }

    /// Answers in bucket `index` alone; `bounds.count` is the bucket above all bounds.
    package func durations(_ timing: Timing, bucket index: Int) -> UInt64 {
        table(Table.durations + timing.rawValue * Table.durationWords + index)
    }

    /// The time of all answers together.
    package func durationSumMicroseconds(_ timing: Timing) -> UInt64 {
        table(Table.durations + timing.rawValue * Table.durationWords + Table.sum)
    }
}
