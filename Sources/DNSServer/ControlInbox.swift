import LinuxIO
import Synchronization

/// What happens outside and the control plane has to act upon, in the order of arrival.
///
/// For the main thread alone, where everything is done, one thing after the other; other threads
/// have the `ControlPost`.
final class ControlInbox {
    enum Event: Sendable {
        case signal(Int32)
        /// Something changed where configuration lies.
        case files
        /// Interfaces or addresses have come or gone.
        case interfaces
        /// A worker could not start, or ended.
        case workerEnded(SystemError?)
    }

    private enum Source: UInt64 {
        case post, signals, files, interfaces
    }

    let post: ControlPost
    private var epoll: Epoll
    private let signals: SignalQueue
    private let files: FileWatch
    private let interfaces: InterfaceChanges
    private var events: [Event] = []

    /// Fetches these signals, which must be blocked, and hears of files and interfaces where the
    /// system tells of them.
    init(
        signals numbers: [Int32], _ files: FileWatch, _ interfaces: InterfaceChanges
    ) throws(SystemError) {
        post = try ControlPost()
        signals = try SignalQueue(numbers)
        self.files = files
        self.interfaces = interfaces
        epoll = try Epoll()
        let sources: [(Source, Int32?)] = [
            (.post, post.descriptor), (.signals, signals.rawValue), (.files, files.descriptor),
            (.interfaces, interfaces.descriptor),
        ]
        for case (let source, let descriptor?) in sources {
            try epoll.add(descriptor, token: source.rawValue, for: .read)
        }
    }

    /// Waits for the next event; nil after the time is over, or a little earlier.
    func next(timeoutMilliseconds: Int) -> Event? {
        if events.isEmpty {
            let wait = Int32(clamping: max(0, timeoutMilliseconds))
            let count = epoll.wait(timeoutMilliseconds: wait)
            for index in 0..<count { take(Source(rawValue: epoll.event(index).token)) }
        }
        return events.isEmpty ? nil : events.removeFirst()
    }

    private func take(_ source: Source?) {
        switch source {
        case .post: events += post.take()
        case .signals: while let number = signals.next() { events.append(.signal(number)) }
        // What changed is looked up later, when it has settled.
        case .files:
            files.drain()
            events.append(.files)
        case .interfaces:
            interfaces.drain()
            events.append(.interfaces)
        case nil: preconditionFailure("only sources are watched")
        }
    }
}

/// Where other threads leave what the control plane shall know.
final class ControlPost: Sendable {
    private let events = Mutex<[ControlInbox.Event]>([])
    private let wake: EventCounter

    init() throws(SystemError) {
        wake = try EventCounter()
    }

    var descriptor: Int32 { wake.rawValue }

    func put(_ event: ControlInbox.Event) {
        events.withLock { $0.append(event) }
        wake.signal()
    }

    func take() -> [ControlInbox.Event] {
        wake.drain()
        return events.withLock { events in
            let taken = events
            events = []
            return taken
        }
    }
}
