import Foundation
import Testing

/// What `waggle check` says of faults as people make them: the place, and what to write.
@Suite struct CheckTableTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var text: String
        var hosts: String?
        var stack: String?
        /// Each as `FILE:LINE:COLUMN|a part of the message|a part of the hint`.
        var said: [String]
        /// How many diagnostics there are.
        var count: Int

        init(
            _ text: String, hosts: String? = nil, stack: String? = nil, _ said: String...,
            count: Int? = nil
        ) {
            (self.text, self.hosts, self.stack, self.said) = (text, hosts, stack, said)
            self.count = count ?? said.count
        }

        var testDescription: String { stack ?? hosts ?? text }
    }

    private static let names = "10.0.0.1 nas.lan\n10.0.0.2 tv.lan\n"

    static let rows: [Row] = [
        Row(
            "local=/swarm/\ncname=athome.ga,workers.swarm", hosts: "10.0.0.1 arm.workers.swarm\n",
            "c:2:7|leads to workers.swarm, which nothing|did you mean arm.workers.swarm?"),
        Row(
            "local=/lan/\ncname=x.lan,nass.lan", hosts: names,
            "c:2:7|leads to nass.lan|did you mean nas.lan?"),
        Row(
            "local=/lan/\ncname=x.lan,zz.lan", hosts: names,
            "c:2:7|leads to zz.lan, which nothing here defines"),
        Row(
            "cname=a.lan,b.lan\ncname=b.lan,c.lan\ncname=c.lan,a.lan",
            "c:1:7|CNAME loop|it is a.lan -> b.lan -> c.lan -> a.lan"),
        Row(
            "cname=a.b,n.b\ncname=a.b,m.b", "c:2:7|a.b already is an alias in line 1|keep one"),
        Row(
            "local=/lan/\ncname=tv.lan,nas.lan", hosts: names,
            "c:2:7|hides the address 10.0.0.2 that the name has in {DIR}/hosts line 2"),
        Row(
            "server=192.0.2.1\nlocal=/lan/", hosts: names + "10.0.0.9 box.home\n",
            "h:3:10|box.home: questions for other types|local=/home/ keeps them"),
        Row(
            "server=/lan/192.0.2.1\nlocal=/lan/",
            "c:2:8|this is never reached: line 1 names a server"),
        Row("address=/x/1.2.3.4\naddress=/x/1.2.3.4", "c:2:10|this says the same as line 1"),
        Row("listen-address=127.0.0.1\nserver=127.0.0.1", "c:2:8|is this server itself"),
        Row("server=192.168.2.300", "c:1:8|'192.168.2.300' is not an address"),
        Row("address=/a.lan/1O.0.0.1", "c:1:16|'1O.0.0.1'"),
        Row(
            "host-record=a.lan,192.168.2.300", "c:1:19|is not an address and so is taken for a",
            "c:1:13|without an address has no effect"),
        Row("cname=a.lan,192.168.2.30", "c:1:7|192.168.2.30 looks like a mistyped address"),
        Row("port=53\nport=5353", "c:2:6|illegal repeated keyword: port|line 1 has it already"),
        Row(
            "locl=/lan/\nservr=192.0.2.1", "c:1:1|'locl'|did you mean local?",
            "c:2:1|'servr'|did you mean server?"),
        Row("port=70000", "c:1:6|'70000' is not a number from 0 to 65535"),
        Row("conf-file=/none/x.conf", "c:1:11|cannot read /none/x.conf: No such file"),
        Row("addn-hosts=/none/hosts", "/none/hosts: |failed to load|it is named by addn-hosts"),
        Row("resolv-file=/none/r", "c:1:13|cannot read /none/r: No such file"),
        Row("txt-record=a.lan,\"hello", "c:1:18|missing \""),
        Row("bogus-priv\r\nserver=192.0.2.300\r", "c:2:8|'192.0.2.300' is not an address"),
        Row("\u{FEFF}bogus-priv", "c:1:1|byte order mark|save it as UTF-8 without BOM"),
        Row(
            "server=192.0.2.1\u{A0}", "c:1:8|is not an address|write 192.0.2.1, and nothing behind",
            "c:1:17|a special blank"),
        Row(
            "\u{A0}server=192.0.2.1", "c:1:1|bad option|the blank beside server is a special one",
            "c:1:1|a special blank"),
        Row("cname=a.b,nas.b\u{A0}", "c:1:16|a special blank|type a plain one"),
        Row("server 192.0.2.1", "c:1:1|bad option|write server=192.0.2.1"),
        Row("domain: lan", "c:1:1|bad option|write domain=lan"),
        Row("; note\n// note", "c:1:1|a comment begins with #", "c:2:1|a comment begins with #"),
        Row("server=192.0.2.1;", "c:1:8|is not an address|write 192.0.2.1, and nothing behind it"),
        Row("--server=192.0.2.1", "c:1:1|write server, without hyphens"),
        Row("test\nhelp", "c:1:1|test has an effect on the", "c:2:1|help has an effect on the"),
        Row("local=lan", "c:1:7|is not an address|a domain stands between slashes, /lan/"),
        Row("address=x.lan/1.2.3.4", "c:1:9|Bad address|write address=/x.lan/1.2.3.4"),
        Row("host-record=*.lan,1.2.3.4", "c:1:13|the star in *.lan|address=/lan/ADDRESS covers"),
        Row(
            "bind-interfaces\nbind-dynamic\nmin-port=5000\nmax-port=4000",
            "c:2:1|cannot set --bind",
            "c:4:10|max_port cannot be smaller|min-port is 5000"),
        Row(
            "local=/lan/", hosts: "10.0.0.300 a.lan\n10.0.0.5,e.lan\n10.0.0.4\u{A0}d.lan\n",
            "h:1:1|bad address|an address, then its names", "h:2:1|bad address",
            "h:3:1|bad address", "h:3:9|a special blank"),
        Row("\tserver\t=\t192.0.2.1\nlocal = /lan/"),
        Row("address=/" + (0..<3000).map { "n\($0).example/" }.joined() + "0.0.0.0"),
        Row("local=/lan/", stack: "    extra_hosts:\n      a.lan: 10.0.0.1\n      b.lan: ::1\n"),
        Row(
            "local=/lan/",
            stack: "    extra_hosts:\n      a.lan: 10.0.0.1\n      b.lan: 10.0.0.300\n",
            "s:5:7|'10.0.0.300' is not an address|write \"b.lan:192.0.2.1\""),
        Row(
            "local=/lan/",
            stack: "    extra_hosts:\n      - \"bad.lan\"\n      - c d.lan:10.0.0.1\n",
            "s:4:10|'bad.lan' is no name with an address", "s:5:9|'c d.lan:10.0.0.1' is no name"),
        Row(
            "local=/lan/",
            stack: "    extra_hosts: [\"a.lan:10.0.0.1\", 'v6.lan:[2001:db8::1]']\n"),
        Row(
            "local=/lan/", stack: "    extra_hosts:\n      - \"x.lan:host-gateway\"\n",
            "s:4:10|the address of x.lan is that of the node"),
        Row(
            "local=/lan/\ncname=x.lan,bb.lan",
            stack: "    extra_hosts: *names\nx-names: &names\n  - \"a.lan:10.0.0.1\"\n"
                + "  - \"bbb.lan:10.0.0.2\"\n",
            "c:2:7|leads to bb.lan|did you mean bbb.lan?"),
        Row(
            "local=/lan/\ncname=x.lan,bb.lan",
            stack: "    <<: *base\nx-base: &base\n  extra_hosts: &h [bbb.lan:10.0.0.2]\n",
            "c:2:7|leads to bb.lan|did you mean bbb.lan?"),
        Row(
            "local=/lan/", stack: "    extra_hosts: *none\n",
            "s:3:5|nothing in this file has the anchor none"),
        Row(
            "local=/lan/", stack: "    extra_hosts:\n\t- \"a.lan:10.0.0.1\"\n",
            "s:4:1|a tab cannot indent"),
    ]

    @Test(arguments: rows)
    func `each fault has its place and a way out`(row: Row) throws {
        let directory = try TemporaryDirectory()
        let end = row.text.hasPrefix("resolv-file") ? "\n" : "\nno-resolv\n"
        try directory.write("conf", row.text + end)
        try directory.write("hosts", row.hosts ?? "")
        try directory.write("stack.yml", "services:\n  dns:\n" + (row.stack ?? ""))
        var words = [Binary.debug, "check", "-C", directory.path("conf")]
        words += ["--hosts", directory.path("hosts")]
        if row.stack != nil { words += ["--stack", directory.path("stack.yml")] }
        let result = try Tool.run(words)
        let output = result.output
        // A diagnostic begins in the first column, and its lines follow it.
        let said = output.split(separator: "\n").reduce(into: [String]()) { items, line in
            if line.hasPrefix(" "), let last = items.popLast() {
                items.append(last + "\n" + line)
            } else {
                items.append(String(line))
            }
        }
        let files = ["c": "conf", "h": "hosts", "s": "stack.yml"]
        for wanted in row.said {
            let parts = wanted.replacing("{DIR}", with: directory.path).split(separator: "|")
            var place = String(parts[0])
            if let file = files[String(place.prefix(1))] {
                place = "\(directory.path)/\(file)" + place.dropFirst()
            }
            #expect(
                said.contains { item in
                    item.hasPrefix(place) && parts.dropFirst().allSatisfy { item.contains($0) }
                }, "\(wanted)\n\(output)")
        }
        // The last line is the summary.
        #expect(said.count - 1 == row.count, "\(output)")
        #expect((result.status == 0) == !output.contains(": error: "))
    }
}
