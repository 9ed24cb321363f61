import DNSConfig
import Testing

/// Whatever the text, the parsers come back with a result.
@Suite struct RandomTextTests {
    /// A small generator with a printed seed, so that a failure can be repeated.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    private static let pieces = [
        "a", "b.c", "1", "255", "65536", "99999999999999999999", "1.2.3.4", "::1", "fd00::", "/",
        "//",
        ",", "#", "@", "%", "\"", "\\", " ", "\t", ".", "..", "*", "-", "=", "lo", "local", "é",
        "ß.",
        "\u{0}", "\u{7F}", "deviceid:", "xn--", "/0", "/32", "/33", "/128", "/129", "0x", "+",
    ]

    private static func text(_ generator: inout Generator) -> [UInt8] {
        var text: [UInt8] = []
        for _ in 0..<Int.random(in: 0...10, using: &generator) {
            if Int.random(in: 0..<20, using: &generator) == 0 {
                text.append(UInt8.random(in: 0...255, using: &generator))
            } else {
                text += Array((pieces.randomElement(using: &generator) ?? "").utf8)
            }
        }
        return text
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `every option survives any value`(seed: UInt64) {
        var generator = Generator(state: seed)
        var config: [UInt8] = []
        for row in OptionTable.rows where row.name != "conf-script" && row.name != "conf-file" {
            for _ in 0..<20 {
                config += Array(row.name.utf8) + [UInt8(ascii: "=")] + Self.text(&generator) + [10]
            }
        }
        var files = MemoryFiles()
        files.files["/c"] = config
        let loaded = ConfigLoader.load(arguments: ["-C/c"], files: &files)
        #expect(loaded.failure != nil)
        _ = ConfigCheck.startDiagnostics(loaded.options)
        _ = ConfigLint.danglingAliases(loaded.options, hosts: HostsTable())
    }

    @Test(arguments: [4, 5] as [UInt64])
    func `other files survive any text`(seed: UInt64) {
        var generator = Generator(state: seed)
        var text: [UInt8] = []
        for _ in 0..<5000 {
            text += Self.text(&generator) + [Bool.random(using: &generator) ? 10 : 32]
        }
        var table = HostsTable()
        var options = HostsOptions()
        options.expands = true
        options.domains = load("domain=lan").options.hosts.domains
        _ = HostsParser.parse(text, path: "/h", options: options, into: &table)
        #expect(table.entries.allSatisfy { $0.nameLength > 0 })
        _ = ResolvParser.parse(text, source: "/r")
        _ = ServersFileParser.parse(text, path: "/s", files: MemoryFiles())
        let words = text.split(separator: 10).prefix(200).map {
            String(decoding: $0, as: UTF8.self)
        }
        _ = load(arguments: words.map { "--" + $0 } + words.map { "-" + $0 })
    }
}
