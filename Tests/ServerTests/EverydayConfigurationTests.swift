import Foundation
import Testing

/// Configurations as routers, block lists, offices and clusters have them: what Waggle says about
/// each, and that dnsmasq says no more.
@Suite struct EverydayConfigurationTests {
    struct Fixture: Sendable, CustomTestStringConvertible {
        var name: String
        var text: String
        /// What is said, as `line: severity: the beginning of the message`; 0 is no line.
        var remarks: [String] = []
        /// Whether Waggle refuses it, for options that it has not.
        var isRefused = false

        var testDescription: String { name }
    }

    private static let noEffect =
        "warning: Waggle is the DNS half of dnsmasq, these options have no effect:"

    static let fixtures: [Fixture] = [
        Fixture(
            name: "access point",
            text: """
                # a small router
                domain-needed
                bogus-priv
                no-resolv
                server=9.9.9.9
                server=149.112.112.112
                interface=wlan0
                no-dhcp-interface=eth0
                expand-hosts
                domain=home.arpa
                local=/home.arpa/
                cache-size=1000
                host-record=router.home.arpa,192.168.4.1
                dhcp-option=option:router,192.168.4.1
                dhcp-option=option:dns-server,192.168.4.1
                dhcp-host=11:22:33:44:55:66,printer,192.168.4.9
                """,
            remarks: ["0: \(noEffect) no-dhcp-interface, dhcp-option, dhcp-host"]),
        Fixture(
            name: "access point with DHCP",
            text: """
                interface=wlan0
                dhcp-range=192.168.4.2,192.168.4.20,255.255.255.0,24h
                address=/gw.wlan/192.168.4.1
                """,
            remarks: ["2: error: dhcp-range: Waggle is the DNS half"], isRefused: true),
        Fixture(
            name: "OpenWrt",
            text: """
                # auto-generated
                conf-file=/dev/null
                dhcp-authoritative
                domain-needed
                localise-queries
                read-ethers
                expand-hosts
                bind-dynamic
                local-service
                edns-packet-max=1232
                domain=lan
                local=/lan/
                addn-hosts=/tmp/hosts
                dhcp-leasefile=/tmp/dhcp.leases
                resolv-file=/tmp/resolv.conf.d/resolv.conf.auto
                stop-dns-rebind
                rebind-localhost-ok
                rebind-domain-ok=/plex.direct/
                dhcp-broadcast=tag:needs-broadcast
                user=nobody
                group=nogroup
                dhcp-ignore-names=tag:dhcp_bogus_hostname
                dhcp-name-match=set:dhcp_bogus_hostname,localhost
                srv-host=_service._tcp,router,1688,0,100
                bogus-priv
                server=/onion/
                server=/test/
                no-dhcp-interface=eth1
                """,
            remarks: [
                "0: \(noEffect) dhcp-authoritative, read-ethers, dhcp-leasefile, dhcp-broadcast,"
                    + " dhcp-ignore-names, dhcp-name-match, no-dhcp-interface"
            ]),
        Fixture(
            name: "Pi-hole 5",
            text: """
                addn-hosts=/etc/pihole/local.list
                addn-hosts=/etc/pihole/custom.list

                localise-queries

                no-resolv

                log-queries
                log-facility=/var/log/pihole/pihole.log

                cache-size=10000
                local-ttl=2
                server=8.8.8.8#53
                server=2001:4860:4860::8888
                domain-needed
                expand-hosts
                bogus-priv
                except-interface=nonexisting
                server=/use-application-dns.net/
                rev-server=192.168.1.0/24,192.168.1.1
                server=/fritz.box/192.168.1.1
                dhcp-name-match=set:hostname-ignore,wpad
                dhcp-ignore-names=tag:hostname-ignore
                """,
            remarks: ["0: \(noEffect) dhcp-name-match, dhcp-ignore-names"]),
        Fixture(
            name: "virtual network",
            text: """
                ##WARNING:  THIS IS AN AUTO-GENERATED FILE.
                ##
                strict-order
                pid-file=/run/libvirt/network/default.pid
                except-interface=lo
                bind-dynamic
                interface=virbr0
                dhcp-no-override
                dhcp-authoritative
                dhcp-lease-max=253
                dhcp-hostsfile=/var/lib/libvirt/dnsmasq/default.hostsfile
                addn-hosts=/var/lib/libvirt/dnsmasq/default.addnhosts
                """,
            remarks: [
                "0: \(noEffect) dhcp-no-override, dhcp-authoritative, dhcp-lease-max,"
                    + " dhcp-hostsfile"
            ]),
        Fixture(
            name: "split horizon",
            text: """
                no-hosts
                no-resolv
                server=192.0.2.53
                server=/corp.example/10.20.0.53
                server=/corp.example/10.20.0.54
                server=/public.corp.example/#
                rev-server=10.20.0.0/16,10.20.0.53
                address=/www.corp.example/10.20.1.80
                local=/branch.corp.example/
                host-record=nas.branch.corp.example,nas,10.30.0.5,fd00:30::5
                cname=files.branch.corp.example,nas.branch.corp.example
                mx-host=corp.example,mail.corp.example,10
                srv-host=_ldap._tcp.corp.example,dc1.corp.example,389
                txt-record=corp.example,"v=spf1 mx -all"
                caa-record=corp.example,0,issue,ca.example
                auth-ttl=300
                """),
        Fixture(
            name: "node of a cluster",
            text: """
                no-resolv
                no-negcache
                bind-interfaces
                listen-address=127.0.0.1
                cache-size=1000
                dns-forward-max=1500
                neg-ttl=5
                max-cache-ttl=30
                server=/cluster.local/10.96.0.10
                server=/in-addr.arpa/10.96.0.10
                server=/ip6.arpa/10.96.0.10
                server=169.254.169.253
                log-facility=-
                """),
        Fixture(
            name: "registry of a swarm",
            text: """
                no-resolv\r
                domain-needed\r
                expand-hosts # the short names
                \tdomain = swarm.example
                server = 127.0.0.11
                cname = registry.example, managers.swarm.example
                cname=*.apps.example,ingress.swarm.example,60
                txt-record=note,a#b "c # d"
                """),
        Fixture(
            name: "mistakes of every day",
            text: """
                server=8.8.8.8:53
                """,
            remarks: ["1: error: Name or service not known"], isRefused: true),
    ]

