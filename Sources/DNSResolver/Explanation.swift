package import DNSConfig
package import DNSWire

/// What is answered to a question, and why: what `waggle explain` prints.
package struct Explanation: Sendable {
    /// Where something was defined.
    package struct Place: Hashable, Sendable {
        /// A file, or `command line`.
        package var source: String
        /// 1-based; 0 where no line is known.
        package var line: Int
        package var column: Int

        package init(source: String, line: Int, column: Int) {
            self.source = source
            self.line = line
            self.column = column
        }
    }

    /// One statement, with the place that makes it true.
    package struct Remark: Hashable, Sendable {
        package var text: String
        package var place: Place?
    }

    package struct Record: Hashable, Sendable {
        /// Folded.
        package var owner: DomainName
        package var type: RecordType
        package var ttlSeconds: UInt32
        /// With names written out, as they are spelled.
        package var rdata: [UInt8]
    }

    /// Who answers.
    package enum Decision: Hashable, Sendable {
        /// Hosts files and records of the configuration, or that the name has none of the type.
        case local
        /// `address=`.
        case literal
        /// `local=`: nobody else is asked.
        case denied
        /// An option that keeps questions from servers, or hides a type.
        case filtered
        /// `auth-zone`.
        case zone
        /// Servers, in the order of the configuration.
        case servers([ServerOption])
        /// There is no server to ask.
        case refused
    }

    package var name: DomainName
    package var type: RecordType
    /// The message that a client gets at once; without records where a server is asked.
    package var message: [UInt8] = []
    /// nil where a server has to be asked.
    package var code: ResponseCode?
    /// The answer section.
    package var records: [Record] = []
    package var decision = Decision.refused
    /// The name that servers are asked for: the question's, or the end of an alias.
    package var askedName: DomainName?
    /// The aliases of the configuration on the way, in order.
    package var aliases: [DomainName] = []
    /// What leads to the answer, in order.
    package var steps: [Remark] = []
    /// What also is for the name and has no say.
    package var passedOver: [Remark] = []
    /// A local name that may have been meant.
    package var proposal: DomainName?
    /// Who should decide, by the rules alone. A test holds it against `decision`.
    var expected: Decision?

    package init(name: DomainName, type: RecordType) {
        self.name = name
        self.type = type
    }
}

extension RecordType {
    /// The mnemonic, or `TYPE65400`. RFC 3597 §5.
    package var text: String { mnemonic ?? "TYPE\(rawValue)" }
}

extension Explanation {
    /// The records of the answer section of a message; nil if it is malformed.
    package static func answers(in message: [UInt8]) -> [Record]? {
        // Safe: the octets of an array are initialised.
        let bytes = unsafe message.span.bytes
        guard let header = MessageHeader(bytes) else { return nil }
        var reader = WireReader(bytes, at: WireLimits.headerOctets)
        for _ in 0..<Int(header.questionCount) {
            guard reader.skipName(), reader.skip(4) else { return nil }
        }
        var records: [Record] = []
        for _ in 0..<Int(header.answerCount) {
            var owner = NameBuffer()
            guard let record = reader.readRecord() else { return nil }
            var names = WireReader(bytes, at: record.ownerOffset)
            guard names.readName(into: &owner), let name = owner.domainName,
                let rdata = WireReader.expandedRdata(of: record, in: bytes)
            else { return nil }
            records.append(
                Record(
                    owner: name, type: record.type, ttlSeconds: record.ttlSeconds, rdata: rdata))
        }
        return records
    }
}
