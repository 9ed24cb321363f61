package import DNSWire

/// What is put into the OPT record of questions on their way, and what is taken out.
package struct EDNSAdditionOptions: Hashable, Sendable {
    /// The network that questions of clients of one family are said to come from.
    package struct Subnet: Hashable, Sendable {
        /// The same for every client, of either family; nil: the client's own.
        package var address: IPAddress?
        /// 0...32 or 0...128.
        package var prefixLength: Int

        package init(address: IPAddress?, prefixLength: Int) {
            self.address = address
            self.prefixLength = prefixLength
        }
    }

    package struct Umbrella: Hashable, Sendable {
        package var organisation: UInt32?
        package var asset: UInt32?
        package var device: UInt64?

        package init() {}
    }

    package var addsHardwareAddress = false
    package var addsHardwareText = false
    package var addsHardwareBase64 = false
    package var stripsHardwareAddress = false
    package var addsSubnet = false
    package var subnet4: Subnet?
    package var subnet6: Subnet?
    package var stripsSubnet = false
    /// Empty: none.
    package var siteID: [UInt8] = []
    package var umbrella: Umbrella?

    package init() {}
}
