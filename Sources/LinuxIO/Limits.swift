/// The limits of the system layer.
///
/// What is received beyond them is cut or refused, never trusted.
package enum Limits {
    /// Datagrams per system call.
    ///
    /// Beyond 32 a call gains nothing measurable and memory grows.
    package static let batchRows = 32
    /// Octets per datagram; twice what any EDNS default advertises.
    ///
    /// RFC 6891 §6.2.5.
    package static let rowOctets = 4096
    /// Events per wait: a busy worker returns to its timers at least this often.
    package static let eventsPerWait = 64
    /// Connections the kernel holds for us before they are accepted, as dnsmasq has half of it.
    package static let listenBacklog: Int32 = 256
    /// Octets asked for as socket buffers; the kernel grants what it allows.
    package static let socketBufferOctets: Int32 = 1 << 20
    /// Octets asked for as buffer of a connection for what goes out, of which the kernel makes
    /// twice as many: left alone it takes up to 4 MiB for what a peer does not read, and up to 32
    /// MiB for what we do not. A zone still goes out at a megabyte a second over 30 ms. Inherited
    /// from the listener.
    package static let streamSendOctets: Int32 = 32_768
    /// The same for what comes in: a question or an answer needs a few of them at the most.
    package static let streamReceiveOctets: Int32 = 16_384
    /// What a client leaves unacknowledged for so long it does not get any more: also what is still
    /// to be sent on a connection that was closed. More than `ServerLimits.idleMilliseconds`, which
    /// counts who is too slow. Inherited from the listener. RFC 5482.
    package static let unreadMilliseconds: Int32 = 15_000
    /// Octets asked for as receive buffer of a socket for one question, where there are many: one
    /// datagram of any length is always taken.
    package static let questionReceiveOctets: Int32 = 4_096
    /// Failures in a row (ICMP errors of earlier replies) that one receive skips.
    package static let skippedErrors = 32
    /// Octets of the largest file that is read: a blocklist of a few million names.
    package static let fileOctets = 256 << 20
    /// Octets of output that a configuration command may print.
    package static let commandOctets = 16 << 20
    /// How long a file that is none (a FIFO, a terminal, standard input) may keep its reader
    /// waiting, from the opening to the end. A shell's `<(command)` is one.
    package static let streamMilliseconds: Int64 = 5_000
    /// Octets of such a file: it has no length that could be looked at first.
    package static let streamOctets = 16 << 20
    /// How long a configuration command may run: it may well ask the network.
    package static let commandMilliseconds: Int64 = 60_000
    /// How long output is waited for once the command has ended and something that it left behind
    /// holds its standard output open.
    package static let leftoverMilliseconds: Int64 = 1_000
    /// How often somebody who waits looks whether the process is told to end.
    package static let lookMilliseconds: Int64 = 50
    /// How long what was sent to a server may stay without an acknowledgement before the connection
    /// is given up: one that died without a word (a box on the way that has forgotten it, a server
    /// that was replaced) must not take questions for minutes. RFC 5482, RFC 9210 §4.4.
    package static let unacknowledgedMilliseconds: Int32 = 1_000
    /// Messages about interfaces that are taken at a time; the rest wakes again.
    package static let drainedMessages = 64
}
