package import DNSWire

/// Names that are made up for the addresses of a range.
package struct SyntheticDomain: Hashable, Sendable {
    package var domain: DomainName
    package var range: AddressRange
    /// What stands in front of the address or number, folded text; may have dots.
    package var prefix: [UInt8]
    /// `prefix*`: names carry a number instead of the address.
    package var isCounted: Bool
    package var origin: Origin
}
