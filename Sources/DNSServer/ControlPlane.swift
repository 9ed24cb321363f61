import DNSConfig
import DNSResolver
import LinuxIO
import Synchronization

/// Everything after the start that is not answering: signals, reloads, files that change, the end.
///
/// Runs on the main thread. Workers see a new snapshot and a request to stop, and nothing else.
struct ControlPlane {
    /// The signals that are acted upon.
    ///
    /// As process 1 of a container no other one can end the process.
    static let signals = [
        ProcessCalls.hangup, ProcessCalls.interrupt, ProcessCalls.user1, ProcessCalls.user2,
        ProcessCalls.terminate,
    ]
    /// Time for a file to be written in full before it is read.
    private static let settleMilliseconds: Int64 = 100
    /// How often files are looked at that nobody tells of.
    private static let pollMilliseconds: Int64 = 5_000
    /// The same without inotify, as dnsmasq polls.
    private static let fastPollMilliseconds: Int64 = 1_000

    let state: ServerState
    let log: Log
    let seed: UInt64
    let arguments: [String]
    var files: FileSystem
    var inputs: Inputs
    var statuses: FileStatuses
    var listening: Listening
    let counters: [Counters]
    let wakes: [Wake]
    private let inbox: ControlInbox
    private let watch = FileWatch()
    private let interfaces = InterfaceChanges()
    /// A snapshot was replaced, and its memory is still to be given back.
    var hasReplaced = false
    /// Whether the interfaces have to be looked at.
    private var areInterfacesChanged = false
    private let workers: ControlWorkers
    private let queryLog: QueryLogThread
    let reloads = ReloadRecord()
    private let endGuard: EndGuard
    private let pidFile: String?
    private var looksAt: Int64
    /// When the process ends after a TERM; nil before.
    private var endsAt: Int64?
    /// Looks for probes of loops that are still to be made soon.
    var loopLooks = 0

    /// Starts the threads.
    init(_ startup: Startup, arguments: [String], files: FileSystem) throws(Diagnostic) {
        state = startup.state
        log = startup.log
        seed = startup.seed
        self.arguments = arguments
        self.files = files
        inputs = startup.inputs
        pidFile = startup.pidFile
        statuses = FileStatuses(startup.inputs.options, files: files)
        looksAt = MonotonicClock.milliseconds() + Self.pollMilliseconds
        counters = startup.listeners.map { _ in Counters() }
        listening = startup.listening
        do throws(SystemError) {
            var wakes: [Wake] = []
            for _ in startup.listeners { wakes.append(try Wake()) }
            self.wakes = wakes
            let isLogging = startup.inputs.options.process.queryLog != .off
            queryLog = try QueryLogThread(
                workers: startup.listeners.count, takesQueries: isLogging, log: startup.log)
            try queryLog.start(startup.state)
            endGuard = try EndGuard()
            try endGuard.start()
            inbox = try ControlInbox(signals: Self.signals, watch, interfaces)
            workers = ControlWorkers(inbox.post)
            let flights = wakes.count > 1 ? SharedFlights(wakes: wakes) : nil
            for (index, listeners) in startup.listeners.enumerated() {
                try workers.start(
                    WorkerSetup(
                        state: startup.state, listeners: listeners, counters: counters[index],
                        wake: wakes[index], queryLog: queryLog.rings[index],
                        number: index, flights: flights,
                        isAlone: startup.listeners.count == 1,
                        changes: listening.changes[index], team: counters), index: index)
            }
            try MetricsServer.start(
                startup.metrics,
                MetricsSource(
                    state: startup.state, counters: counters, log: queryLog, reloads: reloads),
                wakes: wakes)
        } catch {
            throw Diagnostic(
                .error, source: "waggle", message: "cannot start: \(error)",
                hint: "the limit of processes or open files may be too low", exitStatus: .other)
        }
        watchFiles()
        probeLoops()
    }

