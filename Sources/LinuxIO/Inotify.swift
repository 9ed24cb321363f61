import CLinux

/// Tells of changes to files and directories.
///
/// A directory tells of the files in it, but not of one that is bind-mounted there (as Docker does
/// with /etc/hosts) and written through its other name: watch such a file itself too.
package struct Inotify: ~Copyable, Sendable {
    private let descriptor: FileDescriptor

    /// Something changed under a watched path.
    package struct Change: Equatable, Sendable {
        /// What `watch` answered; -1 if changes were lost: look at everything.
        package let watch: Int32
        /// The name in the watched directory, empty for the watched path itself.
        package let name: String
        /// Whether the watch has ended because what it watched is gone: watch again.
        package let isGone: Bool
    }

    /// Opens an inotify instance.
    ///
    /// Errors: EMFILE where a user has too many of them.
    package init() throws(SystemError) {
        descriptor = FileDescriptor(try checked("inotify_init1", linux_inotify()))
    }

    /// What becomes readable when something has changed.
    package var rawValue: Int32 { descriptor.rawValue }

    /// Watches a directory or a file; the same path again answers the same number.
    package func watch(_ path: String) throws(SystemError) -> Int32 {
        // Modified, written and closed, attributes (among them: unlinked), moved, created, deleted.
        try checked("inotify_add_watch", unsafe linux_inotify_add(rawValue, path, 0xfce))
    }

    /// Takes all changes that have come; none if nothing has.
    ///
    /// Never waits.
    package func drain() -> [Change] {
        var changes: [Change] = []
        var memory = [UInt8](repeating: 0, count: 4096)
        while true {
            // Safe: the kernel writes at most the octets of the array.
            let count = unsafe linux_read(rawValue, &memory, memory.count)
            guard count > 0 else { return changes }
            Inotify.parse(memory.prefix(Int(count)), into: &changes)
        }
    }

    /// Shape: watch (4), flags (4), cookie (4), length of the name (4), name padded with zeros.
    private static func parse(_ octets: ArraySlice<UInt8>, into changes: inout [Change]) {
        var offset = 0
        while octets.count - offset >= 16 {
            func word(_ at: Int) -> UInt32 {
                (0..<4).reduce(0) { $0 | UInt32(octets[offset + at + $1]) << (UInt32($1) * 8) }
            }
            let flags = word(4)
            let length = Int(word(12))
            guard length <= octets.count - offset - 16 else { return }
            let name = octets[(offset + 16)..<(offset + 16 + length)].prefix { $0 != 0 }
            changes.append(
                Change(
                    watch: flags & 0x4000 != 0 ? -1 : Int32(bitPattern: word(0)),
                    name: String(decoding: name, as: UTF8.self), isGone: flags & 0x8000 != 0))
            offset += 16 + length
        }
    }
}
