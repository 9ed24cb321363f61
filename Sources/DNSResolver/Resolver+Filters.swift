import DNSWire

extension Resolver {
    /// Answers what the configuration keeps from rules and servers; nil lets the query pass.
    @inline(__always)
    mutating func filter(
        _ decision: DomainTable.Decision, isKnown: Bool, snapshot: Snapshot,
        into writer: inout WireWriter
    ) -> Verdict? {
        let policy = snapshot.policy
        let type = query.type
        // As in dnsmasq both come before every rule of `address=` and `local=`.
        if policy.filtersWindows2000, isPeriodicWindowsQuery {
            return writeNegative(isKnown: true, isAuthoritative: true, into: &writer)
        }
        if policy.hidesPrivateReverse, type == .ptr || type == .any, PrivateReverse.contains(name) {
            // dnsmasq: also where other records, or names below, make the name known.
            // Only a server for the reverse zone switches `bogus-priv` off there.
            if case .servers(_, isSpecific: true) = decision { return nil }
            return writeNegative(isKnown: false, isAuthoritative: true, into: &writer)
        }
        // dnsmasq: applies even where `server=//` names a server; other types still go upstream.
        if policy.needsDomain, name.labelCount == 1, type == .a || type == .aaaa || type == .any,
            case .servers = decision
        {
            // Differs: dnsmasq denies a name that has only an `address=` of the other family, and
            // some clients then take the address for denied too.
            let exists = isKnown || snapshot.domains.hasLiteral(name, seed: snapshot.seed)
            return writeNegative(isKnown: exists, isAuthoritative: false, into: &writer)
        }
        return nil
    }

    /// SOA and SRV queries, and ANY with an underscore, that old Windows machines repeat. dnsmasq
    /// `filterwin2k`.
    private var isPeriodicWindowsQuery: Bool {
        switch query.type {
        case .soa, .srv: return true
        case .any:
            for index in 0..<name.length where name.octet(at: index) == UInt8(ascii: "_") {
                return true
            }
            return false
        default: return false
        }
    }
}
