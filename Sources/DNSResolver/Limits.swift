import DNSConfig
import DNSWire

/// The limits of the resolver, each with its source.
package enum ResolverLimits {
    /// CNAMEs followed inside the configuration. dnsmasq: as many as are configured; loops are
    /// refused when parsing. The log says so of longer chains.
    package static let localChain = ConfigLimits.aliasChain
    /// CNAMEs of an upstream's answer that are followed. dnsmasq config.h: CNAME_CHAIN 10. An
    /// answer with more of them is SERVFAIL.
    package static let upstreamChain = 16
    /// Octets of one local RRset: it must fit a message with its question and OPT record.
    package static let localSetOctets = 60_000
    /// Seconds that a TTL is believed: one day, as Unbound. RFC 8767 §4 advises a cap of days.
    package static let cacheTTLSeconds: UInt32 = 86_400
    /// Seconds that a negative answer is kept. RFC 2308 §5 advises one to three hours.
    package static let negativeTTLSeconds: UInt32 = 3_600
    /// The TTL of an answer whose time is over. RFC 8767 §4.
    package static let staleTTLSeconds = StatedLimits.staleTTLSeconds
    /// Octets of a local answer of several sets: with header, question and OPT record at most a
    /// message.
    package static let localAnswerOctets = 65_000
    /// Types of one name: an answer for each, for ANY and for a chain have numbers of eight bits.
    package static let localTypes = 250
    /// Octets of a packed answer that is cached; larger ones are forwarded each time.
    package static let cachedAnswerOctets = 8_192
    /// Octets of an upstream's EDNS options of which those that come down are passed on; of longer
    /// ones none. They serve the client, not the domain: errors with their text.
    package static let replyOptionOctets = 1_024
    /// The UDP payload size that answers announce. DNS flag day 2020; dnsmasq EDNS_PKTSZ.
    package static let ednsOctets = StatedLimits.ednsOctets
}
