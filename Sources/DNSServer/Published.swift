import Synchronization

/// One value with one writer and many readers, who look at a number to learn that there is a newer
/// one.
///
/// A reader keeps a strong reference of its own, so that using the value costs no reference
/// counting. Cost of `refresh` when nothing changed: one load. The idea is dnsdist's `sholder.hh`.
package final class Published<Value: AnyObject & Sendable>: Sendable {
    private let generation = Atomic<UInt64>(1)
    private let current: Mutex<Value>

    package init(_ value: Value) {
        current = Mutex(value)
    }

    /// The value of this moment.
    package var value: Value { current.withLock { $0 } }

    /// Replaces the value; readers see it at their next `refresh`.
    package func publish(_ value: Value) {
        current.withLock { $0 = value }
        generation.add(1, ordering: .releasing)
    }

    /// Brings a reader's copy up to date; whether it changed. `seen` starts at 0.
    package func refresh(_ local: inout Value, seen: inout UInt64) -> Bool {
        let newest = generation.load(ordering: .acquiring)
        guard newest != seen else { return false }
        local = current.withLock { $0 }
        seen = newest
        return true
    }
}