    /// Serves until a signal ends it; answers the exit status.
    mutating func run() -> Int32 {
        while true {
            var wait = max(0, looksAt - MonotonicClock.milliseconds())
            if loopLooks > 0 {
                wait = min(wait, ServerLimits.loopLookMilliseconds)
                loopLooks -= 1
            }
            if let endsAt {
                let left = endsAt - MonotonicClock.milliseconds()
                guard left > 0 else { return stop("exiting on receipt of SIGTERM") }
                wait = min(wait, left)
            }
            let event = inbox.next(timeoutMilliseconds: Int(wait))
            leaveOutLoops()
            switch event {
            case nil where looksAt > MonotonicClock.milliseconds(): break
            case nil: lookAtFiles()
            case .files:
                looksAt = min(looksAt, MonotonicClock.milliseconds() + Self.settleMilliseconds)
            case .interfaces:
                areInterfacesChanged = true
                looksAt = min(looksAt, MonotonicClock.milliseconds() + Self.settleMilliseconds)
            case .signal(ProcessCalls.hangup): reload()
            case .signal(ProcessCalls.user1): writeStatistics()
            case .signal(ProcessCalls.user2): log.reopen()
            case .signal(ProcessCalls.terminate):
                guard endsAt == nil, drain() else { return stop("exiting on receipt of SIGTERM") }
            // Differs: dnsmasq ignores it, or with no-daemon ends with status 5.
            case .signal(ProcessCalls.interrupt): return stop("exiting on receipt of SIGINT")
            case .signal: break
            case .workerEnded(let error):
                log.write(.critical, "a worker failed: \(error?.description ?? "it ended")")
                _ = stop("FAILED to start up")
                return Diagnostic.ExitStatus.other.rawValue
            }
        }
    }

    private func writeStatistics() {
        log.write(
            StatisticsReport(
                counters: counters, snapshot: state.snapshots.value, cache: state.cache
            ).lines)
    }

    // MARK: Files

    /// Watches what the configuration names now.
    mutating func watchFiles() {
        let options = inputs.options
        let directories = options.hosts.additional + options.hosts.directories
        watch.watch(
            Array(statuses.hosts.keys) + (options.resolv.polls ? options.resolv.paths : []),
            directories: directories.map(\.path).filter { files.isDirectory($0) })
    }

    private mutating func lookAtFiles() {
        if hasReplaced {
            // By now no worker has what was before.
            hasReplaced = false
            ProcessCalls.releaseMemory()
        }
        queryLog.tellLosses()
        readChangedFiles()
        if areInterfacesChanged || listening.isIncomplete || interfaces.descriptor == nil {
            areInterfacesChanged = false
            readInterfaces()
        }
        let pause =
            watch.descriptor == nil ? Self.fastPollMilliseconds : Self.pollMilliseconds
        looksAt = MonotonicClock.milliseconds() + pause
    }

    // MARK: The end

    /// Says that it leaves and goes on answering for a while; false where it is to end at once.
    ///
    /// // Differs: dnsmasq ends at once, and whoever sends it clients learns that from their
    /// failures.
    private mutating func drain() -> Bool {
        let seconds = inputs.options.process.drainSeconds
        guard seconds > 0, !wakes.isEmpty else { return false }
        state.readiness.leave()
        endsAt = MonotonicClock.milliseconds() + Int64(seconds) * 1_000
        log.write(
            .info,
            "received SIGTERM, answering for \(seconds) more second"
                + (seconds == 1 ? "" : "s") + "; another TERM or INT ends at once")
        return true
    }

    /// Gives workers a second to finish what they are at.
    private func stop(_ farewell: String) -> Int32 {
        endGuard.arm()
        state.isStopping.store(true, ordering: .releasing)
        for wake in wakes { wake.event.signal() }
        var deadline = MonotonicClock.milliseconds() + 1_000
        while workers.areRunning, MonotonicClock.milliseconds() < deadline {
            // Their end is an event.
            _ = inbox.next(timeoutMilliseconds: Int(deadline - MonotonicClock.milliseconds()))
        }
        deadline = MonotonicClock.milliseconds() + 500
        while !queryLog.end(), MonotonicClock.milliseconds() < deadline {
            _ = inbox.next(timeoutMilliseconds: 5)
        }
        if let pidFile { PIDFile.remove(pidFile) }
        log.write(.info, farewell)
        return 0
    }
}

/// Starts the threads of the workers, and knows when they have ended.
final class ControlWorkers: Sendable {
    private let post: ControlPost
    private let running = Atomic<Int>(0)

    init(_ post: ControlPost) {
        self.post = post
    }

    var areRunning: Bool { running.load(ordering: .acquiring) > 0 }

    func start(_ setup: WorkerSetup, index: Int) throws(SystemError) {
        running.add(1, ordering: .relaxed)
        let workers = self
        try Thread.start(name: "worker \(index)", stackOctets: ServerLimits.stackOctets) {
            workers.run(setup)
        }
    }

    private func run(_ setup: WorkerSetup) {
        var failure: SystemError?
        do throws(SystemError) {
            var worker = try Worker(setup)
            worker.run()
        } catch {
            failure = error
        }
        running.subtract(1, ordering: .releasing)
        post.put(.workerEnded(failure))
    }
}
