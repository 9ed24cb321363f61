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

    /// What the random rounds have seen.
    private struct Tally {
        var questions = 0
        var departures: [String: Int] = [:]
    }

    /// Questions about each of 100 configurations, the same in every run: what fails here fails for
    /// everyone. WAGGLE_SEED=random and WAGGLE_ROUNDS look further, WAGGLE_ALL_DIFFERENCES goes on
    /// after the first difference.
    @Test func `random configurations give equal answers`() throws {
        guard let dnsmasq = Binary.dnsmasq else { return skip("dnsmasq is not installed") }
        let environment = ProcessInfo.processInfo.environment
        let rounds = environment["WAGGLE_ROUNDS"].flatMap { Int($0) } ?? 100
        let start = environment["WAGGLE_SEED"].map { UInt64($0) ?? .random(in: 0...UInt64.max) }
        let showsAll = environment["WAGGLE_ALL_DIFFERENCES"] != nil
        let upstreams = try Upstreams()
        let options = RandomConfiguration.options + (try SupportedOptions.groups())
        var tally = Tally()
        var kinds: Set<String> = []
        for round in 0..<rounds {
            // One seed a round: a failure is shown again with WAGGLE_SEED and WAGGLE_ROUNDS=1.
            let seed = (start ?? 1) &+ UInt64(round)
            let made = RandomConfiguration(seed: seed, options: options).made
            guard let difference = try first(made, upstreams, dnsmasq, &tally),
                kinds.insert(difference.kind).inserted
            else { continue }
            let minimal = made.shrunk(difference, upstreams, dnsmasq: dnsmasq)
            let again = try minimal.differences(upstreams, dnsmasq: dnsmasq)
            // Machines that are busy lose a packet now and then: once is never.
            guard let shown = again.first(where: { $0.kind == difference.kind }) else {
                print("WAGGLE_SEED=\(seed): a difference that does not come again:\n\(difference)")
                continue
            }
            let text = "WAGGLE_SEED=\(seed) WAGGLE_ROUNDS=1:\n\(minimal)\n\(shown)"
            Issue.record("\(text)")
            guard showsAll else { break }
        }
        print("\(tally.questions) comparisons, explained by departures: \(tally.departures)")
    }

    /// The first difference of a case that nothing explains.
    private func first(
        _ made: DifferentialCase, _ upstreams: Upstreams, _ dnsmasq: String, _ tally: inout Tally
    ) throws -> Comparison? {
        let comparisons: [Comparison]
        do {
            comparisons = try made.comparisons(upstreams, dnsmasq: dnsmasq)
        } catch {
            throw Unexpected("\(made)\n\(error)")
        }
        tally.questions += comparisons.count
        for comparison in comparisons where !comparison.isEqual {
            guard let departure = comparison.departure else { return comparison }
            tally.departures[departure.name, default: 0] += 1
        }
        return nil
    }
}
