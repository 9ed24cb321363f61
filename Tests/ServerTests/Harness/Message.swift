import DNSWire

/// A query as a test states it.
struct Query: Sendable {
    /// What an OPT record says.
    struct Options: Sendable {
        var udpOctets: UInt16 = 1232
        var version: UInt8 = 0
        var isDNSSECOK = false
        /// As `code:hex`.
        var options: [String] = []
    }

    var id = UInt16.random(in: 0...UInt16.max)
    /// As it is to be spelled; octets of the labels as they are.
    var name: String
    var type = RecordType.a
    var recordClass: UInt16 = 1
    var flags: UInt16 = 0x0100
    var options: Options?
    /// Whether it is to be asked by TCP.
    var isTCP = false

    init(
        _ name: String, _ type: RecordType = .a, class recordClass: UInt16 = 1,
        flags: UInt16 = 0x0100, edns udpOctets: UInt16? = nil
    ) {
        self.name = name
        self.type = type
        self.recordClass = recordClass
        self.flags = flags
        options = udpOctets.map { Options(udpOctets: $0) }
    }

    /// The question alone.
    var question: [UInt8] { Octets.name(name) + Octets.number(type.rawValue, recordClass) }

    var octets: [UInt8] {
        var message = Octets.number(id, flags, 1, 0, 0, options == nil ? 0 : 1) + question
        if let options {
            message += [0] + Octets.number(41, options.udpOctets)
            message += [0, options.version] + Octets.number(options.isDNSSECOK ? 0x8000 : 0)
            let octets = options.options.flatMap { Octets.option($0) }
            message += Octets.number(UInt16(octets.count)) + octets
        }
        return message
    }

    /// With the length in front, as TCP wants it.
    var framed: [UInt8] { Octets.number(UInt16(octets.count)) + octets }
}

/// Numbers and names as octets.
enum Octets {
    static func number(_ values: UInt16...) -> [UInt8] {
        values.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
    }

    static func number(long value: UInt32) -> [UInt8] {
        number(UInt16(value >> 16), UInt16(value & 0xFFFF))
    }

    /// A name without escapes; `.` and nothing are the root.
    static func name(_ text: String) -> [UInt8] {
        text.utf8.split(separator: UInt8(ascii: ".")).flatMap { [UInt8($0.count)] + $0 } + [0]
    }

    /// An EDNS option from its text, `code:hex`.
    static func option(_ text: String) -> [UInt8] {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var digits = parts[1][...]
        var data: [UInt8] = []
        while let octet = UInt8(digits.prefix(2), radix: 16) {
            data.append(octet)
            digits = digits.dropFirst(2)
        }
        return number(UInt16(parts[0]) ?? 0, UInt16(data.count)) + data
    }

    /// An address, 4 or 16 octets.
    static func address(_ text: String) -> [UInt8] {
        guard let address = IPAddress(parsing: text) else { return [] }
        return (0..<address.octetCount).map { address.octet($0) }
    }
}

/// A record as it came, in dig's words.
struct Record: Hashable, Sendable, CustomStringConvertible {
    var owner: String
    var ttlSeconds: UInt32
    var type: RecordType
    var recordClass: UInt16
    var data: String

    var description: String {
        "\(owner) \(ttlSeconds) \(recordClass == 1 ? "IN" : "CLASS\(recordClass)") "
            + "\(type.mnemonic ?? "TYPE\(type.rawValue)") \(data)"
    }
}

/// A message as it came.
struct Reply: Sendable {
    let octets: [UInt8]
    let header: MessageHeader
    var question = ""
    var questionType = RecordType(0)
    var answers: [Record] = []
    var authority: [Record] = []
    /// Without the OPT record.
    var additional: [Record] = []
    var edns: EDNS?
    /// Options of the OPT record, as `code:hex`.
    var options: [String] = []

