import DNSConfig

/// A world of text: files by path, directories by what lies in them.
struct MemoryFiles: FileSource {
    var files: [String: [UInt8]] = [:]
    var directories: Set<String> = []
    var scripts: [String: (output: String, status: Int32)] = [:]
    var interfaces: [String: UInt32] = ["lo": 1, "eth0": 2]
    /// Paths that lead to the same file.
    var links: [String: String] = [:]
    var reads: [String] = []

    init(_ files: [String: String] = [:]) {
        for (path, text) in files { self.files[path] = Array(text.utf8) }
    }

    mutating func read(_ path: String) throws(FileError) -> FileContent {
        reads.append(path)
        let target = links[path] ?? path
        if isDirectory(target) {
            return FileContent(octets: [], identity: FileIdentity(device: 2, inode: 0))
        }
        guard let octets = files[target] else {
            throw FileError(reason: "No such file or directory", isMissing: true)
        }
        let inode = files.keys.sorted().firstIndex(of: target) ?? 0
        return FileContent(octets: octets, identity: FileIdentity(device: 1, inode: UInt64(inode)))
    }

    func list(_ path: String) throws(FileError) -> [DirectoryEntry] {
        guard isDirectory(path) else {
            throw FileError(reason: "No such file or directory", isMissing: true)
        }
        var entries: Set<DirectoryEntry> = []
        let prefix = path.hasSuffix("/") ? path : path + "/"
        for file in files.keys where file.hasPrefix(prefix) {
            let rest = file.dropFirst(prefix.count).split(separator: "/")
            entries.insert(DirectoryEntry(name: String(rest[0]), isRegularFile: rest.count == 1))
        }
        // The order of a directory is nobody's promise.
        return entries.sorted { $0.name > $1.name }
    }

    func isDirectory(_ path: String) -> Bool {
        let prefix = path.hasSuffix("/") ? path : path + "/"
        return directories.contains(path) || files.keys.contains { $0.hasPrefix(prefix) }
    }

    func run(_ command: String) throws(FileError) -> (output: [UInt8], status: Int32) {
        let result = scripts[command] ?? ("", 127)
        return (Array(result.output.utf8), result.status)
    }

    func interfaceIndex(_ name: String) -> UInt32? { interfaces[name] }
}

/// Reads one configuration file.
func load(_ config: String, files: MemoryFiles = MemoryFiles()) -> LoadedConfig {
    load(arguments: ["--conf-file=/d/x.conf"], config, files: files)
}

func load(
    arguments: [String], _ config: String = "", files: MemoryFiles = MemoryFiles()
) -> LoadedConfig {
    var files = files
    files.files["/d/x.conf"] = Array(config.utf8)
    return ConfigLoader.load(arguments: arguments, files: &files)
}

extension LoadedConfig {
    var errors: [Diagnostic] { diagnostics.filter { $0.severity == .error } }
    var warnings: [Diagnostic] { diagnostics.filter { $0.severity == .warning } }
}
