/// One `alias=` line: IPv4 addresses that are given another network, or another address.
package struct AddressAlias: Hashable, Sendable {
    package var first: UInt32
    /// nil: every address that equals `first` where the mask has ones.
    package var last: UInt32?
    package var new: UInt32
    /// The bits that are taken from `new`.
    package var mask: UInt32

    package init(first: UInt32, last: UInt32? = nil, new: UInt32, mask: UInt32 = .max) {
        self.first = first
        self.last = last
        self.new = new
        self.mask = mask
    }
}
