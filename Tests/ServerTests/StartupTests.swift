import DNSWire
import Foundation
import Testing

/// Starts that fail, and requests that are answered at once.
@Suite(.serialized) struct StartupTests {
    private func run(
        _ config: String, _ arguments: String...
    ) throws -> (result: ToolResult, directory: TemporaryDirectory) {
        let directory = try TemporaryDirectory()
        try directory.write("dnsmasq.conf", config.replacing("{DIR}", with: directory.path))
        let words = ["--conf-file=" + directory.path("dnsmasq.conf")] + arguments
        return (try Tool.run([Binary.debug, "--keep-in-foreground"] + words), directory)
    }

    @Test func `every fault of a configuration is named, with its place`() throws {
        let (result, directory) = try run(
            "port=99999\nno-such-option\ncache-size=abc\nserver=1.2.3\naddress=/x/1.2.3\n",
            "--test")
        #expect(result.status == 1)
        let places = result.errors.split(separator: "\n").compactMap { line in
            line.contains("error:") ? line.firstMatch(of: #/dnsmasq\.conf:(\d+):\d+:/#)?.1 : nil
        }
        #expect(places == ["1", "2", "3", "4", "5"], "\(result.errors)")
        #expect(result.errors.contains(directory.path("dnsmasq.conf")))
    }

    @Test(
        arguments: [
            ("port=53x\n", [], 1, "dnsmasq.conf:1:"),
            ("", ["--no-such-option"], 1, "no-such-option"),
            ("conf-file=/no/such/file\n", [], 3, "/no/such/file: No such file or directory"),
            ("conf-dir=/no/such/dir\n", [], 3, "/no/such/dir: No such file or directory"),
            ("pid-file=/no/such/dir/pid\nport=0\nuser=root\n", [], 3, "/no/such/dir/pid"),
            ("log-facility=/no/such/dir/log\nport=0\nuser=root\n", [], 3, "/no/such/dir/log"),
            ("user=no-such-user\nport=0\n", [], 1, "no-such-user"),
            (
                "listen-address=192.0.2.77\nbind-interfaces\nport=20001\npid-file=\n", [], 2,
                "192.0.2.77"
            ),
        ] as [(String, [String], Int32, String)])
    func `a start that fails has dnsmasq's exit status and says why`(
        config: String, arguments: [String], status: Int32, text: String
    ) throws {
        let directory = try TemporaryDirectory()
        try directory.write("dnsmasq.conf", config)
        let conf = "--conf-file=" + directory.path("dnsmasq.conf")
        let result = try Tool.run([Binary.debug, "--keep-in-foreground", conf] + arguments)
        #expect(result.status == status && result.errors.contains(text), "\(result)")
    }

    @Test func `a missing main file is a fault of status 3`() throws {
        let result = try Tool.run([Binary.debug, "--conf-file=/no/such/file"])
        #expect(result.status == 3 && result.errors.contains("/no/such/file"), "\(result)")
    }

    @Test(arguments: [true, false])
    func `a busy port is named with its holder`(isUDP: Bool) throws {
        let endpoint = Endpoint("127.0.0.1", try Ports.free())
        let holder = isUDP ? try Socket.udp(on: endpoint) : try Socket.tcp(on: endpoint)
        let (result, _) = try run(
            "port=\(endpoint.port)\nlisten-address=127.0.0.1\nbind-interfaces\npid-file=\n"
        )
        #expect(result.status == 2, "\(result)")
        #expect(result.errors.contains("Address already in use"))
        #expect(result.errors.contains("(pid \(getpid()))"), "\(result.errors)")
        #expect(holder.fd >= 0)
    }

    @Test func `a port that systemd-resolved holds comes with the lines that free it`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("systemd-resolved")
        try FileManager.default.createSymbolicLink(
            atPath: path, withDestinationPath: Binary.debug)
        let holder = try ServerProcess("", binary: path)
        let (result, _) = try run(
            "port=\(holder.port)\nlisten-address=127.0.0.1\nbind-interfaces\npid-file=\n")
        #expect(result.status == 2)
        for text in [
            "systemd-resolve (pid \(holder.child.pid)) holds port \(holder.port)",
            "mkdir -p /etc/systemd/resolved.conf.d", "DNSStubListener=no\\n' >",
            "systemctl restart systemd-resolved",
        ] {
            #expect(result.errors.contains(text), "\(result.errors)")
        }
    }

    @Test func `an address of nobody brings those that there are`() throws {
        let (result, _) = try run(
            "listen-address=192.0.2.77\nbind-interfaces\nport=20001\npid-file=\n")
        #expect(result.errors.contains("listen-address names an address that no interface"))
        #expect(result.errors.contains("127.0.0.1"), "\(result.errors)")
    }

    @Test func `a hosts file that is missing is told with the option that names it`() throws {
        let server = try ServerProcess("addn-hosts={DIR}/none\n")
        let place = "addn-hosts, \(server.directory.path)/dnsmasq.conf:9"
        #expect(server.log.contains("/none: it is named by \(place)\n"), "\(server.log)")
    }

    @Test func `test, version and help are answered and end with status 0`() throws {
        let (test, _) = try run("port=53\n", "--test")
        #expect(test.status == 0 && test.errors == "waggle: syntax check OK.\n", "\(test)")
        let version = try Tool.run([Binary.debug, "--version"])
        #expect(version.status == 0 && version.output.hasPrefix("Waggle version "), "\(version)")
        let help = try Tool.run([Binary.debug, "--help"])
        #expect(help.status == 0 && help.output.contains("--no-resolv"))
        for result in [version, help] { #expect(result.errors == "") }
    }

    @Test(
        arguments: [
            ("interface=no-such*\nbind-interfaces\n", "unknown interface no-such*"),
            ("interface=no-such\nbind-interfaces\n", "unknown interface no-such"),
            ("listen-address=fe80::77\nbind-interfaces\n", "fe80::77: Invalid argument"),
        ])
    func `with bind-interfaces what is not there ends the start`(
        config: String, text: String
    ) throws {
        let (ours, directory) = try run(config + "port=20001\npid-file=\nuser=root\n")
        #expect(ours.status == 2 && ours.errors.contains(text), "\(ours)")
        guard let dnsmasq = Binary.dnsmasq else { return }
        let theirs = try Tool.run([dnsmasq, "-k", "-C", directory.path("dnsmasq.conf")])
        #expect(theirs.status == 2 && theirs.errors.contains(text), "\(theirs)")
    }

    @Test func `without bind-interfaces an address may come later`() throws {
        let server = try ServerProcess(
            "host-record=a.test,10.0.0.1\nlisten-address=192.0.2.77,fe80::77\ninterface=no-such*\n",
            common: ServerProcess.common.replacing("bind-interfaces\n", with: ""))
        #expect(try server.ask("a.test").data == ["10.0.0.1"])
        #expect(server.logSays("192.0.2.77 is not there yet"))
        #expect(server.logSays("fe80::77 is not there yet"))
        #expect(server.logSays("warning: interface no-such* does not currently exist"))
    }
}
