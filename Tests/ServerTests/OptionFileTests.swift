import DNSWire
import Foundation
import Testing

/// Files that options name, beside dnsmasq: what is read of them, when it is read again, and what
/// is said of it.
@Suite(.serialized) struct OptionFileTests {
    /// Does the same with Waggle and with dnsmasq, and compares what is noted.
    private func compare(
        _ config: String, files: [String: String] = [:], common: String = ServerProcess.common,
        _ work: (ServerProcess, inout [String]) throws -> Void
    ) throws {
        guard let dnsmasq = Binary.dnsmasq else { return skip("dnsmasq is not installed") }
        var notes: [[String]] = []
        for binary in [Binary.debug, dnsmasq] {
            let server = try ServerProcess(config, files: files, common: common, binary: binary)
            var noted: [String] = []
            try work(server, &noted)
            notes.append(noted.map { $0.replacing(server.directory.path, with: "{DIR}") })
        }
        #expect(notes[0] == notes[1])
        #expect(!notes[0].isEmpty)
    }

    /// Lines of the log that have one of the words, without time and process.
    private func lines(_ server: ServerProcess, _ words: String...) -> [String] {
        server.log.split(separator: "\n").compactMap { line in
            guard let start = line.range(of: "]: ")?.upperBound else { return nil }
            let text = line[start...].trimmingCharacters(in: .whitespaces)
            return words.contains { text.contains($0) } ? text : nil
        }
    }

    private func answer(
        _ server: ServerProcess, _ name: String, _ type: RecordType = .a
    )
        throws -> String
    {
        let reply = try server.ask(name, type)
        return "\(name) \(reply.code.rawValue) \(reply.data)"
    }

    // MARK: conf-dir and conf-script

    private static let directoryNames = [
        "B.conf", "a.conf", "a.bak", "c", "conf", ".hid.conf", "e.conf~", "#f.conf#", "g.conf.bak",
        "h.CONF", "#j", "k#", "~l",
    ]

    @Test(
        arguments: [
            "", "/", ",*", ",*.conf", ",.conf", ",.bak", ",.bak,*.conf", ",*.conf,*.bak", ",conf",
            ",*conf", ",*.conf, .bak", ", *.conf",
        ])
    func `conf-dir reads the files that dnsmasq reads, in its order`(suffixes: String) throws {
        var files: [String: String] = ["d/sub.conf/x": "no-such-option\n"]
        for (index, name) in Self.directoryNames.enumerated() {
            files["d/" + name] = "host-record=n\(index).x,10.0.0.1\naddress=/all/10.0.1.\(index)\n"
        }
        try compare("local=/x/\nconf-dir={DIR}/d\(suffixes)\n", files: files) { server, notes in
            for index in Self.directoryNames.indices {
                notes.append(try answer(server, "n\(index).x"))
            }
            // The last line of a domain is the first of its answer.
            notes += try server.ask("all").data.sorted()
        }
    }

    @Test func `a link that leads nowhere in conf-dir is a fault`() throws {
        let directory = try TemporaryDirectory()
        try directory.write("d/b.conf", "domain-needed\n")
        try FileManager.default.createSymbolicLink(
            atPath: directory.path("d/a.conf"), withDestinationPath: "/no/such/file")
        try directory.write("c", "conf-dir=\(directory.path("d")),*.conf\n")
        let arguments = ["--test", "--conf-file=" + directory.path("c")]
        for binary in [Binary.debug, Binary.dnsmasq].compactMap({ $0 }) {
            let result = try Tool.run([binary] + arguments)
            let text = "cannot access \(directory.path("d/a.conf")): No such file or directory"
            #expect(result.status == 3 && result.errors.contains(text), "\(result)")
        }
    }

    @Test(
        arguments: [
            ("exit 3", 10, ": exit 3 returns non-zero error code"),
            ("echo junk; exit 4", 1, "bad option"),
            ("echo domain-needed; echo port=x", 1, "output from echo domain-needed; echo port=x"),
            ("/no/such/program", 10, "/no/such/program returns non-zero error code"),
            ("echo said >&2; echo domain-needed", 0, "said\n"),
        ] as [(String, Int32, String)])
    func `conf-script ends a start as with dnsmasq`(
        command: String, status: Int32, text: String
    ) throws {
        let directory = try TemporaryDirectory()
        try directory.write("c", "conf-script=\(command)\n")
        let arguments = ["--test", "--conf-file=" + directory.path("c")]
        for binary in [Binary.debug, Binary.dnsmasq].compactMap({ $0 }) {
            let result = try Tool.run([binary] + arguments)
            #expect(result.status == status, "\(result)")
            guard binary == Binary.debug else { continue }
            #expect(result.errors.contains(text), "\(result)")
        }
    }

