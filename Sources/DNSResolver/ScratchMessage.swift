/// A row of memory in which a message is put together before it goes into the cache. One per
/// worker.
///
/// Sendable: it alone has its memory.
@safe
struct ScratchMessage: ~Copyable, @unchecked Sendable {
    private let storage: UnsafeMutableRawBufferPointer

    init(octets: Int) {
        unsafe storage = UnsafeMutableRawBufferPointer.allocate(byteCount: octets, alignment: 64)
        unsafe storage.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit {
        unsafe storage.deallocate()
    }

    /// The whole row, to be written.
    var row: MutableRawSpan {
        @_lifetime(&self) mutating get {
            // Safe: the memory lives as long as self, which is borrowed exclusively.
            unsafe _overrideLifetime(storage.mutableBytes, mutating: &self)
        }
    }

    /// The same row, to be read.
    var bytes: RawSpan {
        @_lifetime(borrow self) get {
            // Safe: the memory was initialised whole and lives as long as self.
            unsafe _overrideLifetime(storage.bytes, borrowing: self)
        }
    }
}
