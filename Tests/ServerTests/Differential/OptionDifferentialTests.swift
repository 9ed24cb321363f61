import DNSWire
import Testing

/// What both servers put into the OPT record of a question, and whether they ask at all.
@Suite(.serialized) struct OptionDifferentialTests {
    private static let queries = [
        "a.up.example A", "a.up.example A", "b.up.example A +edns", "b.up.example A +edns",
        "c.up.example A +opt=10:0102030405060708", "c.up.example A +edns",
        "d.up.example A +opt=10:0102030405060708 +opt=12:0000", "d.up.example TXT",
        "e.up.example A +opt=65001:aabb +opt=65073:cc +opt=65074:dd +opt=20292:ee",
        "f.up.example MX +do", "g.up.example A +opt=15:0000", "four.up.example AAAA +opt=3:00",
    ]

    private static func goesUp(_ option: String) -> Bool {
        let code = option.split(separator: ":").first.flatMap { UInt16($0) }
        // Whether a subnet is to be there the configuration says.
        return code.map { $0 == EDNSOptionCode.subnet || EDNSOption.goesUp($0) } ?? true
    }

    @Test(arguments: [
        "", "add-subnet", "add-subnet=24", "add-subnet=24,64", "add-subnet=0,0",
        "add-subnet=32,128", "add-subnet=13", "add-subnet=192.0.2.77/25",
        "add-subnet=2001:db8::ffff/33,192.0.2.1/8", "add-subnet=192.0.2.1/0",
        "strip-subnet", "add-subnet=16\nstrip-subnet", "add-mac", "add-mac=text\nstrip-mac",
        "strip-mac", "add-cpe-id=a site", "umbrella", "umbrella=orgid:1,assetid:2",
        "add-cpe-id=x\numbrella\nadd-subnet=24\nstrip-mac", "proxy-dnssec",
    ])
    func `questions on their way have the options that dnsmasq gives them`(
        config: String
    ) throws {
        guard let dnsmasq = Binary.dnsmasq else { return skip("dnsmasq is not installed") }
        let pair = try ServerPair(
            "server={UP}\n\(config)\n", hosts: "", upstream: try ServerPair.upstream(),
            dnsmasq: dnsmasq)
        for text in Self.queries {
            let (theirs, ours, comparison) = pair.askedFor(Query(text: text))
            // Waggle puts an OPT record into every question, as dnsmasq since 2.91, and options of
            // one hop into none.
            #expect(
                theirs.map { ($0 ?? []).filter(Self.goesUp) } == ours.map { $0 ?? [] },
                "\(config): \(text)")
            #expect(comparison.isEqual || comparison.departure != nil, "\(comparison)")
        }
    }
}
