/// A JSON object that grows member by member, and is valid whatever octets go into it.
///
/// RFC 8259.
struct JSONText {
    private(set) var octets: [UInt8] = []

    mutating func add(_ name: StaticString, _ text: String) {
        start(name)
        Self.append(text, to: &octets)
    }

    mutating func add(_ name: StaticString, _ number: UInt64) {
        start(name)
        octets += "\(number)".utf8
    }

    /// A number of milliseconds, given in microseconds.
    mutating func add(_ name: StaticString, microseconds: UInt64) {
        start(name)
        let fraction = "\(1_000 + microseconds % 1_000)".dropFirst()
        octets += "\(microseconds / 1_000).\(fraction)".utf8
    }

    mutating func add(_ name: StaticString, _ texts: [String]) {
        start(name)
        octets.append(UInt8(ascii: "["))
        for (index, text) in texts.enumerated() {
            if index > 0 { octets.append(UInt8(ascii: ",")) }
            Self.append(text, to: &octets)
        }
        octets.append(UInt8(ascii: "]"))
    }

    /// Members that were written elsewhere.
    mutating func add(_ members: JSONText) {
        guard !members.octets.isEmpty else { return }
        if !octets.isEmpty { octets.append(UInt8(ascii: ",")) }
        octets += members.octets
    }

    /// The whole object.
    var object: [UInt8] { [UInt8(ascii: "{")] + octets + [UInt8(ascii: "}")] }

    private mutating func start(_ name: StaticString) {
        if !octets.isEmpty { octets.append(UInt8(ascii: ",")) }
        octets += "\"\(name)\":".utf8
    }

    /// A string in quotes. A `String` is valid UTF-8, so only what JSON forbids is escaped.
    private static func append(_ text: String, to octets: inout [UInt8]) {
        octets.append(UInt8(ascii: "\""))
        for octet in text.utf8 {
            switch octet {
            case UInt8(ascii: "\""): octets += "\\\"".utf8
            case UInt8(ascii: "\\"): octets += "\\\\".utf8
            case 0x0A: octets += "\\n".utf8
            case 0x0D: octets += "\\r".utf8
            case 0x09: octets += "\\t".utf8
            case 0..<0x20, 0x7F:
                let digits = String(Int(octet), radix: 16)
                octets += "\\u00\(digits.utf8.count == 1 ? "0" : "")\(digits)".utf8
            default: octets.append(octet)
            }
        }
        octets.append(UInt8(ascii: "\""))
    }
}

/// A moment as RFC 3339 writes it: `2026-01-31T23:59:59.999Z`.
enum TimeText {
    static func text(microsecondsSince1970 microseconds: Int64) -> String {
        let milliseconds = max(0, microseconds / 1_000)
        let seconds = milliseconds / 1_000
        let (year, month, day) = date(daysSince1970: seconds / 86_400)
        let time = seconds % 86_400
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T"
            + "\(padded(time / 3_600, 2)):\(padded(time / 60 % 60, 2)):\(padded(time % 60, 2))."
            + "\(padded(milliseconds % 1_000, 3))Z"
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = "\(number)"
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    /// The day of the Gregorian calendar, counted in years that begin in March.
    private static func date(daysSince1970 days: Int64) -> (Int64, Int64, Int64) {
        // Days since the first of March of the year 0, then those of the cycle of 400 years.
        let shifted = days + 719_468
        let cycle = shifted / 146_097
        let inCycle = shifted % 146_097
        let year = (inCycle - inCycle / 1_460 + inCycle / 36_524 - inCycle / 146_096) / 365
        let inYear = inCycle - (365 * year + year / 4 - year / 100)
        let month = (5 * inYear + 2) / 153
        let day = inYear - (153 * month + 2) / 5 + 1
        let isNextYear = month >= 10
        return (cycle * 400 + year + (isNextYear ? 1 : 0), isNextYear ? month - 9 : month + 3, day)
    }
}
