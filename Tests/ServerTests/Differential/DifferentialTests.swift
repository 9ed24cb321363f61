import DNSWire
import Foundation
import Testing

/// The same questions to Waggle and to dnsmasq: the answers are equal, or the table of departures
/// says why not.
@Suite(.serialized) struct DifferentialTests {
    /// Shows the first difference, and with WAGGLE_ALL_DIFFERENCES all of them.
    private func report(_ differences: [Comparison], seed: String = "") {
        guard let first = differences.first else { return }
        if ProcessInfo.processInfo.environment["WAGGLE_ALL_DIFFERENCES"] != nil {
            for difference in differences { print("=== \(difference)\n") }
        }
        Issue.record("\(seed)\(differences.count) differences, the first:\n\(first)")
    }

    @Test(arguments: DifferentialTable.rows)
    func `a table of configurations gives equal answers`(row: DifferentialTable.Row) throws {
        guard let dnsmasq = Binary.dnsmasq else { return skip("dnsmasq is not installed") }
        let pair = try ServerPair(
            row.config, hosts: row.hosts, upstream: try ServerPair.upstream(), dnsmasq: dnsmasq)
        let comparisons = row.queries.map { pair.ask(Query(text: $0)) }
        report(comparisons.filter { !$0.isEqual && $0.departure == nil })
    }

    /// Fails when one of them begins to work: its row then belongs to the other table.
    @Test(arguments: DifferentialTable.missing)
    func `options without effect are known`(row: DifferentialTable.Row) throws {
        guard let dnsmasq = Binary.dnsmasq else { return skip("dnsmasq is not installed") }
        let pair = try ServerPair(
            row.config, hosts: row.hosts, upstream: try ServerPair.upstream(), dnsmasq: dnsmasq)
        let comparisons = row.queries.map { pair.ask(Query(text: $0)) }
        withKnownIssue { report(comparisons.filter { !$0.isEqual && $0.departure == nil }) }
    }

    @Test func `random configurations give equal answers`() throws {
        guard let dnsmasq = Binary.dnsmasq else { return skip("dnsmasq is not installed") }
        let text = ProcessInfo.processInfo.environment["WAGGLE_SEED"]
        let seed = text.flatMap { UInt64($0) } ?? UInt64.random(in: 0...UInt64.max)
        print("seed of the comparison: WAGGLE_SEED=\(seed)")
        var random = Seeded(state: seed)
        let upstream = try ServerPair.upstream()
        var differences: [Comparison] = []
        var departures: [String: Int] = [:]
        for _ in 0..<50 {
            let made = RandomConfiguration(&random)
            let pair = try ServerPair(
                made.config, hosts: made.hosts, upstream: upstream, dnsmasq: dnsmasq)
            for query in made.queries(8, &random) {
                let comparison = pair.ask(query)
                guard !comparison.isEqual else { continue }
                if let departure = comparison.departure {
                    departures[departure.name, default: 0] += 1
                } else {
                    differences.append(comparison)
                }
            }
        }
        print("400 comparisons, explained by departures: \(departures)")
        report(differences, seed: "WAGGLE_SEED=\(seed): ")
    }
}
