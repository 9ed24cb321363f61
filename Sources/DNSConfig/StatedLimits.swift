/// The limits of the other targets that pages state, each with its source.
///
/// They stand here because the pages are made here; the targets that keep to them read them, so
/// that no page can say otherwise than the code.
package enum StatedLimits {
    /// Questions in flight at once in one worker; dnsmasq has 150 for the process.
    package static let flights = 16_384
    /// TCP connections of all workers where `max-tcp-connections` says nothing. dnsmasq has 20,
    /// each a process. Never more than half of the descriptors.
    package static let streams = 2_048
    /// TCP connections of one client address: one host cannot take all of them.
    package static let streamsPerClient = 64
    /// How long a connection may be silent. RFC 7766 §6.2.3 asks for seconds; dnsmasq 150 s.
    package static let idleSeconds: Int64 = 10
    /// The same once three quarters of the connections are taken, or descriptors ran out.
    package static let crowdedIdleSeconds: Int64 = 2
    /// The UDP payload size that answers announce. DNS flag day 2020; dnsmasq EDNS_PKTSZ.
    package static let ednsOctets: UInt16 = 1_232
    /// Octets per datagram; twice what any EDNS default advertises. RFC 6891 §6.2.5.
    package static let datagramOctets = 4_096
    /// The least and the most wait before the next server is asked.
    package static let patienceMilliseconds: ClosedRange<Int64> = 50...400
    /// The least wait before a server is asked the same again: a lost datagram costs it.
    package static let repeatMilliseconds: Int64 = 400
    /// When a client that waits gets what the cache had. RFC 8767 §5 says 1.8 s; stubs that have
    /// one second only shall get it, too.
    package static let staleMilliseconds: Int64 = 900
    /// The TTL of an answer that stands in for one that nobody gives. RFC 8767 §4.
    package static let staleTTLSeconds: UInt32 = 30
    /// Octets of the cache for each of `cache-size`: dnsmasq counts records.
    package static let cacheOctetsPerEntry = 256
    /// The least and the most octets of a cache.
    package static let cacheOctets: ClosedRange<Int> = 2 << 20...1 << 30
    /// How long a `conf-script` may run, and its output be waited for once it has ended: it may
    /// well ask the network, and must not stop a server for ever.
    package static let commandSeconds: Int64 = 60
    /// Seconds that output of a `conf-script` is waited for once the command has ended.
    package static let leftoverSeconds: Int64 = 1
    /// How long a configuration or hosts file that is none (a FIFO) may keep its reader waiting.
    package static let streamSeconds: Int64 = 5
}
