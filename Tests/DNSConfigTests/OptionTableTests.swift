import DNSConfig
import Testing

@Suite struct OptionTableTests {
    /// Every long option of dnsmasq 2.90 as its `--help` and manual list them, and those added
    /// since.
    private static let names = """
        add-cpe-id add-mac add-subnet addn-hosts address alias all-servers auth-peer
        auth-sec-servers auth-server auth-soa auth-ttl auth-zone bind-dynamic
        bind-interfaces bogus-nxdomain bogus-priv bootp-dynamic bridge-interface
        caa-record cache-rr cache-size clear-on-reload cname conf-dir conf-file
        conf-script connmark-allowlist connmark-allowlist-enable conntrack
        dhcp-alternate-port dhcp-authoritative dhcp-boot dhcp-broadcast dhcp-circuitid
        dhcp-client-update dhcp-duid dhcp-fqdn dhcp-generate-names dhcp-host
        dhcp-hostsdir dhcp-hostsfile dhcp-ignore dhcp-ignore-clid dhcp-ignore-names
        dhcp-lease dhcp-lease-max dhcp-leasefile dhcp-luascript dhcp-mac dhcp-match
        dhcp-name-match dhcp-no-override dhcp-option dhcp-option-force dhcp-option-pxe
        dhcp-optsdir dhcp-optsfile dhcp-proxy dhcp-pxe-vendor dhcp-range
        dhcp-rapid-commit dhcp-relay dhcp-remoteid dhcp-reply-delay dhcp-script
        dhcp-scriptuser dhcp-sequential-ip dhcp-split-relay dhcp-subscrid dhcp-ttl
        dhcp-userclass dhcp-vendorclass dns-forward-max dns-loop-detect dns-rr dnssec
        dnssec-check-unsigned dnssec-debug dnssec-limits dnssec-no-timecheck
        dnssec-timestamp do-0x20-encode domain domain-needed domain-suffix dumpfile
        dumpmask dynamic-host edns-packet-max enable-dbus enable-ra enable-tftp
        enable-ubus except-interface expand-hosts fast-dns-retry filter-A filter-AAAA
        filter-rr filterwin2k group help host-record hostsdir ignore-address interface
        interface-name ipset keep-in-foreground leasefile-ro leasequery listen-address
        local local-service local-ttl localise-queries localmx log-async log-debug
        log-dhcp log-facility log-malloc log-queries max-cache-ttl max-port
        max-tcp-connections max-ttl min-cache-ttl min-port mx-host mx-target
        naptr-record neg-ttl nftset no-0x20-encode no-daemon no-dhcp-interface
        no-dhcpv4-interface no-dhcpv6-interface no-hosts no-ident no-negcache no-ping
        no-poll no-resolv no-round-robin pid-file port port-limit proxy-dnssec
        ptr-record pxe-prompt pxe-service query-port quiet-dhcp quiet-dhcp6 quiet-ra
        quiet-tftp ra-param read-ethers rebind-domain-ok rebind-localhost-ok resolv-file
        rev-server script-arp script-on-renewal selfmx server servers-file
        shared-network srv-host stop-dns-rebind strict-order strip-mac strip-subnet
        synth-domain tag-if test tftp-lowercase tftp-max tftp-mtu tftp-no-blocksize
        tftp-no-fail tftp-port-range tftp-root tftp-secure tftp-single-port
        tftp-unique-root trust-anchor txt-record umbrella use-stale-cache user version
        """.split(whereSeparator: \.isWhitespace).map(String.init)

    @Test func `every option of dnsmasq has a row`() {
        #expect(Self.names.filter { OptionTable.byName[$0] == nil } == [])
        // Those of our own.
        #expect(
            Set(OptionTable.byName.keys).subtracting(Self.names)
                == ["compat", "drain", "log-format", "metrics-listen", "options", "prefetch"])
    }

    @Test func `no name and no letter is used twice`() {
        let names = OptionTable.rows.flatMap(\.names)
        #expect(names.count == Set(names).count)
        let letters = OptionTable.rows.compactMap(\.letter)
        #expect(letters.count == Set(letters).count)
    }

    @Test(arguments: OptionTable.rows.map(\.name))
    func `a row is documented in full`(name: String) throws {
        let row = try #require(OptionTable.byName[name])
        #expect(row.summary.hasSuffix(".") && row.summary.count > 10)
        #expect(row.summary.first?.isUppercase == true || row.summary.hasPrefix("<"))
        #expect(!row.defaultText.isEmpty && !row.defaultText.hasSuffix("."))
        #expect(!row.example.isEmpty)
        for text in [row.summary, row.details] {
            #expect(text.count { $0 == "`" }.isMultiple(of: 2), "\(name): a backtick is alone")
        }
        switch row.argument {
        case .none: #expect(row.repetition != .oncePerSource)
        case .required(let syntax), .optional(let syntax): #expect(!syntax.isEmpty)
        }
        switch row.status {
        case .acceptedWithoutEffect(let reason): #expect(!reason.isEmpty)
        case .refused(let reason, let instead), .leftOut(let reason, let instead):
            #expect(!reason.isEmpty && !instead.isEmpty)
        case .supported: break
        }
    }

    @Test(arguments: [
        ("prot", "port"), ("cache-sise", "cache-size"), ("adress", "address"),
        ("resolve-file", "resolv-file"), ("noresolv", "no-resolv"), ("Port", "port"),
        ("host_record", "host-record"), ("bind-interface", "bind-interfaces"),
    ])
    func `a mistyped name has a proposal`(text: String, expected: String) {
        #expect(OptionTable.nearestName(to: text) == expected)
    }

    @Test func `a strange name has none`() {
        #expect(OptionTable.nearestName(to: "frobnicate-everything") == nil)
    }

    @Test func `words choose rows by name, by alias and by beginning`() {
        func check(_ words: [String], _ names: [String]) {
            #expect(OptionTable.rows(beginning: words).map(\.name).sorted() == names)
        }
        check(["domain"], ["domain"])
        check(["domain-suffix"], ["domain"])
        check(["filter-", "server"], ["filter-A", "filter-AAAA", "filter-rr", "server"])
        check(["xyz"], [])
        #expect(OptionTable.rows(beginning: []).count == OptionTable.rows.count)
    }

    @Test func `an abbreviation means every name that it begins`() {
        func check(_ text: String, _ names: [String]) {
            #expect(OptionTable.rows(abbreviated: text).map(\.name).sorted() == names)
        }
        check("cache-s", ["cache-size"])
        check("domain", ["domain"])
        check("domain-", ["domain", "domain-needed"])
        check("filter", ["filter-A", "filter-AAAA", "filter-rr", "filterwin2k"])
        check("xyz", [])
    }
}
