import DNSConfig
import Testing

@Suite struct StackFileTests {
    private func entries(_ text: String) -> [String] {
        StackFile(Array(text.utf8)).entries.map {
            "\($0.line):\($0.column) \($0.name) \($0.address)"
        }
    }

    @Test func `all forms of extra_hosts are read`() {
        #expect(
            entries(
                """
                services:
                  dns:
                    extra_hosts:
                      - "a.lan:192.0.2.1"   # the first
                      - b.lan=192.0.2.2
                      - 'c.lan:2001:db8::1'
                      - "d.lan:[2001:db8::2]"
                    image: x
                """) == [
                    "4:10 a.lan 192.0.2.1", "5:9 b.lan 192.0.2.2", "6:10 c.lan 2001:db8::1",
                    "7:10 d.lan 2001:db8::2",
                ])
        #expect(
            entries("services:\n dns:\n  extra_hosts:\n   a.lan: 192.0.2.1\n   b.lan: \"::1\"\n")
                == ["4:4 a.lan 192.0.2.1", "5:4 b.lan ::1"])
        #expect(
            entries("services:\n dns:\n  extra_hosts: [\"a.lan:192.0.2.1\", b.lan=192.0.2.2]\n")
                == ["3:18 a.lan 192.0.2.1", "3:36 b.lan 192.0.2.2"])
        #expect(
            entries("services:\n dns:\n  extra_hosts:\n  - a.lan:192.0.2.1\n  image: x\n")
                == ["4:5 a.lan 192.0.2.1"])
    }

    @Test func `the service with the configuration counts`() {
        let text = """
            services:
              web:
                extra_hosts:
                  - a.lan:192.0.2.1
              dns:
                configs:
                  - target: /etc/dnsmasq.conf
                extra_hosts:
                  - b.lan:192.0.2.2
            configs:
              dnsmasq:
                file: ../config/dnsmasq.conf
            """
        #expect(entries(text) == ["9:9 b.lan 192.0.2.2"])
        let without = text.replacing("dnsmasq.conf", with: "other.conf")
        #expect(entries(without).count == 2)
    }

    @Test func `what is no address is said where it stands`() {
        let stack = StackFile(
            Array("x:\n  extra_hosts:\n  - a:${A}\n  - b:1.2.3\n  - c:1.2.3.4\n".utf8))
        #expect(
            stack.diagnostics(source: "f").map(\.description) == [
                "f:3:5: warning: the address of a is filled in when the stack is deployed;"
                    + " what depends on it is not checked",
                "f:4:5: error: '1.2.3' is not an address;"
                    + " write \"b:192.0.2.1\" or \"b:2001:db8::1\"",
            ])
        #expect(String(decoding: stack.hostsText, as: UTF8.self) == "\n\n\n\n1.2.3.4 c")
    }

    @Test(arguments: ["", "extra_hosts:", "a:\n- extra_hosts", "services:\n  - [\n", "\t\u{0}:"])
    func `anything may stand in a file`(text: String) {
        #expect(entries(text) == [])
    }
}