    /// What was said.
    private func remarks(_ result: ToolResult, _ path: String) -> [String] {
        result.errors.split(separator: "\n").compactMap { line in
            guard
                let severity = ["error", "warning", "note"].first(where: {
                    line.contains(": \($0): ")
                }), let at = line.range(of: ": \(severity): ")
            else { return nil }
            let place =
                line.hasPrefix(path + ":")
                ? line.dropFirst(path.count + 1).prefix { $0.isNumber } : "0"
            return "\(place): " + line[at.lowerBound...].dropFirst(2)
        }
    }

    @Test(arguments: fixtures) func `an everyday configuration is read as by dnsmasq`(
        fixture: Fixture
    ) throws {
        let directory = try TemporaryDirectory()
        try directory.write("dnsmasq.conf", fixture.text + "\n")
        let path = directory.path("dnsmasq.conf")
        let result = try Tool.run([Binary.debug, "--test", "--conf-file=" + path])
        let said = remarks(result, path)
        #expect(said.count == fixture.remarks.count, "\(said)")
        for (said, expected) in zip(said, fixture.remarks) {
            #expect(said.hasPrefix(expected), "\(said)")
        }
        #expect((result.status == 0) != fixture.isRefused)
        guard let dnsmasq = Binary.dnsmasq, !fixture.isRefused else { return }
        #expect(try Tool.run([dnsmasq, "--test", "--conf-file=" + path]).status == 0)
    }

    /// A walk through the list for each of its lines would take hours.
    @Test func `a block list of 100,000 lines is read`() throws {
        let directory = try TemporaryDirectory()
        try directory.write("list", blockList(100_000))
        let arguments = ["--test", "--conf-file=" + directory.path("list")]
        let result = try Tool.run([Binary.debug] + arguments, within: 60_000)
        #expect(result.status == 0 && result.errors == "waggle: syntax check OK.\n")
    }

    @Test func `a block list is answered`() throws {
        let directory = try TemporaryDirectory()
        try directory.write("list", blockList(10_000))
        let server = try ServerProcess("conf-file=\(directory.path("list"))\nlocal=/example/\n")
        let query = Query("x.ads4711.tracker\(4711 % 977).example")
        #expect(try server.ask(query)?.data == ["0.0.0.0"])
        #expect(try server.ask("ads4711.example").code == .nameError)
    }

    private func blockList(_ count: Int) -> String {
        (0..<count).map { "address=/ads\($0).tracker\($0 % 977).example/0.0.0.0\n" }.joined()
    }
}
