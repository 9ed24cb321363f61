import Synchronization

/// Whether this server wants to be asked: what `health.waggle` answers.
///
/// Before the end it says no, and answers all the same, until whoever looks has led clients away.
package final class Readiness: Sendable {
    private let isLeavingSoon = Atomic<Bool>(false)

    package init() {}

    /// Whether the process is about to end.
    package var isLeaving: Bool { isLeavingSoon.load(ordering: .relaxed) }

    /// From now on the server says that it leaves.
    package func leave() { isLeavingSoon.store(true, ordering: .relaxed) }
}
