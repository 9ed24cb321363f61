/// A message as a stern reader takes it, which shares no code with what is tested.
///
/// Every count must hold, names point backwards to what stands before them and only where
/// compression is allowed, data end where their length says, and nothing follows the last record.
struct StrictMessage {
    struct Fault: Error {
        var text: String
    }

    struct Record {
        /// 0 answer, 1 authority, 2 additional.
        var section: Int
        var owner: [UInt8]
        var type: Int
        var rdata: ArraySlice<UInt8>
        var names: [[UInt8]]
    }

    var id = 0
    var flags = 0
    var question: [UInt8] = []
    var questionType = 0
    var questionClass = 0
    var questionEnd = 12
    var questionCount = 0
    var records: [Record] = []
    var hasOPT = false

    private var octets: [UInt8]
    private var offset = 12

    var code: Int { flags & 15 }
    var isTruncated: Bool { flags & 0x0200 != 0 }
    var isAuthoritative: Bool { flags & 0x0400 != 0 }

    init(_ octets: [UInt8]) throws(Fault) {
        self.octets = octets
        guard octets.count >= 12 else { throw Fault(text: "no header") }
        id = word(0)
        flags = word(2)
        questionCount = word(4)
        guard questionCount < 2 else { throw Fault(text: "\(questionCount) questions") }
        if questionCount == 1 {
            question = try readName(isCompressible: false)
            questionEnd = offset + 4
            guard questionEnd <= octets.count else { throw Fault(text: "half a question") }
            questionType = word(offset)
            questionClass = word(offset + 2)
            offset = questionEnd
        }
        for section in 0..<3 {
            for _ in 0..<word(6 + 2 * section) { try readRecord(section) }
        }
        guard offset == octets.count else {
            throw Fault(text: "\(octets.count - offset) octets behind the last record")
        }
    }

    private func word(_ at: Int) -> Int { Int(octets[at]) << 8 | Int(octets[at + 1]) }

    private mutating func readRecord(_ section: Int) throws(Fault) {
        let owner = try readName(isCompressible: true)
        guard offset + 10 <= octets.count else { throw Fault(text: "half a record") }
        let type = word(offset)
        let start = offset + 10
        let end = start + word(offset + 8)
        guard end <= octets.count else { throw Fault(text: "data beyond the end") }
        if type == 41 {
            guard !hasOPT, section == 2, owner == [0] else { throw Fault(text: "a wrong OPT") }
            hasOPT = true
            try checkOptions(start, end)
            offset = end
            return
        }
        offset = start
        var names: [[UInt8]] = []
        if let shape = Self.shapes[type], end > start {
            offset += shape.before
            for _ in 0..<shape.strings {
                guard offset < end else { throw Fault(text: "data of type \(type) are cut") }
                offset += 1 + Int(octets[offset])
            }
            guard offset <= end else { throw Fault(text: "data of type \(type) are cut") }
            for _ in 0..<shape.names {
                names.append(try readName(isCompressible: shape.isCompressible))
            }
            guard shape.after.map({ offset + $0 == end }) ?? (offset <= end) else {
                throw Fault(text: "data of type \(type) of another length")
            }
        }
        if type == 1, end - start != 4 { throw Fault(text: "an address of \(end - start)") }
        if type == 28, end - start != 16 { throw Fault(text: "an address of \(end - start)") }
        records.append(
            Record(
                section: section, owner: owner, type: type, rdata: octets[start..<end],
                names: names))
        offset = end
    }

    private func checkOptions(_ start: Int, _ end: Int) throws(Fault) {
        var at = start
        while at < end {
            guard at + 4 <= end, at + 4 + word(at + 2) <= end else {
                throw Fault(text: "half an option")
            }
            at += 4 + word(at + 2)
        }
    }

    private mutating func readName(isCompressible: Bool) throws(Fault) -> [UInt8] {
        var name: [UInt8] = []
        var at = offset
        var segment = at
        var end: Int?
        while true {
            guard at < octets.count else { throw Fault(text: "a name beyond the end") }
            let length = Int(octets[at])
            if length >= 0xC0 {
                guard at + 2 <= octets.count else { throw Fault(text: "half a pointer") }
                let target = word(at) & 0x3FFF
                guard isCompressible || end != nil else { throw Fault(text: "a pointer in data") }
                guard target < segment, target >= 12 else { throw Fault(text: "a pointer ahead") }
                end = end ?? at + 2
                (at, segment) = (target, target)
                continue
            }
            guard length < 64, at + 1 + length <= octets.count, name.count + 1 + length <= 255
            else { throw Fault(text: "a bad label") }
            name += octets[at...at + length]
            at += 1 + length
            if length == 0 { break }
        }
        offset = end ?? at
        return name
    }

    /// How data with names look: octets and strings before, names, octets behind (nil: any).
    private struct Shape {
        var before = 0
        var strings = 0
        var names = 1
        var after: Int? = 0
        var isCompressible = false
    }

    /// RFC 3597 §4: only types of RFC 1035 may be compressed.
    private static let shapes = newShapes.merging(oldShapes) { $1 }
    private static let newShapes: [Int: Shape] =
        UpstreamRules.Kept.namesOfNewTypes
        ? [
            46: Shape(before: 18, after: nil), 47: Shape(after: nil),
            64: Shape(before: 2, after: nil), 65: Shape(before: 2, after: nil),
        ] : [:]
    private static let oldShapes: [Int: Shape] = [
        2: Shape(isCompressible: true), 5: Shape(isCompressible: true),
        6: Shape(names: 2, after: 20, isCompressible: true), 12: Shape(isCompressible: true),
        15: Shape(before: 2, isCompressible: true), 33: Shape(before: 6),
        35: Shape(before: 4, strings: 3), 39: Shape(),
    ]
}
