import DNSWire

@testable import DNSResolver

extension SeededGenerator {
    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    /// A name of few letters, so that suffixes meet.
    mutating func name(labels: ClosedRange<Int>) -> DomainName {
        var octets: [UInt8] = []
        for _ in 0..<number(labels) {
            let length = number(1...9)
            octets.append(UInt8(length))
            for _ in 0..<length { octets.append(UInt8(number(97...99))) }
        }
        guard let name = DomainName(wire: octets + [0]) else { return .root }
        return name
    }

    mutating func octets(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }
}

/// A name as the query path has it.
func folded(_ name: DomainName) -> FoldedName {
    var folded = FoldedName()
    precondition(folded.take(NameBuffer(name)), "every domain name can be read")
    return folded
}

func folded(_ text: String) -> FoldedName { folded(domain(text)) }

func domain(_ text: String) -> DomainName {
    guard let name = DomainName(parsing: text) else { preconditionFailure("not a name") }
    return name
}
