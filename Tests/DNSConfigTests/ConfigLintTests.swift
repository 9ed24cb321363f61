import DNSConfig
import Testing

@Suite struct ConfigLintTests {
    private func said(_ config: String, hosts: String = "") -> [String] {
        let options = load(config).options
        let names = LocatedName.names(inHosts: Array(hosts.utf8), source: "hosts")
        return
            (ConfigLint.rules(options) + ConfigLint.limits(options)
            + ConfigLint.shadowedNames(options, names: names)
            + ConfigLint.mistypedAddresses(options, names: names)
            + ConfigLint.leakingNames(options, names: names)).map {
                "\($0.line):\($0.column) \($0.message)"
            }
    }

    @Test func `a rule that stands twice`() {
        #expect(
            said("no-resolv\nlocal=/a/\nlocal=/b/\nlocal=/a/") == [
                "4:8 this says the same as line 2"
            ])
        #expect(said("no-resolv\nlocal=/a/b/\nserver=/c/1.1.1.1\nserver=/c/1.1.1.2") == [])
    }

    @Test func `a rule that a server overrules`() {
        #expect(
            said("no-resolv\nserver=/a/1.1.1.1\nlocal=/a/") == [
                "3:8 this is never reached: line 2 names a server for the same domain"
            ])
        #expect(said("no-resolv\nserver=/a/1.1.1.1\nlocal=/b.a/\naddress=/c.a/1.2.3.4") == [])
    }

    @Test func `a chain of aliases that is longer than those that are followed`() {
        func chain(_ count: Int) -> String {
            (0..<count).map { "cname=n\($0).a.test,n\($0 + 1).a.test\n" }.joined()
        }
        #expect(said("no-resolv\n" + chain(32)) == [])
        #expect(
            said("no-resolv\n" + chain(33)) == [
                "2:7 cname n0.a.test leads over more than 32 aliases: its end is not answered"
            ])
    }

    @Test func `more servers of a domain than are asked`() {
        func servers(_ count: Int) -> String {
            (1...count).map { "server=/a/192.0.2.\($0)\n" }.joined()
        }
        #expect(said("no-resolv\n" + servers(64)) == [])
        #expect(
            said("no-resolv\n" + servers(66)) == [
                "66:9 more than 64 servers for one domain: this one and those after it are never"
                    + " asked"
            ])
    }

    @Test func `a server that is this server`() {
        #expect(
            said("no-resolv\nserver=127.0.0.1") == ["2:8 127.0.0.1 port 53 is this server itself"])
        #expect(said("no-resolv\nserver=127.0.0.1#5353\nserver=::1#54") == [])
        #expect(
            said("no-resolv\nlisten-address=127.0.0.1\nbind-interfaces\nserver=127.0.0.53") == [])
        #expect(said("no-resolv\nlisten-address=10.0.0.1\nserver=10.0.0.1").count == 1)
    }

    @Test func `a record that stands twice`() {
        #expect(
            said("no-resolv\ntxt-record=a,x\ntxt-record=a,y\ntxt-record=a,x") == [
                "4:12 a: this record stands in line 2 already"
            ])
    }

    @Test func `an alias that hides an address`() {
        #expect(
            said("no-resolv\ncname=a.lan,b.lan", hosts: "10.0.0.1 b.lan a.lan\n") == [
                "2:7 cname a.lan hides the address 10.0.0.1 that the name has in hosts line 1"
            ])
    }

    @Test func `a name that looks like an address`() {
        #expect(
            said("no-resolv\ncname=a,192.168.2.24O", hosts: "10.0.0.1 192.168.2.l5\n") == [
                "1:10 the name 192.168.2.l5 looks like a mistyped address",
                "2:7 the name 192.168.2.24o looks like a mistyped address",
            ])
        #expect(said("no-resolv", hosts: "10.0.0.1 1.2.3.4.5.6.e164.arpa n1.r2.dc3.x\n") == [])
    }

    @Test func `names whose other types leave the house`() {
        let hosts = "127.0.0.1 localhost\n10.0.0.1 a.lan\n10.0.0.2 b.lan\n10.0.0.3 c\n"
        let leaks = [
            "2:10 a.lan and 1 more in lan: questions for other types, as AAAA, go to the upstream"
                + " servers",
            "4:10 c: questions for other types, as AAAA, go to the upstream servers",
        ]
        #expect(said("server=1.1.1.1", hosts: hosts) == leaks)
        #expect(said("", hosts: hosts) == leaks)
        #expect(said("server=1.1.1.1\nlocal=/lan/", hosts: hosts) == [leaks[1]])
        #expect(said("server=1.1.1.1\nserver=/lan/1.1.1.2", hosts: hosts) == [leaks[1]])
        #expect(said("server=1.1.1.1\ndomain-needed", hosts: hosts) == [leaks[0]])
        #expect(said("no-resolv", hosts: hosts) == [])
    }

    @Test func `an excerpt points at the column`() {
        let fault = Diagnostic(
            .error, source: "f", line: 2, column: 3, message: "wrong", hint: "do it right")
        let lines = [Array("a".utf8)[...], Array("b\tcé".utf8)[...]]
        #expect(
            DiagnosticReport.text(fault, lines: lines)
                == "f:2:3: error: wrong\n    2 | b c??\n      |   ^\n      = do it right\n")
        #expect(
            DiagnosticReport.text(fault, lines: nil)
                == "f:2:3: error: wrong\n      = do it right\n")
    }

    @Test func `JSON is JSON`() {
        #expect(DiagnosticReport.quoted("a\"\\\n\u{1}é") == #""a\"\\\n\u0001é""#)
        #expect(DiagnosticReport.json([]).contains("\"diagnostics\": []"))
    }
}
