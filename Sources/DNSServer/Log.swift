package import DNSConfig
package import LinuxIO
import Synchronization

/// Where lines for the operator go: standard error, a file, or syslog; from any thread.
///
/// Cost: a lock, two system calls for each block of lines. A line that cannot be written, because
/// whoever reads a pipe has stopped, is lost and counted: a server must not stop for its log.
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
        var file: FileDescriptor?
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
        if case .file(let path) = destination {
            file = try FileIO.openLog(path, owner: user, group: group)
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
        let taken = offer(lines[...], within: Self.patienceMilliseconds)
        if taken < lines.count { lost.add(UInt64(lines.count - taken), ordering: .relaxed) }
    }

    /// Writes lines while there is room, and waits so many milliseconds for more; answers how many
    /// were written.
    ///
    /// Nobody else waits meanwhile: the lock is held for writes that do not block.
    func offer(_ lines: ArraySlice<Line>, within milliseconds: Int64) -> Int {
        let deadline = MonotonicClock.milliseconds() + milliseconds
        var rest = lines
        while !rest.isEmpty {
            let (taken, file) = state.withLock { state in writeBlock(rest, &state) }
            rest = rest.dropFirst(taken)
            guard taken == 0 else { continue }
            let left = deadline - MonotonicClock.milliseconds()
            guard left > 0, FileIO.room(file, within: Int32(clamping: left)) != .none else { break }
        }
        return lines.count - rest.count
    }

    /// Writes as many of the lines as there is room for at once; answers how many, and the
    /// descriptor to wait for.
    private func writeBlock(
        _ lines: ArraySlice<Line>, _ state: inout State
    ) -> (taken: Int, file: Int32) {
        switch destination {
        case .standardError(let hasNumber):
            return (writeStandardError(lines, hasNumber: hasNumber), 2)
        case .file:
            guard let file = state.file?.rawValue else { return (lines.count, -1) }
            refreshStamp(&state)
            let head = "\(state.stamp) \(Self.identity)[\(number)]: "
            return (write(lines, to: file, head: head), file)
        case .syslog(let facility):
            refreshStamp(&state)
            for line in lines { send(line, facility, &state) }
            return (lines.count, -1)
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
                state.file = try FileIO.openLog(path)
            } catch {
                failure = error
            }
        }
        guard let failure else { return }
        write(.error, "cannot open log \(path): \(failure.reason); the old file is kept")
    }

    // MARK: Forms

    private func writeStandardError(_ lines: ArraySlice<Line>, hasNumber: Bool) -> Int {
        let head = hasNumber ? "\(Self.identity)[\(number)]: " : "\(Self.identity): "
        return write(lines, to: 2, head: head)
    }

    /// Writes lines at once, as many as a pipe takes; the head is of text only, JSON has its own
    /// members for it. Answers how many.
    private func write(_ lines: ArraySlice<Line>, to file: Int32, head: String) -> Int {
        let room = FileIO.room(file, within: 0)
        guard room != .none else { return 0 }
        var octets: [UInt8] = []
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
        try? FileIO.write(file, octets)
        return count
    }

    private static var timeText: String {
        TimeText.text(microsecondsSince1970: MonotonicClock.wallMicroseconds())
    }

    /// The RFC 3164 form, as the C library sends it.
    ///
    /// Without a daemon the line goes to standard error: in a container nobody listens on /dev/log,
    /// and the runtime keeps standard error.
    private func send(_ line: Line, _ facility: UInt8, _ state: inout State) {
        let code = Int(facility) * 8 + Int(line.priority.rawValue)
        let content =
            format == .text
            ? line.text : String(decoding: line.object(Self.timeText), as: UTF8.self)
        let text = "<\(code)>\(state.stamp) \(Self.identity)[\(number)]: \(content)"
        if let socket = state.socket.take() {
            if socket.send(Array(text.utf8)) {
                state.socket = consume socket
                return
            }
        }
        let now = MonotonicClock.milliseconds()
        if state.missedAt.map({ now - $0 >= 1000 }) ?? true {
            state.missedAt = now
            if let socket = SyslogSocket() {
                if socket.send(Array(text.utf8)) {
                    state.socket = consume socket
                    state.missedAt = nil
                    return
                }
            }
        }
        if writeStandardError([line], hasNumber: true) == 0 { lost.add(1, ordering: .relaxed) }
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
