import DNSConfig
import DNSWire
import Testing

/// What values of single options come to.
@Suite struct OptionValueTests {
    private func check<Value: Equatable>(
        _ config: String, _ expected: Value, warnings: Int = 0, _ read: (Options) -> Value
    ) {
        let loaded = load(config)
        #expect(loaded.errors.isEmpty, "\(config): \(loaded.errors)")
        // Values of options that are left out are read all the same.
        let told = loaded.warnings.filter { !$0.message.contains(" is left out: ") }
        #expect(told.count == warnings, "\(config): \(loaded.warnings)")
        #expect(read(loaded.options) == expected, "\(config)")
    }

    /// That dnsmasq's words come first, and where.
    private func refuse(_ config: String, _ message: String, column: Int? = nil) {
        let error = load(config).errors.first
        #expect(
            error?.message.hasPrefix(message) == true, "\(config): \(String(describing: error))")
        if let column { #expect(error?.column == column, "\(config)") }
    }

    @Test func `flags`() {
        check("no-hosts", false) { $0.hosts.readsDefaultFile }
        check("expand-hosts", true) { $0.hosts.expands }
        check("no-resolv", false) { $0.resolv.isUsed }
        check("no-poll", false) { $0.resolv.polls }
        check("clear-on-reload", true) { $0.resolv.clearsCacheOnReload }
        check("no-round-robin", false) { $0.answers.rotates }
        check("domain-needed", true) { $0.answers.needsDomain }
        check("bogus-priv", true) { $0.answers.hidesPrivateReverse }
        check("filter-A", true) { $0.answers.filtersA }
        check("filter-AAAA", true) { $0.answers.filtersAAAA }
        check("filterwin2k", true) { $0.answers.filtersWindows2000 }
        check("stop-dns-rebind", true) { $0.answers.stopsRebinding }
        check("rebind-localhost-ok", true) { $0.answers.allowsLoopbackRebinding }
        check("proxy-dnssec", true) { $0.answers.passesAuthenticatedData }
        check("no-ident", true) { $0.answers.hidesIdentity }
        check("no-negcache", false) { $0.cache.cachesNegative }
        check("strict-order", true) { $0.forwarding.isStrictlyOrdered }
        check("all-servers", true) { $0.forwarding.asksAllServers }
        check("dns-loop-detect", true) { $0.forwarding.detectsLoops }
        check("no-0x20-encode", false) { $0.forwarding.encodesCase }
        check("localise-queries", true) { $0.listen.localisesQueries }
        check("bind-interfaces", .interfaces) { $0.listen.binding }
        check("bind-dynamic", .dynamic) { $0.listen.binding }
        check("localmx\nselfmx", [true, true]) { [$0.mail.addsLocalMX, $0.mail.addsSelfMX] }
        check("log-debug", true) { $0.process.logsDebug }
        check("keep-in-foreground", true) { $0.process.keepsInForeground }
        check("no-daemon", true) { $0.process.isDebugging }
    }

    @Test func `numbers and their limits`() {
        check("", 53) { $0.listen.port }
        check("port=65535", 65535) { $0.listen.port }
        check("port=0053", 53) { $0.listen.port }
        check("port=", 0, warnings: 1) { $0.listen.port }
        for text in ["65536", "-1", "+1", "0x35", "5 3", "abc"] {
            refuse("port=\(text)", "error", column: 6)
        }
        check("cache-size=5000000", 5_000_000) { $0.cache.entries }
        check("cache-size=5000001", 5_000_000, warnings: 1) { $0.cache.entries }
        check("cache-size=0", true) { $0.cache.isEntriesSet }
        refuse("cache-size", "error")
        check("local-ttl=4294967295", UInt32.max) { $0.answers.localTTLSeconds }
        check("local-ttl=99999999999999999999", UInt32.max, warnings: 1) {
            $0.answers.localTTLSeconds
        }
        check("max-ttl=5", 5) { $0.answers.maximumTTLSeconds }
        check("neg-ttl=5", 5) { $0.cache.negativeTTLSeconds }
        check("max-cache-ttl=5", 5) { $0.cache.maximumTTLSeconds }
        check("min-cache-ttl=3600", 3600) { $0.cache.minimumTTLSeconds }
        check("min-cache-ttl=3601", 3600, warnings: 1) { $0.cache.minimumTTLSeconds }
        check("use-stale-cache", 86400) { $0.cache.staleSeconds }
        check("use-stale-cache=", 0) { $0.cache.staleSeconds }
        check("use-stale-cache=60", 60) { $0.cache.staleSeconds }
        check("edns-packet-max=0", 512) { $0.answers.ednsPacketOctets }
        check("edns-packet-max=4096", 4096) { $0.answers.ednsPacketOctets }
        check("edns-packet-max=65536", 65535, warnings: 1) { $0.answers.ednsPacketOctets }
        check("dns-forward-max=", 0) { $0.forwarding.maximumInFlight }
        check("query-port=0", 0) { $0.forwarding.queryPort }
        check("min-port=1\nmax-port=2", [1, 2]) {
            [$0.forwarding.minimumPort, $0.forwarding.maximumPort]
        }
        check("port-limit=1", 1) { $0.forwarding.portLimit }
        refuse("port-limit=0", "error")
        check("max-tcp-connections=1", 1) { $0.listen.maximumTCPConnections }
        refuse("max-tcp-connections=", "error")
        check("fast-dns-retry", [1000, 10000]) {
            [$0.forwarding.retryMilliseconds!.first, $0.forwarding.retryMilliseconds!.limit]
        }
        check("fast-dns-retry=50,7", [50, 7]) {
            [$0.forwarding.retryMilliseconds!.first, $0.forwarding.retryMilliseconds!.limit]
        }
        refuse("fast-dns-retry=49", "error")
        check("log-async", 5) { $0.process.logAsyncLines }
        check("log-async=100", 100) { $0.process.logAsyncLines }
        check("log-async=101", 100, warnings: 1) { $0.process.logAsyncLines }
    }

