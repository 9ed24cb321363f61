package import DNSConfig
package import LinuxIO
import Synchronization

/// Where lines for the operator go: standard error, a file, or syslog; from any thread.
///
/// Cost: a lock, three system calls for each block of lines. A line that cannot be written, because
/// whoever reads a pipe has stopped or the disk is full, is lost and counted: a server must not
/// stop for its log.
package final class Log: Sendable {
    /// The urgency of a line, as syslog numbers it.
    ///
    /// RFC 5424 §6.2.1.
    package enum Priority: UInt8, Sendable {
        case critical = 2
        case error = 3
        case warning = 4
        case notice = 5
        case info = 6
    }

    package enum Destination: Sendable {
        /// `hasNumber`: whether the process number stands in each line.
        case standardError(hasNumber: Bool)
        case file(path: String)
        /// The facility as syslog numbers it, 0...23.
        case syslog(facility: UInt8)
    }

    package struct Line: Sendable {
        package var priority: Priority
        package var text: String
        /// What happened, for JSON; `message` where there is only the text.
        package var event = "message"
        /// The members from `event` on, where the line has no text.
        var members: JSONText?

        package init(_ priority: Priority, _ text: String, event: String = "message") {
            self.priority = priority
            self.text = text
            self.event = event
        }

        init(_ priority: Priority, _ members: JSONText) {
            self.priority = priority
            text = ""
            self.members = members
        }
    }

    /// What every line begins with.
    ///
    /// It is the name of dnsmasq and not ours: filters, dashboards and fail2ban rules that read
    /// `dnsmasq[…]:` keep working.
    package static let identity = "dnsmasq"

    private struct State: ~Copyable {
        /// The log file; for standard error a descriptor with which no write waits.
        var file: FileDescriptor?
        /// What is left of a line that a pipe took the beginning of.
        var tail: [UInt8] = []
        /// Whether the last line was cut by a failure.
        var isMidLine = false
        /// Whether somebody waited in vain: nobody waits again before a line is taken.
        var isStuck = false
        var socket: SyslogSocket?
        var stampSeconds: Int64 = -1
        var stamp = ""
        /// When syslog was last looked for in vain; milliseconds.
        var missedAt: Int64?
    }

    /// How long `write` waits for a reader that has stopped.
    private static let patienceMilliseconds: Int64 = 200

    /// Lines that were lost.
    let lost = Atomic<UInt64>(0)
    package let destination: Destination
    package let format: ProcessOptions.LogFormat
    private let state: Mutex<State>
    private let number = ProcessCalls.id

    /// Opens the log.
    ///
    /// Errors: of opening the file.
    ///
    /// `user` and `group` own a file that is made, so that it can be opened again without
    /// privileges.
    package init(
        _ destination: Destination, format: ProcessOptions.LogFormat = .text,
        user: UInt32? = nil, group: UInt32? = nil
    ) throws(SystemError) {
        self.destination = destination
        self.format = format
        var file: FileDescriptor?
        switch destination {
        case .file(let path): file = try FileIO.openLog(path, owner: user, group: group)
        case .standardError, .syslog: file = FileIO.reopened(2)
        }
        state = Mutex(State(file: file))
    }

    /// Where the options want the log to be.
    package static func destination(of options: ProcessOptions) -> Destination {
        switch options.logFacility {
        case .file(let path): .file(path: path)
        case .standardError: .standardError(hasNumber: true)
        case .syslog(let name) where !options.isDebugging: .syslog(facility: facility(name))
        case nil where !options.isDebugging: .syslog(facility: facility("DAEMON"))
        case .syslog, nil: .standardError(hasNumber: false)
        }
    }

    /// Whether what is logged already stands on standard error.
    package var isStandardError: Bool {
        if case .standardError = destination { true } else { false }
    }

    package func write(_ priority: Priority, _ text: String) {
        write([Line(priority, text)])
    }

    /// Writes lines that belong together.
    ///
    /// Those that there is no room for in time are lost.
    package func write(_ lines: [Line]) {
        let patience = state.withLock { $0.isStuck } ? 0 : Self.patienceMilliseconds
        let (taken, _) = offer(lines[...], within: patience)
        state.withLock { $0.isStuck = taken < lines.count }
        if taken < lines.count { lost.add(UInt64(lines.count - taken), ordering: .relaxed) }
    }

    /// Writes lines while there is room, and waits so many milliseconds for more; answers how many
    /// were taken, and how many of those failed and are counted.
    ///
    /// Nobody else waits meanwhile: the lock is held for writes that do not block.
    func offer(
        _ lines: ArraySlice<Line>, within milliseconds: Int64
    ) -> (taken: Int, failed: Int) {
        let deadline = MonotonicClock.milliseconds() + milliseconds
        var rest = lines
        var failed = 0
        while !rest.isEmpty {
            let block = state.withLock { state in writeBlock(rest, &state) }
            rest = rest.dropFirst(block.taken)
            failed += block.failed
            guard block.taken == 0 else { continue }
            let left = deadline - MonotonicClock.milliseconds()
            guard left > 0, FileIO.room(block.file, within: Int32(clamping: left)) != .none
            else { break }
        }
        return (lines.count - rest.count, failed)
    }

    /// What became of a block of lines, and the descriptor to wait for where none was taken.
    private struct Block {
        var taken: Int
        var failed = 0
        var file: Int32 = -1
    }

    /// Writes as many of the lines as there is room for at once.
    private func writeBlock(_ lines: ArraySlice<Line>, _ state: inout State) -> Block {
        switch destination {
        case .standardError(let hasNumber):
            return writeStandardError(lines, hasNumber: hasNumber, &state)
        case .file:
            guard let file = state.file?.rawValue else { return Block(taken: lines.count) }
            refreshStamp(&state)
            let head = "\(state.stamp) \(Self.identity)[\(number)]: "
            return write(lines, to: file, head: head, &state)
        case .syslog(let facility):
            refreshStamp(&state)
            let failed = lines.count { !send($0, facility, &state) }
            return Block(taken: lines.count, failed: failed)
        }
    }

    /// Opens the file anew, after `logrotate` has moved it away.
    ///
    /// A file that cannot be had leaves the old one, and a line in it.
    package func reopen() {
        guard case .file(let path) = destination else { return }
        var failure: SystemError?
        state.withLock { state in
            do throws(SystemError) {
                // What is left of a line belongs to the old file.
                let opened = try FileIO.openLog(path)
                (state.tail, state.isMidLine) = ([], false)
                state.file = consume opened
            } catch {
                failure = error
            }
        }
        guard let failure else { return }
        write(.error, "cannot open log \(path): \(failure.reason); the old file is kept")
    }

    // MARK: Forms

    private func writeStandardError(
        _ lines: ArraySlice<Line>, hasNumber: Bool, _ state: inout State
    ) -> Block {
        let head = hasNumber ? "\(Self.identity)[\(number)]: " : "\(Self.identity): "
        return write(lines, to: state.file?.rawValue ?? 2, head: head, &state)
    }

    /// Writes lines at once, as many as a pipe takes; the head is of text only, JSON has its own
    /// members for it.
    private func write(
        _ lines: ArraySlice<Line>, to file: Int32, head: String, _ state: inout State
    ) -> Block {
        var failed = push(to: file, &state)
        let room = FileIO.room(file, within: 0)
        guard state.tail.isEmpty, room != .none else {
            return Block(taken: 0, failed: failed, file: file)
        }
        var octets: [UInt8] = state.isMidLine ? [UInt8(ascii: "\n")] : []
        var count = 0
        let time = format == .json ? Self.timeText : ""
        for line in lines {
            let start = octets.count
            switch format {
            case .text: octets += "\(head)\(line.text)".utf8
            case .json: octets += line.object(time)
            }
            octets.append(UInt8(ascii: "\n"))
            if room == .page, octets.count > FileIO.pipeOctets, count > 0 {
                octets.removeSubrange(start...)
                break
            }
            count += 1
        }
        state.tail = octets
        failed += push(to: file, &state)
        return Block(taken: count, failed: failed, file: file)
    }

    /// Writes what is left, as much as there is room for; answers how many lines failed, which are
    /// counted and given up.
    private func push(to file: Int32, _ state: inout State) -> Int {
        var rest = state.tail[...]
        defer { state.tail = Array(rest) }
        while !rest.isEmpty {
            let room = FileIO.room(file, within: 0)
            guard room != .none else { return 0 }
            switch FileIO.writeNow(file, room == .any ? rest : rest.prefix(FileIO.pipeOctets)) {
            case .octets(let count):
                state.isMidLine = rest[rest.startIndex + count - 1] != UInt8(ascii: "\n")
                rest = rest.dropFirst(count)
            case .none: return 0
            case .failed:
                // The newline that ends a line which was cut before is none of these.
                if state.isMidLine, rest.first == UInt8(ascii: "\n") { rest = rest.dropFirst() }
                let failed = rest.count { $0 == UInt8(ascii: "\n") }
                lost.add(UInt64(failed), ordering: .relaxed)
                rest = []
                return failed
            }
        }
        return 0
    }

    private static var timeText: String {
        TimeText.text(microsecondsSince1970: MonotonicClock.wallMicroseconds())
    }

    /// The RFC 3164 form, as the C library sends it.
    ///
    /// Without a daemon the line goes to standard error: in a container nobody listens on /dev/log,
    /// and the runtime keeps standard error.
    ///
    /// False if it is lost, and counted.
    private func send(_ line: Line, _ facility: UInt8, _ state: inout State) -> Bool {
        let code = Int(facility) * 8 + Int(line.priority.rawValue)
        let content =
            format == .text
            ? line.text : String(decoding: line.object(Self.timeText), as: UTF8.self)
        let text = "<\(code)>\(state.stamp) \(Self.identity)[\(number)]: \(content)"
        if let socket = state.socket.take() {
            if socket.send(Array(text.utf8)) {
                state.socket = consume socket
                return true
            }
        }
        let now = MonotonicClock.milliseconds()
        if state.missedAt.map({ now - $0 >= 1000 }) ?? true {
            state.missedAt = now
            if let socket = SyslogSocket() {
                if socket.send(Array(text.utf8)) {
                    state.socket = consume socket
                    state.missedAt = nil
                    return true
                }
            }
        }
        let block = writeStandardError([line], hasNumber: true, &state)
        if block.taken == 0 { lost.add(1, ordering: .relaxed) }
        return block.taken == 1 && block.failed == 0
    }

    private func refreshStamp(_ state: inout State) {
        let seconds = MonotonicClock.wallSeconds()
        guard seconds != state.stampSeconds else { return }
        state.stampSeconds = seconds
        state.stamp = ProcessCalls.timestamp(secondsSince1970: seconds)
    }

    /// The number of a facility; DAEMON for a name that is none.
    ///
    /// RFC 3164 §4.1.1.
    private static func facility(_ name: String) -> UInt8 {
        switch name {
        case "KERN": 0
        case "USER": 1
        case "MAIL": 2
        case "AUTH", "SECURITY": 4
        case "SYSLOG": 5
        case "LPR": 6
        case "NEWS": 7
        case "UUCP": 8
        case "CRON": 9
        case "AUTHPRIV": 10
        case "FTP": 11
        case let name where name.hasPrefix("LOCAL"):
            16 + (UInt8(name.dropFirst(5)).map { min($0, 7) } ?? 0)
        default: 3
        }
    }
}

extension Log.Line {
    /// The line as a JSON object, described at the option: `OptionDetails.logFormat`.
    fileprivate func object(_ time: String) -> [UInt8] {
        var json = JSONText()
        json.add("time", time)
        json.add("level", priority.text)
        if let members {
            json.add(members)
        } else {
            json.add("event", event)
            json.add("message", text)
        }
        return json.object
    }
}

extension Log.Priority {
    fileprivate var text: String {
        switch self {
        case .critical: "critical"
        case .error: "error"
        case .warning: "warning"
        case .notice: "notice"
        case .info: "info"
        }
    }
}
