/// Lets the first of equal warnings through, and tells later how many more there were.
///
/// Cost: a look into a table of at most `limit` texts. Lives on the thread that writes the log.
struct RepeatFilter {
    private struct Row {
        var until: Int64
        var count = 0
    }

    /// Texts that are remembered; a flood of different ones is counted together.
    static let limit = 32
    /// How long equal warnings are kept back.
    static let milliseconds: Int64 = 5_000

    private var rows: [String: Row] = [:]
    private var others: Row?

    /// Whether a warning is to be written.
    mutating func admits(_ text: String, now: Int64) -> Bool {
        if let row = rows[text], now < row.until {
            rows[text]?.count += 1
            return false
        }
        guard rows.count < Self.limit || rows[text] != nil else {
            if others == nil { others = Row(until: now + Self.milliseconds) }
            others?.count += 1
            return false
        }
        rows[text] = Row(until: now + Self.milliseconds)
        return true
    }

    /// When there is something to tell; nil if there is nothing to wait for.
    var nextDue: Int64? {
        let due = (Array(rows.values) + [others].compactMap(\.self)).filter { $0.count > 0 }
        return due.map(\.until).min()
    }

    /// What was kept back and is to be told now.
    mutating func takeDue(now: Int64) -> [String] {
        var lines: [String] = []
        for (text, row) in rows.filter({ $0.value.until <= now }).sorted(by: { $0.key < $1.key }) {
            rows[text] = nil
            guard row.count > 0 else { continue }
            lines.append("\(text) (\(row.count) more in \(Self.milliseconds / 1_000) seconds)")
        }
        if let row = others, row.until <= now {
            others = nil
            lines.append("\(row.count) more warnings of different names were not written")
        }
        return lines
    }
}
