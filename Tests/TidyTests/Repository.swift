import Foundation

/// The tree that holds this test, and its files.
enum Repository {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Paths of the files that are tracked or could be, from the top of the tree.
    ///
    /// Where git does not answer, every file outside the dot-directories counts.
    static let files: [String] = {
        let list = try? run(["git", "ls-files", "--cached", "--others", "--exclude-standard"])
        guard let list, list.status == 0 else { return walk() }
        return list.output.split(separator: "\n").map(String.init)
            .filter { FileManager.default.fileExists(atPath: root.appending(path: $0).path) }
    }()

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    static func swiftFiles(under directories: String...) -> [String] {
        files.filter { path in
            path.hasSuffix(".swift") && directories.contains { path.hasPrefix($0 + "/") }
        }
    }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path)
    }

    /// Runs a command found on PATH; the output holds both its streams.
    static func run(
        _ command: [String], environment: [String: String] = [:]
    ) throws -> (status: Int32, output: String) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.currentDirectoryURL = root
        process.environment = ProcessInfo.processInfo.environment
            .merging(["PATH": searchPath]) { $1 }
            .merging(environment) { $1 }
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }

    /// The debug build: beside this test, or where `swift build` puts it.
    static let waggle: String = {
        let own =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let beside = URL(filePath: own).deletingLastPathComponent().appending(path: "waggle").path
        let built = root.appending(path: ".build/debug/waggle").path
        return FileManager.default.isExecutableFile(atPath: beside) ? beside : built
    }()

    static func isInstalled(_ command: String) -> Bool {
        searchPath.split(separator: ":")
            .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(command)") }
    }

    private static let searchPath =
        (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin") + ":/usr/sbin:/sbin"

    private static func walk() -> [String] {
        let all = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String }
        return (all ?? []).filter { path in
            var isDirectory: ObjCBool = false
            let exists = FileManager.default.fileExists(
                atPath: root.appending(path: path).path, isDirectory: &isDirectory)
            return exists && !isDirectory.boolValue && !path.hasPrefix(".build")
                && !path.hasPrefix(".git/")
        }
    }
}
