import Dispatch
import LinuxIO
import Synchronization

/// What happens outside and the control plane has to act upon, in the order of arrival.
///
/// Dispatch only tells; everything is done on the main thread, one thing after the other.
final class ControlInbox: Sendable {
    enum Event: Sendable {
        case signal(Int32)
        /// Something changed where configuration lies.
        case files
        /// Interfaces or addresses have come or gone.
        case interfaces
        /// A worker could not start, or ended.
        case workerEnded(SystemError?)
    }

    private let events = Mutex<[Event]>([])
    private let available = DispatchSemaphore(value: 0)

    func post(_ event: Event) {
        events.withLock { $0.append(event) }
        available.signal()
    }

    /// Waits for the next event; nil after the time is over.
    ///
    /// A nil time waits for ever.
    func next(timeoutMilliseconds: Int? = nil) -> Event? {
        if let timeoutMilliseconds {
            let deadline = DispatchTime.now() + .milliseconds(max(0, timeoutMilliseconds))
            guard available.wait(timeout: deadline) == .success else { return nil }
        } else {
            available.wait()
        }
        return events.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }
}

/// The sources of Dispatch that feed an inbox.
struct ControlSources {
    /// A source tells as long as it is held.
    private var sources: [DispatchSource] = []
    private let queue = DispatchQueue(label: "control")

    /// Fetches blocked signals; answers nothing else.
    mutating func watch(signals: [Int32], for inbox: ControlInbox) {
        for number in signals {
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { inbox.post(.signal(number)) }
            keep(source as? DispatchSource)
        }
    }

    /// Tells of changes to watched files.
    ///
    /// What changed is looked up later, when it has settled.
    mutating func watch(_ watch: FileWatch, for inbox: ControlInbox) {
        guard let descriptor = watch.descriptor else { return }
        let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        source.setEventHandler {
            watch.drain()
            inbox.post(.files)
        }
        keep(source as? DispatchSource)
    }

    /// Tells of changes to interfaces.
    mutating func watch(_ changes: InterfaceChanges, for inbox: ControlInbox) {
        guard let descriptor = changes.descriptor else { return }
        let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        source.setEventHandler {
            changes.drain()
            inbox.post(.interfaces)
        }
        keep(source as? DispatchSource)
    }

    private mutating func keep(_ source: DispatchSource?) {
        guard let source else { preconditionFailure("Dispatch makes sources of its own class") }
        source.activate()
        sources.append(source)
    }
}
