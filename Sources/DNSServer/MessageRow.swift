/// Memory for one message of any length, with room for the two octets of length that TCP puts in
/// front.
@safe
struct MessageRow: ~Copyable {
    private let storage: UnsafeMutableRawBufferPointer

    init() {
        unsafe storage = UnsafeMutableRawBufferPointer.allocate(
            byteCount: ServerLimits.framedOctets, alignment: 64)
        // The first octets only: the rest is taken from the system when a message needs it.
        unsafe storage.storeBytes(of: 0, as: UInt64.self)
    }

    deinit {
        unsafe storage.deallocate()
    }

    /// Room for the message itself.
    var message: MutableRawSpan {
        @_lifetime(&self) mutating get {
            // Safe: two octets in front are left, and the memory lives as long as self.
            let octets = unsafe UnsafeMutableRawBufferPointer(rebasing: storage[2...])
            return unsafe _overrideLifetime(octets.mutableBytes, mutating: &self)
        }
    }

    /// Writes the id of the message. RFC 1035 §4.1.1.
    mutating func setID(_ id: UInt16) {
        // Safe: the row is longer than the two octets of length and those of the id.
        unsafe storage.storeBytes(of: id.bigEndian, toByteOffset: 2, as: UInt16.self)
    }

    /// Room for at most `count` octets of the message.
    @_lifetime(&self)
    mutating func room(_ count: Int) -> MutableRawSpan {
        // Safe: slicing checks the bounds, and self is borrowed exclusively.
        let octets = unsafe UnsafeMutableRawBufferPointer(rebasing: storage[2..<2 + count])
        return unsafe _overrideLifetime(octets.mutableBytes, mutating: &self)
    }

    /// The first `count` octets of the message.
    @_lifetime(borrow self)
    func message(_ count: Int) -> RawSpan {
        // Safe: slicing checks the bounds.
        let octets = unsafe UnsafeRawBufferPointer(rebasing: storage[2..<2 + count])
        return unsafe _overrideLifetime(octets.bytes, borrowing: self)
    }

    /// The message with its length in front. RFC 1035 §4.2.2.
    @_lifetime(&self)
    mutating func framed(_ count: Int) -> RawSpan {
        precondition(count <= Int(UInt16.max), "a message has at most 65,535 octets")
        // Safe: slicing checks the bounds.
        unsafe storage.storeBytes(of: UInt16(count).bigEndian, as: UInt16.self)
        let octets = unsafe UnsafeRawBufferPointer(rebasing: storage[0..<2 + count])
        return unsafe _overrideLifetime(octets.bytes, mutating: &self)
    }
}
