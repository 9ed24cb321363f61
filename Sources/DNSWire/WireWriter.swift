/// Writes a message into a row of memory that somebody else owns; never beyond its end.
///
/// Every `write` answers whether there was room; after a refusal nothing was written. Cost: no
/// allocation, no call on the good path.
@frozen @usableFromInline
package struct WireWriter: ~Copyable, ~Escapable {
    @usableFromInline var storage: MutableRawSpan
    /// Octets written so far, and so the offset of the next one.
    @usableFromInline package var count: Int
    /// The message may not grow beyond this; at most the octets of the row.
    @usableFromInline package private(set) var limit: Int

    @inlinable @_lifetime(copy storage)
    package init(_ storage: consuming MutableRawSpan) {
        limit = storage.byteCount
        self.storage = storage
        count = 0
    }

    /// Octets of the row, whatever the limit.
    @inlinable package var capacity: Int { storage.byteCount }

    /// Forbids growth beyond `octets`, or beyond the row if that is smaller; below 0 counts as 0.
    @_lifetime(self: copy self)
    package mutating func setLimit(_ octets: Int) {
        limit = max(0, min(octets, storage.byteCount))
    }

    /// Forgets everything after the first `octets` octets.
    @inlinable @_lifetime(self: copy self)
    package mutating func truncate(to octets: Int) {
        if octets < count { count = octets }
    }

    @inlinable @_lifetime(self: copy self)
    package mutating func writeUInt8(_ value: UInt8) -> Bool {
        guard limit &- count >= 1 else { return false }
        storage.storeBytes(of: value, toByteOffset: count, as: UInt8.self)
        count = count &+ 1
        return true
    }

    @inlinable @_lifetime(self: copy self)
    package mutating func writeUInt16(_ value: UInt16) -> Bool {
        guard limit &- count >= 2 else { return false }
        storage.storeBytes(of: value.bigEndian, toByteOffset: count, as: UInt16.self)
        count = count &+ 2
        return true
    }

    @inlinable @_lifetime(self: copy self)
    package mutating func writeUInt32(_ value: UInt32) -> Bool {
        guard limit &- count >= 4 else { return false }
        storage.storeBytes(of: value.bigEndian, toByteOffset: count, as: UInt32.self)
        count = count &+ 4
        return true
    }

    /// Puts a number over octets that were written before.
    @inlinable @_lifetime(self: copy self)
    package mutating func patchUInt16(_ value: UInt16, at offset: Int) {
        precondition(offset >= 0 && offset &+ 2 <= count, "a patch must lie inside the message")
        storage.storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt16.self)
    }

    /// Puts a number over octets that were written before.
    @inlinable @_lifetime(self: copy self)
    package mutating func patchUInt32(_ value: UInt32, at offset: Int) {
        precondition(offset >= 0 && offset &+ 4 <= count, "a patch must lie inside the message")
        storage.storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt32.self)
    }

    /// Appends `length` octets of `source` from `offset` on; false if there is no room or the
    /// source is shorter.
    @inlinable @_lifetime(self: copy self)
    package mutating func write(_ source: RawSpan, from offset: Int, length: Int) -> Bool {
        guard length >= 0, length <= limit &- count, offset >= 0,
            length <= source.byteCount &- offset
        else { return false }
        let at = count
        // Safe: both ranges were compared with their bounds above.
        unsafe storage.withUnsafeMutableBytes { target in
            unsafe source.withUnsafeBytes { octets in
                guard let to = target.baseAddress, let start = octets.baseAddress else { return }
                unsafe (to + at).copyMemory(from: start + offset, byteCount: length)
            }
        }
        count = at &+ length
        return true
    }

    /// Appends all octets of `source`.
    @inlinable @_lifetime(self: copy self)
    package mutating func write(_ source: RawSpan) -> Bool {
        write(source, from: 0, length: source.byteCount)
    }

    /// What was written so far.
    @inlinable package var message: RawSpan {
        @_lifetime(borrow self) get { storage.bytes.extracting(0..<count) }
    }
}
