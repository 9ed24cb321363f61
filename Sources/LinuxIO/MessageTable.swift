public import CLinux  // Inlinable code may name only what is imported so.

/// The memory of a batch: rows for the octets, and beside them what the kernel wants to know of
/// each.
///
/// ```
/// rows (stride: octets + 64) | headers (64 each) | addresses (32) | controls (64) | vectors (16)
/// ```
/// Allocated once, all of it aligned to 64. The stride puts the beginnings of the rows into
/// different cache sets; rows of exactly 4096 octets would all compete for one.
@safe @frozen @usableFromInline
struct MessageTable: ~Copyable {
    @usableFromInline let rowCount: Int
    @usableFromInline let rowOctets: Int
    @usableFromInline let stride: Int
    @usableFromInline let rows: UnsafeMutableRawPointer
    @usableFromInline let headers: UnsafeMutablePointer<linux_message>
    @usableFromInline let addresses: UnsafeMutableRawPointer
    @usableFromInline let controls: UnsafeMutableRawPointer
    @usableFromInline let vectors: UnsafeMutablePointer<linux_vector>

    @usableFromInline static var addressStride: Int { 32 }
    @usableFromInline static var controlStride: Int { 64 }

    init(rowCount: Int, rowOctets: Int) {
        precondition(rowCount > 0 && rowCount <= 1024, "a batch has 1...1024 rows")
        precondition(rowOctets >= 64 && rowOctets <= 65_536, "a row has 64...65536 octets")
        self.rowCount = rowCount
        self.rowOctets = (rowOctets + 63) & ~63
        stride = self.rowOctets + 64
        let total = rowCount * (stride + 64 + Self.addressStride + Self.controlStride + 16)
        // Safe: one zeroed block, cut into five tables that lie one after the other.
        unsafe rows = UnsafeMutableRawPointer.allocate(byteCount: total, alignment: 64)
        let headerOctets = unsafe rows + rowCount * stride
        unsafe headerOctets.initializeMemory(
            as: UInt8.self, repeating: 0, count: total - rowCount * stride)
        unsafe headers = headerOctets.bindMemory(to: linux_message.self, capacity: rowCount)
        unsafe addresses = headerOctets + rowCount * 64
        unsafe controls = addresses + rowCount * Self.addressStride
        let vectorOctets = unsafe controls + rowCount * Self.controlStride
        unsafe vectors = vectorOctets.bindMemory(to: linux_vector.self, capacity: rowCount)
        for index in 0..<rowCount {
            unsafe vectors[index] = linux_vector(
                base: rows + index * stride, length: self.rowOctets)
            unsafe headers[index].name = addresses + index * Self.addressStride
            unsafe headers[index].vectors = vectors + index
            unsafe headers[index].vector_count = 1
            unsafe headers[index].control = controls + index * Self.controlStride
        }
    }

    deinit {
        unsafe rows.deallocate()
    }
}