    // MARK: Files that are read again

    @Test func `servers-file takes servers only, and is read again by HUP`() throws {
        let text = """
            server=/a.x/
            local=/b.x/
            address=/c.x/10.0.0.1
            no-resolv
            junk
            rev-server=10.0.0.0/8
            server=/d
            server=/e.x/127.0.0.1#x
            server
             server = /f.x/ # in other words

            """
        let words = ["illegal option", "bad ", "not known", "missing", "cannot"]
        try compare("servers-file={DIR}/s\n", files: ["s": text]) { server, notes in
            let names = ["a.x", "b.x", "c.x", "f.x", "g.x"]
            for name in names { notes.append(try answer(server, name)) }
            notes.append(try answer(server, "1.0.0.10.in-addr.arpa", .ptr))
            try server.directory.write("s", "server=/g.x/\n")
            server.child.signal(SIGHUP)
            #expect(try eventually { try server.ask("g.x").code == .nameError })
            for name in names { notes.append(try answer(server, name)) }
            try FileManager.default.removeItem(atPath: server.directory.path("s"))
            server.child.signal(SIGHUP)
            #expect(server.logSays("cannot read"))
            // What cannot be read leaves everything as it was.
            #expect(try eventually { try server.ask("g.x").code == .nameError })
            for name in names { notes.append(try answer(server, name)) }
            notes += words.flatMap { lines(server, $0) }
        }
    }

    @Test func `resolv-file is noticed when it changes, is emptied, and comes back`() throws {
        let common = ServerProcess.common.replacing("no-resolv\n", with: "")
        let files = ["r": "nameserver 127.0.0.9\nnameserver 127.0.0.8 x\nnameserver fe80::1%lo\n"]
        try compare("resolv-file={DIR}/r\n", files: files, common: common) { server, notes in
            func rewrite(_ text: String, _ line: String) throws {
                // The time stamps of dnsmasq are in seconds.
                usleep(1_100_000)
                try server.directory.write("r", text)
                #expect(server.logSays(line), "\(server.log)")
                // What the log says first the workers learn a moment later.
                usleep(200_000)
            }
            try rewrite("nameserver 127.0.0.10\n", "using nameserver 127.0.0.10#53")
            try rewrite("# nothing\n", "no servers found in")
            notes.append(try answer(server, "a.example"))
            try rewrite("server ::1\n", "using nameserver ::1#53")
            notes += lines(server, "nameserver", "reading", "no servers")
        }
    }

    @Test func `of several resolv-files the newest is taken`() throws {
        let common = ServerProcess.common.replacing("no-resolv\n", with: "")
        let config = "resolv-file={DIR}/one\nresolv-file={DIR}/two\n"
        try compare(config, files: ["one": "nameserver 127.0.0.9\n"], common: common) {
            server, notes in
            for (name, address) in [("two", "127.0.0.21"), ("one", "127.0.0.22")] {
                usleep(1_100_000)
                try server.directory.write(name, "nameserver \(address)\n")
                #expect(server.logSays("using nameserver \(address)#53"), "\(server.log)")
            }
            notes += lines(server, "using nameserver")
        }
    }

    @Test func `hostsdir follows files that come, change and go`() throws {
        let files = ["h/a": "10.0.0.1 a.x\nno address\n"]
        try compare("local=/x/\nhostsdir={DIR}/h\n", files: files) { server, notes in
            func write(_ file: String, _ text: String) throws {
                try server.directory.write("h/" + file, text)
            }
            try write("b", "10.0.0.2 b.x\n")
            #expect(try eventually { try server.ask("b.x").data == ["10.0.0.2"] })
            try write("b", "10.0.0.3 c.x\n")
            #expect(try eventually { try server.ask("c.x").data == ["10.0.0.3"] })
            notes.append(try answer(server, "b.x"))
            for file in [".d", "e~", "#f#"] { try write(file, "10.0.0.4 hidden.x\n") }
            try write("sub/g", "10.0.0.5 below.x\n")
            try FileManager.default.removeItem(atPath: server.directory.path("h/b"))
            #expect(try eventually { try server.ask("c.x").code == .nameError })
            for name in ["a.x", "hidden.x", "below.x"] { notes.append(try answer(server, name)) }
            notes += lines(server, "/h/")
        }
    }
}
