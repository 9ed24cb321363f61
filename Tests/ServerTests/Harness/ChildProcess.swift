import Foundation

/// A program that was started; it is ended, by its number, with its last owner at the latest.
final class ChildProcess {
    let pid: pid_t
    private(set) var status: Int32?

    /// Starts `arguments[0]`, a path, with standard output and error in the two files.
    init(_ arguments: [String], output: String = "/dev/null", errors: String = "/dev/null") throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let flags = O_WRONLY | O_CREAT | O_APPEND
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, flags, 0o644)
        posix_spawn_file_actions_addopen(&actions, 2, errors, flags, 0o644)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The threads of the tests may block signals; a server is to start as from a shell.
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var words = arguments.map { strdup($0) } + [nil]
        defer { words.forEach { free($0) } }
        var pid = pid_t()
        let result = posix_spawn(&pid, arguments[0], &actions, &attributes, &words, environ)
        guard result == 0 else {
            throw Unexpected("\(arguments[0]): \(String(cString: strerror(result)))")
        }
        self.pid = pid
    }

    deinit { end() }

    var isRunning: Bool { exitStatus(within: 0) == nil }

    /// The exit status (128 and more: the signal that killed it), or nil while it runs.
    func exitStatus(within milliseconds: Int) -> Int32? {
        _ = eventually(within: milliseconds) {
            guard status == nil else { return true }
            var word: Int32 = 0
            guard waitpid(pid, &word, WNOHANG) == pid else { return false }
            status = word & 127 == 0 ? word >> 8 & 255 : 128 + word & 127
            return true
        }
        return status
    }

    func signal(_ number: Int32) {
        if status == nil { kill(pid, number) }
    }

    /// Ends it for certain.
    func end() {
        signal(SIGTERM)
        if exitStatus(within: 2000) == nil {
            signal(SIGKILL)
            _ = exitStatus(within: 2000)
        }
    }
}

/// What a tool said.
struct ToolResult {
    var status: Int32?
    var output: String
    var errors: String
}

/// The programs of the machine.
enum Tool {
    /// The path of a program, or nil if it is not installed.
    static func path(_ name: String) -> String? {
        let directories = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return (directories + ["/usr/sbin", "/sbin"]).map { "\($0)/\(name)" }
            .first { access($0, X_OK) == 0 }
    }

    /// Runs a program to its end, or ends it when the time is over; the status is nil then.
    static func run(_ arguments: [String], within milliseconds: Int = 10_000) throws -> ToolResult {
        let directory = try TemporaryDirectory()
        let (output, errors) = (directory.path("out"), directory.path("err"))
        let child = try ChildProcess(arguments, output: output, errors: errors)
        let status = child.exitStatus(within: milliseconds)
        child.end()
        return ToolResult(
            status: status, output: directory.text("out"), errors: directory.text("err"))
    }
}

/// A directory that goes with its last owner.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        var name = Array((NSTemporaryDirectory() + "/waggle-test-XXXXXX").utf8CString)
        guard mkdtemp(&name) != nil else { throw Unexpected("no temporary directory") }
        path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        chmod(path, 0o755)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func path(_ name: String) -> String { "\(path)/\(name)" }

    /// What a file holds; empty if there is none.
    func text(_ name: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path(name)) ?? Data(), as: UTF8.self)
    }

    /// Makes the file, and the directory that it lies in.
    func write(_ name: String, _ text: String) throws {
        if let end = name.lastIndex(of: "/") {
            try FileManager.default.createDirectory(
                atPath: path(String(name[..<end])), withIntermediateDirectories: true)
        }
        try text.write(toFile: path(name), atomically: false, encoding: .utf8)
    }
}
