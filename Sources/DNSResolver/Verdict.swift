/// What is to be done with a query.
package enum Verdict: Sendable {
    /// The writer holds the answer.
    case reply
    /// The writer holds a stale answer; the question is to be asked anew for the cache.
    case replyAndRefresh(ForwardPlan)
    /// Somebody else has to be asked for `Resolver.upstreamName`.
    case forward(ForwardPlan)
    /// A zone goes over the connection, message by message.
    ///
    /// `ZoneTransfer` does so, for `Resolver.query`.
    case transfer(TransferPlan)
    /// Nothing is sent: a response, or fewer octets than a header.
    case drop
}

/// Which servers a question goes to.
package struct ForwardPlan: Sendable {
    /// Index into `Snapshot.groups`.
    package var group: UInt16

    package init(group: UInt16) {
        self.group = group
    }
}

/// Which zone is to be transferred.
package struct TransferPlan: Sendable {
    /// Index into the zones of the snapshot.
    var zone: UInt16
    /// Whether it is the zone as the world sees it.
    var isExternal: Bool
}

/// Where an answer came from, for the log and the statistics.
package enum AnswerSource: UInt8, Sendable {
    case none
    /// Hosts files and records of the configuration.
    case local
    /// `address=`, `local=`, and the filters.
    case rule
    case cache
    case stale
    case upstream
    /// The same without the records of a filtered type.
    case filtered
    /// Of a filtered type, out of what the cache or a hosts file has of the name.
    case cachedFiltered
    /// What `bogus-nxdomain` made of an upstream's answer.
    case bogus
    /// What `stop-dns-rebind` left of one.
    case rebinding
    /// Refusals and failures of our own.
    case error
    case chaos
    /// Zones that are served with authority.
    case zone

    /// Whether an upstream was asked for it.
    package var isUpstream: Bool {
        switch self {
        case .upstream, .filtered, .bogus, .rebinding: true
        case .none, .local, .rule, .cache, .stale, .cachedFiltered, .error, .chaos, .zone: false
        }
    }
}
