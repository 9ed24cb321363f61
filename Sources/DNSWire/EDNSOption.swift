/// The EDNS options that this forwarder decides about, by code: the one table of what becomes of
/// each.
///
/// An OPT record is for one hop (RFC 6891 §6.1.1), and so are most options: what a client and we,
/// or a server and we, have to say to each other. Options that are not here go through, as in
/// dnsmasq. The words that the reference has about each stand in `EDNSOptionText`.
package enum EDNSOption: UInt16, CaseIterable, Hashable, Sendable {
    case nameServerID = 3
    case algorithms = 5
    case digests = 6
    case hashes = 7
    case clientSubnet = 8
    case expire = 9
    case cookie = 10
    case keepalive = 11
    case padding = 12
    case chain = 13
    case keyTag = 14
    case extendedError = 15
    case reportChannel = 18
    case zoneVersion = 19

    /// Whether a client's option goes on to servers; a subnet only where the configuration leaves
    /// it.
    package var goesUp: Bool {
        switch self {
        case .algorithms, .digests, .hashes, .keyTag, .clientSubnet: true
        case .nameServerID, .expire, .cookie, .keepalive, .padding, .chain, .extendedError,
            .reportChannel, .zoneVersion:
            false
        }
    }

    /// Whether a server's option comes down to clients; a subnet only to those that sent one.
    package var comesDown: Bool {
        switch self {
        case .extendedError, .clientSubnet: true
        case .nameServerID, .algorithms, .digests, .hashes, .expire, .cookie, .keepalive, .padding,
            .chain, .keyTag, .reportChannel, .zoneVersion:
            false
        }
    }

    /// Whether a client's option of this code goes on to servers. dnsmasq: those unknown do.
    package static func goesUp(_ code: UInt16) -> Bool { Self(rawValue: code)?.goesUp ?? true }

    /// Whether a server's option of this code comes down to clients. dnsmasq: those unknown do.
    package static func comesDown(_ code: UInt16) -> Bool {
        Self(rawValue: code)?.comesDown ?? true
    }

    /// Whether what goes up says nothing of who asks, so that its answer is as good for others.
    ///
    /// Nobody knows that of an option that is not here, and a subnet says it all.
    package static func isImpersonal(_ code: UInt16) -> Bool {
        guard let option = Self(rawValue: code) else { return false }
        return option != .clientSubnet
    }
}
