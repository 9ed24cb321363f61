import DNSWire

/// The answers of scripted upstream servers.
enum UpstreamMessage {
    static func octets(_ action: UpstreamAction, for query: Reply) -> [UInt8] {
        switch action {
        case .answer(let lines):
            let records = lines.compactMap { record($0) }
            return header(of: query, answers: UInt16(records.count)) + records.flatMap { $0 }
                + opt(of: query)
        case .negative(let code):
            let soa = record(". 60 SOA ns.test host.test 1 2 3 4 60") ?? []
            return header(of: query, flags: UInt16(code.rawValue), authority: 1) + soa
                + opt(of: query)
        case .message(let sections): return message(sections, for: query)
        case .code(let code):
            return header(of: query, flags: UInt16(code.rawValue)) + opt(of: query)
        default: return header(of: query, flags: 2) + opt(of: query)
        }
    }

    private static func message(_ sections: UpstreamSections, for query: Reply) -> [UInt8] {
        let all = [sections.answers, sections.authority, sections.additional].map {
            $0.compactMap { record($0) }
        }
        let flags = 0x8080 | query.header.flags & 0x0150 | sections.flags
        let additional = all[2].count + (query.edns == nil ? 0 : 1)
        return Octets.number(
            query.id, flags | UInt16(sections.code.rawValue), 1, UInt16(all[0].count),
            UInt16(all[1].count), UInt16(additional))
            + questionOctets(query) + all.joined().joined() + opt(of: query)
    }

    /// An OPT record for whoever sent one, with the options that it had; DO comes back as it went.
    /// RFC 3225 §3.
    static func opt(of query: Reply) -> [UInt8] {
        guard let edns = query.edns else { return [] }
        let options = query.options.flatMap { Octets.option($0) }
        let flags: UInt16 = edns.isDNSSECOK ? 0x8000 : 0
        return [0] + Octets.number(41, 4096, 0, flags, UInt16(options.count)) + options
    }

    /// Header and question of an answer; an OPT record is still to follow where one was asked for.
    static func header(
        of query: Reply, flags: UInt16 = 0, answers: UInt16 = 0, authority: UInt16 = 0
    ) -> [UInt8] {
        let asked = query.header.flags & 0x0150
        return Octets.number(
            query.id, 0x8080 | asked | flags, 1, answers, authority, query.edns == nil ? 0 : 1)
            + questionOctets(query)
    }

    private static func questionOctets(_ query: Reply) -> [UInt8] {
        Array(query.octets[12..<(12 + Octets.name(query.question).count + 4)])
    }

    /// A record from its text; nil for a type that is not known here.
    static func record(_ line: String) -> [UInt8]? {
        let words = line.split(separator: " ").map(String.init)
        guard words.count >= 4, let ttl = UInt32(words[1]),
            let type = RecordType(parsing: words[2]),
            let data = data(type, Array(words[3...]))
        else { return nil }
        // The name that was asked for lies behind the header.
        return (words[0] == "@" ? [0xC0, 12] : Octets.name(words[0]))
            + Octets.number(type.rawValue, 1) + Octets.number(long: ttl)
            + Octets.number(UInt16(data.count)) + data
    }

    private static func data(_ type: RecordType, _ words: [String]) -> [UInt8]? {
        switch type {
        case .a, .aaaa: Octets.address(words[0])
        case .cname, .ptr, .ns: Octets.name(words[0])
        case .txt: words.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        case .mx: Octets.number(UInt16(words[0]) ?? 0) + Octets.name(words[1])
        case .srv:
            words[..<3].flatMap { Octets.number(UInt16($0) ?? 0) } + Octets.name(words[3])
        case .soa:
            Octets.name(words[0]) + Octets.name(words[1])
                + words[2...].flatMap { Octets.number(long: UInt32($0) ?? 0) }
        default: nil
        }
    }
}
