import DNSConfig
import DNSWire
import Testing

/// What is too much is refused where it stands, before anything counts it with too few bits.
@Suite struct ConfigLimitTests {
    private func address(_ index: Int) -> String {
        "10.\(index >> 16 & 255).\(index >> 8 & 255).\(index & 255)"
    }

    private func expect(_ lines: [String], line: Int?, _ message: String) {
        let errors = load(lines.joined(separator: "\n")).errors
        #expect(errors.map(\.line) == (line.map { [$0] } ?? []))
        #expect(errors.allSatisfy { $0.message.contains(message) && $0.hint != nil })
    }

    private func server(_ index: Int, _ domain: String? = nil, line: Int) -> DomainRule {
        let address = IPAddress(ipv4: 0x0A00_0000 + UInt32(index))
        let match = domain.flatMap { DomainName(parsing: $0) }.map { DomainRule.Match.domain($0) }
        return DomainRule(
            match: match ?? .domain(.root), action: .server(ServerOption(address: address)),
            origin: Origin(source: 0, line: UInt32(line), column: 8))
    }

    /// What is said of rules that stand in a servers-file.
    private func fault(_ rules: [DomainRule], after configured: [DomainRule] = []) -> Int? {
        let fault = ConfigCheck.serversFile(rules, after: configured, path: "/s")
        #expect(fault.map { $0.source == "/s" && $0.hint != nil } ?? true)
        return fault?.line
    }

    @Test func `so many servers have numbers`() {
        let count = ConfigLimits.servers
        // Said again, a server is none more.
        let rules = (1...count).map { server($0, line: $0) } + [server(1, line: count + 1)]
        #expect(fault(rules) == nil)
        #expect(fault(rules + [server(0, line: count + 2)]) == count + 2)
        #expect(ConfigCheck.serverCount(rules) == count)
        // A servers-file counts with what the configuration names.
        #expect(fault([server(1, line: 1), server(0, line: 2)], after: rules) == 2)
    }

    @Test func `so many sets of servers have numbers`() {
        // The default servers are a set, too.
        let count = ConfigLimits.serverGroups - 1
        var rules = [server(0, line: 1)]
        for index in 1...count {
            rules.append(server(index % 512, "d\(index)", line: index * 2))
            rules.append(server(1_000 + index / 512, "d\(index)", line: index * 2 + 1))
        }
        // Domains with the same servers share a set.
        rules += [server(1, "e", line: 1), server(1_000, "e", line: 2)]
        #expect(fault(rules) == nil)
        #expect(fault(rules + [server(0, "f", line: 7), server(1, "f", line: 8)]) == 7)
    }

    @Test func `a long list of domains with one server is one set`() {
        #expect(fault((0..<70_000).map { server(1, "d\($0)", line: $0) }) == nil)
    }

    @Test func `a configuration with too many servers names the line`() {
        let lines = (0...ConfigLimits.servers).map { "server=\(address($0))" }
        expect(lines, line: ConfigLimits.servers + 1, "too many servers")
    }

    @Test(arguments: [(1, true), (16_777_216, true), (16_777_217, false), (4_294_967_295, false)])
    func `a connection has a number`(count: Int, isTaken: Bool) {
        let loaded = load("max-tcp-connections=\(count)")
        #expect(loaded.errors.map(\.line) == (isTaken ? [] : [1]))
        #expect(loaded.options.listen.maximumTCPConnections == (isTaken ? count : nil))
    }

    @Test func `a transfer has a number for its zone, and a count for its servers`() throws {
        var options = Options()
        var context = OptionContext()
        let name = try #require(DomainName(parsing: "z.test"))
        let zone = AuthoritativeOptions.Zone(domain: name, origin: .builtIn)
        options.authoritative.zones = Array(repeating: zone, count: ConfigLimits.zones - 1)
        let row = try #require(OptionTable.byName["auth-zone"])
        let value = ValueText(argument: "a.test")
        try row.apply(value, &options, &context)
        #expect(throws: OptionFault.self) { try row.apply(value, &options, &context) }
        let names = (0...ConfigLimits.secondaryServers).map { "auth-sec-servers=n\($0).test" }
        expect(names, line: ConfigLimits.secondaryServers + 1, "error in auth-sec-servers")
    }

    @Test func `hosts files have numbers, and the rest is told of`() {
        var table = HostsTable()
        let files = ConfigLimits.hostsFiles
        for index in 0...files {
            let faults = HostsParser.parse(
                Array("10.0.0.1 a\n".utf8), path: "/h\(index)", options: HostsOptions(),
                into: &table)
            #expect(faults.isEmpty == (index < files))
        }
        #expect(table.files.count == files && table.entries.count == files)
        #expect(table.entries.last.map { Int($0.file) } == files - 1)
    }

    @Test func `the numbers of the pages are those of the code`() {
        let page = ReferenceText.reference(.markdown, of: []).filter { $0 != "\n" }
        let text = String(page)
        for number in [
            StatedLimits.flights, StatedLimits.streams, ConfigLimits.cacheEntries,
            ConfigLimits.lineOctets,
        ] {
            #expect(text.contains("\(number)"), "\(number)")
        }
        let row = OptionTable.byName["dns-forward-max"]
        #expect(row?.defaultText.contains("\(StatedLimits.flights)") == true)
        #expect(row?.details.contains("\(StatedLimits.flights)") == true)
        let departure = Departure.all.first { $0.name == "questions that wait" }
        #expect(departure?.waggle.contains("\(StatedLimits.flights)") == true)
    }
}
