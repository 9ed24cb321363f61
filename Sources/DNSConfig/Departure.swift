/// A place where Waggle means to do otherwise than dnsmasq 2.90.
package struct Departure: Hashable, Sendable {
    /// How to have dnsmasq's behaviour all the same.
    package enum Return: Hashable, Sendable {
        /// What to write into the configuration.
        case write(String)
        /// Why there is no option for it.
        case none(because: String)
    }

    /// A few words that name it; the reference leads there by them.
    package let name: String
    /// What dnsmasq 2.90 does, as a sentence.
    package let dnsmasq: String
    /// What Waggle does, as a sentence.
    package let waggle: String
    package let wayBack: Return

    package init(_ name: String, dnsmasq: String, waggle: String, _ wayBack: Return) {
        self.name = name
        self.dnsmasq = dnsmasq
        self.waggle = waggle
        self.wayBack = wayBack
    }
}
