import Foundation
import Testing

/// `waggle explain`, as an operator runs it.
@Suite struct ExplainCommandTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        try directory.write(
            "dnsmasq.conf",
            """
            no-resolv
            no-hosts
            addn-hosts=\(directory.path)/hosts
            server=192.0.2.1
            server=/corp.example/192.0.2.53#5353
            local=/lan/
            bogus-priv
            cname=www.lan,nas.lan

            """)
        try directory.write("hosts", "# machines\n10.0.0.1 nas.lan nas\n10.0.0.2 tv.lan\n")
    }

    private func explain(_ arguments: String...) throws -> ToolResult {
        try Tool.run(
            [Binary.debug, "explain"] + arguments + ["-C", directory.path("dnsmasq.conf")])
    }

    private func json(_ arguments: String...) throws -> [String: Any] {
        let result = try Tool.run(
            [Binary.debug, "explain"] + arguments
                + ["--json", "-C", directory.path("dnsmasq.conf")])
        let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
        return try #require(object as? [String: Any], "\(result)")
    }

    @Test func `a name beyond ASCII is that of the configuration`() throws {
        try directory.write("dnsmasq.conf", "host-record=bücher.lan,10.0.0.7\n")
        let result = try json("BÜCHER.lan")
        #expect(result["name"] as? String == "xn--bcher-kva.lan", "\(result)")
        #expect(try explain("bücher.lan").output.contains("10.0.0.7"))
    }

    @Test func `text has the answer, each hop with its line, and what was passed over`() throws {
        let result = try explain("www.lan")
        let path = directory.path
        #expect(result.status == 0)
        #expect(
            result.output == """
                www.lan A: NOERROR, 2 records, from hosts files and records
                  www.lan.  0  CNAME  nas.lan.
                  nas.lan.  0  A      10.0.0.1

                Why:
                  - www.lan is an alias of nas.lan
                    \(path)/dnsmasq.conf:8: cname=www.lan,nas.lan
                  - nas.lan has A 10.0.0.1
                    \(path)/hosts:2: 10.0.0.1 nas.lan nas

                Passed over:
                  - local=/lan/: local data come first
                    \(path)/dnsmasq.conf:6: local=/lan/
                  - server=192.0.2.1: local data come first
                    \(path)/dnsmasq.conf:4: server=192.0.2.1

                """, "\(result.output)")
    }

    @Test func `servers that would be asked are named in their order`() throws {
        let object = try json("a.corp.example", "AAAA")
        #expect(object["decision"] as? String == "servers")
        #expect(object["servers"] as? [String] == ["192.0.2.53#5353"])
        let why = try #require(object["why"] as? [[String: Any]])
        #expect(why.first?["line"] as? Int == 5)
        #expect(object["rcode"] is NSNull && object["live"] is NSNull)
    }

    @Test func `an address means its name, an option that decides has its line`() throws {
        let known = try json("10.0.0.2")
        #expect(known["name"] as? String == "2.0.0.10.in-addr.arpa")
        let records = try #require(known["records"] as? [[String: Any]])
        #expect(records.map { $0["data"] as? String } == ["tv.lan."])
        let unknown = try json("10.0.0.77")
        let why = try #require(unknown["why"] as? [[String: Any]])
        #expect(unknown["rcode"] as? String == "NXDOMAIN")
        #expect(why.first?["excerpt"] as? String == "bogus-priv" && why.first?["line"] as? Int == 7)
    }

    @Test func `the command line is a place, too`() throws {
        let result = try explain("x.ads.example", "--address=/ads.example/10.0.0.9")
        #expect(result.output.contains("\n    command line:"), "\(result.output)")
    }

    @Test func `a server of resolv.conf has its file and line`() throws {
        try directory.write("resolv", "# router\nnameserver 192.0.2.7\nnameserver 192.0.2.8\n")
        try directory.write("a.conf", "no-hosts\nresolv-file=\(directory.path("resolv"))\n")
        let result = try Tool.run(
            [Binary.debug, "explain", "b.example", "-C", directory.path("a.conf")])
        let path = directory.path("resolv")
        #expect(
            result.output.contains(
                """
                  - nameserver 192.0.2.7 is asked for everything else
                    \(path):2: nameserver 192.0.2.7
                  - nameserver 192.0.2.8 is asked for everything else
                    \(path):3: nameserver 192.0.2.8

                """), "\(result)")
    }

    @Test func `an answer of a zone has the lines of its records`() throws {
        try directory.write(
            "a.conf",
            """
            no-resolv
            no-hosts
            addn-hosts=\(directory.path)/hosts
            auth-server=ns.example,lo
            auth-zone=lan
            cname=www.lan,tv.lan
            host-record=pc.lan,10.0.0.9

            """)
        func lines(_ words: String...) throws -> [String] {
            let result = try Tool.run(
                [Binary.debug, "explain"] + words + ["--json", "-C", directory.path("a.conf")])
            let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
            let why = (object as? [String: Any])?["why"] as? [[String: Any]] ?? []
            return why.map { step in
                let file = (step["file"] as? String ?? "").split(separator: "/").last ?? ""
                return "\(file):\(step["line"] as? Int ?? 0)"
            }
        }
        #expect(try lines("www.lan") == ["a.conf:5", "a.conf:6", "hosts:3"])
        #expect(try lines("pc.lan") == ["a.conf:5", "a.conf:7"])
        #expect(try lines("lan", "NS") == ["a.conf:5", "a.conf:4"])
        #expect(try lines("none.lan") == ["a.conf:5"])
    }

    @Test func `a mistyped name has a proposal`() throws {
        #expect(try explain("nass.lan").output.hasSuffix("\nDid you mean nas.lan?\n"))
    }

    @Test(arguments: [[], ["a..b"], ["-C"], ["a.lan", "NOTYPE"], ["a", "--server", "x"]])
    func `what cannot be explained is a fault or the usage`(words: [String]) throws {
        let result = try Tool.run([Binary.debug, "explain"] + words)
        #expect(
            words.isEmpty
                ? result.output.hasPrefix("usage: waggle explain")
                : result.status == 1 && result.errors.hasPrefix("waggle explain: error: "))
        #expect(result.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test func `the running server is asked too, and another configuration is noticed`() throws {
        let server = try ServerProcess("host-record=a.test,10.0.0.1\n")
        let path = server.directory.path("dnsmasq.conf")
        func live() throws -> ToolResult {
            try Tool.run([Binary.debug, "explain", "a.test", "-C", path, "--live"])
        }
        let same = try live()
        #expect(same.output.contains("the same as here"), "\(same)")
        #expect(same.output.contains("Its configuration is the one of these files."))
        try server.configure("host-record=a.test,10.0.0.2\n")
        let other = try live()
        #expect(other.output.contains("which is something else"), "\(other)")
        #expect(other.output.contains("Its configuration is another one"))
        server.child.signal(SIGHUP)
        #expect(try eventually { try live().output.contains("the same as here") })
        #expect(
            try explain("a.test", "--server", server.endpoint.description).output
                .contains("another one"))
    }
}
