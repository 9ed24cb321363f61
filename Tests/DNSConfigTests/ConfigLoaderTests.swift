import DNSConfig
import Testing

@Suite struct ConfigLoaderTests {
    /// Diagnostics as text, without their hints.
    private func check(_ loaded: LoadedConfig, _ expected: [String]) {
        let texts = loaded.diagnostics.map { diagnostic in
            var plain = diagnostic
            plain.hint = nil
            return plain.description
        }
        #expect(texts == expected)
    }

    @Test func `every mistake is reported with its place`() {
        let config = "port=x\nprot=53\n  cache-size = abc\ndomain-needed=1\nserver\ntxt-record=\"a"
        check(
            load(config),
            [
                "/d/x.conf:1:6: error: error in port: 'x' is not a number from 0 to 65535",
                "/d/x.conf:2:1: error: bad option: 'prot'",
                "/d/x.conf:3:16: error: error in cache-size: 'abc' is not a number",
                "/d/x.conf:4:15: error: extraneous parameter: domain-needed takes no value",
                "/d/x.conf:5:1: error: missing parameter: server needs a value",
                "/d/x.conf:6:12: error: missing \"",
            ])
        #expect(load(config).failure == .configuration)
    }

    @Test(arguments: [
        ("prot=1", "did you mean port?"), ("--port=1", "write port, without hyphens, in files"),
        ("p=53", "write port, letters are for the command line"),
        ("-p=53", "write port, letters are for the command line"),
        ("\u{FEFF}port=53", "save it as UTF-8 without BOM"),
        ("server=1.2.3.4:5353", "write 1.2.3.4#5353"),
        ("server=[::1]:53", "write the address without brackets and the port after #"),
        ("dns-rr=a,HTTPS,00", "write 65"),
    ])
    func `a mistake says how to mend it`(config: String, hint: String) {
        #expect(load(config).errors.first?.hint == hint)
    }

    @Test func `a missing default file is fine, another is not`() {
        var files = MemoryFiles()
        #expect(ConfigLoader.load(arguments: [], files: &files).diagnostics.isEmpty)
        #expect(files.reads == ["/etc/dnsmasq.conf"])
        let loaded = ConfigLoader.load(arguments: ["-C", "/nosuch"], files: &files)
        check(loaded, ["command line:1:1: error: cannot read /nosuch: No such file or directory"])
        #expect(loaded.failure == .file)
    }

    @Test func `files include files, each once`() {
        var files = MemoryFiles([
            "/1": "conf-file=/2\nport=1\nconf-file=/1", "/2": "conf-file=/link\ncache-size=x",
        ])
        files.links["/link"] = "/1"
        let loaded = load("conf-file=/1\nconf-file=\nconf-file", files: files)
        check(loaded, ["/2:2:12: error: error in cache-size: 'x' is not a number"])
        #expect(loaded.options.sources == ["command line", "/d/x.conf", "/1", "/2"])
        #expect(loaded.options.listen.port == 1)
    }

    @Test func `the place of a statement after an included file is right`() {
        let loaded = load("conf-file=/1\nport=x", files: MemoryFiles(["/1": "\n\n\n"]))
        #expect(loaded.errors.map(\.line) == [2])
    }

    @Test func `a script that calls itself comes to an end`() {
        var files = MemoryFiles()
        files.scripts["again"] = ("conf-script=again\n", 0)
        #expect(load("conf-script=again", files: files).errors.count == 1)
    }

    @Test func `what a script prints before it fails is read`() {
        var files = MemoryFiles()
        files.scripts["s"] = ("port=5\n", 3)
        let loaded = load("conf-script=s", files: files)
        #expect(loaded.failure == .script)
        #expect(loaded.errors.map(\.message) == ["s returns non-zero error code"])
        #expect(loaded.options.listen.port == 5)
    }

