/// The limits of the wire format, each with its source.
@frozen @usableFromInline
package enum WireLimits {
    /// Octets of a name on the wire, with its final root label. RFC 1035 §3.1.
    @inlinable package static var nameOctets: Int { 255 }
    /// Octets of one label. RFC 1035 §2.3.4.
    @inlinable package static var labelOctets: Int { 63 }
    /// Labels of a name without the root: 127 one-octet labels fill 255 octets.
    @inlinable package static var nameLabels: Int { 127 }
    /// Octets of the fixed header. RFC 1035 §4.1.1.
    @inlinable package static var headerOctets: Int { 12 }
    /// Octets of a UDP message to a client that sent no OPT record. RFC 1035 §2.3.4.
    @inlinable package static var plainDatagramOctets: Int { 512 }
    /// Octets of any message: the length prefix of TCP has 16 bits. RFC 1035 §4.2.2.
    @inlinable package static var messageOctets: Int { 65_535 }
    /// Compression pointers have 14 bits. RFC 1035 §4.1.4.
    @inlinable package static var pointerOffset: Int { 0x3FFF }
    /// A pointer to the name behind the header: the question's.
    @inlinable package static var questionPointer: UInt16 { 0xC00C }
    /// Pointers followed in one name. Each must go strictly backwards; dnsmasq stops at 255, RFC
    /// 9267 §2.
    @inlinable package static var pointersPerName: Int { 127 }
    /// Octets compared for compression in one message; what comes after is written without it. Some
    /// thousand records of ordinary names stay below.
    @inlinable package static var compressionOctets: Int { 4_000_000 }
    /// Octets of an OPT record without options: root, type, class, TTL, length. RFC 6891 §6.1.2.
    @inlinable package static var optOctets: Int { 11 }
    /// Octets of options that are passed on: a cookie, a subnet and every identity that can be
    /// added, and as much again. dnsmasq passes whatever fits a datagram.
    @inlinable package static var ednsOptionOctets: Int { 256 }
}
