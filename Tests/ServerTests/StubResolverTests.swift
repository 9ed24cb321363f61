import Foundation
import Testing

/// The resolvers that people have: dig, kdig, drill, and the C library.
@Suite(.serialized) struct StubResolverTests {
    private static let config = """
        host-record=a.test,10.0.0.1
        host-record=b.test,10.0.0.2
        host-record=c.test,10.0.0.3,fd00::3
        cname=www.test,c.test
        local=/test/

        """

    /// What a tool prints for a running server; nil where it is not installed.
    private func run(_ name: String, _ arguments: (ServerProcess) -> [String]) throws -> String? {
        guard let path = Tool.path(name) else {
            skip("\(name) is not installed")
            return nil
        }
        let server = try ServerProcess(Self.config)
        let result = try Tool.run([path] + arguments(server))
        #expect(result.status == 0, "\(result)")
        return result.output
    }

    @Test(arguments: [[], ["+tcp"], ["+noedns"], ["+bufsize=512"], ["+cookie"]])
    func `dig gets its answer`(options: [String]) throws {
        let output = try run("dig") {
            ["@127.0.0.1", "-p", "\($0.port)", "+time=3", "+tries=1", "www.test"] + options
        }
        guard let output else { return }
        #expect(output.contains("status: NOERROR"))
        #expect(output.contains(#/www\.test\.\s+0\s+IN\s+CNAME\s+c\.test\./#), "\(output)")
        #expect(output.contains(#/c\.test\.\s+0\s+IN\s+A\s+10\.0\.0\.3/#), "\(output)")
        #expect(!output.contains("WARNING") && !output.contains("malformed"), "\(output)")
    }

    @Test(arguments: [[], ["+tcp"], ["+tcp", "+keepopen"]])
    func `kdig gets all its answers`(options: [String]) throws {
        let output = try run("kdig") { server in
            ["@127.0.0.1", "-p", "\(server.port)", "+short", "+time=3"] + options
                + ["a.test", "A", "b.test", "A", "c.test", "AAAA"]
        }
        guard let output else { return }
        #expect(output == "10.0.0.1\n10.0.0.2\nfd00::3\n", "\(output)")
    }

    @Test(arguments: [[], ["-t"]])
    func `drill gets its answer`(options: [String]) throws {
        let output = try run("drill") {
            options + ["-p", "\($0.port)", "www.test", "@127.0.0.1"]
        }
        guard let output else { return }
        #expect(output.contains("rcode: NOERROR") && output.contains("10.0.0.3"), "\(output)")
    }

    @Test func `the C library finds names through port 53`() throws {
        guard geteuid() == 0, let unshare = Tool.path("unshare"), let shell = Tool.path("sh"),
            Tool.path("getent") != nil, Tool.path("ip") != nil
        else { return skip("a private network needs root, unshare, ip and getent") }
        let directory = try TemporaryDirectory()
        try directory.write("resolv.conf", "nameserver 127.0.0.1\noptions timeout:3 attempts:1\n")
        try directory.write("dnsmasq.conf", Self.config)
        try directory.write("nsswitch.conf", "hosts: dns\n")
        let script = """
            set -e
            ip link set lo up || { echo no-network; exit 0; }
            mount --bind "$1/resolv.conf" /etc/resolv.conf || { echo no-mount; exit 0; }
            mount --bind "$1/nsswitch.conf" /etc/nsswitch.conf
            "$2" --keep-in-foreground --conf-file="$1/dnsmasq.conf" --no-resolv --no-hosts \\
                --user=root --pid-file= --log-facility=- &
            server=$!
            trap 'kill $server; wait $server || true' EXIT
            end=$(($(date +%s) + 10))
            until getent ahosts www.test || [ "$(date +%s)" -gt "$end" ]; do :; done
            getent ahosts none.test || echo "none: $?"
            """
        let result = try Tool.run(
            [unshare, "--net", "--mount", shell, "-c", script, "sh", directory.path, Binary.debug],
            within: 30_000)
        if result.status != 0, result.errors.contains("unshare") {
            return skip("unshare: \(result.errors)")
        }
        if result.output.hasPrefix("no-") { return skip("\(result.output)\(result.errors)") }
        #expect(result.output.contains("10.0.0.3"), "\(result)")
        #expect(result.output.contains("fd00::3"), "\(result)")
        #expect(result.output.contains("none: 2"), "\(result)")
    }
}
