import CLinux

/// A plain thread with its own stack size.
///
/// It gets no signals but those of its own faults: the others are the main thread's.
package struct Thread: ~Copyable, Sendable {
    private let handle: UInt

    private init(handle: UInt) { self.handle = handle }

    deinit {
        linux_thread_detach(handle)
    }

    /// Starts `body` on a new thread, shown as `name` (15 octets) by ps and top.
    ///
    /// Let the answer go to let the thread run alone, or `join` it. Errors: EAGAIN, ENOMEM, and
    /// EINVAL for a stack below 16 KiB.
    @discardableResult
    package static func start(
        name: String, stackOctets: Int, body: sending @escaping () -> Void
    ) throws(SystemError) -> Thread {
        let box = unsafe Unmanaged.passRetained(Body(body))
        var handle: UInt = 0
        let shown = String(name.utf8.prefix(15)) ?? "worker"
        // Safe: the thread takes back the reference; if it never starts, we do.
        let result = unsafe linux_thread_start(
            &handle, shown, stackOctets,
            { context in
                guard let context = unsafe context else { return }
                let body = unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue()
                body.run()
            }, box.toOpaque())
        if result < 0 {
            unsafe box.release()
            throw SystemError(call: "pthread_create", errno: -result)
        }
        return Thread(handle: handle)
    }

    /// Lets all threads of the machine go first that are not as patient as the calling one.
    ///
    /// `nice` is 0...19; a system that does not allow it changes nothing.
    package static func yieldToOthers(nice: Int32) { _ = linux_thread_yield(nice) }

    /// Waits until the thread has ended.
    package consuming func join() {
        linux_thread_join(handle)
        discard self
    }
}

/// Carries the closure over.
private final class Body {
    let run: () -> Void

    init(_ run: @escaping () -> Void) { self.run = run }
}
