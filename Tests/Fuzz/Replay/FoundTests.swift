import DNSConfig
import DNSResolver
import DNSWire
import Testing

/// Faults that fuzzing and reading found, each by the sentence that was untrue.
@Suite struct FoundTests {
    /// The configuration is compiled, and the name answered for the types, three times each.
    private func check(_ config: [String], _ name: String = "a.lan", types: [UInt8] = [255]) {
        let text = Array(config.joined(separator: "\n").utf8)
        #expect(checkConfig(text) == nil)
        let snapshot = Snapshot(options: load(text).options, hosts: HostsTable(), seed: 1)
        let owner = DomainName(parsing: name)?.octets ?? []
        for type in types + types + types {
            let query = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0] + owner + [0, type, 0, 1]
            #expect(checkQuery(query, of: snapshot) == nil, "type \(type)")
        }
    }

    @Test func `cached address records of uneven length stay whole`() {
        var reply: [UInt8] = [0, 1, 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 0]
        reply += [3, 119, 119, 119, 4, 116, 101, 115, 116, 0, 0, 1, 0, 1]  // www.test A IN
        for length in [3, 5] as [UInt8] {
            reply += [0xC0, 12, 0, 1, 0, 1, 0, 0, 1, 0x2C, 0, length]  // TTL 300
            reply += [UInt8](repeating: 7, count: Int(length))
        }
        #expect(checkReply(reply) == nil)
    }

    @Test func `a name with more data than a message holds is compiled`() {
        let texts = (0..<230).map { "txt-record=a.lan,\($0)\(String(repeating: "x", count: 240))" }
        let services = (0..<250).map {
            "naptr-record=a.lan,\($0),1,U,SIP,\(String(repeating: "y", count: 200)),b.lan"
        }
        check(texts + services)
    }

    @Test func `services with many addresses and much data are compiled`() {
        // Of uneven length, for sets that turn have no additional records. Early ones can be
        // pointed at.
        let services = (0..<2_400).map { "srv-host=_s.lan,\($0 % 2 == 0 ? "h.lan" : "none"),\($0)" }
        let hosts = (0..<255).map { "host-record=h.lan,2001:db8::\($0)" }
        check(services + hosts, "_s.lan", types: [33, 255])
    }

    @Test func `an alias of a name with full sets is compiled`() {
        let label = String(repeating: "l", count: 60)
        let chain = (0..<33).map { index in
            "cname=\(label)\(index).\(label).\(label),\(label)\(index + 1).\(label).\(label)"
        }
        let texts = (0..<300).map {
            "txt-record=\(label)31.\(label).\(label),\($0)\(String(repeating: "x", count: 240))"
        }
        check(chain + texts, "\(label)0.\(label).\(label)", types: [16, 5, 255])
    }

    @Test func `a name of more types than fit is compiled`() {
        check((1000..<1300).map { "dns-rr=a.lan,\($0),00" }, types: [1, 255])
        check(["cname=b.lan,a.lan"] + (1000..<1300).map { "dns-rr=a.lan,\($0),00" }, "b.lan")
    }

    @Test func `a file of a hundred thousand unknown options is read in seconds`() {
        let text = (0..<100_000).map { "opt\($0)=x\n" }.joined()
        let clock = ContinuousClock()
        let time = clock.measure {
            let loaded = load(Array(text.utf8))
            #expect(loaded.diagnostics.count == ConfigLimits.diagnostics + 1)
            #expect(loaded.diagnostics.last?.message == "and 99000 more")
        }
        // Proposals for all of them would take minutes.
        #expect(time < .seconds(60), "\(time)")
    }

    @Test func `services with long names stay whole when they turn`() {
        let label = String(repeating: "l", count: 59)
        let target = [label, label, label, label].joined(separator: ".")
        check((1...3).map { "srv-host=a.lan,\(target),\($0)" }, types: [33, 255])
    }

    @Test func `full sets of both families of a blocked domain are compiled`() {
        let addresses = (0..<2200).flatMap { index in
            let (high, low) = (index / 256, index % 256)
            return ["address=/lan/10.0.\(high).\(low)", "address=/lan/fd00::\(high):\(low)"]
        }
        check(["address=/lan/#"] + addresses, types: [1, 28, 255])
    }
}
