import CLinux

extension FileIO {
    /// Opens a log file for appending and creates it if need be, mode 0660 less the umask.
    ///
    /// `owner` and `group` become those of the file if they are given and it is allowed: so that a
    /// server that has given up its privileges can open the file again.
    package static func openLog(
        _ path: String, owner: UInt32? = nil, group: UInt32? = nil
    ) throws(SystemError) -> FileDescriptor {
        let fd = try checked("open", unsafe linux_open_append(path, 0o660))
        if owner != nil || group != nil {
            // The number -1 leaves a value as it is.
            _ = linux_change_owner(fd, owner ?? .max, group ?? .max)
        }
        return FileDescriptor(fd)
    }

    /// Makes a new file of the octets, in the place of what was there; for pid files.
    ///
    /// What was there is removed first and never written through, be it a link.
    package static func replace(
        _ path: String, with octets: [UInt8], mode: UInt32 = 0o644
    ) throws(SystemError) {
        _ = unsafe linux_unlink(path)
        let file = FileDescriptor(try checked("open", unsafe linux_open_new(path, mode)))
        try write(file.rawValue, octets)
    }

    /// How much can be written without waiting for whoever reads.
    package enum Room: Sendable {
        /// Nothing: the reader of a pipe has stopped.
        case none
        /// `pipeOctets`, or the write fails at once.
        case page
        case any
    }

    /// What a write to a pipe with room takes as a whole: PIPE_BUF. pipe(7).
    package static let pipeOctets = 4_096

    /// Waits until there is room, for so many milliseconds at most.
    package static func room(_ fd: Int32, within milliseconds: Int32) -> Room {
        switch linux_room(fd, milliseconds) {
        case 0: .none
        case 1: .page
        default: .any
        }
    }

    /// Writes all octets, in as many calls as it takes.
    ///
    /// Errors: EAGAIN if a pipe has no room.
    package static func write(_ fd: Int32, _ octets: [UInt8]) throws(SystemError) {
        let count = octets.count
        var written = 0
        while written < count {
            let result = unsafe octets.withUnsafeBytes { buffer in
                // Safe: written is below the count of the buffer.
                unsafe linux_write(
                    fd, buffer.baseAddress.map { unsafe $0 + written }, count - written)
            }
            if result == -Int64(EINTR) { continue }
            try checked("write", Int32(clamping: result))
            written += Int(result)
        }
    }

    /// Removes a file.
    ///
    /// Errors: of unlink; `isMissing` if there is none.
    package static func remove(_ path: String) throws(SystemError) {
        try checked("unlink", unsafe linux_unlink(path))
    }

    /// Runs `/bin/sh -c command`; answers its standard output and its exit status.
    ///
    /// A command that a signal ended has the status 128 + signal. Waits until it has ended.
    /// Errors: of starting it; EFBIG for output over `Limits.commandOctets`.
    package static func run(
        _ command: String
    ) throws(SystemError) -> (output: [UInt8], status: Int32) {
        var pid: Int32 = 0
        let pipe = FileDescriptor(
            try checked("posix_spawn", unsafe linux_spawn_shell(command, &pid)))
        let output: [UInt8]
        do throws(SystemError) {
            output = try readAll(pipe.rawValue, expected: 0, limit: Limits.commandOctets)
        } catch {
            // The child gets SIGPIPE when nobody reads any more, and is waited for all the same.
            _ = linux_close(pipe.release())
            _ = linux_wait_child(pid)
            throw error
        }
        return (output, try checked("waitpid", linux_wait_child(pid)))
    }
}
