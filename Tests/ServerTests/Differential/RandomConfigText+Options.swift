extension RandomConfigText {
    /// Options and right values for them; none for a flag.
    ///
    /// Options outside DNS stand here only as far as dnsmasq looks at nothing but their form.
    static let options: [(name: String, values: [String])] =
        flags.map { ($0, []) } + numbers.map { ($0, ["{number}"]) } + valued

    private static let flags = [
        "no-hosts", "expand-hosts", "bogus-priv", "domain-needed", "filterwin2k", "no-resolv",
        "no-poll", "strict-order", "all-servers", "bind-interfaces", "localise-queries",
        "no-negcache", "stop-dns-rebind", "rebind-localhost-ok", "proxy-dnssec", "filter-A",
        "filter-AAAA", "no-round-robin", "dns-loop-detect", "clear-on-reload", "selfmx", "localmx",
        "log-debug", "keep-in-foreground", "no-daemon", "test", "version", "help", "no-ident",
        "strip-subnet", "strip-mac", "dhcp-authoritative", "read-ethers", "quiet-dhcp", "log-dhcp",
        "dhcp-rapid-commit", "no-ping", "tftp-secure", "leasefile-ro",
    ]

    private static let numbers = [
        "port", "local-ttl", "neg-ttl", "max-ttl", "max-cache-ttl", "min-cache-ttl", "auth-ttl",
        "cache-size", "dns-forward-max", "edns-packet-max", "query-port", "min-port", "max-port",
        "port-limit", "use-stale-cache", "log-async", "fast-dns-retry", "max-tcp-connections",
        "dhcp-lease-max", "dhcp-ttl", "tftp-max",
    ]

    private static let servers = [
        "{ip}", "{ip}#{port}", "/{name}/{ip}", "/{name}/{name}/{ip}#{port}", "/{name}/",
        "/{name}/#",
        "//{ip}", "/#/{ip}", "/*.{name}/{ip}", "/.{name}/", "{ip4}@{ip4}", "{ip4}@{ip4}#{port}",
        "{ip}@{interface}", "{ip6}%lo", "/{name}/{ip}@{interface}", "#", "{ip6}@{ip6}",
    ]

    private static let valued: [(name: String, values: [String])] = [
        ("server", servers), ("local", servers),
        ("rev-server", ["{net4},{ip}", "{net6},{ip}#{port}", "{net4}", "{net4},#"]),
        (
            "address",
            [
                "/{name}/{ip}", "/{name}/{name}/{ip}", "/{name}/#", "/{name}/", "/#/{ip}", "//{ip}",
                "/*.{name}/{ip}", "/*{name}/{ip}",
            ]
        ),
        (
            "host-record",
            [
                "{name},{ip}", "{name},{name},{ip4},{ip6}", "{name},{ip4},{ip6},{number}",
                "{name},{ip4}", "{name}, {ip6}, {number}",
            ]
        ),
        (
            "cname",
            ["{name},{name}", "a{number}.test,{name}", "a{number},b{number},{name},{number}"]
        ),
        ("mx-host", ["{name}", "{name},{name}", "{name},{name},{number}"]),
        ("mx-target", ["{name}"]),
        (
            "srv-host",
            ["{name}", "{name},{name}", "{name},{name},{port}", "{name},{name},{port},{number},1"]
        ),
        ("txt-record", ["{name}", "{name},{text}", "{name},{text},{text}"]),
        ("ptr-record", ["{name}", "{name},{name}", "1.0.0.10.in-addr.arpa,\"{name}\""]),
        (
            "naptr-record",
            [
                "{name},{number},{number},s,SIP+D2U,,{name}",
                "{name},{number},{number},u,E2U+sip,!^.*$!x!",
            ]
        ),
        ("caa-record", ["{name},0,issue,{text}", "{name},128,iodef,{text}"]),
        ("dns-rr", ["{name},{number}", "{name},{number},{hex}"]),
        ("interface-name", ["{name},{interface}", "{name},lo/4", "{name},lo/6"]),
        ("dynamic-host", ["{name},{ip4},lo", "{name},{ip4},{ip6},lo", "{name},{ip6},{interface}"]),
        ("synth-domain", ["{name},{net4}", "{name},{net4},x-", "{name},{ip4},{ip4},p*"]),
        (
            "domain",
            ["{name}", "{name},{net4}", "{name},{net4},local", "{name},{ip4},{ip4}", "{name},lo"]
        ),
        ("domain-suffix", ["{name}"]),
        ("alias", ["{ip4},{ip4}", "{ip4},{ip4},{ip4}", "10.0.0.1-10.0.0.40,{ip4}"]),
        ("bogus-nxdomain", ["{ip}", "{net4}", "{net6}"]),
        ("ignore-address", ["{ip}", "{net4}"]),
        ("rebind-domain-ok", ["{name}", "/{name}/", "/{name}/{name}/", "//"]),
        ("filter-rr", ["{type}", "{type},{type}"]), ("cache-rr", ["{type}", "{type},{type}"]),
        ("listen-address", ["{ip}", "{ip},{ip}"]),
        ("interface", ["{interface}", "{interface},{interface}"]),
        ("except-interface", ["{interface}"]), ("local-service", ["net", "host"]),
        ("resolv-file", ["{path}"]), ("addn-hosts", ["{path}"]), ("hostsdir", ["/tmp"]),
        ("servers-file", ["{path}"]), ("pid-file", ["{path}"]), ("user", ["root"]),
        ("group", ["root"]), ("log-queries", ["extra", "x"]),
        ("log-facility", ["DAEMON", "local0", "/dev/null", "-"]),
        ("add-subnet", ["24", "24,64", "1.2.3.4/24", "1.2.3.4/24,fd00::/64", "0,0"]),
        ("add-cpe-id", ["{text}"]), ("add-mac", ["base64", "text"]),
        ("umbrella", ["deviceid:0123456789abcdef", "orgid:1,assetid:2"]),
        ("fast-dns-retry", ["{number},{number}", "1000,5000"]),
        ("dnssec-check-unsigned", ["no"]),
        ("trust-anchor", [".,20326,8,2,E06D44B8", "{name},IN,1,8,2,{hex}"]),
        ("dnssec-limits", ["20,40", "{number},{number},{number},{number}"]),
        ("ipset", ["/{name}/set", "/{name}/{name}/a,b"]), ("nftset", ["/{name}/4#ip#t#s"]),
        ("auth-server", ["{name},lo", "{name},{ip}", "{name},lo/4"]),
        ("auth-peer", ["{ip}", "{ip},{ip}"]), ("auth-sec-servers", ["{name},{name}"]),
        (
            "auth-zone",
            ["{name}", "{name},{net4}", "{name},{net4},{net6}", "{name},exclude:{net4}"]
        ),
        ("auth-soa", ["{number}", "{number},{name},{number},{number},{number}", "9,a.test"]),
        ("dumpmask", ["0x1", "{number}"]), ("enable-dbus", ["{name}"]),
        ("conf-file", ["{path}", ""]), ("dhcp-leasefile", ["{path}"]), ("dhcp-script", ["{path}"]),
    ]
}
