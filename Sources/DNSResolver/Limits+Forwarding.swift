import DNSConfig
import DNSWire

/// The limits of one worker's forwarding: tables, tries and times.
package struct ForwarderLimits: Sendable {
    /// Questions in flight at once in one worker; dnsmasq has 150 for the process.
    package var flights = ForwarderLimits.mostFlights
    /// Clients that wait, over all flights.
    package var waiters = ForwarderLimits.mostFlights * 3 / 2
    /// Clients that wait for one question: a burst of answers to forged clients stays small
    /// (DNSBomb).
    package var waitersPerFlight = 256
    /// Whether the first question goes to all servers of a group, as in dnsmasq, so that it is
    /// known at once who is alive and fast.
    package var asksAllUnknown = true

    package init() {}

    /// For fewer flights than `mostFlights`, since there is not so much memory, or descriptors.
    package init(flights: Int) {
        self.flights = flights
        waiters = flights * 3 / 2
    }

    /// Questions in flight at once in one worker, however much memory there is.
    package static var mostFlights: Int { StatedLimits.flights }
    /// What a flight takes of the tables of a worker, its waiters included, in octets.
    package static var octetsPerFlight: Int {
        let attempts = openAttempts * MemoryLayout<AttemptPlace>.stride
        let slot =
            MemoryLayout<FlightRecord>.stride + MemoryLayout<NameBuffer>.stride
            + MemoryLayout<EDNSOptions>.stride + attempts + 48
        return slot * 5 / 4 + (MemoryLayout<Waiter>.stride + 8) * 3 / 2
    }

    /// Flights that may exist at once, those included that are over and wait to be closed.
    ///
    /// Size of the worker's tables.
    package var slots: Int { flights + flights / 4 + 1 }
    /// Flights of one group of servers, where no `dns-forward-max` says otherwise.
    package var flightsPerGroup: Int { max(1, flights * 3 / 4) }
    /// Flights that clients of one address opened: the others keep a share. A router that asks for
    /// a whole house is one client.
    package var flightsPerClient: Int { max(1, flights * 5 / 8) }
    /// Flights that a group may always have, whatever else their clients ask: who floods a dead
    /// domain can still ask others.
    package var flightsOfAnyGroup: Int { max(1, flights / 16) }
    /// Clients of one address that wait.
    package var waitersPerClient: Int { max(1, waiters * 5 / 8) }

    /// Slots have 16 bits in a token, and 0xFFFF stands for none.
    package static var mostSlots: Int { 65_535 }
    /// Attempts of one flight whose sockets may be open at once.
    package static var openAttempts: Int { 4 }
    /// Attempts of one flight over its whole life, retries by TCP and without EDNS included.
    package static var attemptsPerFlight: Int { 12 }
    /// Servers of one group that can be asked; those after them in the configuration never are,
    /// which the log says.
    package static var serversPerGroup: Int { ConfigLimits.serversPerDomain }
    /// Wrong replies after which a flight takes somebody to be guessing, and asks by TCP.
    ///
    /// RFC 5452 §9.1 leaves the number open.
    package static var mismatches: Int { 16 }

    /// An answer must reach the client before its patience of five seconds ends.
    package static var deadlineMilliseconds: Int64 { 3900 }
    /// How long others are still waited for once some server said that it has no answer.
    package static var graceMilliseconds: Int64 { 1000 }
    /// When a client that waits gets what the cache had, if it has anything. RFC 8767 §5 says
    /// 1.8 s; stubs that have one second only shall get it, too.
    package static var staleMilliseconds: Int64 { StatedLimits.staleMilliseconds }
    /// How old an answer may be that stands in for one that nobody gives. RFC 8767 §4: one to three
    /// days.
    package static var staleSeconds: UInt32 { 86_400 }
    /// The wait for a TCP connection and the answer on it.
    package static var tcpMilliseconds: Int64 { 3500 }
    /// The least and the most wait before the next server is asked.
    package static var patienceMilliseconds: ClosedRange<Int64> {
        StatedLimits.patienceMilliseconds
    }
    /// The least wait before a server is asked the same again.
    ///
    /// A lost datagram costs 400 ms. Where replies take longer, the wait is what `ServerHealth`
    /// measured: RFC 8085 §3.1.1.
    package static var repeatMilliseconds: Int64 { StatedLimits.repeatMilliseconds }
    /// The first, second and third repeat of a flight come after so many of these waits; a dead
    /// name costs its only server three questions.
    package static func repeatWaits(_ round: Int) -> Int64? {
        switch round {
        case 0: 1
        case 1: 3
        case 2: 5
        default: nil
        }
    }
    /// The wait where nothing is known of the server, by TCP and then by UDP. RFC 8085 §3.1.1 says
    /// a second and more; a server that answers one question after the other in two seconds must
    /// not find each of them twice in its queue.
    package static func firstRepeatMilliseconds(_ round: Int) -> Int64? {
        switch round {
        case 0: 1200
        case 1: 2400
        default: nil
        }
    }
    /// Repeats of a flight that has only one server to ask.
    package static var repeatsOfOnlyServer: Int { 2 }
    /// A flight that is older may be given up for a new one; a younger one only if its server
    /// usually answers sooner.
    package static var evictableMilliseconds: Int64 { 200 }
    /// Flights looked at, oldest first, when one of a certain group has to go.
    package static var evictionSteps: Int { 32 }

    /// Silences in a row, or refusals where others knew better, after which a server is put last.
    package static var failuresInRow: UInt16 { 2 }
    /// How long a failing server stays last, doubled from the one to the other.
    package static var backOffMilliseconds: ClosedRange<Int64> { 1000...8000 }
    /// Another healthy server is asked first after so many flights of a group; dnsmasq: 50.
    package static var flightsBetweenRefreshes: UInt16 { 50 }
    /// Another healthy server is asked first after so long; dnsmasq: 20 s.
    package static var refreshMilliseconds: Int64 { 20_000 }
    /// How long nobody is asked again for what nobody could answer. RFC 9520 §3.2: one second to
    /// five minutes; Unbound: 5 s.
    package static var failureMilliseconds: Int64 { 5000 }
    /// Failed questions that are remembered. 32 KiB.
    package static var failures: Int { 1024 }
    /// Answers in a row that came only when asked in small letters, only without an OPT record or
    /// only by TCP, after which a server is asked so at once.
    package static var habits: UInt8 { 2 }
    /// How long it counts that a server was seen to bear such a question: nothing is learnt against
    /// it meanwhile.
    package static var abilityMilliseconds: Int64 { 600_000 }
    /// The same of questions by UDP, which any box on the way may stop.
    package static var datagramMilliseconds: Int64 { 10_000 }
    /// One question of so many is asked in the way that the server is thought not to bear. A power
    /// of two.
    package static var asksBetweenTrials: UInt8 { 32 }
    /// How long a server that does not keep letters is asked in small ones.
    package static var lowerCaseMilliseconds: Int64 { 600_000 }
    /// How long a server that is silent by UDP and answers by TCP is asked by TCP.
    package static var streamMilliseconds: Int64 { 60_000 }
    /// How long a server that wants no OPT record gets none.
    package static var plainMilliseconds: Int64 { 600_000 }
}
