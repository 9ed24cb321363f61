/// How many letters to change, insert, delete or swap, for proposals after a typing mistake.
package enum EditDistance {
    /// The optimal string alignment distance.
    ///
    /// Cost: O(n·m) time, three rows of memory.
    package static func between(
        _ one: some Collection<UInt8>, _ other: some Collection<UInt8>
    )
        -> Int
    {
        let (from, to) = (Array(one), Array(other))
        var beforeLast = [Int](repeating: 0, count: to.count + 1)
        var last = Array(0...to.count)
        for i in from.indices {
            var row = [i + 1]
            row.reserveCapacity(to.count + 1)
            for j in to.indices {
                let isSame = from[i] == to[j]
                var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (isSame ? 0 : 1))
                if i > 0, j > 0, from[i] == to[j - 1], from[i - 1] == to[j] {
                    cost = min(cost, beforeLast[j - 1] + 1)
                }
                row.append(cost)
            }
            (beforeLast, last) = (last, row)
        }
        return last[to.count]
    }

    /// The candidate that is nearest, if it is near enough to be meant: at most a third of its
    /// letters wrong.
    package static func nearest(to text: String, among candidates: some Sequence<String>) -> String?
    {
        var best: (name: String, distance: Int)?
        for candidate in candidates
        where abs(candidate.utf8.count - text.utf8.count) <= ConfigLimits.proposalDistance {
            let distance = between(text.lowercased().utf8, candidate.lowercased().utf8)
            let limit = min(ConfigLimits.proposalDistance, max(1, candidate.utf8.count / 3))
            if distance <= limit, distance < best?.distance ?? Int.max {
                best = (candidate, distance)
            }
        }
        return best?.name
    }
}