    @Test func `process and log`() {
        check("", nil) { $0.process.user }
        check("user=bee\ngroup=hive", ["bee", "hive"]) { [$0.process.user, $0.process.group] }
        check("user", "") { $0.process.user }
        check("pid-file=", "") { $0.process.pidFile }
        check("log-queries", .on) { $0.process.queryLog }
        check("log-queries=extra\nlog-queries", .extra) { $0.process.queryLog }
        check("log-queries=only_failed", .onlyFailed) { $0.process.queryLog }
        check("log-queries=foo", .on, warnings: 1) { $0.process.queryLog }
        check("log-facility=-", .standardError) { $0.process.logFacility }
        check("log-facility=/a", .file("/a")) { $0.process.logFacility }
        check("log-facility=local3", .syslog("LOCAL3")) { $0.process.logFacility }
        refuse("log-facility=", "bad log facility")
        check("local-service", .network) { $0.listen.localService }
        check("local-service=host", .host) { $0.listen.localService }
    }

    @Test func `addresses and interfaces`() {
        check(
            "listen-address=127.0.0.1, ::1\nlisten-address=fe80::1%eth0",
            ["127.0.0.1", "::1", "fe80::1"]
        ) {
            $0.listen.addresses.map(\.address.description)
        }
        check("listen-address=fe80::1%eth0", "eth0") { $0.listen.addresses[0].scope }
        refuse("listen-address=127.0.0.1,1.2.3", "error in listen-address", column: 26)
        refuse("listen-address=127.0.0.1%lo", "error")
        check("interface=a,b*\ninterface=", ["a", "b*"]) { $0.listen.interfaces }
        check("except-interface=x", ["x"]) { $0.listen.exceptInterfaces }
        check("bogus-nxdomain=1.2.3.4\nbogus-nxdomain=::/8", [32, 8]) {
            $0.answers.bogusAddresses.map(\.length)
        }
        check("ignore-address=1.2.3.4/", 0) { $0.answers.ignoredAddresses[0].length }
        refuse("ignore-address=::1/129", "error", column: 20)
        check("filter-rr=A,https,65400", [1, 65, 65400]) {
            $0.answers.filteredTypes.map(\.rawValue)
        }
        check("cache-rr=ANY", [255]) { $0.cache.additionalTypes.map(\.rawValue) }
        refuse("filter-rr=A,FOO", "bad RR type", column: 13)
    }

    @Test func `files`() {
        check("addn-hosts=/a\naddn-hosts=/b,c", ["/a", "/b,c"]) { $0.hosts.additional.map(\.path) }
        check("hostsdir=/h", ["/h"]) { $0.hosts.directories.map(\.path) }
        check("servers-file=/s", "/s") { $0.resolv.serversFile?.path }
        check("", ["/etc/resolv.conf"]) { $0.resolv.paths }
        check("resolv-file=/r\nresolv-file=/q", ["/r", "/q"]) { $0.resolv.paths }
        check("resolv-file=", []) { $0.resolv.paths }
        check("resolv-file=\nresolv-file=/r", ["/r"]) { $0.resolv.paths }
        check("resolv-file=/r\nno-resolv", []) { $0.resolv.paths }
    }

