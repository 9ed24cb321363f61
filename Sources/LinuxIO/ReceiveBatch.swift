public import CLinux  // Inlinable code may name only what is imported so.

/// Receives many datagrams with one system call into rows that are allocated once.
///
/// What a row shows is of the last `receive`; nothing is copied on the way. One batch serves any
/// number of sockets, one after the other, on one thread.
@frozen @usableFromInline
package struct ReceiveBatch: ~Copyable {
    @usableFromInline let table: MessageTable
    /// Whether the local address of each datagram is asked for.
    @usableFromInline let wantsPacketInfo: Bool
    /// Datagrams of the last `receive`; 0...rows.
    @usableFromInline package private(set) var count: Int

    /// Allocates the rows; `wantsPacketInfo` for sockets that were opened with `wantsPacketInfo`.
    package init(
        rows: Int = Limits.batchRows, rowOctets: Int = Limits.rowOctets, wantsPacketInfo: Bool
    ) {
        table = MessageTable(rowCount: rows, rowOctets: rowOctets)
        self.wantsPacketInfo = wantsPacketInfo
        count = 0
        prepare(rows)
    }

    /// Datagrams that one `receive` can take.
    @inlinable package var capacity: Int { table.rowCount }

    /// Restores what the kernel changed in the first `used` headers.
    private func prepare(_ used: Int) {
        let controlOctets = wantsPacketInfo ? MessageTable.controlStride : 0
        for index in 0..<used {
            // Safe: used is at most the number of rows.
            unsafe table.headers[index].name_length = 28
            unsafe table.headers[index].control_length = controlOctets
        }
    }

    /// Receives what has come, at most one datagram per row; 0 if nothing has.
    ///
    /// Never waits. Errors that earlier replies caused (ICMP) are skipped, one system call each; a
    /// shortage of memory in the kernel reads as nothing. A full batch means that more may wait.
    @inline(never)
    package mutating func receive(_ fd: Int32) -> Int {
        prepare(count)
        count = 0
        for _ in 0..<Limits.skippedErrors {
            let result = unsafe linux_receive_messages(fd, table.headers, UInt32(table.rowCount))
            if result >= 0 {
                count = Int(result)
                return count
            }
            switch -result {
            case EAGAIN, ENOMEM, ENOBUFS: return 0
            case EBADF, EFAULT, ENOTSOCK, EINVAL: preconditionFailure("receive on a bad socket")
            default: continue
            }
        }
        return 0
    }

    /// The octets of a datagram, as far as they fit into a row.
    @inlinable @inline(__always) @_lifetime(borrow self)
    package func message(_ index: Int) -> RawSpan {
        precondition(index >= 0 && index < count, "no such datagram")
        // Safe: the kernel never claims more octets than a row has; rows live as long as self.
        let octets = unsafe UnsafeRawBufferPointer(
            start: table.rows + index &* table.stride,
            count: Int(truncatingIfNeeded: table.headers[index].octets & 0xffff_ffff))
        return unsafe _overrideLifetime(octets.bytes, borrowing: self)
    }

    /// Whether the datagram was longer than a row and its end is lost.
    @inlinable package func isTruncated(_ index: Int) -> Bool {
        precondition(index >= 0 && index < count, "no such datagram")
        // Safe: index was compared; 0x20 is MSG_TRUNC.
        return unsafe table.headers[index].flags & 0x20 != 0
    }

    /// Who sent a datagram, and where to if the batch wants to know.
    @inlinable @inline(__always)
    package func peer(_ index: Int) -> ReplyAddress {
        precondition(index >= 0 && index < count, "no such datagram")
        // Safe: index was compared, and every row of addresses has 32 octets.
        let from = unsafe SocketAddress(
            kernel: table.addresses + index &* MessageTable.addressStride)
        var reply = ReplyAddress(peer: from)
        if wantsPacketInfo { unsafe linux_read_local(table.headers + index, &reply.local) }
        return reply
    }
}