    var id: UInt16 { header.id }
    var code: ResponseCode { header.responseCode }
    var isTruncated: Bool { header.isTruncated }
    /// The data of all answers, in order.
    var data: [String] { answers.map(\.data) }
    var addresses: [String] { answers.filter { $0.type == .a || $0.type == .aaaa }.map(\.data) }

    /// Whether a record answers the question: it belongs to its name, or to one that the CNAMEs of
    /// this reply lead to.
    func owns(_ record: Record) -> Bool {
        var names = [question.lowercased()]
        for _ in answers {
            for alias in answers
            where alias.type == .cname && names.contains(alias.owner.lowercased())
                && !names.contains(alias.data.lowercased())
            {
                names.append(alias.data.lowercased())
            }
        }
        return names.contains(record.owner.lowercased())
            && [questionType, .cname].contains(record.type)
    }

    /// The extended error, if there is one. RFC 8914.
    var extendedError: Int? {
        options.first { $0.hasPrefix("15:") }.flatMap { Int($0.dropFirst(3).prefix(4), radix: 16) }
    }

    /// Reads a message; nil unless it is whole and nothing follows it.
    init?(_ octets: [UInt8]) {
        let bytes = octets.span.bytes
        guard let header = MessageHeader(bytes) else { return nil }
        self.octets = octets
        self.header = header
        var reader = WireReader(bytes, at: 12)
        for _ in 0..<header.questionCount {
            var name = NameBuffer()
            guard reader.readName(into: &name), let type = reader.readUInt16(),
                reader.readUInt16() != nil
            else { return nil }
            question = name.text
            questionType = RecordType(type)
        }
        guard let answers = Self.records(header.answerCount, &reader, bytes),
            let authority = Self.records(header.authorityCount, &reader, bytes)
        else { return nil }
        self.answers = answers
        self.authority = authority
        for _ in 0..<header.additionalCount {
            guard let found = reader.readRecord() else { return nil }
            if found.type == .opt {
                edns = EDNS(found)
                options = Self.options(bytes, found)
            } else {
                guard let record = Record(found, bytes) else { return nil }
                additional.append(record)
            }
        }
        guard reader.remaining == 0 else { return nil }
    }

    @_lifetime(reader: copy reader)
    private static func records(
        _ count: UInt16, _ reader: inout WireReader, _ bytes: RawSpan
    ) -> [Record]? {
        var records: [Record] = []
        for _ in 0..<count {
            guard let found = reader.readRecord(), let record = Record(found, bytes) else {
                return nil
            }
            records.append(record)
        }
        return records
    }

    private static func options(_ bytes: RawSpan, _ record: RecordHeader) -> [String] {
        var reader = WireReader(bytes, at: record.rdataOffset)
        var texts: [String] = []
        while reader.offset < record.endOffset, let code = reader.readUInt16(),
            let length = reader.readUInt16()
        {
            texts.append(
                "\(code):" + bytes.hexadecimal(reader.offset..<reader.offset + Int(length)))
            guard reader.skip(Int(length)) else { break }
        }
        return texts
    }
}

extension Reply: CustomStringConvertible {
    /// The flags, in dig's words.
    var flags: String {
        let names: [(UInt16, String)] = [
            (0x8000, "qr"), (0x0400, "aa"), (0x0200, "tc"), (0x0100, "rd"), (0x0080, "ra"),
            (0x0040, "z"), (0x0020, "ad"), (0x0010, "cd"),
        ]
        return names.filter { header.flags & $0.0 != 0 }.map(\.1).joined(separator: " ")
    }

    var description: String {
        var lines = [";; \(code.text), flags: \(flags), \(octets.count) octets"]
        if let edns {
            let asked = edns.isDNSSECOK ? " do" : ""
            lines.append(";; EDNS: udp \(edns.udpOctets)\(asked) \(options.joined(separator: " "))")
        }
        lines.append(";\(question) \(questionType.mnemonic ?? "\(questionType.rawValue)")")
        lines += answers.map { "\($0)" }
        lines += authority.map { ";authority \($0)" } + additional.map { ";additional \($0)" }
        return lines.joined(separator: "\n")
    }
}
