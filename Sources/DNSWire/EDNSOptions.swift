/// The options of an OPT record, held in place: no heap, copied like any value.
///
/// Shape: `[code u16][length u16][octets]…`, `length` octets in all, each option whole, zero behind
/// them up to the next multiple of eight. RFC 6891 §6.1.2.
package struct EDNSOptions: Sendable {
    private var octets = InlineArray<256, UInt8>(repeating: 0)
    /// 0...`WireLimits.ednsOptionOctets`.
    package private(set) var length = 0

    package init() {}

    package var isEmpty: Bool { length == 0 }

    /// The octets of all options.
    package var bytes: RawSpan {
        @_lifetime(borrow self) get {
            // Safe: the array is initialised and length never exceeds its 256 octets.
            unsafe octets.span.bytes.extracting(0..<length)
        }
    }

    /// The octets in whole words, for hashing.
    package func word(at offset: Int) -> UInt64 {
        // Safe: the array is initialised; the load is checked against all of it.
        unsafe octets.span.bytes.word(at: offset)
    }

    /// Takes the options that a message has at `offset`, `count` octets of them, of the codes that
    /// `isTaken` lets pass.
    ///
    /// Left out is what is cut off, and what has no room: a client that sends more than any known
    /// use needs must not fill memory here.
    package mutating func take(
        _ message: RawSpan, from offset: Int, count: Int,
        where isTaken: (UInt16) -> Bool = { _ in true }
    ) {
        self = EDNSOptions()
        var reader = EDNSOptionReader(message, from: offset, count: count)
        while let option = reader.next() {
            guard isTaken(option.code) else { continue }
            _ = append(option.code, message, from: option.offset, count: option.length)
        }
    }

    /// Appends an option with octets out of `source`; false if there is no room.
    @discardableResult
    package mutating func append(
        _ code: UInt16, _ source: RawSpan, from offset: Int, count: Int
    ) -> Bool {
        guard start(code, count: count) else { return false }
        for index in 0..<count { put(source.octet(at: offset + index)) }
        return true
    }

    /// Begins an option of `count` octets, which `put` then has to write; false if there is no
    /// room.
    package mutating func start(_ code: UInt16, count: Int) -> Bool {
        guard count >= 0, count <= WireLimits.ednsOptionOctets - length - 4 else { return false }
        put(code)
        put(UInt16(count))
        return true
    }

    /// Appends an octet of the option that was begun last.
    package mutating func put(_ octet: UInt8) {
        precondition(length < WireLimits.ednsOptionOctets, "an option is begun before it is filled")
        octets[length] = octet
        length += 1
    }

    /// Appends a number of the option that was begun last.
    package mutating func put(_ number: UInt16) {
        put(UInt8(truncatingIfNeeded: number >> 8))
        put(UInt8(truncatingIfNeeded: number))
    }

    /// Appends a number of the option that was begun last.
    package mutating func put(_ number: UInt32) {
        put(UInt16(truncatingIfNeeded: number >> 16))
        put(UInt16(truncatingIfNeeded: number))
    }

    /// Takes every option of a code out.
    package mutating func remove(_ code: UInt16) {
        guard find(code) != nil else { return }
        let before = self
        self = EDNSOptions()
        var reader = EDNSOptionReader(before.bytes, from: 0, count: before.length)
        while let option = reader.next() {
            guard option.code != code else { continue }
            append(option.code, before.bytes, from: option.offset, count: option.length)
        }
    }

    /// Where the octets of the first option of a code lie.
    package func find(_ code: UInt16) -> EDNSOptionReader.Option? {
        guard length > 0 else { return nil }
        var reader = EDNSOptionReader(bytes, from: 0, count: length)
        while let option = reader.next() {
            if option.code == code { return option }
        }
        return nil
    }

    /// Whether both are the same octets.
    package func isIdentical(to other: borrowing EDNSOptions) -> Bool {
        guard length == other.length else { return false }
        for offset in stride(from: 0, to: length, by: 8)
        where word(at: offset) != other.word(at: offset) {
            return false
        }
        return true
    }
}

/// Reads the options of an OPT record, one after the other.
package struct EDNSOptionReader: ~Escapable {
    /// One option; `offset` is that of its octets in the message.
    package struct Option: Hashable, Sendable {
        package var code: UInt16
        package var offset: Int
        package var length: Int
    }

    private let message: RawSpan
    private var offset: Int
    private let end: Int

    /// Reads `count` octets from `offset` on, or as many of them as the message has.
    @_lifetime(copy message)
    package init(_ message: RawSpan, from offset: Int, count: Int) {
        self.message = message
        self.offset = offset
        end = min(message.byteCount, offset + count)
    }

    /// The next whole option; nil at the end, or before one that is cut off.
    @_lifetime(self: copy self)
    package mutating func next() -> Option? {
        guard end - offset >= 4 else { return nil }
        let length = Int(message.uint16(at: offset + 2))
        guard length <= end - offset - 4 else { return nil }
        let option = Option(
            code: message.uint16(at: offset), offset: offset + 4, length: length)
        offset += 4 + length
        return option
    }
}

/// The options that have a meaning here, by code.
package enum EDNSOptionCode {
    /// RFC 7871 §6.
    package static var subnet: UInt16 { 8 }
    /// RFC 8914 §2.
    package static var extendedError: UInt16 { 15 }
    /// The hardware address of the client, as octets; dnsmasq.
    package static var hardwareAddress: UInt16 { 65_001 }
    /// The same as text; Nominum.
    package static var deviceID: UInt16 { 65_073 }
    /// A text that names a site; Nominum.
    package static var siteID: UInt16 { 65_074 }
    /// Cisco Umbrella.
    package static var umbrella: UInt16 { 20_292 }
}

extension WireWriter {
    /// Appends an OPT record with options that a message has elsewhere.
    ///
    /// `count` octets of `source` from `offset` on, of the codes that `isPassed` lets pass; false
    /// if there is no room for all of them. An extended error takes the place of those among them:
    /// RFC 8914 §2.
    @_lifetime(self: copy self)
    package mutating func writeOPT(
        udpOctets: UInt16, isDNSSECOK: Bool, extendedCode: UInt8 = 0,
        extendedError: UInt16? = nil, options source: RawSpan, from offset: Int = 0, count: Int,
        where isPassed: (UInt16) -> Bool = { _ in true }
    ) -> Bool {
        guard limit &- self.count >= WireLimits.optOctets, count <= Int(UInt16.max) - 6 else {
            return false
        }
        let before = self.count
        let ttl = UInt32(extendedCode) << 24 | (isDNSSECOK ? 0x8000 : 0)
        guard
            writeUInt8(0) && writeUInt16(RecordType.opt.rawValue) && writeUInt16(udpOctets)
                && writeUInt32(ttl) && writeUInt16(0)
        else { return false }
        let start = self.count
        var isWhole = true
        var reader = EDNSOptionReader(source, from: offset, count: count)
        while isWhole, let option = reader.next() {
            guard isPassed(option.code),
                extendedError == nil || option.code != EDNSOptionCode.extendedError
            else { continue }
            isWhole = write(source, from: option.offset - 4, length: option.length + 4)
        }
        if isWhole, let extendedError {
            isWhole =
                writeUInt16(EDNSOptionCode.extendedError) && writeUInt16(2)
                && writeUInt16(extendedError)
        }
        guard isWhole else {
            truncate(to: before)
            return false
        }
        patchUInt16(UInt16(self.count - start), at: start - 2)
        return true
    }
}
