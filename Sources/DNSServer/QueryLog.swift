package import DNSResolver
package import LinuxIO
import Synchronization

/// Carries what is to be logged of queries from one worker to the thread that writes the log.
///
/// A ring of octets with one writer and one reader and no lock: the worker copies the message and goes on, the
/// reader makes text of it. When the ring is full, events are lost and counted; the worker never waits.
package final class QueryLog: Sendable {
    package enum Event: UInt8, Sendable {
        /// A client's query; the octets are the query.
        case query = 1
        /// The answer that was sent; `source` says where it came from. The octets are the reply.
        case answer
        /// Sent to an upstream server: `server` is its index. The octets are the query sent.
        case forwarded
        /// An upstream's reply as it came. The octets are the reply.
        case upstreamReply
        /// A question that joined one already in flight.
        case duplicate
    }
}
