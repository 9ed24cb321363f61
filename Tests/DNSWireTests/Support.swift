import DNSWire
import Testing

/// Octets out of visible text.
///
/// Words are hexadecimal (`c0 0c`, `c00c`), labels in quotes (`'www'` is `03 77 77 77`), or repeats
/// (`00*16`); `;` starts a comment that ends with its line.
func hex(_ text: String) -> [UInt8] {
    var octets: [UInt8] = []
    for line in text.split(separator: "\n") {
        let code = line.prefix { $0 != ";" }
        for word in code.split(separator: " ") { octets += octetsOfWord(word) }
    }
    return octets
}

private func octetsOfWord(_ word: Substring) -> [UInt8] {
    if word.hasPrefix("'") {
        let label = Array(word.dropFirst().dropLast().utf8)
        return [UInt8(label.count)] + label
    }
    let parts = word.split(separator: "*")
    if parts.count == 2, let count = Int(parts[1]) {
        return Array(repeating: octetsOfWord(parts[0]), count: count).flatMap(\.self)
    }
    let digits = word.utf8.compactMap { IPAddress.hexadecimalValue($0) }
    precondition(
        digits.count == word.utf8.count && digits.count % 2 == 0,
        "hexadecimal words have an even number of digits")
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

/// A name out of presentation text, as spelled; `.` is the root.
func name(_ text: String) -> NameBuffer {
    name(labels: text.split(separator: ".").map { Array($0.utf8) })
}

func name(labels: [[UInt8]]) -> NameBuffer {
    let wire: [UInt8] = labels.flatMap { label in [UInt8(label.count)] + label } + [0]
    var name = NameBuffer()
    var reader = WireReader(wire.span.bytes)
    precondition(reader.readName(into: &name), "the name of a test is valid")
    return name
}

/// A name of exactly so many wire octets, 1 or 3...255, in labels of at most 63.
func nameText(wireOctets: Int) -> String {
    var left = wireOctets - 1
    var labels: [String] = []
    while left > 0 {
        // One octet cannot be left over: it would be a length without a label.
        let take = left == 65 ? 63 : min(left, 64)
        labels.append(String(repeating: "x", count: take - 1))
        left -= take
    }
    return labels.isEmpty ? "." : labels.joined(separator: ".")
}

/// `#expect` for what reads or writes: the macro cannot take values that are never copied.
func expect(
    _ condition: Bool, _ comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(condition, comment, sourceLocation: sourceLocation)
}

/// The record at an offset, which must be readable.
func record(in octets: [UInt8], at offset: Int = 0) throws -> RecordHeader {
    var reader = WireReader(octets.span.bytes, at: offset)
    let record = reader.readRecord()
    return try #require(record)
}

extension NameBuffer {
    /// The octets, owned.
    var wire: [UInt8] { (0..<length).map { octets[$0] } }
}

extension RawSpan {
    var owned: [UInt8] { (0..<byteCount).map { octet(at: $0) } }
}

/// What `body` writes into a row of `octets` octets that was full of 0xEE, and the row behind it.
func written(
    limit: Int = 65_535, row octets: Int = 65_535, _ body: (inout WireWriter) -> Void
) -> [UInt8] {
    var row = [UInt8](repeating: 0xEE, count: octets)
    var span = row.mutableSpan
    var writer = WireWriter(span.mutableBytes)
    writer.setLimit(limit)
    body(&writer)
    return writer.message.owned
}

/// SplitMix64: the same numbers for the same seed on every machine.
struct Generator: RandomNumberGenerator {
    private var state: UInt64

    /// Prints the seed, so that a failure can be repeated.
    init(seed: UInt64, _ function: String = #function) {
        state = seed
        print("\(function): seed \(seed)")
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &self) }

    mutating func element<Element>(of elements: [Element]) -> Element {
        elements[number(0...(elements.count - 1))]
    }

    mutating func octets(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in .random(in: 0...255, using: &self) }
    }

    /// A valid name with labels of any octets; short ones are more frequent, and suffixes repeat.
    mutating func name() -> NameBuffer {
        let suffixes = [[], [[0x74]], [[0x54]], [[0x61, 0x62], [0x74]]] as [[[UInt8]]]
        var labels = suffixes[number(0...3)]
        var octets = labels.reduce(1) { $0 + $1.count + 1 }
        for _ in 0..<number(0...6) {
            let length = number(0...9) == 0 ? number(1...63) : number(1...4)
            guard octets + length + 1 <= 255 else { break }
            labels.insert(self.octets(length), at: 0)
            octets += length + 1
        }
        return DNSWireTests.name(labels: labels)
    }
}
