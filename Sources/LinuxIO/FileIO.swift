import CLinux

/// What a file is, without its name.
package struct FileStatus: Equatable, Sendable {
    /// The device and the inode: equal for two paths that lead to one file.
    package let device: UInt64
    /// See `device`.
    package let inode: UInt64
    /// Its length; 0 for files of /proc.
    package let octets: UInt64
    /// The last change of its content, in nanoseconds since 1970.
    package let modifiedNanoseconds: Int64
    /// Whether it is a regular file, links followed.
    package let isRegularFile: Bool
    /// Whether it is a directory, links followed.
    package let isDirectory: Bool

    init(_ status: linux_status) {
        device = status.device
        inode = status.inode
        octets = status.octets
        modifiedNanoseconds = status.modified_nanoseconds
        isRegularFile = status.is_regular != 0
        isDirectory = status.is_directory != 0
    }
}

/// A name in a directory.
package struct FileEntry: Equatable, Sendable {
    /// The name without the directory.
    package let name: String
    /// Whether it is, or leads to, a regular file.
    package let isRegularFile: Bool
    /// Whether it is, or leads to, a directory.
    package let isDirectory: Bool
    /// Why it cannot be looked at, as a link that leads nowhere.
    package let error: SystemError?
}

/// Files and directories, whole and at once: for the control plane, never for a worker.
package enum FileIO {
    /// The octets of a file and what it is.
    ///
    /// What is no regular file is waited for, for so many milliseconds at most and until a signal
    /// is to end the process. Errors: of open and read; EFBIG over `Limits.fileOctets`, ETIME,
    /// EINTR.
    package static func read(
        _ path: String, within milliseconds: Int64 = Limits.streamMilliseconds
    ) throws(SystemError) -> (octets: [UInt8], status: FileStatus) {
        let file = FileDescriptor(try checked("open", unsafe linux_open_read(path)))
        let status = try status(of: file.rawValue)
        guard !status.isDirectory else { throw SystemError(call: "read", errno: EISDIR) }
        let octets = try readAll(file.rawValue, status, within: milliseconds)
        return (octets, status)
    }

    /// All that comes on standard input, until it ends; bounded as `read` is.
    package static func readStandardInput() throws(SystemError) -> (
        octets: [UInt8], status: FileStatus
    ) {
        let status = try status(of: 0)
        return (try readAll(0, status, within: Limits.commandMilliseconds), status)
    }

    /// What the file at `path` is, links followed.
    package static func status(_ path: String) throws(SystemError) -> FileStatus {
        var status = linux_status()
        // Safe: the string is terminated and only read.
        try checked("stat", unsafe linux_file_status(-1, path, &status))
        return FileStatus(status)
    }

    private static func status(of fd: Int32) throws(SystemError) -> FileStatus {
        var status = linux_status()
        try checked("fstat", unsafe linux_file_status(fd, nil, &status))
        return FileStatus(status)
    }

    /// The names in a directory but `.` and `..`, unsorted, with what they are, links followed.
    ///
    /// A name whose file is gone or unreachable is neither a file nor a directory.
    package static func list(_ path: String) throws(SystemError) -> [FileEntry] {
        try names(path).map { name in
            do throws(SystemError) {
                let found = try status(path + "/" + name)
                return FileEntry(
                    name: name, isRegularFile: found.isRegularFile,
                    isDirectory: found.isDirectory, error: nil)
            } catch {
                return FileEntry(
                    name: name, isRegularFile: false, isDirectory: false, error: error)
            }
        }
    }

    /// The names in a directory but `.` and `..`, unsorted.
    package static func names(_ path: String) throws(SystemError) -> [String] {
        var failure: Int32 = 0
        guard let directory = unsafe linux_open_directory(path, &failure) else {
            throw SystemError(call: "opendir", errno: -failure)
        }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe linux_next_name(directory) {
            // Safe: the name is terminated, and stays until the next is asked for.
            let name = unsafe String(cString: entry)
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    private static func readAll(
        _ fd: Int32, _ status: FileStatus, within milliseconds: Int64
    ) throws(SystemError) -> [UInt8] {
        guard !status.isRegularFile else {
            return try readAll(
                fd, expected: Int(clamping: status.octets), limit: Limits.fileOctets, until: nil)
        }
        return try readAll(
            fd, expected: 0, limit: Limits.streamOctets,
            until: MonotonicClock.milliseconds() + milliseconds)
    }

    /// Reads until the end.
    ///
    /// Errors: of read; EFBIG over `limit`; see `awaitOctets`.
    private static func readAll(
        _ fd: Int32, expected: Int, limit: Int, until deadline: Int64?
    ) throws(SystemError) -> [UInt8] {
        // One octet more than expected, so that the end shows without another turn of the array.
        var octets = [UInt8](repeating: 0, count: min(max(expected + 1, 4096), limit + 1))
        var count = 0
        // Nobody may write to a FIFO yet, which reads like its end.
        var isWaiting = true
        while true {
            if count == octets.count {
                octets += [UInt8](repeating: 0, count: min(octets.count, limit + 1 - count))
            }
            if let deadline, isWaiting || fd == 0 { try awaitOctets(fd, until: deadline) }
            let room = octets.count - count
            let result = unsafe octets.withUnsafeMutableBytes { buffer in
                // Safe: count is at most the count of the buffer, room what remains.
                unsafe linux_read(fd, buffer.baseAddress.map { unsafe $0 + count }, room)
            }
            // Who wrote to a FIFO and left before it was opened is no end that can be waited for:
            // only a read tells.
            isWaiting = result == -Int64(EAGAIN)
            if result == -Int64(EINTR) || deadline != nil && isWaiting { continue }
            if result == 0 { break }
            try checked("read", Int32(clamping: result))
            count += Int(result)
            if count > limit { throw SystemError(call: "read", errno: EFBIG) }
        }
        octets.removeLast(octets.count - count)
        return octets
    }

    /// Waits until there is something to read, or the end of it.
    ///
    /// Errors: ETIME after the deadline; EINTR once a signal is to end the process.
    private static func awaitOctets(_ fd: Int32, until deadline: Int64) throws(SystemError) {
        while true {
            let left = deadline - MonotonicClock.milliseconds()
            guard left > 0 else { throw SystemError(call: "read", errno: ETIME) }
            guard !ProcessCalls.isEnding else { throw SystemError(call: "read", errno: EINTR) }
            guard linux_readable(fd, Int32(clamping: min(left, Limits.lookMilliseconds))) <= 0
            else { return }
        }
    }
}
