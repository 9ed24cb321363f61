/// A place where Waggle means to do otherwise than dnsmasq 2.90.
///
/// Rows of the option table point at those that touch them; the reference has all of them in one
/// table. The other end of each is a `Differs:` comment at the branch that does it.
package struct Departure: Hashable, Sendable {
    /// How to have dnsmasq's behaviour all the same.
    package enum Restoration: Hashable, Sendable {
        /// A line of configuration.
        case write(String)
        /// Why there is no option for it: a clause without a capital and without a full stop.
        case none(because: String)
    }

    /// A few words that name it.
    package let name: String
    /// What dnsmasq 2.90 does, as sentences.
    package let dnsmasq: String
    /// What Waggle does, as sentences.
    package let waggle: String
    package let restoration: Restoration

    init(_ name: String, dnsmasq: String, waggle: String, _ restoration: Restoration) {
        self.name = name
        self.dnsmasq = dnsmasq
        self.waggle = waggle
        self.restoration = restoration
    }
}

extension Departure {
    /// Departures under a heading.
    package struct Chapter: Sendable {
        package let title: String
        package let departures: [Departure]
    }

    /// Every departure, once.
    package static let chapters: [Chapter] = [
        Chapter(title: "Running it", departures: running),
        Chapter(title: "Reading the configuration", departures: reading),
        Chapter(title: "Listening", departures: listening),
        Chapter(title: "Messages", departures: messages),
        Chapter(title: "Local names", departures: localNames),
        Chapter(title: "Denials", departures: denials),
        Chapter(title: "Filters", departures: filters),
        Chapter(title: "Cache", departures: cache),
        Chapter(title: "Servers", departures: servers),
        Chapter(title: "Authoritative zones", departures: zones),
    ]

    package static let all: [Departure] = chapters.flatMap(\.departures)
}