    @Test func `domains`() {
        func text(_ options: Options) -> [String] {
            options.hosts.domains.map { domain in
                var text = domain.name.description
                if let range = domain.range { text += " \(range.first)-\(range.last)" }
                if let interface = domain.interface { text += " on \(interface)" }
                return text + (domain.isLocal ? " local" : "")
            }
        }
        check("domain=Lan.\ndomain-suffix=x", ["lan", "x"], text)
        check("domain=a,1.2.3.4/24,local", ["a 1.2.3.0-1.2.3.255 local"], text)
        check("domain=a,fd00::1:0/112", ["a fd00::1:0-fd00::1:ffff"], text)
        check("domain=a,fd00::/60", ["a fd00::-fd00::f:ffff:ffff:ffff:ffff"], text)
        check("domain=a,0.0.0.0/0", ["a 0.0.0.0-255.255.255.255"], text)
        check("domain=a,::/0", ["a ::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"], text)
        check("domain=a,1.2.3.4,1.2.3.9", ["a 1.2.3.4-1.2.3.9"], text)
        check("domain=a,1.2.3.4", ["a 1.2.3.4-1.2.3.4"], text)
        check("domain=a,eth0", ["a on eth0"], text)
        check("domain=b\ndomain=a,eth0", "b") { $0.hosts.defaultDomain?.description }
        check("domain=", [], text)
        refuse("domain=a,1.2.3.4/33", "bad prefix length", column: 18)
        refuse("domain=a,1.2.3.0/24,x", "error in domain", column: 21)
    }

    @Test func `rebinding exceptions`() {
        check("rebind-domain-ok=/a/B/", ["a", "b"]) { $0.answers.rebindDomains.map(\.description) }
        check("rebind-domain-ok=a", ["a"]) { $0.answers.rebindDomains.map(\.description) }
        check("rebind-domain-ok=//", true) { $0.answers.allowsDotlessRebinding }
        check("rebind-domain-ok=.", true) { $0.answers.allowsDotlessRebinding }
        check("rebind-domain-ok=", true) { $0.answers.allowsDotlessRebinding }
        check("rebind-domain-ok=/a//", ["a"]) { $0.answers.rebindDomains.map(\.description) }
        check("rebind-domain-ok=/a//", true) { $0.answers.allowsDotlessRebinding }
        check("rebind-domain-ok=/a/", false) { $0.answers.allowsDotlessRebinding }
        check("rebind-domain-ok=a..b", [], warnings: 1) { $0.answers.rebindDomains }
    }

    @Test func `other addresses`() {
        let mask: UInt32 = 0xFFFF_FF00
        check("alias=1.2.3.4,5.6.7.8", [AddressAlias(first: 0x0102_0304, new: 0x0506_0708)]) {
            $0.answers.aliases
        }
        check(
            "alias=1.2.3.1-1.2.3.9,5.6.7.0,255.255.255.0\nalias=1.2.3.4-1.2.3.4, 5.6.7.8",
            [
                AddressAlias(
                    first: 0x0102_0301, last: 0x0102_0309, new: 0x0506_0700, mask: mask),
                AddressAlias(first: 0x0102_0304, last: 0x0102_0304, new: 0x0506_0708),
            ]
        ) { $0.answers.aliases }
    }

    @Test(arguments: [
        ("alias=", "missing address in alias"), ("alias=1.2.3.4", "missing address in alias"),
        ("alias=1.2.3,5.6.7.8", "missing address in alias"),
        ("alias=1.2.3.4,::1", "missing address in alias"),
        ("alias=fd00::1,5.6.7.8", "missing address in alias"),
        ("alias=1.2.3.4,5.6.7.8,24", "missing address in alias"),
        ("alias=1.2.3.4,5.6.7.8,255.0.0.0,x", "missing address in alias"),
        ("alias=1.2.3.9-1.2.3.1,5.6.7.8,255.255.255.0", "invalid alias range"),
        ("alias=1.2.3.1-1.2.3.9,5.6.7.8", "invalid alias range"),
        ("alias=1.2.3.1-1.2.4.9,5.6.7.8,255.255.255.0", "invalid alias range"),
        ("alias=1.2.3.1-x,5.6.7.8,255.255.255.0", "invalid alias range"),
    ])
    func `aliases that dnsmasq refuses are refused`(config: String, message: String) {
        refuse(config, message)
    }

    @Test(arguments: [
        ("add-mac=x", "error"), ("umbrella=deviceid:012", "error"), ("add-subnet=x", "error"),
        ("connmark-allowlist=1,foo", "error"), ("connmark-allowlist-enable=0", "error"),
        ("ipset=/x/", "error"), ("synth-domain=a,eth0", "error"), ("auth-peer=x", "error"),
        ("synth-domain=a,fd00::/32,p*", "prefix length too small"), ("dnssec-limits=x", "error"),
        ("trust-anchor=.,1", "bad trust anchor"),
        ("dnssec-check-unsigned=x", "bad value for dnssec-check-unsigned"), ("auth-ttl=x", "error"),
        ("auth-server=x,lo/5", "error"),
    ])
    func `values of options to come are checked`(config: String, message: String) {
        refuse(config, message)
    }
}
