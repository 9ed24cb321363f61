import DNSConfig
import Testing

/// What GNU getopt does with dnsmasq's options.
@Suite struct CommandLineTests {
    private func check(_ arguments: String, _ expected: String = "") {
        let loaded = load(
            arguments: arguments.split(separator: " ", omittingEmptySubsequences: false).map(
                String.init)
                + ["--conf-file=/d/x.conf"])
        #expect(
            loaded.errors.first?.message.hasPrefix(expected) ?? expected.isEmpty,
            "\(loaded.diagnostics)")
        #expect(loaded.errors.isEmpty == expected.isEmpty)
    }

    @Test(arguments: [
        "-p53", "-p 53", "--port=53", "--port 53", "--port=", "-kd", "-kp53", "-D5", "-qextra",
        "--log-queries=extra", "--no-h", "--cache-s=5", "--dhcp-lease=x",
        "--domain=x --domain-suffix=y",
        "--filter-A", "-qk", "-r x", "-u x", "-g x", "-x ", "-c 5", "-1k", "--server ", "-S ",
        "--cname=\"a\",b", "-l x -9 -Z", "-h", "--dns-f 5",
    ])
    func `is taken`(arguments: String) { check(arguments) }

    @Test(arguments: [
        ("-p=53", "bad command line options: try --help"),
        ("--p 53", "bad command line options: try --help"),
        ("--cache-s 5", "bad command line options: try --help"),
        ("--dhcp-l=x", "bad command line options: try --help"),
        ("--filter", "bad command line options: try --help"),
        ("-@", "bad command line options: try --help"),
        ("--test=1", "bad command line options: try --help"),
        ("--=x", "bad command line options: try --help"),
        ("-- junk", "junk found in command line"), ("-", "junk found in command line"),
        ("-q extra", "junk found in command line"), ("junk -p 5", "junk found in command line"),
        ("-p 1 --port 2", "bad command line options: illegal repeated flag"),
        ("-s a,1.2.3.4/33", "bad command line options: bad prefix length"),
        ("--conf-file /x", "junk found in command line"),
        ("--user x", "junk found in command line"),
        ("-V 1.2.3.4", "bad command line options: missing address in alias"),
        ("--log-facility=foo", "bad command line options: bad log facility"),
        ("--options=html", "bad command line options: try --help"),
    ])
    func `is refused`(arguments: String, message: String) { check(arguments, message) }

    @Test(arguments: [
        ("--test", "test"), ("-v", "version"), ("-w", "help()"), ("--help dhcp", "help(dhcp)"),
        ("--test --version", "version"), ("-v --test", "version"), ("-k", "run"),
        ("--options", "options(text)"), ("--options=man", "options(man)"),
        ("--options cache- server", "options(text cache- server)"),
    ])
    func `asks for something else than to run`(arguments: String, expected: String) {
        let request = load(arguments: arguments.split(separator: " ").map(String.init)).request
        let text =
            switch request {
            case .run: "run"
            case .test: "test"
            case .version: "version"
            case .help(let topic): "help(\(topic))"
            case .options(let form, let names):
                "options(\(([form.rawValue] + names).joined(separator: " ")))"
            }
        #expect(text == expected)
    }

    @Test func `options come before stray words, and empty words are none`() {
        let loaded = load(arguments: ["junk", "--conf-dir=/nosuch", "", "-C", ""])
        #expect(loaded.failure == .file)
        #expect(loaded.errors.map(\.line) == [2, 1])
    }

    @Test func `requests in files do nothing`() {
        let loaded = load("test\nversion\nhelp")
        #expect(loaded.request == .run && loaded.diagnostics.isEmpty)
    }

    @Test func `an unknown option has a proposal and an ambiguous one its meanings`() {
        #expect(load(arguments: ["--prot=1"]).errors.first?.hint == "did you mean --port?")
        #expect(load(arguments: ["--neg"]).errors.first?.message.contains("requires") == true)
        #expect(
            load(arguments: ["--filter-"]).errors.first?.hint
                == "it may be --filter-A, --filter-AAAA, --filter-rr")
    }

    @Test func `the last configuration file named is read first`() {
        var files = MemoryFiles(["/1": "", "/2": ""])
        let loaded = ConfigLoader.load(arguments: ["-C", "/1", "-C/2"], files: &files)
        #expect(loaded.options.sources == ["command line", "/2", "/1"])
        #expect(ConfigLoader.load(arguments: ["-C", ""], files: &files).options.sources.count == 1)
    }

    @Test func `a directory of the command line counts as files`() {
        var files = MemoryFiles(["/dir/a": "port=2", "/dir/b": "port=3"])
        let loaded = ConfigLoader.load(
            arguments: ["-p1", "--conf-dir=/dir", "-C", ""], files: &files)
        #expect(
            loaded.errors.map(\.description).first?.hasPrefix(
                "/dir/b:1:6: error: illegal repeated keyword") == true)
        #expect(loaded.options.listen.port == 2)
    }
}
