/// Makes lines of configuration, right ones and wrong ones.
struct RandomConfigText {
    private var random: Seeded
    private(set) var lines: [[UInt8]] = []

    init(seed: UInt64, lines count: Int) {
        random = Seeded(state: seed)
        var once: Set<String> = []
        while lines.count < count {
            let (name, values) = Self.options.randomElement(using: &random) ?? ("port", ["53"])
            // Said twice now and then, so that the fault is made too, but does not hide others.
            guard once.insert(name).inserted || chance(1, of: 3) else { continue }
            lines.append(Array(line(name, values).utf8))
        }
        if chance(1, of: 4) { lengthen(number(0...count - 1)) }
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int {
        .random(in: range, using: &random)
    }
    private mutating func chance(_ part: Int, of whole: Int) -> Bool { number(1...whole) <= part }
    private mutating func one(_ items: [String]) -> String {
        items.randomElement(using: &random) ?? ""
    }

    // MARK: A line

    private mutating func line(_ option: String, _ values: [String]) -> String {
        var name = option
        if chance(1, of: 40) { name = misspelled(name) }
        guard !values.isEmpty else { return flag(name) }
        if chance(1, of: 30) { return name }
        var value = one(values)
        while value.contains("{") { value = filled(value) }
        while chance(1, of: 3) { value = mutated(value) }
        let blanks = ["", "", "", "", " ", "\t", "  "]
        let equals = one(blanks) + "=" + one(blanks)
        return one(blanks) + name + equals + value + one(["", "", "", " ", "\r", " # why", "\t#x"])
    }

    private mutating func flag(_ name: String) -> String {
        switch number(0...20) {
        case 0: name + "=1"
        case 1: name + "="
        case 2: name + " x"
        case 3: "\"" + name + "\""
        case 4: name + "#x"
        default: one(["", " ", "\t"]) + name + one(["", " ", " # why", "\r"])
        }
    }

    private mutating func misspelled(_ name: String) -> String {
        switch number(0...5) {
        case 0: name.uppercased()
        case 1: "--" + name
        case 2: String(name.dropLast())
        case 3: name + "s"
        case 4: ""
        default: name.replacing("-", with: "_")
        }
    }

    /// Replaces the first `{kind}`.
    private mutating func filled(_ text: String) -> String {
        guard let open = text.firstIndex(of: "{"), let close = text[open...].firstIndex(of: "}")
        else { return text }
        let kind = String(text[text.index(after: open)..<close])
        let good = Self.tokens[kind] ?? []
        let token = good.isEmpty || chance(1, of: 8) ? one(Self.oddities) : one(good)
        return String(text[..<open]) + token + String(text[text.index(after: close)...])
    }

    // MARK: Mutations

    /// Makes a line about as long as dnsmasq's pieces of 1024 octets are, or much longer.
    private mutating func lengthen(_ index: Int) {
        let octets = one(["1000", "1022", "1023", "1024", "1025", "2047", "2048", "3000", "9000"])
        let missing = max(0, (Int(octets) ?? 0) - lines[index].count)
        let filling = one([" ", "\t", " # why ", "a", ",text", "/x.test", "\"", "\\"]).utf8
        let all = (0...missing / filling.count).flatMap { _ in Array(filling) }.prefix(missing)
        lines[index] = chance(1, of: 4) ? all + lines[index] : lines[index] + all
    }

    private mutating func mutated(_ value: String) -> String {
        let separator: Character = value.contains(",") ? "," : "/"
        var pieces = value.split(separator: separator, omittingEmptySubsequences: false)
            .map(String.init)
        let index = number(0...pieces.count - 1)
        switch number(0...13) {
        case 0: pieces.remove(at: index)
        case 1: pieces.insert(one(Self.oddities), at: index)
        case 2: pieces[index] = one(Self.oddities)
        case 3: pieces.append("")
        case 4: pieces[index] = " " + pieces[index] + " "
        case 5: pieces[index] = "\"" + pieces[index] + "\""
        case 6: pieces[index] += "\""
        case 7: pieces[index] = pieces[index].uppercased()
        case 8: pieces[index] += one([".", "..", "#", " #", "#53", "@lo", "%lo", "-", "*", "0"])
        case 9: pieces[index] = String(pieces[index].dropLast())
        case 10: pieces.insert(pieces[index], at: index)
        case 11: return ""
        case 12: return value + value
        default: pieces.swapAt(0, index)
        }
        return pieces.joined(separator: String(separator))
    }

    private static let oddities = [
        "", "-1", "0", "1", "65535", "65536", "99999", "4294967296", "99999999999999999999", "abc",
        "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "::1", "fe80::1%lo", ":::", "1::2::3",
        "a..b", "a b", "x.", ".", "..", "#", "\"q,uoted\"", "0x10", "+5", "5x", " ", "*", "*.a",
        "lo", "1.2.3.4/33", "1.2.3.4/", "/", "//", "10.0.0.0/8", "fd00::/129", "-x.test", "a_b",
        String(repeating: "l", count: 63), String(repeating: "l", count: 64),
        String(repeating: "long.", count: 60), "\\t", "\"\\\"\"", "é.test", "a@b", "a#b", "a=b",
    ]

    private static let tokens: [String: [String]] = [
        "name": ["a.test", "b", "www.example.org", "_x._tcp.test", "a-b.test", "Mixed.Test"],
        "ip4": ["1.2.3.4", "10.0.0.1", "0.0.0.0", "255.255.255.255"],
        "ip6": ["::1", "fd00::1", "2001:db8::5", "::ffff:1.2.3.4"],
        "ip": ["1.2.3.4", "fd00::1", "127.0.0.1"],
        "number": ["0", "1", "10", "600", "86400", "65535"],
        "port": ["53", "5353", "0", "65535", "1"],
        "type": ["A", "AAAA", "TXT", "MX", "255", "65400", "ANY", "HTTPS"],
        "text": ["text", "two words", "\"a, b\"", "v=spf1", "x#y"],
        "hex": ["01:23", "0123", "01 23", "ab", "1", "01-23"],
        "interface": ["lo", "eth0", "lo*"],
        "path": ["/tmp/none", "/dev/null", "none"],
        "net4": ["10.0.0.0/8", "192.168.1.0/24", "1.2.3.4/32", "10.0.0.1", "10.0.0.0/23"],
        "net6": ["fd00::/8", "fd00::/64", "::/1", "fd00::1", "fd00::/63"],
    ]
}
