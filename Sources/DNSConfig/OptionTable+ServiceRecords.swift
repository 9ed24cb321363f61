import DNSWire

extension OptionTable {
    static func applyMXHost(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        let parts = value.split(",")
        let targetParts = parts?.tail.split(",")
        var preference: UInt16 = 1
        if let text = targetParts?.tail {
            preference = try context.port(text, orElse: "bad MX preference")
        }
        let owner = try context.name(parts?.head ?? value, orElse: "bad MX name")
        var target: DomainName?
        if let text = targetParts?.head ?? parts?.tail {
            target = try context.name(text, orElse: "bad MX name")
        }
        append(.mx(preference: preference, target: target), owner, value, &options, context)
    }

    static func applySRVHost(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        let pieces = value.pieces()
        let owner = try context.name(pieces[0], orElse: "bad SRV record")
        var target: DomainName?
        if pieces.count > 1 { target = try context.name(pieces[1], orElse: "bad SRV target") }
        var numbers: [UInt16] = [1, 0, 0]
        let words = ["invalid port number", "invalid priority", "invalid weight"]
        for (index, text) in pieces.dropFirst(2).prefix(3).enumerated() {
            numbers[index] = try context.port(text, orElse: words[index])
        }
        if pieces.count > 5 {
            throw OptionFault(words[2], "more follows behind the weight", at: pieces[5])
        }
        append(
            .srv(
                priority: numbers[1], weight: numbers[2], port: numbers[0],
                target: target ?? .root),
            owner, value, &options, context)
    }

    static func applyTXTRecord(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        let parts = value.split(",")
        let owner = try context.name(parts?.head ?? value, orElse: "bad TXT record")
        var strings: [[UInt8]] = [[]]
        // Blanks beside the commas of the text belong to it; a string ends after 255 octets at the
        // latest.
        for glyph in parts?.tail.glyphs ?? [] {
            let isSeparator = glyph.octet == UInt8(ascii: ",") && !glyph.isQuoted
            if isSeparator || strings[strings.count - 1].count == 255 { strings.append([]) }
            if !isSeparator { strings[strings.count - 1].append(glyph.octet) }
        }
        append(.txt(strings), owner, value, &options, context)
    }

    static func applyNAPTRRecord(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        let pieces = value.pieces()
        guard pieces.count >= 6 else {
            throw OptionFault(
                "bad NAPTR record", "a name, two numbers, flags, service and regexp are needed",
                at: value)
        }
        let owner = try context.name(pieces[0], orElse: "bad NAPTR record")
        let order = try context.port(pieces[1], orElse: "bad NAPTR record")
        let preference = try context.port(pieces[2], orElse: "bad NAPTR record")
        var replacement: DomainName?
        if pieces.count > 6 {
            replacement = try context.name(pieces[6], orElse: "bad NAPTR record")
        }
        let strings = pieces[3...5].map { characterString($0, "NAPTR", &context) }
        append(
            .naptr(
                order: order, preference: preference, flags: strings[0], service: strings[1],
                regexp: strings[2], replacement: replacement ?? .root),
            owner, value, &options, context)
    }

    static func applyCAARecord(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        let pieces = value.pieces()
        guard pieces.count >= 4 else {
            throw OptionFault(
                "bad CAA record", "a name, flags, a tag and a value are needed",
                hint: "write caa-record=example.org,0,issue,ca.example", at: value)
        }
        let owner = try context.name(pieces[0], orElse: "bad CAA record")
        guard let flags = pieces[1].number else {
            throw OptionFault("bad CAA record", "the flags must be a number", at: pieces[1])
        }
        if flags > 255 {
            context.warn("the flags of a CAA record are at most 255", at: pieces[1])
        }
        append(
            .caa(
                flags: UInt8(truncatingIfNeeded: flags),
                tag: characterString(pieces[2], "CAA", &context), value: pieces[3].octets),
            owner, value, &options, context)
    }

    /// At most 255 octets, for a length octet has to hold their number.
    private static func characterString(
        _ text: ValueText, _ type: String, _ context: inout OptionContext
    ) -> [UInt8] {
        if text.glyphs.count > 255 {
            context.warn("a string of a \(type) record is cut after 255 octets", at: text)
        }
        return Array(text.octets.prefix(255))
    }

    static func applyDNSRR(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        guard let (nameText, rest) = value.split(",") else {
            throw OptionFault("bad RR record", "a name and a type number are needed", at: value)
        }
        let parts = rest.split(",")
        let typeText = parts?.head ?? rest
        guard let type = typeText.number else {
            throw OptionFault(
                "bad RR record", "'\(typeText.string)' is not a number",
                hint: RecordType(parsing: typeText.string).map { "write \($0.rawValue)" },
                at: typeText)
        }
        let owner = try context.name(nameText, orElse: "bad RR record")
        var octets: [UInt8] = []
        if let text = parts?.tail {
            // Differs: dnsmasq says "could not get memory" (exit 4) here.
            guard let parsed = parseHexadecimal(text) else {
                throw OptionFault(
                    "bad RR record", "'\(text.string)' is not hexadecimal",
                    hint: "write two digits an octet, maybe with colons between", at: text)
            }
            octets = parsed
        }
        guard let number = UInt16(exactly: type) else {
            context.warn("there is no type \(type), the record is left out", at: typeText)
            return
        }
        append(.raw(type: RecordType(number), octets: octets), owner, value, &options, context)
    }

    /// Groups of digits between colons, hyphens or blanks; two digits an octet, an odd last one
    /// alone.
    static func parseHexadecimal(_ text: ValueText) -> [UInt8]? {
        var octets: [UInt8] = []
        for group in text.octets.split(whereSeparator: { ":- ".utf8.contains($0) }) {
            var index = group.startIndex
            while index < group.endIndex {
                let pair = group[index..<min(index + 2, group.endIndex)]
                var octet: UInt8 = 0
                for digit in pair {
                    guard let value = IPAddress.hexadecimalValue(digit) else { return nil }
                    octet = octet << 4 | value
                }
                octets.append(octet)
                index += 2
            }
        }
        return octets
    }
}
