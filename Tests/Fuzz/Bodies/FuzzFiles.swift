import DNSConfig

/// A world of one file, which is found under every path but those that say they are missing.
struct FuzzFiles: FileSource {
    static let path = "/fuzz.conf"
    var octets: [UInt8]

    mutating func read(_ path: String) throws(FileError) -> FileContent {
        guard path == Self.path || path.hasSuffix(".conf") else {
            throw FileError(reason: "No such file or directory", isMissing: true)
        }
        let inode: UInt64 = path == Self.path ? 1 : UInt64(path.utf8.count)
        return FileContent(octets: octets, identity: FileIdentity(device: 1, inode: inode))
    }

    func list(_ path: String) throws(FileError) -> [DirectoryEntry] {
        [DirectoryEntry(name: "a.conf", isRegularFile: true)]
    }

    func isDirectory(_ path: String) -> Bool { path.hasSuffix(".d") }

    func run(_ command: String) throws(FileError) -> (output: [UInt8], status: Int32) {
        (Array("local-ttl=1\n".utf8), 0)
    }

    func interfaceIndex(_ name: String) -> UInt32? { name == "lo" ? 1 : nil }
}

/// What a configuration file of this text says.
func load(_ octets: [UInt8]) -> LoadedConfig {
    var files = FuzzFiles(octets: octets)
    return ConfigLoader.load(arguments: ["--conf-file=\(FuzzFiles.path)"], files: &files)
}
