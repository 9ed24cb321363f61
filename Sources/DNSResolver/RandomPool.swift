/// Random numbers drawn in advance: the ids and ports that a forger has to guess.
///
/// RFC 5452 §4.
///
/// The owner refills it from the kernel in blocks, so that a query costs no system call. An empty
/// pool draws each number from the system: slower, never weaker.
package struct RandomPool: ~Copyable {
    /// Numbers the pool holds when it is full.
    package static var capacity: Int { 512 }

    /// Not in place: whoever owns the pool stays small.
    private var numbers = [UInt16](repeating: 0, count: 512)
    private var count = 0
    private var system = SystemRandomNumberGenerator()

    package init() {}

    /// Whether the pool should be refilled before the next burst.
    package var isLow: Bool { count < Self.capacity / 4 }

    /// Octets that `refill` would use now.
    package var missingOctets: Int { 2 * (Self.capacity - count) }

    /// Takes random octets, two for a number; what does not fit is left.
    package mutating func refill(from octets: RawSpan) {
        var offset = 0
        while count < Self.capacity, octets.byteCount - offset >= 2 {
            // Safe: two octets are left at offset.
            numbers[count] = unsafe octets.unsafeLoadUnaligned(
                fromByteOffset: offset, as: UInt16.self)
            count += 1
            offset += 2
        }
    }

    /// The next number; each is handed out once.
    package mutating func next() -> UInt16 {
        guard count > 0 else { return system.next() }
        count -= 1
        return numbers[count]
    }

    /// A port of the range.
    ///
    /// Each is as likely as any other up to one part in 65,536.
    package mutating func nextPort(in range: ClosedRange<UInt16>) -> UInt16 {
        let number = UInt64(next()) << 16 | UInt64(next())
        let width = UInt64(range.upperBound - range.lowerBound) + 1
        // Safe: the product is below width << 32, so the shifted number is below width.
        return range.lowerBound &+ UInt16(truncatingIfNeeded: (number &* width) >> 32)
    }
}
