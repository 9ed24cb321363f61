import DNSWire
import Foundation
import Testing

/// A signal gets through, whatever the control plane waits for.
@Suite(.serialized) struct ControlBoundTests {
    private func common(_ log: String) -> String {
        ServerProcess.common.replacing("log-facility={DIR}/log", with: "log-facility=" + log)
    }

    @Test func `a stopped reader of standard error stops no signal, long lines or not`() throws {
        let directory = try TemporaryDirectory()
        guard mkfifo(directory.path("pipe"), 0o600) == 0 else { throw Unexpected("no pipe") }
        let reader = open(directory.path("pipe"), O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        defer { close(reader) }
        let pipe = directory.path("pipe")
        let server = try ServerProcess(
            "log-queries\nhost-record=h.lan,10.0.0.1\nconf-file={DIR}/more\n",
            files: ["more": ""], common: common("-"),
            wrapper: ["/bin/sh", "-c", "exec \"$@\" 2>\(pipe)", "sh"])
        // A fault with a long line for its text, at each reload.
        try server.directory.write(
            "more", "txt-record=\(String(repeating: "y", count: 60_000))\n")
        for _ in 0..<6 { server.child.signal(SIGHUP); usleep(20_000) }
        #expect(try server.ask("h.lan").addresses == ["10.0.0.1"])
        server.child.signal(SIGTERM)
        #expect(server.child.exitStatus(within: 10_000) == 0)
    }

    @Test func `a command that leaves something behind, or does not end, is no end of signals`()
        throws
    {
        let server = try ServerProcess(
            "host-record=h.lan,10.0.0.1\nconf-file={DIR}/more\n", files: ["more": ""])
        try server.directory.write(
            "more", "conf-script=sleep 30 & echo host-record=new.lan,10.0.0.2\n")
        server.child.signal(SIGHUP)
        #expect(
            try eventually(within: 10_000) { try server.ask("new.lan").addresses == ["10.0.0.2"] })
        // This one is waited for; a TERM ends the waiting.
        try server.directory.write(
            "more",
            "conf-script=touch {DIR}/began; sleep 30\n"
                .replacing("{DIR}", with: server.directory.path))
        server.child.signal(SIGHUP)
        #expect(
            eventually(within: 10_000) {
                FileManager.default.fileExists(atPath: server.directory.path("began"))
            })
        server.child.signal(SIGTERM)
        #expect(server.child.exitStatus(within: 10_000) == 0)
    }

    @Test func `FIFOs that nobody writes to stop nothing`() throws {
        let server = try ServerProcess(
            "host-record=h.lan,10.0.0.1\nconf-file={DIR}/more\n", files: ["more": ""])
        for name in ["hosts", "conf", "servers"] {
            #expect(mkfifo(server.directory.path(name), 0o600) == 0)
        }
        let text =
            "addn-hosts={DIR}/hosts\nservers-file={DIR}/servers\n"
            + "host-record=new.lan,10.0.0.2\n"
        try server.directory.write(
            "more", text.replacing("{DIR}", with: server.directory.path))
        server.child.signal(SIGHUP)
        #expect(
            try eventually(within: 30_000) { try server.ask("new.lan").addresses == ["10.0.0.2"] })
        try server.directory.write(
            "more", "conf-file={DIR}/conf\n".replacing("{DIR}", with: server.directory.path))
        server.child.signal(SIGHUP)
        usleep(100_000)
        server.child.signal(SIGTERM)
        #expect(server.child.exitStatus(within: 10_000) == 0)
    }

    @Test func `the pid file of a successor stays`() throws {
        let common = ServerProcess.common.replacing("pid-file=", with: "pid-file={DIR}/pid")
        let first = try ServerProcess("", common: common)
        #expect(first.directory.text("pid") == "\(first.child.pid)\n")
        first.child.signal(SIGTERM)
        #expect(first.child.exitStatus(within: 10_000) == 0)
        #expect(!FileManager.default.fileExists(atPath: first.directory.path("pid")))
        let second = try ServerProcess("", common: common)
        try second.directory.write("pid", "1\n")
        second.child.signal(SIGTERM)
        #expect(second.child.exitStatus(within: 10_000) == 0)
        #expect(second.directory.text("pid") == "1\n")
    }

    @Test func `lines that a full disk does not take are counted`() throws {
        let port = try Ports.free()
        let server = try ServerProcess(
            "log-queries\nhost-record=h.lan,10.0.0.1\nmetrics-listen=127.0.0.1:\(port)\n",
            common: common("/dev/full"))
        for _ in 0..<10 { #expect(try server.ask("h.lan").addresses == ["10.0.0.1"]) }
        let http = HTTPClient(endpoint: Endpoint("127.0.0.1", port))
        func lost() throws -> Int {
            let page = MetricsPage(try #require(http.get("/metrics")).body)
            return Int(try #require(page.samples["waggle_log_events_dropped_total"]))
        }
        // Two lines for each query.
        #expect(try eventually(within: 10_000) { try lost() >= 20 })
        server.child.signal(SIGTERM)
        #expect(server.child.exitStatus(within: 10_000) == 0)
    }

    @Test func `a log that is a link is refused at the start`() throws {
        let directory = try TemporaryDirectory()
        try directory.write("target", "mine\n")
        try FileManager.default.createSymbolicLink(
            atPath: directory.path("log"), withDestinationPath: directory.path("target"))
        try directory.write(
            "c", "port=0\nno-resolv\npid-file=\nlog-facility=\(directory.path("log"))\n")
        let child = try ChildProcess(
            [Binary.debug, "-k", "-C", directory.path("c")], errors: directory.path("err"))
        #expect(child.exitStatus(within: 10_000) == 3)
        #expect(directory.text("err").contains("it is a link"))
        #expect(directory.text("target") == "mine\n")
    }

    @Test(arguments: ["/dev/stdout", "/dev/stderr", "/proc/self/fd/1"])
    func `standard output is a log by its name`(_ path: String) throws {
        let server = try ServerProcess("", common: common(path))
        let name = path == "/dev/stderr" ? "err" : "out"
        #expect(eventually { server.directory.text(name).contains("started, version") })
    }
}
