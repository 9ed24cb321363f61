import DNSWire
import Foundation

/// A running server: the binary of this build, or another that reads the same configuration.
///
/// In the texts `{DIR}` is its directory and `{PORT}` its port.
final class ServerProcess {
    /// What every configuration of the tests begins with.
    static let common = """
        port={PORT}
        listen-address=127.0.0.1
        bind-interfaces
        no-resolv
        no-hosts
        pid-file=
        user=root
        log-facility={DIR}/log

        """

    let directory: TemporaryDirectory
    let port: UInt16
    let child: ChildProcess
    let endpoint: Endpoint
    /// Held, so that they answer as long as the server runs.
    private let upstreams: [ScriptedUpstream]

    /// Starts the server and waits until it answers.
    init(
        _ config: String, upstreams: [ScriptedUpstream] = [], files: [String: String] = [:],
        common: String = ServerProcess.common,
        binary: String = Binary.debug, arguments: [String] = [], wrapper: [String] = [],
        address: String = "127.0.0.1"
    ) throws {
        self.upstreams = upstreams
        directory = try TemporaryDirectory()
        port = try Ports.free()
        endpoint = Endpoint(address, port)
        let (path, number) = (directory.path, "\(port)")
        func fill(_ text: String) -> String {
            text.replacing("{DIR}", with: path).replacing("{PORT}", with: number)
        }
        for (name, text) in files { try directory.write(name, fill(text)) }
        try directory.write("dnsmasq.conf", fill(common + config + upstreams.map(\.line).joined()))
        child = try ChildProcess(
            wrapper + [
                binary, "--keep-in-foreground", "--conf-file=" + directory.path("dnsmasq.conf"),
            ]
                // dnsmasq ends at once by itself.
                + (binary == Binary.dnsmasq ? [] : ["--drain=0"]) + arguments.map(fill),
            output: directory.path("out"), errors: directory.path("err"))
        try waitUntilReady()
    }

    private func waitUntilReady() throws {
        let client = try DNSClient(endpoint)
        let query = Query("version.bind", .txt, class: 3)
        let isReady = eventually(within: 10_000) {
            guard child.isRunning else { return true }
            return client.ask(query, within: 100) != nil
        }
        guard isReady, child.isRunning else {
            throw Unexpected("the server does not answer: \(errors)\(log)")
        }
    }

    /// Replaces the configuration; the server is not told.
    func configure(_ config: String, common: String = ServerProcess.common) throws {
        let text = (common + config).replacing("{DIR}", with: directory.path)
        try directory.write("dnsmasq.conf", text.replacing("{PORT}", with: "\(port)"))
    }

    /// What stands in the log file.
    var log: String { directory.text("log") }
    /// What was written to standard error.
    var errors: String { directory.text("err") }

    /// How many threads answer.
    var workerCount: Int { threads(named: "worker").count }

    /// The numbers of the threads whose name begins so.
    func threads(named name: String) -> [pid_t] {
        let threads = try? FileManager.default.contentsOfDirectory(
            atPath: "/proc/\(child.pid)/task")
        return (threads ?? []).compactMap { thread in
            let path = "/proc/\(child.pid)/task/\(thread)/comm"
            let found = try? String(contentsOfFile: path, encoding: .utf8)
            return found?.hasPrefix(name) == true ? pid_t(thread) : nil
        }
    }

    /// A line of `/proc/PID/status` in octets: `VmRSS` is the memory now, `VmHWM` the most so far.
    func memory(_ line: String) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(child.pid)/status", encoding: .utf8)
        let found = text.split(separator: "\n").first { $0.hasPrefix(line + ":") }
        return (found?.split(whereSeparator: \.isWhitespace).dropFirst().first)
            .flatMap { Int($0) }.map { $0 << 10 } ?? 0
    }

    /// How many descriptors the process has.
    var descriptorCount: Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(child.pid)/fd").count) ?? 0
    }

    func logSays(_ text: String, within milliseconds: Int = 3000) -> Bool {
        eventually(within: milliseconds) { log.contains(text) }
    }

    /// Asks by UDP with a socket of its own.
    func ask(_ query: Query, within milliseconds: Int = 5000) throws -> Reply? {
        try DNSClient(endpoint).ask(query, within: milliseconds)
    }

    /// The same for a name, and no answer is an error.
    func ask(_ name: String, _ type: RecordType = .a, edns: UInt16? = nil) throws -> Reply {
        guard let reply = try ask(Query(name, type, edns: edns)) else {
            throw Unexpected("no answer for \(name): \(errors)\(log)")
        }
        return reply
    }
}

/// Where the binaries are.
enum Binary {
    /// Beside the test bundle, or what WAGGLE_BINARY says.
    static let debug: String = {
        ProcessInfo.processInfo.environment["WAGGLE_BINARY"] ?? path("waggle")
    }()

    /// A program of this package, in its debug build.
    static func path(_ name: String) -> String {
        let own =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let beside = own.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/\(name)"
        return access(beside, X_OK) == 0 ? beside : "\(root)/.build/debug/\(name)"
    }

    /// The release build if there is one.
    static var fastest: String {
        let release = root + "/.build/release/waggle"
        return access(release, X_OK) == 0 ? release : debug
    }

    static let dnsmasq = Tool.path("dnsmasq")

    /// The top of the tree.
    static let root = #filePath.split(separator: "/").dropLast(4).map { "/\($0)" }.joined()
}
