import DNSWire

/// The text form of an upstream server: `address%zone#port@interface@source#port`, or `#`.
enum ServerText {
    static func parse(
        _ text: ValueText, _ context: inout OptionContext
    ) throws(OptionFault) -> DomainRule.Action {
        if text.equals("#") { return .standardServers }
        var rest = text
        var source: ValueText?
        var sourcePort: UInt16?
        if let (head, tail) = rest.split("@") {
            rest = head
            source = tail
            if let (head, portText) = tail.split("#") {
                source = head
                sourcePort = try context.port(portText, orElse: "bad port")
            }
        }
        var port: UInt16 = 53
        if let (head, portText) = rest.split("#") {
            rest = head
            port = try context.port(portText, orElse: "bad port")
        }
        let zoned = rest.split("%")
        let addressText = zoned?.head ?? rest
        guard let address = addressText.address else { throw unknownServer(addressText) }
        var server = ServerOption(address: address, port: port)
        if let zone = zoned?.tail, !address.isIPv4 {
            server.interface = zone.string
            server.hasZone = true
            context.requiredInterface = zone
        }
        if let source {
            server.sourcePort = sourcePort
            try parseSource(source, into: &server)
        }
        return .server(server)
    }

    /// Reads `interface`, `address` or `interface@address`.
    private static func parseSource(
        _ text: ValueText, into server: inout ServerOption
    ) throws(OptionFault) {
        let parts = text.split("@")
        if let interface = parts?.head { server.setInterface(interface) }
        let last = parts?.tail ?? text
        guard let address = last.address else {
            guard parts == nil else {
                throw OptionFault("interface can only be specified once", at: last)
            }
            if !last.isEmpty { server.setInterface(last) }
            return
        }
        guard address.isIPv4 == server.address.isIPv4 else {
            let families = server.address.isIPv4 ? ("IPv4", "IPv6") : ("IPv6", "IPv4")
            throw OptionFault(
                "cannot use \(families.0) server address with \(families.1) source address",
                at: last)
        }
        server.sourceAddress = address
    }

    // Differs: dnsmasq asks the system's resolver for names of servers. Waggle may be that
    // resolver.
    private static func unknownServer(_ text: ValueText) -> OptionFault {
        var hint = "write the address of the server, its name cannot be looked up here"
        if let (host, port) = text.split(":"), host.address != nil, port.number16 != nil {
            hint = "write \(host.string)#\(port.string)"
        } else if text.hasPrefix(UInt8(ascii: "[")) {
            hint = "write the address without brackets and the port after #"
        } else if IPAddress(parsing: text.string.filter { !$0.isJunk }) != nil {
            hint = "write \(text.string.filter { !$0.isJunk }), and nothing behind it"
        } else if let name = DomainName(parsing: text.string), !name.isRoot,
            name.labels.last?.allSatisfy({ !(0x30...0x39).contains($0) }) ?? false
        {
            hint =
                "a domain stands between slashes, /\(name)/; a server needs an address, for its "
                + "name cannot be looked up here"
        }
        return OptionFault(
            "Name or service not known", "'\(text.string)' is not an address", hint: hint, at: text)
    }
}

extension Character {
    /// What is typed behind an address by habit or mistake.
    fileprivate var isJunk: Bool { self == ";" || LineScanner.isForeignBlank(self) }
}

extension ServerOption {
    /// `@interface`, which takes the place of a zone.
    fileprivate mutating func setInterface(_ name: ValueText) {
        interface = name.string
        hasZone = false
    }
}
