import DNSWire
import Foundation
import Testing

/// What signals do to a running server.
@Suite(.serialized) struct SignalTests {
    @Test func `HUP reads configuration and hosts again, and loses no query`() throws {
        let hosts = "addn-hosts={DIR}/hosts\nlocal=/test/\n"
        let server = try ServerProcess(
            hosts + "host-record=b.test,10.0.0.1\n", files: ["hosts": "10.0.1.1 a.test\n"])
        let client = try DNSClient(server.endpoint)
        let good: Set = ["10.0.0.1", "10.0.0.2", "10.0.1.1", "10.0.1.2"]
        var sent: Set<UInt16> = []
        var answered: Set<UInt16> = []
        let start = ContinuousClock.now
        // 200 queries a second for two seconds, and a HUP with other files every quarter.
        for index in 0..<400 {
            let query = Query(index % 2 == 0 ? "a.test" : "b.test")
            sent.insert(query.id)
            client.socket.write(query.octets)
            if index % 50 == 25 {
                let turn = index / 50 % 2 + 1
                try server.configure(hosts + "host-record=b.test,10.0.0.\(turn)\n")
                try server.directory.write("hosts", "10.0.1.\(turn) a.test\n")
                server.child.signal(SIGHUP)
            }
            let next = Deadline(until: start + .milliseconds(5 * (index + 1)))
            repeat {
                guard let octets = client.socket.read(next) else { break }
                let reply = try #require(Reply(octets))
                #expect(reply.data.count == 1 && good.isSuperset(of: reply.data), "\(reply)")
                answered.insert(reply.id)
            } while true
        }
        for reply in client.replies(sent.count - answered.count, within: 1000) {
            answered.insert(reply.id)
        }
        #expect(answered == sent)
        // The last files are those of turn 2.
        #expect(
            try eventually {
                try server.ask("a.test").data == ["10.0.1.2"]
                    && server.ask("b.test").data == ["10.0.0.2"]
            })
    }

    @Test func `a broken configuration is named and the one before goes on`() throws {
        let server = try ServerProcess("host-record=a.test,10.0.0.1\n")
        try server.configure("host-record=a.test,10.0.0.2\nno-such-option=1\n")
        server.child.signal(SIGHUP)
        // Eight lines of the common part come before.
        #expect(server.logSays("dnsmasq.conf:10:1: "), "\(server.log)")
        #expect(server.logSays("configuration not changed: 1 error, the one before goes on"))
        #expect(try server.ask("a.test").data == ["10.0.0.1"])
        try server.configure("host-record=a.test,10.0.0.3\n")
        server.child.signal(SIGHUP)
        #expect(try eventually { try server.ask("a.test").data == ["10.0.0.3"] })
    }

    @Test func `USR1 writes statistics`() throws {
        let upstream = try ScriptedUpstream(["a.example": .answer(["@ 600 A 192.0.2.1"])])
        let server = try ServerProcess("", upstreams: [upstream])
        for _ in 0..<3 { _ = try server.ask("a.example") }
        _ = try server.ask("none.example")
        server.child.signal(SIGUSR1)
        #expect(server.logSays("server \(upstream.endpoint): queries sent 2, "), "\(server.log)")
        let log = server.log
        for pattern in [
            /\]: time \d{10}\n/, /\]: cache size 150, 0\/\d+ cache insertions re-used unexpired/,
            /\]: queries forwarded 2, queries answered locally \d+\n/,
            /failed 0, nxdomain replies 1, avg\. latency \d+ms\n/,
        ] {
            #expect(log.contains(pattern), "\(log)")
        }
    }

    @Test func `USR2 opens a log that was moved away again`() throws {
        let server = try ServerProcess("log-queries\nhost-record=a.test,10.0.0.1\n")
        _ = try server.ask("a.test")
        #expect(server.logSays("query[A] a.test from 127.0.0.1"))
        try FileManager.default.moveItem(
            atPath: server.directory.path("log"), toPath: server.directory.path("log.1"))
        server.child.signal(SIGUSR2)
        #expect(
            try eventually {
                _ = try server.ask("a.test")
                return server.log.contains("config a.test is 10.0.0.1")
            })
        #expect(!server.log.contains("started, version"))
        #expect(server.directory.text("log.1").contains("started, version"))
    }

    @Test(arguments: [(SIGTERM, "SIGTERM"), (SIGINT, "SIGINT")])
    func `TERM and INT end it within a second, with connected clients`(
        number: Int32, name: String
    ) throws {
        let upstream = try ScriptedUpstream(["*": .silence])
        let server = try ServerProcess(
            "pid-file={DIR}/pid\nhost-record=a.test,10.0.0.1\n", upstreams: [upstream],
            common: ServerProcess.common.replacing("pid-file=\n", with: ""))
        #expect(server.directory.text("pid") == "\(server.child.pid)\n")
        let clients = try (0..<5).map { _ in try StreamClient(server.endpoint) }
        for client in clients { #expect(client.ask(Query("a.test")) != nil) }
        clients[0].socket.write(Query("waiting.example").framed)
        server.child.signal(number)
        #expect(server.child.exitStatus(within: 1500) == 0)
        #expect(server.log.contains("exiting on receipt of \(name)"))
        #expect(!FileManager.default.fileExists(atPath: server.directory.path("pid")))
    }

    @Test func `as process 1 it outlives every signal but those`() throws {
        guard geteuid() == 0, let unshare = Tool.path("unshare"), let env = Tool.path("env") else {
            return skip("process 1 needs root, unshare and env")
        }
        // `swift test` asks for backtraces, which are handlers that a container does not have.
        let wrapper = [
            env, "SWIFT_BACKTRACE=enable=no", unshare, "--pid", "--fork", "--mount-proc",
            "--kill-child",
        ]
        let server = try ServerProcess(
            "host-record=a.test,10.0.0.1\n", wrapper: wrapper)
        let children = "/proc/\(server.child.pid)/task/\(server.child.pid)/children"
        let text = try String(contentsOfFile: children, encoding: .utf8)
        let pid = try #require(pid_t(text.trimmingCharacters(in: .whitespaces)))
        let deadly: Set = [SIGKILL, SIGSTOP, SIGTERM, SIGINT]
        for number in 1...64 where !deadly.contains(Int32(number)) { kill(pid, Int32(number)) }
        #expect(server.logSays("queries forwarded 0"), "USR1 came through: \(server.log)")
        #expect(try server.ask("a.test").data == ["10.0.0.1"])
        kill(pid, SIGTERM)
        #expect(server.child.exitStatus(within: 2000) == 0)
    }
}
