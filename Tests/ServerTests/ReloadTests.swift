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

    /// What is added to a configuration, and the names that a server has to be asked for again.
    struct Change: CustomTestStringConvertible, Sendable {
        var text: String
        var asked: Set<String>
        var testDescription: String { text }

        init(_ text: String, _ asked: String...) { (self.text, self.asked) = (text, Set(asked)) }

        static let all = Self("", "a.home.example", "a.example", "alias.example").asked
    }

    /// `{HOME}` and `{WORLD}` are the servers for home.example and for everything else.
    @Test(arguments: [
        Change(""), Change("host-record=new.test,10.0.0.1\n"), Change("local=/other.example/\n"),
        Change("host-record=end.example,10.0.0.9\n", "alias.example"),
        Change("address=/end.example/10.0.0.9\n", "alias.example"),
        Change("cname=*.test,a.test\nlocal=/example.test/\n"),
        Change("server=/a.example/{HOME}\n", "a.example"),
        Change("server=/home.example/{WORLD}\n", "a.home.example"),
        Change("server={HOME}\n", "a.example", "alias.example"),
        Change("max-cache-ttl=50\n", "a.home.example", "a.example", "alias.example"),
        Change("clear-on-reload\n", "a.home.example", "a.example", "alias.example"),
    ])
    func `a reload forgets the answers that it touches, and no others`(change: Change) throws {
        let home = try ScriptedUpstream(["*": .answer(["@ 600 A 192.0.2.1"])])
        let world = try ScriptedUpstream([
            "alias.example": .answer(["@ 600 CNAME end.example", "end.example 600 A 192.0.2.3"]),
            "*": .answer(["@ 600 A 192.0.2.2"]),
        ])
        func fill(_ text: String) -> String {
            text.replacing("{HOME}", with: "127.0.0.1#\(home.endpoint.port)")
                .replacing("{WORLD}", with: "127.0.0.1#\(world.endpoint.port)")
        }
        let config = "host-record=a.test,10.0.0.1\nserver={WORLD}\nserver=/home.example/{HOME}\n"
        let server = try ServerProcess(fill(config))
        for name in Change.all { #expect(try server.ask(name).data.isEmpty == false) }
        let before = (home.queries.count, world.queries.count)
        try server.configure(fill(config + change.text))
        server.child.signal(SIGHUP)
        #expect(server.logSays("reload: "), "\(server.log)")
        for name in Change.all { #expect(try server.ask(name).data.isEmpty == false) }
        let asked = home.queries.dropFirst(before.0) + world.queries.dropFirst(before.1)
        #expect(Set(asked.map(\.name)) == change.asked, "\(server.log)")
        let count = change.asked.count
        #expect(
            count == 0 || change.text == "clear-on-reload\n"
                || server.log.contains("reload: \(count) of 3 cached answers forgotten"))
    }

    @Test(arguments: ["cname=www.test,other.example\n", "host-record=www.test,10.0.0.1\n", ""])
    func `an alias that changes while its end is asked for answers as it was`(new: String) throws {
        let upstream = try ScriptedUpstream([
            "slow.example": .after(milliseconds: 1_000, .answer(["@ 60 A 192.0.2.1"])),
            "other.example": .answer(["@ 60 A 192.0.2.2"]),
        ])
        let server = try ServerProcess(
            "cname=www.test,web.test\ncname=web.test,slow.example\n", upstreams: [upstream])
        let client = try DNSClient(server.endpoint)
        client.socket.write(Query("www.test").octets)
        #expect(eventually { upstream.queries(for: "slow.example").isEmpty == false })
        try server.configure("cname=web.test,other.example\n" + new + upstream.line)
        server.child.signal(SIGHUP)
        #expect(server.logSays("reload: "), "\(server.log)")
        let reply = try #require(client.replies(1).first)
        #expect(reply.data == ["slow.example.", "192.0.2.1"], "\(reply)")
        #expect(reply.answers.first?.ttlSeconds == 0)
        #expect(try server.ask("web.test").data == ["other.example.", "192.0.2.2"])
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
