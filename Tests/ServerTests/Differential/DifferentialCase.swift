import DNSWire

/// A configuration, hosts, a world of upstream servers and questions in order: all that one round
/// needs, in a form that can be printed, cut down and run again.
struct DifferentialCase: Sendable, Hashable {
    var lines: [String] = []
    /// Lines of a file that `conf-file={DIR}/included` reads.
    var included: [String] = []
    /// Lines of a file that `servers-file={DIR}/servers` reads.
    var servers: [String] = []
    var hosts: [String] = []
    var world = UpstreamWorld()
    /// As `Query(text:)` reads them.
    var queries: [String] = []

    /// Asks both servers everything; `nil` where one of them does not start.
    func comparisons(_ upstreams: Upstreams, dnsmasq: String) throws -> [Comparison] {
        upstreams.set(world)
        func text(_ lines: [String]) -> String {
            upstreams.fill(lines.map { $0 + "\n" }.joined())
        }
        let pair = try ServerPair(
            text(lines), hosts: text(hosts),
            files: ["included": text(included), "servers": text(servers)], dnsmasq: dnsmasq)
        var departed: Set<String> = []
        var asked: Set<String> = []
        var partial: Set<String> = []
        var owners: Set<String> = []
        var denied: Set<String> = []
        var hasAsked = false
        return queries.map { text in
            var comparison = pair.ask(Query(text: text))
            let name = comparison.name
            comparison.isAfterDeparture = departed.contains(name)
            comparison.wasAskedBefore = asked.contains(name)
            comparison.wasAskedWithoutRecursion = partial.contains(name)
            comparison.isOwnerOfSOA = owners.contains(name)
            comparison.wasDeniedBefore = denied.contains(name)
            if [comparison.ours, comparison.theirs].allSatisfy({
                $0?.code == .nameError && $0?.answers == [] && $0?.authority == []
            }) {
                denied.insert(name)
            }
            let replies = [comparison.ours, comparison.theirs].compactMap { $0 }
            owners.formUnion(
                replies.flatMap { $0.authority + $0.answers }.filter { $0.type == .soa }
                    .map { $0.owner.dropLast().lowercased() })
            let aliases = replies.flatMap(\.answers)
                .filter { $0.type == .cname }
            let names = ([name] + aliases.map { $0.data.dropLast().lowercased() })
                .flatMap(world.chain)
            asked.formUnion(names)
            // Answers to questions without RD may be partial and are not cached here.
            let isPartial = comparison.query.flags & 0x0100 == 0
            if isPartial { partial.formUnion(names) }
            if !comparison.isEqual, comparison.departure == nil, hasAsked {
                comparison.fresh = pair.askFresh(comparison.query)
            }
            hasAsked = true
            if isPartial || !comparison.isEqual && comparison.departure != nil {
                departed.formUnion(names)
            }
            return comparison
        }
    }

    /// The differences that no departure explains.
    func differences(_ upstreams: Upstreams, dnsmasq: String) throws -> [Comparison] {
        try comparisons(upstreams, dnsmasq: dnsmasq).filter {
            !$0.isEqual && $0.departure == nil
        }
    }

    /// The case without all that a difference of the same kind does not need.
    ///
    /// Greedy: parts are left out, first halves, then pieces, as long as the difference stays.
    func shrunk(_ difference: Comparison, _ upstreams: Upstreams, dnsmasq: String) -> Self {
        let kind = difference.kind
        var best = self
        func stays(_ candidate: Self) -> Bool {
            let found = try? candidate.differences(upstreams, dnsmasq: dnsmasq)
            return found?.contains { $0.kind == kind } ?? false
        }
        func shrink<Item>(_ path: WritableKeyPath<Self, [Item]>) {
            var length = max(1, best[keyPath: path].count / 2)
            while true {
                var start = 0
                while start < best[keyPath: path].count {
                    var candidate = best
                    let end = min(start + length, best[keyPath: path].count)
                    candidate[keyPath: path].removeSubrange(start..<end)
                    if stays(candidate) { best = candidate } else { start += length }
                }
                guard length > 1 else { return }
                length /= 2
            }
        }
        shrink(\.queries)
        shrink(\.included)
        shrink(\.servers)
        shrink(\.lines)
        shrink(\.hosts)
        shrink(\.queries)
        var plain = best
        plain.world.salt = 0
        if stays(plain) { best = plain }
        for index in best.queries.indices {
            for word in best.queries[index].split(separator: " ").dropFirst(2) {
                var candidate = best
                candidate.queries[index] = candidate.queries[index].replacing(" " + word, with: "")
                if stays(candidate) { best = candidate }
            }
        }
        return best
    }
}

extension DifferentialCase: CustomStringConvertible {
    /// In the words of a row of the table.
    var description: String {
        """
        configuration: \(lines)
        included: \(included), servers: \(servers)
        hosts: \(hosts)
        world: \(world.salt)
        queries: \(queries)
        """
    }
}

extension Comparison {
    /// What differs, without names and addresses: two comparisons of one kind show one fault.
    var kind: String {
        "\(query.type.rawValue) \(query.isTCP) \(Self.kind(of: ours)) | \(Self.kind(of: theirs))"
    }

    private static func kind(of reply: Reply?) -> String {
        guard let reply else { return "none" }
        func types(_ records: [Record]) -> String {
            var types: [UInt16] = []
            for record in records where types.last != record.type.rawValue {
                types.append(record.type.rawValue)
            }
            return "\(types)"
        }
        return "\(reply.code) \(reply.flags) \(types(reply.answers)) \(types(reply.authority)) "
            + "\(types(reply.additional)) \(reply.options) \(reply.edns?.udpOctets ?? 0)"
    }
}
