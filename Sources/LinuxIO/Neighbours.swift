import CLinux

/// A host on one of the networks of this machine, with the address of its network card.
package struct Neighbour: Sendable {
    /// Port 0.
    package let address: SocketAddress
    /// At least one octet.
    package let hardware: [UInt8]
}

/// The kernel's neighbour table: ARP and its IPv6 twin.
package enum Neighbours {
    private static let netlink: Int32 = 16
    /// Octets of one part of the kernel's answer; it sends no more than 32 KiB at once.
    private static let partOctets = 65_536
    /// Parts that are read of one answer.
    private static let parts = 256
    /// NUD_INCOMPLETE, NUD_FAILED, NUD_NOARP: nothing is known, or nothing is to be known.
    private static let unusable: UInt16 = 0x01 | 0x20 | 0x40

    /// What is known now; nothing where the kernel will not say.
    ///
    /// The kernel answers at once, without waiting for anybody. Cost: a socket, allocates.
    package static func list(atMost limit: Int) -> [Neighbour] {
        let fd = linux_socket(netlink, linux_datagram)
        guard fd >= 0 else { return [] }
        defer { Sockets.close(fd) }
        // nlmsghdr: length, RTM_GETNEIGH, REQUEST | DUMP, number, port; ndmsg: any family.
        let request: [UInt8] =
            words(28, 30 | 0x301 << 16, 1, 0) + [UInt8](repeating: 0, count: 12)
        // Safe: the octets of an array are initialised.
        guard case .octets = unsafe Sockets.send(fd, request.span.bytes) else { return [] }
        var found: [Neighbour] = []
        var memory = [UInt8](repeating: 0, count: partOctets)
        for _ in 0..<parts {
            let count = receive(fd, into: &memory)
            guard count > 0, found.count < limit else { break }
            // Safe: the octets of an array are initialised.
            let isLast = unsafe read(memory.span.bytes.extracting(0..<count), into: &found)
            if isLast { break }
        }
        return Array(found.prefix(limit))
    }

    private static func words(_ values: UInt32...) -> [UInt8] {
        values.flatMap { value in
            (0..<4).map { UInt8(truncatingIfNeeded: value.littleEndian >> UInt32(8 * $0)) }
        }
    }

    private static func receive(_ fd: Int32, into memory: inout [UInt8]) -> Int {
        var span = memory.mutableSpan
        // Safe: octets have no invalid values.
        var octets = unsafe span.mutableBytes
        guard case .octets(let count) = Sockets.receiveDatagram(fd, into: &octets) else { return 0 }
        return count
    }

    /// Takes the hosts of one part; whether it was the last.
    ///
    /// Shape: messages of `nlmsghdr` (16 octets), `ndmsg` (12) and attributes, each padded to four.
    private static func read(_ part: RawSpan, into found: inout [Neighbour]) -> Bool {
        var at = 0
        while part.byteCount - at >= 16 {
            let length = Int(number(part, at, UInt32.self))
            let kind = number(part, at + 4, UInt16.self)
            guard length >= 16, length <= part.byteCount - at else { return true }
            // NLMSG_ERROR, NLMSG_DONE.
            if kind == 2 || kind == 3 { return true }
            // RTM_NEWNEIGH.
            if kind == 28, length >= 28,
                let neighbour = neighbour(part.extracting((at + 16)..<(at + length)))
            {
                found.append(neighbour)
            }
            at += (length + 3) & ~3
        }
        return false
    }

    private static func neighbour(_ message: RawSpan) -> Neighbour? {
        let family = message.unsafeOctet(0)
        guard number(message, 8, UInt16.self) & unusable == 0 else { return nil }
        var address: SocketAddress?
        var hardware: [UInt8] = []
        var at = 12
        while message.byteCount - at >= 4 {
            let length = Int(number(message, at, UInt16.self))
            guard length >= 4, length <= message.byteCount - at else { break }
            let value = message.extracting((at + 4)..<(at + length))
            switch number(message, at + 2, UInt16.self) {
            case 1: address = socketAddress(value, family: family)
            case 2: hardware = (0..<value.byteCount).map { value.unsafeOctet($0) }
            default: break
            }
            at += (length + 3) & ~3
        }
        guard let address, !hardware.isEmpty else { return nil }
        return Neighbour(address: address, hardware: hardware)
    }

    private static func socketAddress(_ octets: RawSpan, family: UInt8) -> SocketAddress? {
        switch (family, octets.byteCount) {
        case (2, 4):
            return SocketAddress(ipv4: UInt32(bigEndian: number(octets, 0, UInt32.self)), port: 0)
        case (10, 16):
            return SocketAddress(
                ipv6High: UInt64(bigEndian: number(octets, 0, UInt64.self)),
                low: UInt64(bigEndian: number(octets, 8, UInt64.self)), port: 0)
        default: return nil
        }
    }

    /// A number in the order of this machine, as netlink has them.
    private static func number<Number: FixedWidthInteger & BitwiseCopyable>(
        _ octets: RawSpan, _ offset: Int, _ type: Number.Type
    ) -> Number {
        // Safe: any octets are a number; the span checks that they are there.
        unsafe octets.unsafeLoadUnaligned(fromByteOffset: offset, as: type)
    }
}

extension RawSpan {
    /// The octet at an offset.
    fileprivate func unsafeOctet(_ offset: Int) -> UInt8 {
        // Safe: any octet is a number; the span checks that it is there.
        unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }
}
