import DNSWire

/// A message as a test reads and writes it: sections of records in text, as `dig` prints them.
///
/// Its codec is its own and shares nothing with the one that is tested but the mnemonics.
struct TestMessage {
    struct Record: Equatable {
        var owner: String
        var type: RecordType
        var recordClass: UInt16 = 1
        var ttlSeconds: UInt32
        /// As `TestRdata` formats it.
        var rdata: String

        /// `owner ttl type rdata`; the class only where it is not IN.
        var text: String {
            let kind = type.mnemonic ?? "TYPE\(type.rawValue)"
            let inClass = recordClass == 1 ? "" : "CLASS\(recordClass) "
            return "\(owner) \(ttlSeconds) \(inClass)\(kind) \(rdata)"
        }
    }

    struct OPT: Equatable {
        var udpOctets: UInt16
        var extendedCode: UInt8 = 0
        var version: UInt8 = 0
        var isDNSSECOK = false
        /// The Extended DNS Error, if there is one.
        var extendedError: UInt16?
        /// The other options, as `code:hex`.
        var options: [String] = []
    }

    var id: UInt16 = 0
    /// The second word of the header; its lower four bits are the rcode.
    var flags: UInt16 = 0
    var name: String?
    var type = RecordType.a
    var recordClass: UInt16 = 1
    /// Answer, authority, additional; without OPT.
    var sections: [[Record]] = [[], [], []]
    var opt: OPT?
    /// Records in octets as they are, behind those of the answer section.
    var rawAnswers: [[UInt8]] = []

    static let flagNames: [(UInt16, String)] = [
        (0x0400, "aa"), (0x0200, "tc"), (0x0040, "z"), (0x0020, "ad"), (0x0010, "cd"),
    ]
    static let codes = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"]

    /// The rcode with its upper bits out of OPT.
    var code: String {
        let number = Int(flags & 15) | Int(opt?.extendedCode ?? 0) << 4
        return number == 16
            ? "BADVERS" : number < Self.codes.count ? Self.codes[number] : "\(number)"
    }

    /// The flags that are set, beside QR, RD and RA.
    var flagText: [String] { Self.flagNames.filter { flags & $0.0 != 0 }.map(\.1) }

    /// What `expect-answer` says of the message: rcode, flags and records.
    var text: String {
        var lines = [([code] + flagText).joined(separator: " ")]
        if let error = opt?.extendedError { lines[0] += " ede=\(error)" }
        for option in opt?.options ?? [] { lines[0] += " opt=\(option)" }
        for (section, title) in zip(sections, ["", "  authority", "  additional"])
        where !section.isEmpty {
            if !title.isEmpty { lines.append(title) }
            lines += section.map { "  " + $0.text }
        }
        return lines.joined(separator: "\n")
    }

    // MARK: Octets

    var octets: [UInt8] {
        var octets: [UInt8] = []
        let counts = [
            name == nil ? 0 : 1, sections[0].count + rawAnswers.count, sections[1].count,
            sections[2].count + (opt == nil ? 0 : 1),
        ]
        for word in [id, flags] + counts.map(UInt16.init) { octets.append(word) }
        if let name {
            octets += TestRdata.wire(name)
            octets.append(type.rawValue)
            octets.append(recordClass)
        }
        for (index, section) in sections.enumerated() {
            for record in section { append(record, to: &octets) }
            if index == 0 { octets += rawAnswers.joined() }
        }
        if let opt { append(opt, to: &octets) }
        return octets
    }

    private func append(_ record: Record, to octets: inout [UInt8]) {
        octets += record.owner == name ? [0xC0, 12] : TestRdata.wire(record.owner)
        octets.append(record.type.rawValue)
        octets.append(record.recordClass)
        octets.append(UInt16(record.ttlSeconds >> 16))
        octets.append(UInt16(record.ttlSeconds & 0xFFFF))
        let rdata = TestRdata.parse(record.rdata, record.type)
        octets.append(UInt16(rdata.count))
        octets += rdata
    }

    private func append(_ opt: OPT, to octets: inout [UInt8]) {
        octets += [0, 0, 41]
        octets.append(opt.udpOctets)
        octets += [opt.extendedCode, opt.version, opt.isDNSSECOK ? 0x80 : 0, 0]
        var options: [UInt8] = []
        if let error = opt.extendedError {
            for word in [15, 2, error] as [UInt16] { options.append(word) }
        }
        for option in opt.options {
            let parts = option.split(separator: ":", omittingEmptySubsequences: false)
            let data = TestRdata.octets(String(parts[1]))
            options.append(UInt16(parts[0]) ?? 0)
            options.append(UInt16(data.count))
            options += data
        }
        octets.append(UInt16(options.count))
        octets += options
    }
}

extension TestMessage {
    /// What is wrong with octets that should be a message.
    struct Malformed: Error {
        var reason: String
    }

    /// Reads a message; every octet of it must be accounted for.
    init(octets: [UInt8]) throws {
        var reader = TestReader(octets: octets)
        id = try reader.word()
        flags = try reader.word()
        let counts = [try reader.word(), try reader.word(), try reader.word(), try reader.word()]
        guard counts[0] < 2 else { throw Malformed(reason: "more than one question") }
        if counts[0] == 1 {
            name = try reader.name()
            type = RecordType(try reader.word())
            recordClass = try reader.word()
        }
        for section in 0..<3 {
            for _ in 0..<counts[section + 1] { try read(from: &reader, section) }
        }
        guard reader.offset == octets.count else {
            throw Malformed(reason: "\(octets.count - reader.offset) octets behind the end")
        }
    }

    private mutating func read(from reader: inout TestReader, _ section: Int) throws {
        let owner = try reader.name()
        let type = RecordType(try reader.word())
        let inClass = try reader.word()
        let ttl = try UInt32(reader.word()) << 16 | UInt32(reader.word())
        let end = try Int(reader.word()) + reader.offset
        guard end <= reader.octets.count else { throw Malformed(reason: "rdata beyond the end") }
        if type == .opt {
            guard opt == nil, owner == ".", section == 2 else {
                throw Malformed(reason: "a wrong OPT record")
            }
            var found = OPT(
                udpOctets: inClass, extendedCode: UInt8(ttl >> 24),
                version: UInt8(ttl >> 16 & 0xFF), isDNSSECOK: ttl & 0x8000 != 0)
            while reader.offset < end {
                let code = try reader.word()
                let length = try reader.word()
                if code == 15, length == 2 {
                    found.extendedError = try reader.word()
                    continue
                }
                let data = reader.octets[reader.offset...].prefix(Int(length))
                guard data.count == length else { throw Malformed(reason: "option \(code)") }
                reader.offset += Int(length)
                found.options.append("\(code):\(TestRdata.hex(Array(data)))")
            }
            opt = found
        } else {
            let rdata = try TestRdata.format(type, &reader, end: end)
            sections[section].append(
                Record(
                    owner: owner, type: type, recordClass: inClass, ttlSeconds: ttl,
                    rdata: rdata))
        }
        guard reader.offset == end else { throw Malformed(reason: "rdata of another length") }
    }
}

extension [UInt8] {
    /// Appends a number of 16 bits in network order.
    mutating func append(_ word: UInt16) {
        self += [UInt8(word >> 8), UInt8(word & 0xFF)]
    }
}
