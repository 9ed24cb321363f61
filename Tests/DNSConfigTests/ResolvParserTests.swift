import DNSConfig
import DNSWire
import Testing

@Suite struct ResolvParserTests {
    private func check(_ text: String, servers: [String] = [], search: [String] = []) {
        let file = ResolvParser.parse(Array(text.utf8), source: "/r")
        #expect(
            file.servers.map { "\($0.address)" + ($0.interface.map { "%" + $0 } ?? "") } == servers)
        #expect(file.searchDomains.map(\.description) == search)
        #expect(file.servers.allSatisfy { $0.port == 53 })
    }

    @Test func `nameserver and server lines with addresses count`() {
        check(
            "# c\nnameserver 1.1.1.1\n\tserver  2606:4700::1 # x\r\n"
                + "nameserver dns.test\nnameserver\n",
            servers: ["1.1.1.1", "2606:4700::1"])
        check("nameserver fe80::1%eth0", servers: ["fe80::1%eth0"])
        check("nameserver 1.1.1.1#5353\noptions ndots:5\nNameserver 1.1.1.1")
    }

    @Test func `servers and what is none have their places`() {
        let file = ResolvParser.parse(
            Array("# c\n\tnameserver 1.1.1.1\nserver  x\n".utf8), source: "/r")
        #expect(file.places.map(\.line) == [2] && file.places.map(\.column) == [13])
        #expect(file.faults.map(\.line) == [3] && file.faults.map(\.column) == [9])
        #expect(file.faults.map(\.text) == ["x"])
    }

    @Test func `the last search line wins`() {
        check("search a.test b.test\nsearch C.test.\n", search: ["c.test"])
    }

    private func serversFile(_ text: String) -> (rules: [DomainRule], messages: [String]) {
        let parsed = ServersFileParser.parse(Array(text.utf8), path: "/s", files: MemoryFiles())
        #expect(parsed.diagnostics.allSatisfy { $0.severity == .warning })
        return (parsed.rules, parsed.diagnostics.map(\.message))
    }

    @Test func `a servers file has server and rev-server lines only`() {
        let parsed = serversFile(
            "server=/a/1.2.3.4\nport=53\nbogus=1\nserver=1.2.3.4#x\nlocal=/x/"
                + "\nrev-server=10.0.0.0/8,1.1.1.1"
                + "\nserver\ndomain-needed=1\nserver=\"1\nserver=fe80::1%nosuch0\n# c\n\n")
        #expect(parsed.rules.count == 2)
        #expect(
            parsed.messages == [
                "illegal option at line 2 of /s", "bad option at line 3 of /s",
                "bad port at line 4 of /s", "illegal option at line 5 of /s",
                "missing parameter at line 7 of /s", "extraneous parameter at line 8 of /s",
                "missing \" at line 9 of /s", "bad interface name at line 10 of /s",
            ])
    }
}
