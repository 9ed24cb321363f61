/// What the configuration needs from the outside: files, directories, interfaces, command output.
///
/// Injected, so that the parser does no I/O of its own and a test can hand it a world of text.
package protocol FileSource {
    /// The whole file.
    ///
    /// `identity` is equal for two paths that lead to the same file (device and inode), so that
    /// include loops end quietly as they do in dnsmasq. `-` is standard input.
    mutating func read(_ path: String) throws(FileError) -> FileContent
    /// The names in a directory, unsorted, with what they are.
    func list(_ path: String) throws(FileError) -> [DirectoryEntry]
    func isDirectory(_ path: String) -> Bool
    /// Standard output and exit status of `/bin/sh -c command`.
    func run(_ command: String) throws(FileError) -> (output: [UInt8], status: Int32)
    /// The index of a network interface, or nil if there is none of that name.
    func interfaceIndex(_ name: String) -> UInt32?
}

package struct FileContent: Sendable {
    package var octets: [UInt8]
    package var identity: FileIdentity

    package init(octets: [UInt8], identity: FileIdentity) {
        self.octets = octets
        self.identity = identity
    }
}

package struct FileIdentity: Hashable, Sendable {
    package var device: UInt64
    package var inode: UInt64

    package init(device: UInt64, inode: UInt64) {
        self.device = device
        self.inode = inode
    }
}

package struct DirectoryEntry: Hashable, Sendable {
    package var name: String
    package var isRegularFile: Bool
    /// Why nobody knows what it is, in the words of the system, as for a link that leads nowhere.
    package var fault: String?

    package init(name: String, isRegularFile: Bool, fault: String? = nil) {
        self.name = name
        self.isRegularFile = isRegularFile
        self.fault = fault
    }
}

/// Why a file could not be had, in the words of the system (`No such file or directory`).
package struct FileError: Error, Hashable, Sendable {
    package var reason: String
    package var isMissing: Bool

    package init(reason: String, isMissing: Bool) {
        self.reason = reason
        self.isMissing = isMissing
    }
}