    @Test(arguments: [
        ("", ["B.conf", "a.conf", "b.bak", "c"]), (",.bak", ["B.conf", "a.conf", "c"]),
        (",*.conf", ["B.conf", "a.conf"]), (",*", ["B.conf", "a.conf", "b.bak", "c"]),
        (",c", ["B.conf", "a.conf", "b.bak", "c"]), (",*.conf,.conf", []),
        (",*.conf,*.bak", ["B.conf", "a.conf", "b.bak"]),
        (", .bak , c", ["B.conf", "a.conf", "c"]),
    ])
    func `a directory is read by name and suffix`(suffixes: String, expected: [String]) {
        var files = MemoryFiles()
        for name in ["a.conf", "B.conf", "b.bak", "c", ".d", "e~", "#f#", "s/x.conf"] {
            files.files["/dir/" + name] = Array("# \(name)\n".utf8)
        }
        let loaded = load("conf-dir=/dir\(suffixes)", files: files)
        #expect(loaded.options.sources.dropFirst(2) == expected.map { "/dir/" + $0 }[...])
        #expect(loaded.diagnostics.isEmpty)
    }

    @Test func `once-only options stand once in files and override the command line`() {
        let loaded = load(
            arguments: ["--port=1", "-C", "/d/x.conf"], "port=2\nconf-file=/1",
            files: MemoryFiles(["/1": "port=3"]))
        check(loaded, ["/1:1:6: error: illegal repeated keyword: port"])
        #expect(loaded.options.listen.port == 2)
    }

    @Test func `lists of the command line come before those of files`() {
        let loaded = load(arguments: ["-S", "1.1.1.1", "-C", "/d/x.conf"], "server=2.2.2.2")
        #expect(loaded.options.domainRules.map(\.origin.source) == [0, 1])
    }

    @Test func `options of the other half are named in one warning`() {
        let loaded = load("dhcp-host=a\ntftp-root=/x\ndhcp-host=b\nread-ethers\nra-param=x")
        #expect(loaded.failure == nil)
        check(
            loaded,
            [
                "configuration: warning: Waggle is the DNS half of dnsmasq, these options have no "
                    + "effect: dhcp-host, tftp-root, read-ethers, ra-param"
            ])
    }

    @Test(arguments: [
        "dhcp-range=10.0.0.1,10.0.0.9", "dhcp-relay=10.0.0.1", "enable-tftp", "enable-ra",
        "pxe-service=x86PC,\"x\"",
    ])
    func `switching the other half on is an error`(config: String) {
        let loaded = load(config)
        #expect(loaded.failure == .configuration)
        #expect(loaded.errors.first?.message.contains("Waggle is the DNS half") == true)
        #expect(loaded.errors.first?.hint?.isEmpty == false)
    }

    @Test(arguments: [
        "ipset=/x/y", "nftset=/x/4#inet#filter#v", "enable-dbus", "enable-ubus", "dumpfile=/x",
    ])
    func `what can be left out is left out with a warning`(config: String) {
        #expect(load(config).failure == nil)
        #expect(
            load(config).warnings.first?.message.contains(" is left out: Waggle ") == true)
        #expect(load(config).warnings.first?.hint?.isEmpty == false)
    }

    @Test(arguments: ["dnssec", "connmark-allowlist-enable"])
    func `what would change answers silently is an error`(config: String) {
        #expect(load(config).errors.first?.message.contains(": Waggle ") == true)
    }

    @Test func `a file that is none does not fill memory`() {
        let limit = ConfigLimits.diagnostics
        #expect(load(String(repeating: "x\n", count: limit)).diagnostics.count == limit)
        let more = load(String(repeating: "ipset=x\n", count: limit) + "port=x\nx\nx\n")
        #expect(more.diagnostics.count == limit + 2)
        #expect(more.errors.map(\.line) == [limit + 1])
        #expect(more.diagnostics.last?.message == "and 2 more")
    }

    @Test func `the domain is taken from resolv conf`() {
        var files = MemoryFiles(["/etc/resolv.conf": "search Lan.test x\n"])
        #expect(
            load("domain=#", files: files).options.hosts.defaultDomain?.description == "lan.test")
        files.files["/etc/resolv.conf"] = []
        #expect(load("domain=#", files: files).failure == .other)
        #expect(load("domain=#\nno-resolv", files: files).failure == .configuration)
        files.files["/etc/resolv.conf"] = nil
        #expect(load("domain=#", files: files).failure == .file)
    }
}
