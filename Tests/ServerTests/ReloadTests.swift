import DNSWire
import Foundation
import Testing

/// What a reload changes, what it says, and what it leaves alone.
@Suite(.serialized) struct ReloadTests {
    /// Ten thousand questions in all, while the configuration changes fifty times and is broken ten
    /// times more. A question sent after a reload was logged has the new answer; one that was on
    /// its way has the old or the new one; a broken configuration gives none.
    @Test func `no question is lost or answered wrongly over sixty reloads`() throws {
        func config(_ turn: Int) -> String { "host-record=a.test,10.0.\(turn).1\nlocal=/test/\n" }
        let server = try ServerProcess(config(0))
        let client = try DNSClient(server.endpoint)
        var (turn, changes, faults, asked) = (0, 0, 0, 0)
        while asked < 10_000 || changes < 50 || faults < 10 {
            let isBad = faults < 10 && (changes + faults) % 6 == 5
            if isBad {
                faults += 1
                try server.configure("host-record=a.test,10.9.9.9\nno-such-option\n")
            } else {
                turn += 1
                changes += 1
                try server.configure(config(turn))
            }
            server.child.signal(SIGHUP)
            let marker = isBad ? "configuration not changed" : "changed: a.test"
            let count = isBad ? faults : changes
            let now = "10.0.\(turn).1"
            let allowed: Set = isBad ? [now] : [now, "10.0.\(turn - 1).1"]
            repeat {
                try ask(client, 40, allowed)
                asked += 40
                try #require(asked < 100_000, "a reload does not end: \(server.log.suffix(500))")
            } while server.log.split(separator: "\n").count { $0.contains(marker) } < count
            try ask(client, 130, [now])
            asked += 130
        }
        #expect(changes >= 50 && faults == 10)
    }

    private func ask(_ client: DNSClient, _ count: Int, _ allowed: Set<String>) throws {
        let queries = (0..<count).map { _ in Query("a.test") }
        for query in queries { client.socket.write(query.octets) }
        let replies = client.replies(count, within: 3_000)
        try #require(Set(replies.map(\.id)) == Set(queries.map(\.id)), "questions were lost")
        for reply in replies { try #require(allowed.isSuperset(of: reply.data), "\(reply)") }
        try #require(replies.allSatisfy { $0.data.count == 1 })
    }

    @Test func `what changed is logged, names and options`() throws {
        func records(_ range: Range<Int>) -> String {
            range.map { "host-record=n\($0).test,10.0.0.4\n" }.joined()
        }
        let server = try ServerProcess(
            "cname=www.test,a.test\nhost-record=a.test,10.0.0.1\nhost-record=b.test,10.0.0.2\n")
        try server.configure(
            "cname=web.test,a.test\nhost-record=a.test,10.0.0.1\nhost-record=b.test,10.0.0.9\n"
                + records(10..<22) + "domain-needed\n")
        server.child.signal(SIGHUP)
        #expect(
            server.logSays("reload: options changed: cname, domain-needed, host-record"),
            "\(server.log)")
        let log = server.log
        #expect(log.contains("reload: 13 names added: n10.test, n11.test, "), "\(log)")
        #expect(log.contains("n19.test and 3 more"), "\(log)")
        #expect(log.contains("reload: 1 name removed: www.test"), "\(log)")
        #expect(log.contains("reload: 1 name changed: b.test"), "\(log)")
        server.child.signal(SIGHUP)
        #expect(server.logSays("reload: nothing changed"), "\(server.log)")
    }

    @Test func `a hosts file that changes has its names logged`() throws {
        let server = try ServerProcess(
            "addn-hosts={DIR}/hosts\n", files: ["hosts": "10.0.0.1 a.test\n10.0.0.2 b.test\n"])
        try server.directory.write("hosts", "10.0.0.1 a.test\n10.0.0.3 c.test\n")
        #expect(server.logSays("reload: 1 name added: c.test"), "\(server.log)")
        #expect(server.logSays("reload: 1 name removed: b.test"))
        #expect(!server.log.contains("names changed"))
    }

    @Test func `a fault names file, line and the way to mend it`() throws {
        let server = try ServerProcess("host-record=a.test,10.0.0.1\n")
        try server.configure("cache-sise=5\n")
        server.child.signal(SIGHUP)
        #expect(server.logSays("configuration not changed: 1 error"), "\(server.log)")
        #expect(
            server.log.contains("dnsmasq.conf:9:1: error: ")
                && server.log.contains("did you mean cache-size?"), "\(server.log)")
    }
}
