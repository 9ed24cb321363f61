import Glibc
import LinuxIO
import Synchronization
import Testing

@Suite struct WaitingTests {
    @Test func `tokens come back as they were given, all 64 bits`() throws {
        var epoll = try Epoll()
        let first = FileDescriptor(try Sockets.udpListener(loopback()))
        let second = FileDescriptor(try Sockets.udpListener(loopback()))
        try epoll.add(first.rawValue, token: 0xfedc_ba98_7654_3210, for: .read)
        try epoll.add(second.rawValue, token: 7, for: .read)
        #expect(epoll.wait(timeoutMilliseconds: 0) == 0)
        let asker = try client(of: Sockets.localAddress(first.rawValue))
        _ = send(asker.rawValue, [1])
        for _ in 0..<2 {  // Level-triggered: told until it is read.
            #expect(epoll.wait(timeoutMilliseconds: 2000) == 1)
            let event = epoll.event(0)
            #expect(event.token == 0xfedc_ba98_7654_3210)
            #expect(event.isReadable && !event.isWritable && !event.isHangup)
        }
        let other = try client(of: Sockets.localAddress(second.rawValue))
        _ = send(other.rawValue, [1])
        #expect(epoll.wait(timeoutMilliseconds: 2000) == 2)
        #expect(Set([epoll.event(0).token, epoll.event(1).token]) == [7, 0xfedc_ba98_7654_3210])
        epoll.remove(first.rawValue)
        try epoll.modify(second.rawValue, token: 8, for: [.read, .write])
        #expect(epoll.wait(timeoutMilliseconds: 2000) == 1)
        let event = epoll.event(0)
        #expect(event.token == 8 && event.isReadable && event.isWritable)
    }

    @Test func `a signal from another thread wakes the waiting one`() throws {
        final class Shared: Sendable {
            let counter: EventCounter
            let runs = Atomic<Int>(0)
            init() throws { counter = try EventCounter() }
        }
        let shared = try Shared()
        var epoll = try Epoll()
        try epoll.add(shared.counter.rawValue, token: 1, for: .read)
        let thread = try Thread.start(name: "a name longer than fifteen", stackOctets: 256 << 10) {
            shared.runs.add(1, ordering: .relaxed)
            shared.counter.signal()
            shared.counter.signal()
        }
        #expect(epoll.wait(timeoutMilliseconds: 5000) == 1)
        thread.join()
        #expect(shared.runs.load(ordering: .relaxed) == 1)
        #expect(shared.counter.drain() == true)
        #expect(shared.counter.drain() == false)
        #expect(epoll.wait(timeoutMilliseconds: 0) == 0)
    }

    @Test func `a thread without a stack is refused`() {
        #expect(throws: SystemError.self) {
            try Thread.start(name: "t", stackOctets: 16) {}
        }
    }

    @Test func `the clock does not go back and randomness differs`() {
        let before = MonotonicClock.milliseconds()
        #expect(before > 0)
        #expect(MonotonicClock.milliseconds() >= before)
        #expect(MonotonicClock.wallSeconds() > 1_700_000_000)
        var octets = [UInt8](repeating: 0, count: 1000)
        var elements = octets.mutableSpan
        var span = elements.mutableBytes
        Entropy.fill(&span)
        #expect(Set(octets).count > 100)
        #expect(Entropy.word() != Entropy.word())
    }

    @Test func `a change in a directory is told by name, one in a file by itself`() throws {
        let directory = try TemporaryDirectory()
        try FileIO.replace(directory.path + "/watched", with: [1])
        let inotify = try Inotify()
        let whole = try inotify.watch(directory.path)
        let file = try inotify.watch(directory.path + "/watched")
        #expect(inotify.drain() == [])
        try FileIO.replace(directory.path + "/hosts", with: [1])
        #expect(try waitReadable(inotify.rawValue))
        let created = inotify.drain()
        #expect(created.contains { $0.watch == whole && $0.name == "hosts" })
        #expect(!created.contains { $0.watch == file })
        try FileIO.remove(directory.path + "/watched")
        #expect(inotify.drain().contains { $0.watch == file && $0.isGone })
    }

    @Test func `blocked signals are read, each once`() throws {
        let taken = Mutex<[Int32?]>([])
        // A thread of LinuxIO has these signals blocked; raise sends to the calling thread.
        let thread = try Thread.start(name: "signals", stackOctets: 1 << 18) {
            guard let queue = try? SignalQueue([SIGUSR1, SIGUSR2]) else { return }
            var found: [Int32?] = [queue.next()]
            raise(SIGUSR2)
            raise(SIGUSR1)
            for _ in 0..<3 { found.append(queue.next()) }
            taken.withLock { $0 = found }
        }
        thread.join()
        #expect(taken.withLock { $0 } == [nil, SIGUSR1, SIGUSR2, nil])
    }
}
