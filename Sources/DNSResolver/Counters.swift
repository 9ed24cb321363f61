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
        /// Connections of clients that were closed: for want of memory, for being slow.
        case tcpStarved, tcpSlow
        /// Connections to servers, and questions that went to one that was open.
        case upstreamConnections, upstreamReuses
        /// Sockets to servers that could not be had.
        case unopenedSockets
        case chaos
        case authoritative
        /// Queries from networks that `local-service` does not answer.
        case foreign
        /// Queries by an interface of `except-interface`.
        case excluded
        /// Questions of `dns-loop-detect` that came back.
        case loopProbes
        /// Questions that were looked for in the cache in vain.
        case cacheMisses
        /// Questions that were refused because as many as may be are under way.
        case overloaded
        /// Questions that were given up for newer ones.
        case givenUp
        /// Not counts but what is now: clients that wait, and their connections.
        case waiting, streams
        /// How often the worker has looked around: it stands still only if the worker does.
        case wakeUps
    }

    private let blocks: InlineArray<40, Atomic<UInt64>>
    /// The tables of `Counters+Tallies.swift`.
    private let tables: InlineArray<384, Atomic<UInt64>>

    package init() {
        blocks = InlineArray { _ in Atomic(0) }
        tables = InlineArray { _ in Atomic(0) }
    }

    /// Says how a worker stands after a wake-up.
    ///
    /// Only the worker that owns this block may call it.
    package func noteWakeUp(waiting: Int, streams: Int) {
        add(.wakeUps)
        blocks[Counter.waiting.rawValue].store(UInt64(waiting), ordering: .relaxed)
        blocks[Counter.streams.rawValue].store(UInt64(streams), ordering: .relaxed)
    }

    @inline(__always)
    func addToTable(_ index: Int, _ amount: UInt64) {
        let value = tables[index].load(ordering: .relaxed)
        tables[index].store(value &+ amount, ordering: .relaxed)
    }

    func table(_ index: Int) -> UInt64 { tables[index].load(ordering: .relaxed) }

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
