package import DNSConfig
package import DNSWire

/// What the configuration adds to questions on their way, and what it takes out: `add-subnet`,
/// `add-mac`, `add-cpe-id`, `umbrella` and their `strip-` twins.
///
/// Of the client's own options only those come here that go on (`EDNSOption`). What is added stands
/// behind them, in dnsmasq's order.
package struct EDNSAdditions: Sendable {
    private let options: EDNSAdditionOptions
    /// Whether a client's subnet stays here.
    var stripsSubnet: Bool { options.stripsSubnet }
    /// Nothing is added and nothing taken out.
    package let isEmpty: Bool
    /// Whether the hardware address of the client is asked for.
    package let wantsHardwareAddress: Bool

    package init(_ options: EDNSAdditionOptions) {
        self.options = options
        isEmpty = options == EDNSAdditionOptions()
        wantsHardwareAddress =
            options.addsHardwareAddress || options.addsHardwareText || options.addsHardwareBase64
    }

    /// Changes the options of a question; answers what that means for the use of its answer:
    /// `.isPrivate`, `.hasOwnSubnet`, `.hasOwnOptions`, or nothing.
    ///
    /// Cost: O(options), no allocation.
    package func apply(
        to list: inout EDNSOptions, client: IPAddress, hardware: HardwareAddress?
    ) -> QueryTraits {
        var traits: QueryTraits = isImpersonal(list) ? [] : .isPrivate
        if !list.isEmpty { traits.insert(.hasOwnOptions) }
        if let subnet = list.find(EDNSOptionCode.subnet), subnet.length > 4,
            !options.stripsSubnet
        {
            traits.insert(.hasOwnSubnet)
        }
        guard !isEmpty else { return traits }
        if addHardware(hardware, to: &list) { traits.insert(.isPrivate) }
        if !options.siteID.isEmpty {
            list.remove(EDNSOptionCode.siteID)
            if list.start(EDNSOptionCode.siteID, count: options.siteID.count) {
                for octet in options.siteID { list.put(octet) }
            }
        }
        if let umbrella = options.umbrella {
            add(umbrella, of: client, to: &list)
            traits.insert(.isPrivate)
        }
        if options.stripsSubnet { list.remove(EDNSOptionCode.subnet) }
        if options.addsSubnet, !addSubnet(of: client, to: &list) { traits.insert(.isPrivate) }
        return traits
    }

    /// Whether what a client sent leaves the answer as good for others.
    ///
    /// Differs: dnsmasq keeps and shares such answers as any other. A subnet is no reason by
    /// itself: the reply says whether the answer is only for it.
    private func isImpersonal(_ list: borrowing EDNSOptions) -> Bool {
        guard !list.isEmpty else { return true }
        var reader = EDNSOptionReader(list.bytes, from: 0, count: list.length)
        while let option = reader.next() {
            switch option.code {
            case EDNSOptionCode.subnet: continue
            case EDNSOptionCode.hardwareAddress, EDNSOptionCode.deviceID:
                if !options.stripsHardwareAddress { return false }
            case EDNSOptionCode.siteID: if options.siteID.isEmpty { return false }
            case EDNSOptionCode.umbrella: if options.umbrella == nil { return false }
            default: if !EDNSOption.isImpersonal(option.code) { return false }
            }
        }
        return true
    }

    // MARK: Hardware addresses

    /// Whether something of the client was added.
    private func addHardware(_ hardware: HardwareAddress?, to list: inout EDNSOptions) -> Bool {
        if options.stripsHardwareAddress {
            list.remove(EDNSOptionCode.hardwareAddress)
            list.remove(EDNSOptionCode.deviceID)
        }
        guard let hardware, wantsHardwareAddress else { return false }
        if options.addsHardwareAddress, list.find(EDNSOptionCode.hardwareAddress) == nil,
            list.start(EDNSOptionCode.hardwareAddress, count: hardware.count)
        {
            for index in 0..<hardware.count { list.put(hardware[index]) }
        }
        // dnsmasq writes only addresses of six octets as text, and text before base64.
        guard hardware.count == 6, options.addsHardwareText || options.addsHardwareBase64,
            list.find(EDNSOptionCode.deviceID) == nil
        else { return true }
        if options.addsHardwareText {
            guard list.start(EDNSOptionCode.deviceID, count: 17) else { return true }
            for index in 0..<6 {
                if index > 0 { list.put(UInt8(ascii: ":")) }
                list.put(Self.digit(hardware[index] >> 4))
                list.put(Self.digit(hardware[index] & 15))
            }
        } else if list.start(EDNSOptionCode.deviceID, count: 8) {
            for start in [0, 3] {
                let bits =
                    UInt32(hardware[start]) << 16 | UInt32(hardware[start + 1]) << 8
                    | UInt32(hardware[start + 2])
                for shift in stride(from: 18, through: 0, by: -6) {
                    list.put(Self.letter(UInt8(truncatingIfNeeded: bits >> UInt32(shift) & 63)))
                }
            }
        }
        return true
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? value + 48 : value + 87 }

    /// RFC 4648 §4.
    private static func letter(_ value: UInt8) -> UInt8 {
        switch value {
        case 0..<26: value + 65
        case 26..<52: value + 71
        case 52..<62: value - 4
        case 62: UInt8(ascii: "+")
        default: UInt8(ascii: "/")
        }
    }

    // MARK: Umbrella

    private func add(
        _ umbrella: EDNSAdditionOptions.Umbrella, of client: IPAddress,
        to list: inout EDNSOptions
    ) {
        list.remove(EDNSOptionCode.umbrella)
        let count =
            6 + (umbrella.organisation == nil ? 0 : 6) + 2 + client.octetCount
            + (umbrella.device == nil ? 0 : 10) + (umbrella.asset == nil ? 0 : 6)
        guard list.start(EDNSOptionCode.umbrella, count: count) else { return }
        // "ODNS", version 1, no flags; then fields, each a kind and its octets.
        list.put(UInt32(0x4F44_4E53))
        list.put(UInt16(0x0100))
        if let organisation = umbrella.organisation {
            list.put(UInt16(0x0008))
            list.put(organisation)
        }
        list.put(UInt16(client.isIPv4 ? 0x0010 : 0x0020))
        for index in 0..<client.octetCount { list.put(client.octet(index)) }
        if let device = umbrella.device {
            list.put(UInt16(0x0040))
            list.put(UInt32(truncatingIfNeeded: device >> 32))
            list.put(UInt32(truncatingIfNeeded: device))
        }
        if let asset = umbrella.asset {
            list.put(UInt16(0x0004))
            list.put(asset)
        }
    }

    // MARK: Subnets

    /// Adds the network of a client, unless it said one itself; whether it is the same for all.
    ///
    /// RFC 7871 §6: family, source prefix, scope 0, and only the octets of the prefix.
    private func addSubnet(of client: IPAddress, to list: inout EDNSOptions) -> Bool {
        guard list.find(EDNSOptionCode.subnet) == nil else { return true }
        let subnet = client.isIPv4 ? options.subnet4 : options.subnet6
        let prefix = subnet?.prefixLength ?? 0
        let address = prefix == 0 ? client : subnet?.address ?? client
        let octets = (prefix + 7) / 8
        guard list.start(EDNSOptionCode.subnet, count: 4 + octets) else { return true }
        list.put(UInt16(address.isIPv4 ? 1 : 2))
        list.put(UInt8(prefix))
        list.put(UInt8(0))
        for index in 0..<octets {
            let spare = max(0, 8 * (index + 1) - prefix)
            list.put(address.octet(index) & (UInt8.max << UInt8(spare)))
        }
        return prefix == 0 || subnet?.address != nil
    }
}

/// The address of a network card, at most sixteen octets.
package struct HardwareAddress: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64
    package let count: Int

    /// Takes an address as the kernel has it; nil if it is empty or too long.
    package init?(_ octets: some Collection<UInt8>) {
        guard (1...16).contains(octets.count) else { return nil }
        count = octets.count
        var words: (UInt64, UInt64) = (0, 0)
        for (index, octet) in octets.enumerated() {
            let bits = UInt64(octet) << UInt64(56 - 8 * (index & 7))
            if index < 8 { words.0 |= bits } else { words.1 |= bits }
        }
        (high, low) = words
    }

    /// Octet `index`, 0..<count.
    package subscript(index: Int) -> UInt8 {
        let word = index < 8 ? high : low
        return UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * (index & 7)))
    }
}
