import DNSConfig
import Testing

@Suite struct HostsSourcesTests {
    private func check(_ config: String, _ expected: [String], warnings: [String] = []) {
        let files = MemoryFiles([
            "/dir/b": "", "/dir/a": "", "/dir/.hidden": "", "/dir/x~": "", "/dir/#x#": "",
            "/dir/sub/c": "", "/watched/w": "",
        ])
        let listed = HostsSources.list(load(config, files: files).options, files: files)
        #expect(listed.sources.map { $0.path + ($0.isFromHostsDirectory ? "!" : "") } == expected)
        #expect(listed.diagnostics.map(\.message) == warnings)
    }

    @Test func `the default file comes first unless switched off`() {
        check("", ["/etc/hosts"])
        check("no-hosts", [])
    }

    @Test func `additional files come last option first`() {
        check("addn-hosts=/1\naddn-hosts=/2", ["/etc/hosts", "/2", "/1"])
    }

    @Test func `directories are read by name and without backups`() {
        check("no-hosts\naddn-hosts=/dir\naddn-hosts=/z", ["/z", "/dir/a", "/dir/b"])
        check("no-hosts\naddn-hosts=/dir/", ["/dir/a", "/dir/b"])
    }

    @Test func `watched directories come last`() {
        check("hostsdir=/watched\naddn-hosts=/1", ["/etc/hosts", "/1", "/watched/w!"])
    }

    @Test func `a missing watched directory is said, not fatal`() {
        check(
            "hostsdir=/nosuch", ["/etc/hosts"],
            warnings: ["bad dynamic directory /nosuch: No such file or directory"])
    }
}
