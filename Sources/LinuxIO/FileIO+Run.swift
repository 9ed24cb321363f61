import CLinux

extension FileIO {
    /// Runs `/bin/sh -c command`; answers its standard output and its exit status.
    ///
    /// Differs: dnsmasq waits until nobody holds its output open any more.
    ///
    /// A command that a signal ended has the status 128 + signal. Its output ends when nobody holds
    /// it open any more, or `Limits.leftoverMilliseconds` after the command. Errors: of starting
    /// it; EFBIG for output over `Limits.commandOctets`, ETIME after so many milliseconds, EINTR
    /// once a signal is to end this process: it is killed then, with what it has started.
    package static func run(
        _ command: String, within milliseconds: Int64 = Limits.commandMilliseconds
    ) throws(SystemError) -> (output: [UInt8], status: Int32) {
        var pid: Int32 = 0
        let pipe = FileDescriptor(
            try checked("posix_spawn", unsafe linux_spawn_shell(command, &pid)))
        do throws(SystemError) {
            return try collect(
                pipe.rawValue, pid, until: MonotonicClock.milliseconds() + milliseconds)
        } catch {
            linux_kill_group(pid)
            for _ in 0..<20 where linux_child_status(pid) == -EAGAIN { linux_pause(50) }
            throw error
        }
    }

    private static func collect(
        _ pipe: Int32, _ pid: Int32, until last: Int64
    ) throws(SystemError) -> (output: [UInt8], status: Int32) {
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        var deadline = last
        var status: Int32?
        var isOpen = true
        // Short waits first: most commands end at once.
        var wait: Int64 = 1
        while true {
            if status == nil {
                let result = linux_child_status(pid)
                if result != -EAGAIN {
                    status = try checked("waitpid", result)
                    deadline = min(
                        deadline, MonotonicClock.milliseconds() + Limits.leftoverMilliseconds)
                }
            }
            if let status, !isOpen { return (output, status) }
            guard !ProcessCalls.isEnding else { throw SystemError(call: "read", errno: EINTR) }
            let left = deadline - MonotonicClock.milliseconds()
            guard left > 0 else {
                if let status { return (output, status) }
                throw SystemError(call: "waitpid", errno: ETIME)
            }
            let pause = Int32(clamping: min(left, wait))
            wait = min(wait * 2, Limits.lookMilliseconds)
            guard isOpen else {
                linux_pause(pause)
                continue
            }
            guard linux_readable(pipe, pause) > 0 else { continue }
            // Safe: the kernel writes at most the octets of the array.
            let count = unsafe linux_read(pipe, &chunk, chunk.count)
            if count == -Int64(EINTR) { continue }
            isOpen = try checked("read", Int32(clamping: count)) > 0
            output += chunk.prefix(Int(count))
            guard output.count <= Limits.commandOctets else {
                throw SystemError(call: "read", errno: EFBIG)
            }
        }
    }
}
