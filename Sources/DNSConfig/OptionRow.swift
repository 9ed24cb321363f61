/// What is wrong with the value of an option.
package struct OptionFault: Error, Hashable, Sendable {
    /// dnsmasq's words, or nil for its plain `error`.
    package var text: String?
    /// What exactly, in our words.
    package var detail: String?
    package var hint: String?
    package var column: UInt16

    package init(
        _ text: String? = nil, _ detail: String? = nil, hint: String? = nil, at place: ValueText
    ) {
        self.text = text
        self.detail = detail
        self.hint = hint
        column = place.column
    }
}

/// One option: its spelling, its documentation and what it does.
///
/// Nothing about an option is said elsewhere.
package struct OptionRow: Sendable {
    /// Whether a value follows, with its syntax as the help shows it.
    package enum Argument: Hashable, Sendable {
        case none
        case required(String)
        case optional(String)
    }

    package enum Repetition: Hashable, Sendable {
        /// Values add up.
        case anyNumber
        /// Twice in files, or twice on the command line, is an error; a file overrides the command
        /// line.
        case oncePerSource
        /// Saying it again changes nothing.
        case flag
    }

    package enum Category: String, CaseIterable, Hashable, Sendable {
        case dns = "DNS"
        case system = "System"
        case dhcp = "DHCP"
        case tftp = "TFTP"
        case routerAdvertisement = "Router advertisement"
        case pxe = "PXE"
        case authoritative = "Authoritative zones"
        case dnssec = "DNSSEC"
        case edns = "EDNS"
        case netfilter = "Netfilter"

        /// dnsmasq's other half, which Waggle leaves to others.
        package var isOutsideDNS: Bool {
            switch self {
            case .dhcp, .tftp, .routerAdvertisement, .pxe: true
            case .dns, .system, .authoritative, .dnssec, .edns, .netfilter: false
            }
        }
    }

    package enum Status: Hashable, Sendable {
        case supported
        case acceptedWithoutEffect(reason: String)
        case refused(reason: String, instead: String)
        /// Ignored with a warning: others may count on it.
        case leftOut(reason: String, instead: String)
    }

    /// What a reload (SIGHUP) does about it.
    package enum Reload: Hashable, Sendable {
        case applied
        case rereadsContents
        case restart
        case noEffect
    }

    package typealias Apply =
        @Sendable (ValueText, inout Options, inout OptionContext) throws(OptionFault) -> Void

    package let name: String
    /// Other long spellings.
    package let aliases: [String]
    package let letter: Unicode.Scalar?
    /// Whether a value follows the letter; it then must, even where the long name can do without.
    package let letterTakesValue: Bool
    package let argument: Argument
    package let repetition: Repetition
    package let category: Category
    package let status: Status
    /// What holds without the option, as text.
    package let defaultText: String
    package let reload: Reload
    /// One sentence.
    package let summary: String
    /// What an operator has to know beyond that; empty where the sentence says it all.
    ///
    /// Paragraphs with a blank line between them. A line `- term: text` is an item of a list.
    package let details: String
    /// One line of a configuration file that shows a use.
    ///
    /// An option of the command line only is shown as a command, `waggle --test`.
    package let example: String
    /// Where Waggle means to do otherwise than dnsmasq.
    package let departures: [Departure]
    package let apply: Apply

    package init(
        _ name: String, letter: Unicode.Scalar? = nil, letterTakesValue: Bool = true,
        aliases: [String] = [],
        _ argument: Argument, _ repetition: Repetition, _ category: Category,
        _ status: Status = .supported, default defaultText: String, reload: Reload = .applied,
        _ summary: String, details: String = "", example: String,
        departures: [Departure] = [], apply: @escaping Apply
    ) {
        self.name = name
        self.aliases = aliases
        self.letter = letter
        self.letterTakesValue = letterTakesValue && argument != .none
        self.argument = argument
        self.repetition = repetition
        self.category = category
        self.status = status
        self.defaultText = defaultText
        self.reload = reload
        self.summary = summary
        self.details = details
        self.example = example
        self.departures = departures
        self.apply = apply
    }

    /// Every long spelling.
    package var names: [String] { [name] + aliases }
}
