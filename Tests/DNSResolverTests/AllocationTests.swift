import DNSConfig
import DNSWire
import Foundation
import ScenarioSupport
import Testing

@testable import DNSResolver

/// Answering takes no memory: 10,000 local and 10,000 cached answers add no call of malloc.
///
/// The counter is a few lines of C, `MallocCounter`, built with cc and preloaded into a child that
/// is this same test process. Without cc or glibc the test is skipped.
@Suite struct AllocationTests {
    private static let answers = 10_000

    private typealias Count = @convention(c) () -> UInt

    /// The counter, where it is loaded.
    private static var count: Count? {
        dlsym(nil, MallocCounter.symbol).map { unsafeBitCast($0, to: Count.self) }
    }

    private static let compiler = ["/usr/bin/cc", "/usr/bin/clang", "/usr/bin/gcc"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    @Test(
        .enabled(if: compiler != nil, "there is no C compiler"),
        .enabled(if: count == nil, "this is the child"))
    func `answers take no memory`() throws {
        let directory = FileManager.default.temporaryDirectory
            .appending(path: "waggle-\(ProcessInfo.processInfo.processIdentifier)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let library = directory.appending(path: "malloc-count.so").path
        let source = directory.appending(path: "malloc-count.c").path
        try MallocCounter.source.write(toFile: source, atomically: true, encoding: .utf8)
        let compiler = try #require(Self.compiler)
        let built = try run(compiler, ["-shared", "-fPIC", "-O1", "-o", library, source], [:])
        try #require(built.status == 0, "\(built.output)")
        let child = try run(
            CommandLine.arguments[0],
            ["--testing-library", "swift-testing", "--filter", "AllocationTests/inTheChild"],
            ["LD_PRELOAD": library])
        #expect(child.output.contains("the counter counts"), "\(child.output)")
        #expect(child.status == 0, "\(child.output)")
    }

    @Test(.enabled(if: count != nil, "only in the child of the test beside this one"))
    func inTheChild() throws {
        let count = try #require(Self.count)
        let before = count()
        var memory = [UInt8](repeating: 1, count: Int(before % 7) + 1000)
        memory[1] = 2
        #expect(count() > before)
        print("the counter counts")
        for name in [
            "host.lan", "alias.lan", "x.rule", "to.rule.lan", "nope.lan", "www.example.com",
            "w.org", "to.cache.lan", "gone.org",
        ] {
            let calls = try mallocs(for: name, count)
            #expect(calls == 0, "\(name)")
        }
        // A filtered type.
        for name in ["host.lan", "w.org", "gone.org"] {
            let calls = try mallocs(for: name, count, .txt)
            #expect(calls == 0, "\(name) TXT")
        }
        for local in [IPAddress.ipv4Loopback, IPAddress(ipv4: 0x7F00_0002)] {
            for name in ["h.zone", "none.zone", "x.wild.zone", "1.1.0.10.in-addr.arpa"] {
                let arrival = Arrival(local: local, client: .ipv4Loopback)
                let type: RecordType = name.hasSuffix(".arpa") ? .ptr : .a
                let calls = try mallocs(for: name, count, type, from: arrival)
                #expect(calls == 0, "\(name) at \(local)")
            }
        }
    }

    /// How often 10,000 answers to a question call malloc.
    private func mallocs(
        for name: String, _ count: Count, _ type: RecordType = .a,
        from arrival: Arrival = Arrival()
    ) throws -> UInt {
        let bench = try Self.bench()
        var message = TestMessage()
        message.flags = 0x0100
        message.name = name
        message.type = type
        message.opt = TestMessage.OPT(udpOctets: 1232)
        let query = message.octets
        var row = [UInt8](repeating: 0, count: 4096)
        var replies = 0
        var before: UInt = 0
        for number in -1..<Self.answers {
            // The first use of a generic type makes its metadata.
            if number == 0 { (before, replies) = (count(), 0) }
            var span = row.mutableSpan
            var writer = WireWriter(span.mutableBytes)
            let verdict = bench.resolver.respond(
                to: query.span.bytes, transport: .udp, arrival: arrival, now: bench.now,
                snapshot: bench.snapshot, into: &writer)
            if case .reply = verdict { replies += 1 }
        }
        let after = count()
        #expect(replies == Self.answers)
        return after - before
    }

    /// A resolver with local data, and with three answers in its cache.
    private static func bench() throws -> ScenarioBench {
        var files = OneFile(
            octets: Array(
                """
                server=192.0.2.1
                no-0x20-encode
                local=/lan/
                filter-rr=TXT
                address=/rule/1.2.3.4
                cname=alias.lan,host.lan
                cname=to.rule.lan,x.rule
                cname=to.cache.lan,w.org
                auth-server=ns.zone,127.0.0.2
                auth-zone=zone,10.0.1.0/24
                cname=*.wild.zone,h.zone
                """.utf8))
        let options = ConfigLoader.load(arguments: [], files: &files).options
        var hosts = HostsTable()
        _ = HostsParser.parse(
            Array("10.0.0.1 host.lan\n10.0.0.2 host.lan\n10.0.1.1 h.zone\n".utf8),
            path: "/etc/hosts", options: options.hosts, into: &hosts)
        let bench = ScenarioBench(options, hosts)
        let soa = "org 900 SOA ns.org h.org 1 2 3 4 900"
        let scenario = """
            reply
              www.example.com 900 A 192.0.2.80
              www.example.com 900 A 192.0.2.81
            reply
              w.org 900 CNAME c.org
              c.org 900 A 192.0.2.80
            reply
              authority
              \(soa)
            """
        let steps = Scenario(path: "", text: scenario).steps
        for (name, step) in zip(["www.example.com", "w.org", "gone.org"], steps) {
            var message = TestMessage()
            message.flags = 0x0100
            message.name = name
            bench.ask(message.octets, .udp)
            let query = bench.upstream.removeFirst()
            message.id = UInt16(query.octets[0]) << 8 | UInt16(query.octets[1])
            message.flags = name == "gone.org" ? 0x8183 : 0x8180
            message.sections = try ScenarioPlayer.records(step).sections
            _ = bench.receive(message.octets, for: query.attempt)
        }
        return bench
    }

    private func run(
        _ path: String, _ arguments: [String], _ environment: [String: String]
    ) throws -> (status: Int32, output: String) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}
