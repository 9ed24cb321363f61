package import DNSConfig
import LinuxIO

/// The files, directories and interfaces of this machine, as the configuration reads them.
package struct FileSystem: FileSource {
    /// Standard input can be read only once, but a reload wants it again.
    private var standardInput: FileContent?

    package init() {}

    package mutating func read(_ path: String) throws(FileError) -> FileContent {
        if path == "-", let standardInput { return standardInput }
        do throws(SystemError) {
            let file = path == "-" ? try FileIO.readStandardInput() : try FileIO.read(path)
            let identity = FileIdentity(device: file.status.device, inode: file.status.inode)
            let content = FileContent(octets: file.octets, identity: identity)
            if path == "-" { standardInput = content }
            return content
        } catch {
            // dnsmasq reads a directory that is named as a file as if it were empty.
            if let status = try? FileIO.status(path), status.isDirectory {
                return FileContent(
                    octets: [],
                    identity: FileIdentity(device: status.device, inode: status.inode))
            }
            throw FileError(error)
        }
    }

    package func list(_ path: String) throws(FileError) -> [DirectoryEntry] {
        do throws(SystemError) {
            return try FileIO.list(path).map {
                DirectoryEntry(
                    name: $0.name, isRegularFile: $0.isRegularFile, fault: $0.error?.reason)
            }
        } catch {
            throw FileError(error)
        }
    }

    package func isDirectory(_ path: String) -> Bool {
        (try? FileIO.status(path))?.isDirectory ?? false
    }

    package func run(_ command: String) throws(FileError) -> (output: [UInt8], status: Int32) {
        do throws(SystemError) {
            return try FileIO.run(command)
        } catch {
            throw FileError(error)
        }
    }

    package func interfaceIndex(_ name: String) -> UInt32? { Interfaces.index(of: name) }
}

extension FileError {
    init(_ error: SystemError) {
        self.init(
            reason: error.isTimeout ? "it keeps us waiting for too long" : error.reason,
            isMissing: error.isMissing)
    }
}
