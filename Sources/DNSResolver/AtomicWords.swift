public import Synchronization

/// A row of words that threads read and write at the same time, without order among them.
///
/// Access outside the row traps. Cost: a plain load or store; a locked addition for `add`.
@safe @frozen @usableFromInline
package struct AtomicWords: ~Copyable, @unchecked Sendable {
    // Sendable: the words are atomics, the memory lives as long as self.
    @usableFromInline let words: UnsafeMutablePointer<Atomic<UInt64>>
    @usableFromInline package let count: Int

    /// So many words, all zero.
    package init(count: Int) {
        unsafe words = .allocate(capacity: count)
        for index in 0..<count { unsafe (words + index).initialize(to: Atomic(0)) }
        self.count = count
    }

    deinit {
        // An atomic has nothing to end.
        unsafe words.deallocate()
    }

    @inlinable
    package func load(_ index: Int) -> UInt64 {
        precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "no such word")
        return unsafe words[index].load(ordering: .relaxed)
    }

    @inlinable
    package func store(_ index: Int, _ value: UInt64) {
        precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "no such word")
        unsafe words[index].store(value, ordering: .relaxed)
    }

    /// Answers what the word was before; it wraps.
    @inlinable
    package func add(_ index: Int, _ amount: UInt64) -> UInt64 {
        precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "no such word")
        return unsafe words[index].wrappingAdd(amount, ordering: .relaxed).oldValue
    }
}
