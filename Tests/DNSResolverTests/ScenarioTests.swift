import Testing

@Suite struct ScenarioTests {
    @Test(arguments: Scenario.all)
    func `a scenario is played as it is written`(scenario: Scenario) {
        check(scenario)
    }

    @Test func `there are scenarios`() {
        #expect(Scenario.all.count > 10)
    }

    /// Records a failure at the line of the scenario's file where it is.
    private func check(_ scenario: Scenario) {
        do {
            try ScenarioPlayer.play(scenario)
        } catch let failure as ScenarioFailure {
            Issue.record(
                Comment(rawValue: "\(scenario.name):\(failure.line)\n\(failure.text)"),
                sourceLocation: SourceLocation(
                    fileID: "DNSResolverTests/\(scenario.name)", filePath: scenario.path,
                    line: failure.line, column: 1))
        } catch {
            Issue.record(error, "\(scenario.name)")
        }
    }

    /// What the player says of a scenario that does not hold.
    private func fault(_ text: String) -> String? {
        do {
            try ScenarioPlayer.play(Scenario(path: "/x.scenario", text: text))
            return nil
        } catch {
            let failure = error as? ScenarioFailure
            return failure.map { "\($0.line): \($0.text)" } ?? "\(error)"
        }
    }

    @Test(arguments: [
        ("query a.test A\nexpect-answer REFUSED", nil),
        ("query a.test A\nexpect-answer NOERROR", "2: expected\nNOERROR\nactual\nREFUSED"),
        ("query a.test A", "1: an answer that nobody expects:\nREFUSED"),
        ("expect-answer NOERROR", "1: no client was answered"),
        ("dance", "1: there is no verb dance"),
        (
            "config\n  server=192.0.2.1\nquery a.test A",
            "3: an answer that nobody expects:\nSERVFAIL"
        ),
        (
            "config\n  server=192.0.2.1\nquery a.test A\nexpect-no-upstream",
            "4: a query to 192.0.2.1 that nobody expects: a.test"
        ),
        (
            "config\n  server=192.0.2.1\nquery a.test A\nexpect-upstream a.test MX",
            "4: expected upstream query: a.test MX\nactual upstream query:   a.test A"
        ),
        ("config\n  cache-sise=1\nquery a.test A", "3: config line: bad option"),
    ])
    func `a story that is not true is told apart`(text: String, fault expected: String?) {
        let found = fault(text)
        #expect(found == expected || expected.map { found?.hasPrefix($0) == true } == true)
    }
}

extension Scenario: CustomTestStringConvertible {
    var testDescription: String { name }
}
