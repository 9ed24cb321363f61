import CLinux

extension FileIO {
    /// Opens a log file for appending and creates it if need be, mode 0660 less the umask.
    ///
    /// `owner` and `group` become those of the file if they are given and it is allowed: so that a
    /// server that has given up its privileges can open the file again. Whoever may write to the
    /// directory must not choose what is written to, or given away: no link is followed but one to
    /// a device, a FIFO or what is standard output or error (`/dev/stdout`), and that is never
    /// given.
    ///
    /// Differs: dnsmasq follows every link.
    ///
    /// Never waits. Errors: ELOOP for another link; EMLINK where a file of others has another name.
    package static func openLog(
        _ path: String, owner: UInt32? = nil, group: UInt32? = nil
    ) throws(SystemError) -> FileDescriptor {
        // The number -1 leaves a value as it is.
        FileDescriptor(
            try checked("open", unsafe linux_open_log(path, 0o660, owner ?? .max, group ?? .max)))
    }

    /// A second descriptor of the pipe or terminal behind `fd`, with which no write waits; nil
    /// where there is no such thing.
    package static func reopened(_ fd: Int32) -> FileDescriptor? {
        let found = linux_reopen(fd)
        return found >= 0 ? FileDescriptor(found) : nil
    }

    /// What became of a write that does not wait.
    package enum Written: Sendable {
        /// So many octets, one at least.
        case octets(Int)
        /// None, there is no room.
        case none
        /// None, and none will be: the disk is full, the reader has gone.
        case failed(SystemError)
    }

    /// Writes what there is room for.
    package static func writeNow(_ fd: Int32, _ octets: ArraySlice<UInt8>) -> Written {
        let result = unsafe octets.withUnsafeBytes { buffer in
            // Safe: the kernel reads the octets of the array.
            unsafe linux_write_now(fd, buffer.baseAddress, buffer.count)
        }
        switch result {
        case 1...: return .octets(Int(result))
        case -Int64(EAGAIN), -Int64(EINTR), 0: return .none
        default: return .failed(SystemError(call: "write", errno: Int32(clamping: -result)))
        }
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

    /// Writes octets while there is room, and waits so many milliseconds for more; the rest is left
    /// out.
    package static func write(_ fd: Int32, _ octets: [UInt8], within milliseconds: Int64) {
        let deadline = MonotonicClock.milliseconds() + milliseconds
        var rest = octets[...]
        while !rest.isEmpty {
            let left = max(0, deadline - MonotonicClock.milliseconds())
            let room = room(fd, within: Int32(clamping: left))
            guard room != .none else { return }
            let count = room == .any ? rest.count : pipeOctets
            switch writeNow(fd, rest.prefix(count)) {
            case .octets(let count): rest = rest.dropFirst(count)
            case .none: guard left > 0 else { return }
            case .failed: return
            }
        }
    }

    /// Removes a file.
    ///
    /// Errors: of unlink; `isMissing` if there is none.
    package static func remove(_ path: String) throws(SystemError) {
        try checked("unlink", unsafe linux_unlink(path))
    }
}
