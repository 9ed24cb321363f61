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

    /// Eight questions about each of 50 configurations, the same in every run: what fails here
    /// fails for everyone. WAGGLE_SEED=random and WAGGLE_ROUNDS look further.
    @Test func `random configurations give equal answers`() throws {
        guard let dnsmasq = Binary.dnsmasq else { return skip("dnsmasq is not installed") }
        let environment = ProcessInfo.processInfo.environment
        let rounds = environment["WAGGLE_ROUNDS"].flatMap { Int($0) } ?? 50
        let start = environment["WAGGLE_SEED"].map { UInt64($0) ?? .random(in: 0...UInt64.max) }
        let upstream = try ServerPair.upstream()
        var differences: [Comparison] = []
        var departures: [String: Int] = [:]
        var failed: [UInt64] = []
        for round in 0..<rounds {
            // One seed a round: a failure is shown again with WAGGLE_SEED and WAGGLE_ROUNDS=1.
            let seed = (start ?? 0) &+ UInt64(round)
            var random = Seeded(state: seed)
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
                    failed.append(seed)
                }
            }
        }
        print("\(rounds * 8) comparisons, explained by departures: \(departures)")
        report(differences, seed: "WAGGLE_SEED=\(failed.first ?? 0) WAGGLE_ROUNDS=1: ")
    }
}
