/// Remembers where names stand in a message that is being written, so that later ones can point
/// there.
///
/// Shape: up to 48 offsets of name suffixes, each below 0x4000. Fixed memory: when it is full,
/// names are still written right, only longer. RFC 1035 §4.1.4.
package struct NameCompressor: ~Copyable {
    private var offsets = InlineArray<48, UInt16>(repeating: 0)
    private var count = 0
    /// Octets that were compared: beyond a limit names are written whole.
    private var effort = 0
    /// Where the name stands that the question of a copied message asks for; 0: nowhere.
    private var questionOffset = 0

    package init() {}

    /// Makes the name that stands at `offset` of the message available as a target.
    package mutating func remember(_ name: borrowing NameBuffer, at offset: Int) {
        let octets = name.octets.span
        var label = 0
        while octets[label] != 0 {
            remember(offset + label)
            label += 1 + Int(octets[label])
        }
    }

    /// Says that the question of the messages to be copied has the name that stands, whole, at
    /// `offset` of this one: owners that point there need not be read.
    package mutating func placeQuestion(at offset: Int, in message: RawSpan) {
        // The root is shorter than a pointer to it.
        guard offset < message.byteCount, message.octet(at: offset) != 0,
            offset <= WireLimits.pointerOffset
        else { return }
        questionOffset = offset
    }

    /// Makes the name at `offset` of a message available, as far as it stands there and no pointer
    /// leads elsewhere.
    package mutating func remember(nameAt offset: Int, in message: RawSpan) {
        var label = offset
        while label < message.byteCount {
            let length = message.octet(at: label)
            guard length > 0, length <= WireLimits.labelOctets else { return }
            remember(label)
            label += 1 + Int(length)
        }
    }

    private mutating func remember(_ offset: Int) {
        guard offset <= WireLimits.pointerOffset, count < offsets.count else { return }
        offsets[count] = UInt16(offset)
        count += 1
    }

    /// Writes a name, as a pointer from the first suffix on that is already there; false if there
    /// was no room.
    package mutating func write(
        _ name: borrowing NameBuffer, compressing: Bool, into writer: inout WireWriter
    ) -> Bool {
        let octets = name.octets.span
        let start = writer.count
        var label = 0
        while octets[label] != 0 {
            if compressing, let target = target(of: name, from: label, in: writer.message) {
                return writer.writeUInt16(0xC000 | target)
            }
            let length = 1 + Int(octets[label])
            guard writer.write(name.bytes, from: label, length: length) else { return false }
            remember(start + label)
            label += length
        }
        return writer.writeUInt8(0)
    }

    private mutating func target(
        of name: borrowing NameBuffer, from label: Int, in message: RawSpan
    ) -> UInt16? {
        // Counted at their longest: names that differ in their last octet only must not cost more.
        effort &+= count &* (name.length &- label)
        guard effort < WireLimits.compressionOctets else { return nil }
        for index in 0..<count {
            // A suffix of the name itself, remembered a moment ago, is not complete yet and cannot
            // match.
            if Self.name(name, from: label, standsAt: Int(offsets[index]), in: message) {
                return offsets[index]
            }
        }
        return nil
    }

    /// Compares without regard to case, so that names which end like the question take the client's
    /// spelling of it.
    private static func name(
        _ name: borrowing NameBuffer, from start: Int, standsAt offset: Int, in message: RawSpan
    ) -> Bool {
        let octets = name.octets.span
        var label = start
        var walk = NameWalk(at: offset)
        while true {
            switch walk.next(in: message) {
            case .label(let length):
                guard length == Int(octets[label]) else { return false }
                for index in 1...length
                where foldedOctet(octets[label + index])
                    != foldedOctet(message.octet(at: walk.label + index))
                {
                    return false
                }
                label += length + 1
            case .root: return octets[label] == 0
            case .malformed: return false
            }
        }
    }
}

extension NameCompressor {
    /// What became of a record that was to be copied.
    package enum Copied: Hashable, Sendable { case whole, noRoom, malformed }

    /// Copies a record of another message with its names expanded and compressed anew.
    ///
    /// A name inside rdata must end inside it. Unless the result is `.whole`, nothing was added.
    @_lifetime(writer: copy writer)
    package mutating func copy(
        _ record: RecordHeader, of source: RawSpan, ttlSeconds: UInt32,
        scratch name: inout NameBuffer, into writer: inout WireWriter
    ) -> Copied {
        let start = writer.count
        let known = count
        let copied = copyParts(
            record, of: source, ttlSeconds: ttlSeconds, scratch: &name, into: &writer)
        if copied != .whole {
            writer.truncate(to: start)
            count = known
        }
        return copied
    }

    @_lifetime(writer: copy writer)
    private mutating func copyParts(
        _ record: RecordHeader, of source: RawSpan, ttlSeconds: UInt32,
        scratch name: inout NameBuffer, into writer: inout WireWriter
    ) -> Copied {
        if questionOffset > 0, source.uint16(at: record.ownerOffset) == WireLimits.questionPointer {
            guard writer.writeUInt16(0xC000 | UInt16(questionOffset)) else { return .noRoom }
        } else {
            var reader = WireReader(source, at: record.ownerOffset)
            guard reader.readName(into: &name) else { return .malformed }
            guard write(name, compressing: true, into: &writer) else { return .noRoom }
        }
        guard writer.writeUInt16(record.type.rawValue),
            writer.writeUInt16(record.recordClass.rawValue), writer.writeUInt32(ttlSeconds),
            writer.writeUInt16(0)
        else { return .noRoom }
        let rdata = writer.count
        let copied = copyRdata(record, of: source, scratch: &name, into: &writer)
        if copied == .whole {
            writer.patchUInt16(UInt16(writer.count - rdata), at: rdata - 2)
        }
        return copied
    }

    @_lifetime(writer: copy writer)
    private mutating func copyRdata(
        _ record: RecordHeader, of source: RawSpan, scratch name: inout NameBuffer,
        into writer: inout WireWriter
    ) -> Copied {
        let start = record.rdataOffset
        let layout = RdataLayout(record.type)
        guard layout.names > 0, record.rdataLength > 0 else {
            return writer.write(source, from: start, length: record.rdataLength)
                ? .whole : .noRoom
        }
        var reader = WireReader(source, at: start)
        guard reader.skip(layout.prefix) else { return .malformed }
        for _ in 0..<layout.strings {
            guard let length = reader.readUInt8(), reader.skip(Int(length)) else {
                return .malformed
            }
        }
        guard reader.offset <= record.endOffset else { return .malformed }
        guard writer.write(source, from: start, length: reader.offset - start) else {
            return .noRoom
        }
        for _ in 0..<layout.names {
            guard reader.readName(into: &name), reader.offset <= record.endOffset else {
                return .malformed
            }
            guard write(name, compressing: layout.isCompressible, into: &writer) else {
                return .noRoom
            }
        }
        guard record.endOffset - reader.offset == layout.suffix else { return .malformed }
        return writer.write(source, from: reader.offset, length: layout.suffix)
            ? .whole : .noRoom
    }
}
