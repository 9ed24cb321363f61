package import DNSWire
import Synchronization

/// The question that a server is asked to see whether it asks back here: eight hexadecimal digits
/// below `test`, type TXT, as dnsmasq's `dns-loop-detect`.
package enum LoopProbe {
    /// Octets of the name: two labels and the root.
    private static let nameOctets = 15

    /// Writes the question.
    @discardableResult @_lifetime(writer: copy writer)
    package static func write(
        _ number: UInt32, id: UInt16, into writer: inout WireWriter
    ) -> Bool {
        guard writer.writeUInt16(id), writer.writeUInt16(MessageHeader.Flags.recursionDesired),
            writer.writeUInt16(1), writer.writeUInt16(0), writer.writeUInt32(0),
            writer.writeUInt8(8)
        else { return false }
        for shift in stride(from: 28, through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: number >> UInt32(shift) & 15)
            guard writer.writeUInt8(digit < 10 ? digit + 48 : digit + 87) else { return false }
        }
        // 4 "test" 0.
        return writer.writeUInt8(4) && writer.writeUInt32(0x7465_7374) && writer.writeUInt8(0)
            && writer.writeUInt16(RecordType.txt.rawValue) && writer.writeUInt16(1)
    }

    /// The number in a folded name; nil for one that is no probe.
    static func number(in name: borrowing FoldedName) -> UInt32? {
        // Safe: the name has that many octets, and zeros behind them.
        guard name.length == nameOctets, name.word(at: 9) == tail else { return nil }
        let digits = UInt64(bigEndian: name.word(at: 1))
        guard name.word(at: 0) & 0xFF == 8 else { return nil }
        var number: UInt32 = 0
        for shift in stride(from: 56, through: 0, by: -8) {
            let octet = UInt8(truncatingIfNeeded: digits >> UInt64(shift))
            switch octet {
            case 48...57: number = number << 4 | UInt32(octet - 48)
            case 97...102: number = number << 4 | UInt32(octet - 87)
            default: return nil
            }
        }
        return number
    }

    /// `4 "test" 0` and two zeros, as the octets lie in memory.
    private static let tail = UInt64(bigEndian: 0x0474_6573_7400_0000)
}

extension Resolver {
    /// Whether the question at hand is one of our own that came back; notes by which server.
    func takeProbe(_ snapshot: Snapshot) -> Bool {
        guard let number = LoopProbe.number(in: name), number != 0 else { return false }
        for server in snapshot.servers
        where server.statistics.probe.load(ordering: .relaxed) == number {
            server.statistics.isLooping.store(true, ordering: .releasing)
            return true
        }
        return false
    }
}
