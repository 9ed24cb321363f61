import DNSWire
import LinuxIO

/// Octets on their way through a TCP connection: those that came and are no whole message yet, or
/// those that could not be written yet.
///
/// Shape: an array with a cursor to its first octet that counts. Taking from the front moves the
/// cursor, and what lies before it goes when it is half of the array, so each octet is moved at
/// most twice. Cost: allocates until it has grown to the load, and a quarter more; a buffer that
/// was large and is empty gives its memory back.
struct StreamBuffer {
    private var octets: [UInt8] = []
    private var start = 0

    var count: Int { octets.count - start }
    var isEmpty: Bool { octets.count == start }
    /// The memory that it has beyond what every connection may keep.
    var heldOctets: Int { octets.capacity > ServerLimits.keptOctets ? octets.capacity : 0 }

    /// What the length in front of the first message says; nil before both octets of it are there.
    /// RFC 1035 §4.2.2.
    var announcedOctets: Int? {
        guard count >= 2 else { return nil }
        return Int(octets[start]) << 8 | Int(octets[start + 1])
    }

    /// The octets of the first message, without its length; nil while it is not whole.
    var messageOctets: Int? {
        guard let length = announcedOctets, count >= 2 + length else { return nil }
        return length
    }

    mutating func append(_ new: RawSpan, from offset: Int = 0) {
        guard offset < new.byteCount else { return }
        makeRoom(for: new.byteCount - offset)
        unsafe new.withUnsafeBytes { bytes in
            // Safe: slicing checks the bounds.
            unsafe octets.append(contentsOf: bytes[offset...])
        }
    }

    /// Copies the first message, which is `length` octets long, into the row and forgets it.
    mutating func takeMessage(_ length: Int, into row: inout MessageRow) {
        var writer = WireWriter(row.message)
        // Safe: the octets of an array are initialised; the copy is compared with their end.
        _ = unsafe writer.write(octets.span.bytes, from: start + 2, length: length)
        drop(2 + length)
    }

    /// Writes what is kept to a socket and forgets what was written.
    mutating func send(to fd: Int32) -> Transfer {
        // Safe: the octets of an array are initialised.
        let outcome = unsafe Sockets.send(fd, octets.span.bytes.extracting(start..<octets.count))
        if case .octets(let count) = outcome { drop(count) }
        return outcome
    }

    mutating func removeAll() {
        start = 0
        if octets.capacity > ServerLimits.keptOctets {
            octets = []
        } else {
            octets.removeAll(keepingCapacity: true)
        }
    }

    private mutating func drop(_ count: Int) {
        precondition(count <= self.count, "more octets taken than are there")
        start += count
        if start == octets.count { removeAll() }
    }

    /// Moves what is left to the front, once it is less than what was taken, and grows if need be.
    private mutating func makeRoom(for more: Int) {
        if start > 0, start * 2 >= octets.count {
            octets.removeSubrange(..<start)
            start = 0
        }
        let needed = octets.count + more
        guard needed > octets.capacity, needed > ServerLimits.keptOctets else { return }
        // An array would double.
        octets.reserveCapacity(needed + needed / 4)
    }
}
