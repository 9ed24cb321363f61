import DNSConfig
import LinuxIO

/// The kernel's notes of changes around the files of the configuration.
///
/// Only a hint to look: what has changed is found by comparing `FileStatus`. Where there is no
/// inotify, or on file systems that tell nothing, the control plane looks from time to time.
final class FileWatch: Sendable {
    private let inotify: Inotify?

    /// What becomes readable when something has changed; nil without inotify.
    let descriptor: Int32?

    init() {
        do throws(SystemError) {
            let opened = try Inotify()
            descriptor = opened.rawValue
            inotify = consume opened
        } catch {
            descriptor = nil
            inotify = nil
        }
    }

    /// Watches the directories of files, and the files themselves.
    ///
    /// Docker binds /etc/hosts and /etc/resolv.conf one by one: their directory does not tell of
    /// them.
    func watch(_ paths: some Sequence<String>, directories: [String]) {
        for path in paths {
            _ = try? inotify?.watch(Self.directory(of: path))
            _ = try? inotify?.watch(path)
        }
        for path in directories { _ = try? inotify?.watch(path) }
    }

    func drain() { _ = inotify?.drain() }

    private static func directory(of path: String) -> String {
        guard let end = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return end == path.startIndex ? "/" : String(path[..<end])
    }
}

/// What the watched files were when they were last read.
struct FileStatuses {
    private(set) var hosts: [String: FileStatus] = [:]
    private(set) var resolv: [String: FileStatus] = [:]

    /// Looks at the files as they are now.
    init(_ options: Options, files: FileSystem) {
        for source in HostsSources.list(options, files: files).sources {
            hosts[source.path] = try? FileIO.status(source.path)
        }
        for path in options.resolv.polls ? options.resolv.paths : [] {
            resolv[path] = try? FileIO.status(path)
        }
    }

    /// The hosts files that are new, other or gone, in the order of their names.
    func changedHosts(since before: FileStatuses) -> [String] {
        Set(hosts.keys).union(before.hosts.keys).filter { hosts[$0] != before.hosts[$0] }.sorted()
    }

    func isResolvChanged(since before: FileStatuses) -> Bool { resolv != before.resolv }
}
