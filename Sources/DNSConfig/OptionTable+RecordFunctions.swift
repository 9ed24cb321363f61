import DNSWire

extension OptionTable {
    static func applyHostRecord(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        let pieces = value.pieces()
        guard pieces.count > 1 else {
            throw OptionFault("Bad host-record", "a name and an address are needed", at: value)
        }
        var names: [(DomainName, ValueText)] = []
        var (ipv4, ipv6): (IPAddress?, IPAddress?)
        var ttl: UInt32?
        var hasBadAddress: ValueText?
        // Differs: dnsmasq takes an empty piece for TTL 0.
        for piece in pieces where !piece.isEmpty {
            if let number = piece.number {
                ttl = UInt32(clamping: number)
            } else if let address = piece.address {
                if address.isIPv4 { ipv4 = address } else { ipv6 = address }
            } else if let name = try context.name(piece, orElse: "Bad name in host-record") {
                if looksLikeIPv4(piece) { hasBadAddress = piece }
                names.append((name, piece))
            }
        }
        if let piece = hasBadAddress {
            context.warn(
                "'\(piece.string)' is not an address and so is taken for a name", at: piece)
        }
        let addresses = [ipv4, ipv6].compactMap { $0 }
        if addresses.isEmpty {
            context.warn("host-record without an address has no effect", at: value)
        }
        for (index, (name, piece)) in names.enumerated() {
            options.records.append(
                RecordOption(
                    owner: name, data: .host(addresses: addresses, ownsReverse: index == 0),
                    ttlSeconds: ttl, origin: context.origin(of: piece)))
        }
    }

    private static func looksLikeIPv4(_ piece: ValueText) -> Bool {
        piece.glyphs.allSatisfy { $0.octet == UInt8(ascii: ".") || (48...57).contains($0.octet) }
    }

    static func applyCNAME(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        var pieces = value.pieces()
        var ttl: UInt32?
        if pieces.count > 2, let last = pieces.last, let number = last.number {
            if !last.isEmpty { ttl = UInt32(clamping: number) }
            pieces.removeLast()
        }
        guard pieces.count > 1, let targetText = pieces.popLast() else {
            throw OptionFault(
                "bad CNAME", "an alias and a target are needed", hint: "write cname=alias,target",
                at: value)
        }
        let target = try context.name(targetText, orElse: "bad CNAME")
        if targetText.isEmpty {
            // dnsmasq takes nothing for a name here, which leads to itself.
            guard pieces.allSatisfy({ !$0.isEmpty }) else {
                throw OptionFault("CNAME loop involving nothing", at: value)
            }
            context.warn("cname without a target has no effect", at: value)
        }
        for piece in pieces {
            guard let alias = try context.name(piece, orElse: "bad CNAME") else { continue }
            guard context.aliases.insert(alias).inserted else {
                let first = options.cnames.first { $0.alias == alias }?.origin
                let place = first.map { first in
                    let file = options.sources[Int(first.source)]
                    return first.source == context.origin.source
                        ? " in line \(first.line)" : " in line \(first.line) of \(file)"
                }
                throw OptionFault(
                    "duplicate CNAME", "\(alias) already is an alias\(place ?? "")",
                    hint: "keep one of the two", at: piece)
            }
            guard let target else { continue }
            options.cnames.append(
                CNAMEOption(
                    alias: alias, target: target, ttlSeconds: ttl,
                    origin: context.origin(of: piece)))
        }
    }

    static func applyInterfaceName(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        let pieces = value.pieces()
        let name = try context.name(pieces[0], orElse: "bad interface name")
        guard let (hosts, rest) = splitInterface(pieces), hosts.isEmpty else {
            throw OptionFault(
                "bad interface name", "a name and an interface are needed", at: value)
        }
        var interface = rest
        var families = RecordOption.Families.both
        if let (head, family) = rest.split("/") {
            interface = head
            switch family.string {
            case "4": families = .ipv4
            case "6": families = .ipv6
            default:
                throw OptionFault(
                    nil, "'\(family.string)' is neither 4 nor 6", hint: "write /4, /6 or nothing",
                    at: family)
            }
        }
        guard let name else { return }
        options.records.append(
            RecordOption(
                owner: name,
                data: .interface(interface.string, families: families, host4: nil, host6: nil),
                origin: context.origin(of: pieces[0])))
    }

    static func applyDynamicHost(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        let pieces = value.pieces()
        let name = try context.name(pieces[0], orElse: "bad interface name")
        guard let (hosts, interface) = splitInterface(pieces), !hosts.isEmpty else {
            throw OptionFault(
                "missing address in dynamic host", "a name, an address and an interface are needed",
                at: value)
        }
        // Both families are said by their addresses.
        if let (_, family) = interface.split("/") {
            let isFamily = family.equals("4") || family.equals("6")
            throw OptionFault(
                isFamily ? "bad dynamic host" : nil, "'\(interface.string)' is no interface",
                at: isFamily ? family : interface)
        }
        let host4 = hosts.last { $0.isIPv4 }
        let host6 = hosts.last { !$0.isIPv4 }
        let families: RecordOption.Families =
            host4 == nil ? .ipv6 : host6 == nil ? .ipv4 : .both
        guard let name else { return }
        options.records.append(
            RecordOption(
                owner: name,
                data: .interface(
                    interface.string, families: families, host4: host4, host6: host6),
                origin: context.origin(of: pieces[0])))
    }

    /// The addresses after the name and the interface after them, which is the last piece at the
    /// latest.
    private static func splitInterface(
        _ pieces: [ValueText]
    ) -> (hosts: [IPAddress], interface: ValueText)? {
        var hosts: [IPAddress] = []
        for (index, piece) in pieces.enumerated().dropFirst() {
            guard index < pieces.count - 1, let address = piece.address else {
                return (hosts, piece)
            }
            hosts.append(address)
        }
        return nil
    }

    static func applyPTRRecord(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        let parts = value.split(",")
        let owner = try context.name(parts?.head ?? value, orElse: "bad PTR record")
        var target: DomainName?
        if let text = parts?.tail { target = try context.name(text, orElse: "bad PTR record") }
        append(.ptr(target ?? .root), owner, value, &options, context)
    }

    /// Adds a record if its owner can ever be asked for; warns about an owner that was left out.
    static func append(
        _ data: RecordOption.Data, _ owner: DomainName?, _ place: ValueText,
        _ options: inout Options, _ context: OptionContext
    ) {
        guard let owner else { return }
        options.records.append(
            RecordOption(owner: owner, data: data, origin: context.origin(of: place)))
    }
}
