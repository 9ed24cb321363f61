import DNSConfig
import DNSWire

/// Addresses of many prefixes, as `bogus-nxdomain` and `ignore-address` list them.
///
/// Shape: disjoint intervals in ascending order, for each family. Cost: two words of 32 or 128 bits
/// an interval; a question is a binary search, nine steps for 500 lines.
struct AddressSet: Sendable {
    private let ipv4: IntervalSet<UInt32>
    private let ipv6: IntervalSet<UInt128>

    init(_ prefixes: [AddressPrefix]) {
        var short: [ClosedRange<UInt32>] = []
        var long: [ClosedRange<UInt128>] = []
        for prefix in prefixes {
            let range = AddressRange(network: prefix.address, prefixLength: prefix.length)
            if prefix.address.isIPv4 {
                short.append(range.first.ipv4...range.last.ipv4)
            } else {
                long.append(range.first.ipv6...range.last.ipv6)
            }
        }
        ipv4 = IntervalSet(short)
        ipv6 = IntervalSet(long)
    }

    var isEmpty: Bool { ipv4.isEmpty && ipv6.isEmpty }

    func contains(_ address: IPAddress) -> Bool {
        address.isIPv4 ? ipv4.contains(address.ipv4) : ipv6.contains(address.ipv6)
    }
}

/// Numbers in disjoint intervals.
struct IntervalSet<Bound: FixedWidthInteger & Sendable>: Sendable {
    /// First numbers of the intervals, ascending.
    private var firsts: [Bound] = []
    /// The last number of each.
    private var lasts: [Bound] = []

    init(_ ranges: [ClosedRange<Bound>]) {
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            guard let last = lasts.last, range.lowerBound <= last else {
                firsts.append(range.lowerBound)
                lasts.append(range.upperBound)
                continue
            }
            lasts[lasts.count - 1] = max(last, range.upperBound)
        }
    }

    var isEmpty: Bool { firsts.isEmpty }
    var count: Int { firsts.count }

    func contains(_ number: Bound) -> Bool {
        // The intervals before `low` begin at or below the number, those from `high` on above it.
        var low = 0
        var high = firsts.count
        while low < high {
            let middle = (low + high) / 2
            if firsts[middle] <= number { low = middle + 1 } else { high = middle }
        }
        return low > 0 && number <= lasts[low - 1]
    }
}

extension IPAddress {
    /// The IPv6 address as a number. Meaningful only if not `isIPv4`.
    var ipv6: UInt128 { UInt128(high) << 64 | UInt128(low) }
}

extension RawSpan {
    /// The address of an A or AAAA record of class IN; nil for other records, and for rdata of
    /// another length. RFC 1035 §3.4.1, RFC 3596 §2.2.
    func address(of record: RecordHeader) -> IPAddress? {
        guard record.recordClass == .internet else { return nil }
        let at = record.rdataOffset
        switch (record.type, record.rdataLength) {
        case (.a, 4): return IPAddress(ipv4: uint32(at: at))
        case (.aaaa, 16):
            return IPAddress(
                high: UInt64(uint32(at: at)) << 32 | UInt64(uint32(at: at &+ 4)),
                low: UInt64(uint32(at: at &+ 8)) << 32 | UInt64(uint32(at: at &+ 12)))
        default: return nil
        }
    }
}
