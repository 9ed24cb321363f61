public import CLinux  // Inlinable code may name only what is imported so.

/// Collects datagrams in rows that are allocated once, and sends them with one system call.
///
/// Write into `row(count)`, then `commit`; `flush` sends and empties the batch.
@frozen @usableFromInline
package struct SendBatch: ~Copyable {
    @usableFromInline let table: MessageTable
    /// Datagrams that were committed and not yet sent; 0...rows.
    @usableFromInline package var count: Int

    /// Allocates the rows.
    package init(rows: Int = Limits.batchRows, rowOctets: Int = Limits.rowOctets) {
        table = MessageTable(rowCount: rows, rowOctets: rowOctets)
        count = 0
    }

    /// Whether every row is committed: flush before the next one.
    @inlinable package var isFull: Bool { count == table.rowCount }

    /// The memory of row `index`, all of it; what it holds is left over from before.
    @inlinable @inline(__always) @_lifetime(&self)
    package mutating func row(_ index: Int) -> MutableRawSpan {
        precondition(index >= 0 && index < table.rowCount, "no such row")
        // Safe: the row lies inside the table, which lives as long as self.
        let octets = unsafe UnsafeMutableRawBufferPointer(
            start: table.rows + index &* table.stride, count: table.rowOctets)
        return unsafe _overrideLifetime(octets.mutableBytes, mutating: &self)
    }

    /// Marks the first `length` octets of row `count` to be sent; `count` grows by one.
    @inlinable @inline(__always)
    package mutating func commit(length: Int, to reply: ReplyAddress) {
        precondition(count < table.rowCount, "the batch is full")
        precondition(length >= 0 && length <= table.rowOctets, "longer than a row")
        let index = count
        // Safe: index is below the number of rows, and every table has that many entries.
        unsafe table.vectors[index].length = length
        unsafe reply.peer.store(to: table.addresses + index &* MessageTable.addressStride)
        unsafe table.headers[index].name_length = reply.peer.length
        unsafe table.headers[index].control_length =
            reply.hasDestination ? writeControl(index, reply) : 0
        count = index &+ 1
    }

    /// Octets of a row.
    @inlinable package var rowOctets: Int { table.rowOctets }

    /// The octets of a datagram that was committed and not yet sent.
    @inlinable @_lifetime(borrow self)
    package func committed(_ index: Int) -> RawSpan {
        precondition(index >= 0 && index < count, "no such datagram")
        // Safe: commit checked the length, and the row lives as long as self.
        let octets = unsafe UnsafeRawBufferPointer(
            start: table.rows + index &* table.stride, count: table.vectors[index].length)
        return unsafe _overrideLifetime(octets.bytes, borrowing: self)
    }

    /// Writes the control message that chooses the source address; answers its octets.
    @usableFromInline func writeControl(_ index: Int, _ reply: ReplyAddress) -> Int {
        var local = reply.local
        // Safe: a row of controls has 64 octets, the longest message 40.
        return unsafe linux_write_local(
            table.controls + index * MessageTable.controlStride, &local)
    }

    /// Forgets what was committed and not sent.
    @inlinable package mutating func clear() { count = 0 }

    /// Sends all that was committed and empties the batch; answers how many datagrams were dropped.
    ///
    /// Never waits: when the socket's buffer is full (EAGAIN, ENOBUFS), the rest is dropped, as a
    /// network would do; the client asks again. A datagram that the kernel refuses for its own sake
    /// (no route, too long, forbidden by a filter) is dropped alone.
    @inline(never)
    @discardableResult
    package mutating func flush(_ fd: Int32) -> Int {
        var sent = 0
        var drops = 0
        while sent < count {
            let left = UInt32(truncatingIfNeeded: count - sent)
            let result = unsafe linux_send_messages(fd, table.headers + sent, left)
            if result > 0 {
                sent += Int(result)
                continue
            }
            switch -result {
            case EINTR: continue
            case EAGAIN, ENOBUFS, ENOMEM:
                drops += count - sent
                sent = count
            case EBADF, EFAULT, ENOTSOCK: preconditionFailure("send on a bad socket")
            default:
                drops += 1
                sent += 1
            }
        }
        count = 0
        return drops
    }
}
