import Synchronization

/// A member that keeps a large struct in its place.
///
/// The compiler lends a struct of plain values to a call by copying it, kilobytes for a test of one
/// field; one that holds an atomic is lent by its address. Cost: eight octets.
package struct Pin: ~Copyable {
    private let word = Atomic<UInt64>(0)

    package init() {}
}
