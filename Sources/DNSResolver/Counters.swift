import Synchronization

/// What one worker has done, countable by every thread.
///
/// Each worker writes its own block, so an addition is a plain load and store without a lock
/// prefix; readers add the blocks up.
package final class Counters: Sendable {
    package enum Counter: Int, CaseIterable, Sendable {
        case queriesUDP, queriesTCP
        /// Answered from configuration or hosts, by a domain rule, or from the cache.
        case answeredLocally, answeredByRule, answeredFromCache, answeredStale
        case forwarded, answeredByUpstream
        case refused, failed, malformed, notImplemented, truncated
        /// Packets that get no answer: responses and runts.
        case dropped
        case cacheInsertions, cacheEvictions
        /// Upstream packets that were not the awaited answer.
        case strayReplies
        /// Datagrams that the kernel would not send.
        case unsent
        case tcpConnections, tcpRefused
        /// Connections to servers, and questions that went to one that was open.
        case upstreamConnections, upstreamReuses
        /// Sockets to servers that could not be had.
        case unopenedSockets
        case chaos
        case authoritative
        /// Queries from networks that `local-service` does not answer.
        case foreign
    }

    private let blocks: InlineArray<32, Atomic<UInt64>>

    package init() {
        blocks = InlineArray { _ in Atomic(0) }
    }

    /// Adds to a counter. Only the worker that owns this block may call it.
    package func add(_ counter: Counter, _ amount: UInt64 = 1) {
        let value = blocks[counter.rawValue].load(ordering: .relaxed)
        blocks[counter.rawValue].store(value &+ amount, ordering: .relaxed)
    }

    /// Takes one off again: what turned out not to count. Only the worker that owns this block.
    func remove(_ counter: Counter) { add(counter, .max) }

    package func value(_ counter: Counter) -> UInt64 {
        blocks[counter.rawValue].load(ordering: .relaxed)
    }

    /// Queries answered without asking anybody, as dnsmasq's `hits.bind` counts them.
    package var answeredHere: UInt64 {
        value(.answeredLocally) + value(.answeredByRule) + value(.answeredFromCache)
            + value(.answeredStale) + value(.chaos)
    }
}
