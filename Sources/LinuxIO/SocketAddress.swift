/// An IPv4 or IPv6 address and a port, laid out as the kernel's `sockaddr_in` or `sockaddr_in6`.
///
/// ```
///  word   0              1            2 3 4 5        6
///  IPv4   family, port   address      zero           zero
///  IPv6   family, port   flow label   address        scope (interface index)
/// ```
/// Family is in the order of the machine, port and addresses in network order.
@frozen @usableFromInline
package struct SocketAddress: Hashable, Sendable {
    @usableFromInline var words: InlineArray<7, UInt32>

    /// No address: family 0.
    ///
    /// What a kernel that names nobody leaves.
    @inlinable package init() { words = InlineArray(repeating: 0) }

    /// Takes an IPv4 address as a number (127.0.0.1 is 0x7f00_0001).
    @inlinable package init(ipv4: UInt32, port: UInt16) {
        words = InlineArray(repeating: 0)
        words[0] = 2 | UInt32(port.bigEndian) << 16
        words[1] = ipv4.bigEndian
    }

    /// Takes an IPv6 address as two numbers; `scope` is an interface index for link-local ones.
    @inlinable package init(ipv6High high: UInt64, low: UInt64, port: UInt16, scope: UInt32 = 0) {
        words = InlineArray(repeating: 0)
        words[0] = 10 | UInt32(port.bigEndian) << 16
        words[2] = UInt32(truncatingIfNeeded: high >> 32).bigEndian
        words[3] = UInt32(truncatingIfNeeded: high).bigEndian
        words[4] = UInt32(truncatingIfNeeded: low >> 32).bigEndian
        words[5] = UInt32(truncatingIfNeeded: low).bigEndian
        words[6] = scope
    }

    /// Copies what the kernel wrote: 28 readable octets, of which IPv4 uses the first 8.
    @inlinable @inline(__always) @unsafe
    init(kernel octets: UnsafeRawPointer) {
        // Safe: the caller promises 28 octets; all places of addresses are aligned to 4.
        let all = unsafe octets.load(as: InlineArray<7, UInt32>.self)
        words = InlineArray(repeating: 0)
        words[0] = all[0]
        words[1] = all[1]
        // Beyond them, an IPv4 row holds what the kernel left there of another peer.
        if all[0] & 0xffff == 10 { words = all }
    }

    /// Writes all 28 octets for the kernel to read.
    @inlinable @inline(__always) @unsafe
    func store(to octets: UnsafeMutableRawPointer) {
        // Safe: the caller promises 28 octets; all places of addresses are aligned to 4.
        unsafe octets.assumingMemoryBound(to: InlineArray<7, UInt32>.self).pointee = words
    }

    /// Lends the 28 octets to a system call. (Swift 6.2 cannot pass an `InlineArray` with `&`.)
    @inline(__always) @unsafe
    mutating func lend(to call: (UnsafeMutableRawPointer) -> Int32) -> Int32 {
        // Safe: the pointer does not outlive the call.
        unsafe withUnsafeMutablePointer(to: &words) { unsafe call(UnsafeMutableRawPointer($0)) }
    }

    /// The kernel's number of the address family: 2 (IPv4), 10 (IPv6) or 0 (none).
    @inlinable package var family: Int32 { Int32(words[0] & 0xffff) }

    /// Whether this is an IPv4 address.
    @inlinable package var isIPv4: Bool { words[0] & 0xffff == 2 }

    /// Whether this is an IPv6 address.
    @inlinable package var isIPv6: Bool { words[0] & 0xffff == 10 }

    /// The octets that the kernel wants to see: 16 for IPv4, 28 for IPv6.
    @inlinable package var length: UInt32 { isIPv4 ? 16 : 28 }

    /// The port; 0 lets the kernel choose one.
    @inlinable package var port: UInt16 {
        get { UInt16(truncatingIfNeeded: words[0] >> 16).byteSwapped }
        set { words[0] = words[0] & 0xffff | UInt32(newValue.bigEndian) << 16 }
    }

    /// The IPv4 address as a number; only of use if `isIPv4`.
    @inlinable package var ipv4: UInt32 { UInt32(bigEndian: words[1]) }

    /// The first half of the IPv6 address; only of use if `isIPv6`.
    @inlinable package var ipv6High: UInt64 {
        UInt64(UInt32(bigEndian: words[2])) << 32 | UInt64(UInt32(bigEndian: words[3]))
    }

    /// The second half of the IPv6 address; only of use if `isIPv6`.
    @inlinable package var ipv6Low: UInt64 {
        UInt64(UInt32(bigEndian: words[4])) << 32 | UInt64(UInt32(bigEndian: words[5]))
    }

    /// The interface index of a link-local address, 0 otherwise.
    @inlinable package var scope: UInt32 { isIPv6 ? words[6] : 0 }

    /// Whether this is 0.0.0.0 or `::`.
    @inlinable package var isWildcard: Bool {
        isIPv4 ? words[1] == 0 : isIPv6 && ipv6High == 0 && ipv6Low == 0
    }

    /// The same family's 0.0.0.0 or `::`, with a port.
    @inlinable package func wildcard(port: UInt16) -> SocketAddress {
        isIPv4
            ? SocketAddress(ipv4: 0, port: port) : SocketAddress(ipv6High: 0, low: 0, port: port)
    }

    /// Compares family, address, port and scope; a flow label does not tell two peers apart.
    @inlinable package static func == (left: SocketAddress, right: SocketAddress) -> Bool {
        guard left.words[0] == right.words[0] else { return false }
        guard left.isIPv6 else { return left.words[1] == right.words[1] }
        for index in 2..<7 where left.words[index] != right.words[index] { return false }
        return true
    }

    /// Feeds what `==` compares.
    @inlinable package func hash(into hasher: inout Hasher) {
        hasher.combine(words[0])
        if isIPv4 { hasher.combine(words[1]) }
        if isIPv6 {
            for index in 2..<7 { hasher.combine(words[index]) }
        }
    }
}
