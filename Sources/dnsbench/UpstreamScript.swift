import DNSWire

/// What a scripted upstream server does with the questions that a rule is about.
///
/// A script has one rule a line, `name type action…`; the first that fits is taken. `name` is a
/// domain name, `*.suffix` for all below it, or `*`; `type` a mnemonic or `*`. `#` begins a
/// comment.
struct UpstreamRule: Equatable {
    /// Folded, without the star; nil for every name.
    var name: DomainName?
    var coversBelow = false
    var type: RecordType?

    /// Records as (type, text); `a=`, `aaaa=`, `cname=`, `txt=`, `ptr=`.
    var answers: [(type: RecordType, text: String)] = []
    /// So many made-up A records.
    var records = 0
    /// So many CNAMEs in front of the answers.
    var chain = 0
    var ttlSeconds: UInt32 = 300
    var code = ResponseCode.noError
    /// Whether an SOA goes into the authority section of an answer without records.
    var hasSOA = true
    /// A record for a name that was not asked for, in the answer and the additional section.
    var lie: (name: DomainName, address: IPAddress)?

    var delayMilliseconds = 0
    var jitterMilliseconds = 0
    /// 0...100.
    var dropPercent = 0
    /// So many questions get no answer, and all that follow do.
    var lostCount = 0
    /// Up for the first, down for the second, again and again, in milliseconds.
    var flap: (up: Int, down: Int)?
    /// So many answers are held back and then sent the other way round.
    var reorder = 0
    var copies = 1
    var truncates = false
    /// By UDP an answer of more than 1,232 octets goes out whole.
    var isOversized = false
    /// Waited by TCP, instead of `delayMilliseconds`.
    var streamDelayMilliseconds: Int?
    var closes = false
    var forgery: (kind: Forgery, count: Int)?
    /// Whether the question comes back in lower case, as some servers do.
    var foldsQuestion = false
    /// FORMERR without a question to every query with EDNS, as servers of before 1999.
    var hatesEDNS = false
    var sendsGarbage = false

    static func == (left: UpstreamRule, right: UpstreamRule) -> Bool {
        left.name == right.name && left.coversBelow == right.coversBelow
            && left.type == right.type
    }
}

/// A line of a script that cannot be read.
struct ScriptError: Error, CustomStringConvertible {
    var line: Int
    var text: String
    var description: String { "line \(line): \(text)" }
}

/// The rules of a scripted upstream, in order.
struct UpstreamScript {
    var rules: [UpstreamRule] = []

    /// Answers 192.0.2.1, 2001:db8::1 and NODATA for other types.
    static let plain = "* A a=192.0.2.1\n* AAAA aaaa=2001:db8::1\n* *\n"

    init(_ text: String) throws(ScriptError) {
        var number = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            let words = line.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" }
            guard !words.isEmpty else { continue }
            guard words.count >= 2 else {
                throw ScriptError(line: number, text: "a rule is `name type action…`")
            }
            var rule = UpstreamRule()
            try Self.readMatch(words[0], words[1], number, &rule)
            for word in words.dropFirst(2) { try Self.readAction(word, number, &rule) }
            rules.append(rule)
        }
    }

    /// The first rule that fits; `name` is folded.
    func rule(for name: DomainName, _ type: RecordType) -> Int? {
        rules.firstIndex { rule in
            guard rule.type == nil || rule.type == type else { return false }
            guard let wanted = rule.name else { return true }
            return rule.coversBelow ? name != wanted && name.isInside(wanted) : name == wanted
        }
    }

    private static func readMatch(
        _ name: Substring, _ type: Substring, _ number: Int, _ rule: inout UpstreamRule
    ) throws(ScriptError) {
        if name != "*" {
            rule.coversBelow = name.hasPrefix("*.")
            rule.name = DomainName(parsing: rule.coversBelow ? name.dropFirst(2) : name)
            guard rule.name != nil else {
                throw ScriptError(line: number, text: "`\(name)` is no domain name")
            }
        }
        if type != "*" {
            rule.type = RecordType(parsing: type)
            guard rule.type != nil else {
                throw ScriptError(line: number, text: "`\(type)` is no record type")
            }
        }
    }

    private static func readAction(
        _ word: Substring, _ line: Int, _ rule: inout UpstreamRule
    ) throws(ScriptError) {
        let parts = word.split(separator: "=", maxSplits: 1)
        let key = parts[0]
        let value = parts.count > 1 ? parts[1] : ""
        let items = value.split(separator: ",").map(String.init)
        let number = Int(items.first ?? "")
        func fail(_ wanted: String) -> ScriptError {
            ScriptError(line: line, text: "`\(word)`: \(wanted)")
        }
        func count(_ range: ClosedRange<Int>) throws(ScriptError) -> Int {
            guard let number, range.contains(number) else {
                throw fail("a number of \(range.lowerBound) to \(range.upperBound) is wanted")
            }
            return number
        }
        switch key {
        case "a", "aaaa", "cname", "txt", "ptr":
            let type = RecordType(parsing: key) ?? .a
            rule.answers += items.map { (type, $0) }
        case "records": rule.records = try count(1...4_000)
        case "chain": rule.chain = try count(1...64)
        case "ttl": rule.ttlSeconds = UInt32(try count(0...2_147_483_647))
        case "rcode":
            guard let code = codes[value.uppercased()] else { throw fail("no such rcode") }
            rule.code = ResponseCode(rawValue: code)
        case "no-soa": rule.hasSOA = false
        case "lie":
            guard items.count == 2, let name = DomainName(parsing: items[0]),
                let address = IPAddress(parsing: items[1])
            else { throw fail("lie=name,address") }
            rule.lie = (name, address)
        case "delay": rule.delayMilliseconds = try count(0...60_000)
        case "jitter": rule.jitterMilliseconds = try count(0...60_000)
        case "lose": rule.lostCount = try count(1...1_000)
        case "drop": rule.dropPercent = value.isEmpty ? 100 : try count(0...100)
        case "flap":
            guard items.count == 2, let up = number, let down = Int(items[1]), up > 0, down > 0
            else { throw fail("flap=milliseconds up,milliseconds down") }
            rule.flap = (up, down)
        case "reorder": rule.reorder = try count(2...1_000)
        case "copies": rule.copies = try count(2...100)
        case "truncate": rule.truncates = true
        case "oversize": rule.isOversized = true
        case "stream-delay": rule.streamDelayMilliseconds = try count(0...60_000)
        case "close": rule.closes = true
        case "spoof":
            guard let kind = Forgery(rawValue: items.first ?? "") else {
                throw fail(
                    "spoof=" + Forgery.allCases.map(\.rawValue).joined(separator: "|") + "[,count]")
            }
            rule.forgery = (kind, items.count > 1 ? Int(items[1]) ?? 1 : 1)
        case "fold-question": rule.foldsQuestion = true
        case "formerr-edns": rule.hatesEDNS = true
        case "garbage": rule.sendsGarbage = true
        default: throw fail("no such action")
        }
    }

    private static let codes: [String: UInt8] = [
        "NOERROR": 0, "FORMERR": 1, "SERVFAIL": 2, "NXDOMAIN": 3, "NOTIMP": 4, "REFUSED": 5,
    ]
}
