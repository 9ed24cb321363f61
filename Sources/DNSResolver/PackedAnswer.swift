import DNSWire

/// An answer as it lies packed in a snapshot or in the cache: everything of a reply that follows
/// the question.
///
/// ```
///  0 type u16 | 2 bodyLength u16 | 4 answers u16 | 6 authority u8 | 7 additional u8
///  8 rotationOffset u16 | 10 rotationCount u16 | 12 counter u32
/// 16 rotationStride u8 | 17 zero u8 | 18 source u8 | 19 rcode u8 | 20 body …
/// ```
/// Compression pointers in the body count from the start of a message whose question begins at
/// octet 12 and names the owner of the answer. The question of one name always has the same length,
/// so a body is copied as it is.
///
/// Rotation: `rotationCount` records of `rotationStride` octets each, from `rotationOffset` of the
/// body on, are given out in turning order. An open CNAME chain (type 0) does not rotate; its
/// `rotationOffset` is where the last target stands in the body. Numbers are little-endian, the
/// body is wire.
struct PackedAnswer {
    static let headerOctets = 20
    /// In place of a source: a cached denial that `bogus-nxdomain` made, and not a server.
    static let bogus: UInt8 = 1
    /// In place of a hosts file: local data of `ptr-record`, which the log tells from addresses.
    static let pointerRecord: UInt8 = 255
    /// The number of the last hosts file that the log tells from those after it.
    static let lastFile: UInt8 = 254

    let type: UInt16
    let bodyLength: Int
    let answerCount: UInt16
    let authorityCount: UInt8
    let additionalCount: UInt8
    let rotationOffset: Int
    let rotationCount: Int
    let counter: Int
    let rotationStride: Int
    let source: UInt8
    let responseCode: UInt8
    /// Where the body starts in the memory that the answer was read from.
    let bodyOffset: Int

    /// Reads the header at `offset`. Cost: two loads a line; no copy of the body.
    @inline(__always)
    init(_ bytes: RawSpan, at offset: Int) {
        type = bytes.littleUInt16(at: offset)
        bodyLength = Int(bytes.littleUInt16(at: offset &+ 2))
        answerCount = bytes.littleUInt16(at: offset &+ 4)
        authorityCount = bytes.octet(at: offset &+ 6)
        additionalCount = bytes.octet(at: offset &+ 7)
        rotationOffset = Int(bytes.littleUInt16(at: offset &+ 8))
        rotationCount = Int(bytes.littleUInt16(at: offset &+ 10))
        counter = Int(bytes.littleUInt32(at: offset &+ 12))
        rotationStride = Int(bytes.octet(at: offset &+ 16))
        source = bytes.octet(at: offset &+ 18)
        responseCode = bytes.octet(at: offset &+ 19)
        bodyOffset = offset &+ Self.headerOctets
    }

    /// Where the next answer of the same name starts.
    var endOffset: Int { bodyOffset &+ bodyLength }

    /// Appends the body with its rotating records turned left by `turn`; false if there is no room.
    @inline(__always) @_lifetime(writer: copy writer)
    func writeBody(_ bytes: RawSpan, turn: Int, into writer: inout WireWriter) -> Bool {
        guard rotationCount > 1 else {
            return writer.write(bytes, from: bodyOffset, length: bodyLength)
        }
        let run = bodyOffset &+ rotationOffset
        let cut = turn &* rotationStride
        let length = rotationCount &* rotationStride
        let tail = run &+ length
        return writer.write(bytes, from: bodyOffset, length: rotationOffset)
            && writer.write(bytes, from: run &+ cut, length: length &- cut)
            && writer.write(bytes, from: run, length: cut)
            && writer.write(bytes, from: tail, length: bodyOffset &+ bodyLength &- tail)
    }
}

/// The numbers of a packed answer while it is being made.
struct AnswerHeader {
    var type: RecordType
    var bodyLength = 0
    var answerCount = 0
    var authorityCount = 0
    var additionalCount = 0
    var rotationOffset = 0
    var rotationCount = 0
    var rotationStride = 0
    var counter: UInt32 = 0
    var source: UInt8 = 0
    var responseCode = ResponseCode.noError

    init(type: RecordType) {
        self.type = type
    }

    /// Whether the answer says that its name exists.
    var provesName: Bool { responseCode == .noError || answerCount > 0 }

    /// The twenty octets of the layout as five little-endian words.
    var words: InlineArray<5, UInt32> {
        precondition(bodyLength <= Int(UInt16.max), "a body is at most 65,535 octets")
        return [
            UInt32(type.rawValue) | UInt32(bodyLength) << 16,
            UInt32(answerCount) | UInt32(authorityCount) << 16 | UInt32(additionalCount) << 24,
            UInt32(rotationOffset) | UInt32(rotationCount) << 16,
            counter,
            UInt32(rotationStride) | UInt32(source) << 16
                | UInt32(responseCode.rawValue) << 24,
        ]
    }
}

/// A packed answer while the compiler of snapshots makes it.
struct AnswerParts {
    var header: AnswerHeader
    var body: [UInt8] = []

    init(type: RecordType) {
        header = AnswerHeader(type: type)
    }

    /// Appends header and body in the layout of `PackedAnswer`.
    func append(to octets: inout [UInt8]) {
        var header = header
        header.bodyLength = body.count
        let words = header.words
        for index in words.indices { octets.appendLittle(words[index]) }
        octets += body
    }
}
