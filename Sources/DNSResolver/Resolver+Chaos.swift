import DNSWire

extension Resolver {
    /// Queries outside of class IN go upstream as they are, but for the names that describe this
    /// server.
    mutating func answerOtherClass(
        _ message: RawSpan, snapshot: Snapshot, into writer: inout WireWriter
    ) -> Verdict {
        let group = snapshot.groups[0]
        guard !group.servers.isEmpty else {
            counters.add(.refused)
            query.end(
                .refused, flags: 0, answers: 0, extendedError: .notReady, into: &writer)
            return .reply
        }
        captureName(message)
        source = .upstream
        return .forward(ForwardPlan(group: 0))
    }
}
