import CLinux

/// Which process holds a busy port, for the message of a bind that failed.
package struct PortHolder: Equatable, Sendable, CustomStringConvertible {
    /// The number of the process.
    package let pid: Int32
    /// Its name, as ps shows it; at most 15 octets.
    package let command: String

    /// For example `dnsmasq (pid 12)`.
    package var description: String { "\(command) (pid \(pid))" }
}

/// The protocols that have ports.
package enum PortProtocol: Sendable {
    /// Datagrams.
    case udp
    /// Streams; only listening sockets hold a port.
    case tcp
}

extension Sockets {
    /// Finds a process that holds a port, on whatever address; nil if it cannot be seen from here.
    ///
    /// Other users' processes show only to root, those of other containers not at all. Cost: reads
    /// the descriptors of every process, some milliseconds.
    package static func holder(ofPort port: UInt16, protocol: PortProtocol) -> PortHolder? {
        let tables = `protocol` == .udp ? ["udp", "udp6"] : ["tcp", "tcp6"]
        var inodes: Set<String> = []
        for table in tables {
            inodes.formUnion(
                self.inodes(
                    inTable: text("/proc/net/" + table), port: port,
                    listensOnly: `protocol` == .tcp))
        }
        guard !inodes.isEmpty, let processes = try? FileIO.list("/proc") else { return nil }
        let links = Set(inodes.map { "socket:[\($0)]" })
        for process in processes {
            guard let pid = Int32(process.name), holds(pid, links) else { continue }
            let name = text("/proc/\(pid)/comm").split(separator: "\n").first
            return PortHolder(pid: pid, command: name.map { String($0) } ?? "?")
        }
        return nil
    }

    /// The inodes of the sockets of a port in the text of a table of /proc/net.
    ///
    /// Shape of a line: `number: address:port peer:port state … inode …`, hexadecimal; the inode
    /// is the tenth word. State 0A is a listening stream.
    static func inodes(inTable text: String, port: UInt16, listensOnly: Bool) -> [String] {
        text.split(separator: "\n").dropFirst().compactMap { line in
            let words = line.split(separator: " ")
            guard words.count >= 10, let colon = words[1].lastIndex(of: ":"),
                UInt16(words[1][words[1].index(after: colon)...], radix: 16) == port,
                !listensOnly || words[3] == "0A", words[9] != "0"
            else { return nil }
            return String(words[9])
        }
    }

    private static func holds(_ pid: Int32, _ links: Set<String>) -> Bool {
        let directory = "/proc/\(pid)/fd"
        guard let names = try? FileIO.names(directory) else { return false }
        return names.contains { name in
            var memory = [UInt8](repeating: 0, count: 64)
            // Safe: the kernel writes at most the octets of the array.
            let count = unsafe linux_read_link(directory + "/" + name, &memory, memory.count)
            return count > 0
                && links.contains(String(decoding: memory.prefix(Int(count)), as: UTF8.self))
        }
    }

    private static func text(_ path: String) -> String {
        guard let file = try? FileIO.read(path) else { return "" }
        return String(decoding: file.octets, as: UTF8.self)
    }
}
