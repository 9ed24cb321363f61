import DNSWire

/// Memory that is filled once and then only read, without reference counting.
///
/// Numbers of our own in it are little-endian; numbers of the wire stay big-endian. Loads are
/// checked against the end.
@safe
struct FrozenOctets: ~Copyable, @unchecked Sendable {
    // Sendable: written only by init, before anybody else can see it.
    private let storage: UnsafeMutableRawBufferPointer

    init(_ octets: [UInt8]) {
        let copy = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(octets.count, 8), alignment: 64)
        unsafe copy.initializeMemory(as: UInt8.self, repeating: 0)
        unsafe copy.copyBytes(from: octets)
        unsafe storage = copy
    }

    deinit {
        unsafe storage.deallocate()
    }

    @inline(__always)
    var bytes: RawSpan {
        @_lifetime(borrow self) get {
            // Safe: the memory lives as long as self and is never written again.
            unsafe _overrideLifetime(storage.bytes, borrowing: self)
        }
    }
}

extension RawSpan {
    @inline(__always)
    func littleUInt16(at offset: Int) -> UInt16 { uint16(at: offset).byteSwapped }

    @inline(__always)
    func littleUInt32(at offset: Int) -> UInt32 { uint32(at: offset).byteSwapped }
}

extension [UInt8] {
    mutating func appendLittle(_ value: UInt16) {
        append(UInt8(truncatingIfNeeded: value))
        append(UInt8(truncatingIfNeeded: value >> 8))
    }

    mutating func appendLittle(_ value: UInt32) {
        appendLittle(UInt16(truncatingIfNeeded: value))
        appendLittle(UInt16(truncatingIfNeeded: value >> 16))
    }

    mutating func appendBig(_ value: UInt16) {
        append(UInt8(truncatingIfNeeded: value >> 8))
        append(UInt8(truncatingIfNeeded: value))
    }

    mutating func appendBig(_ value: UInt32) {
        appendBig(UInt16(truncatingIfNeeded: value >> 16))
        appendBig(UInt16(truncatingIfNeeded: value))
    }

    mutating func storeLittle(_ value: UInt32, at offset: Int) {
        for index in 0..<4 {
            self[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(8 * index))
        }
    }
}
