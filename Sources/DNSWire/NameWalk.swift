/// Walks over the labels of a name in a message: the one place where pointers are followed.
///
/// Bounded by construction, RFC 9267 §2: a name has at most 255 octets, and each pointer leads to
/// before everything that was walked since the last one, so no octet is seen twice. A loop over
/// `next` takes at most 128 turns. Cost: no allocation, a compare or two for each label.
@frozen @usableFromInline
package struct NameWalk {
    /// What stands at the next step.
    @frozen @usableFromInline
    package enum Step: Hashable, Sendable {
        /// A label of one octet or more, which stands at `label` with its length.
        case label(Int)
        /// The root: the name is whole.
        case root
        case malformed
    }

    /// Where the label that was found last stands, with its length octet.
    @usableFromInline package var label: Int
    /// Octets of the name so far, with their lengths; 255 at the most.
    @usableFromInline package var length = 0
    /// Where the message goes on behind the name; -1 before that is known.
    @usableFromInline package var end = -1
    @usableFromInline var at: Int
    /// Where the labels begin that stand one behind the other: pointers must lead to before them.
    @usableFromInline var segment: Int
    @usableFromInline var pointers: Int

    /// A walk over the name at `offset`; `followsPointers` is false where there can be none, in a
    /// question and in the names that are kept here. RFC 1035 §4.1.4.
    @inlinable @inline(__always)
    package init(at offset: Int, followsPointers: Bool = true) {
        label = offset
        at = offset
        segment = offset
        pointers = followsPointers ? WireLimits.pointersPerName : 0
    }

    @inlinable @inline(__always)
    package mutating func next(in message: RawSpan) -> Step {
        while at < message.byteCount {
            let octet = Int(message.octet(at: at))
            if octet >= 0xC0 {
                guard pointers > 0, at &+ 1 < message.byteCount else { return .malformed }
                let target = Int(message.uint16(at: at)) & WireLimits.pointerOffset
                guard target < segment else { return .malformed }
                if end < 0 { end = at &+ 2 }
                pointers &-= 1
                (at, segment) = (target, target)
                continue
            }
            guard octet <= WireLimits.labelOctets, at &+ 1 &+ octet <= message.byteCount,
                length &+ 1 &+ octet <= WireLimits.nameOctets
            else { return .malformed }
            label = at
            at &+= octet &+ 1
            length &+= octet &+ 1
            guard octet == 0 else { return .label(octet) }
            if end < 0 { end = at }
            return .root
        }
        return .malformed
    }

    /// Whether the names at two places of a message are one, without regard to case. RFC 4343 §3.
    package static func isSame(_ first: Int, _ second: Int, in message: RawSpan) -> Bool {
        var one = NameWalk(at: first)
        var two = NameWalk(at: second)
        while true {
            let step = one.next(in: message)
            guard step == two.next(in: message), step != .malformed else { return false }
            guard case .label(let length) = step else { return true }
            // From here on they are the same octets.
            if one.label == two.label { return one.isWhole(in: message) }
            guard isSameLabel(length, one.label, two.label, in: message) else { return false }
        }
    }

    /// Whether the rest of the name is well formed.
    package mutating func isWhole(in message: RawSpan) -> Bool {
        while true {
            switch next(in: message) {
            case .label: continue
            case .root: return true
            case .malformed: return false
            }
        }
    }

    private static func isSameLabel(
        _ length: Int, _ one: Int, _ two: Int, in message: RawSpan
    ) -> Bool {
        for index in 1...length
        where foldedOctet(message.octet(at: one &+ index))
            != foldedOctet(message.octet(at: two &+ index))
        {
            return false
        }
        return true
    }
}

// MARK: Names above names

extension NameWalk {
    /// Labels of the name at an offset without the root; nil if it is malformed.
    private static func labelCount(_ offset: Int, in message: RawSpan) -> Int? {
        var walk = NameWalk(at: offset)
        var count = 0
        while true {
            switch walk.next(in: message) {
            case .label: count += 1
            case .root: return count
            case .malformed: return nil
            }
        }
    }

    /// Where the name goes on behind its first labels; they are there.
    private static func tail(of offset: Int, behind labels: Int, in message: RawSpan) -> Int {
        var walk = NameWalk(at: offset)
        for _ in 0..<labels { _ = walk.next(in: message) }
        return walk.at
    }

    /// Whether a name lies below another, and is not the same.
    package static func isInside(_ name: Int, _ ancestor: Int, in message: RawSpan) -> Bool {
        guard let labels = labelCount(name, in: message),
            let above = labelCount(ancestor, in: message), labels > above
        else { return false }
        let tail = tail(of: name, behind: labels - above, in: message)
        return isSame(tail, ancestor, in: message)
    }

    /// Whether two names end in the same label, or the first has one label at the most.
    package static func sharesTop(_ first: Int, _ second: Int, in message: RawSpan) -> Bool {
        guard let one = labelCount(first, in: message) else { return false }
        guard one > 1 else { return true }
        guard let two = labelCount(second, in: message), two > 0 else { return false }
        return isSame(
            tail(of: first, behind: one - 1, in: message),
            tail(of: second, behind: two - 1, in: message), in: message)
    }

    /// Whether a name below `ancestor`, with the name at `replacement` in place of that, is the one
    /// at `result`. RFC 6672 §2.2.
    package static func isSubstituted(
        _ name: Int, _ ancestor: Int, by replacement: Int, gives result: Int, in message: RawSpan
    ) -> Bool {
        guard let labels = labelCount(name, in: message),
            let above = labelCount(ancestor, in: message), labels > above,
            labelCount(result, in: message) != nil
        else { return false }
        var one = NameWalk(at: name)
        var two = NameWalk(at: result)
        for _ in 0..<labels - above {
            guard case .label(let length) = one.next(in: message),
                case .label(length) = two.next(in: message),
                isSameLabel(length, one.label, two.label, in: message)
            else { return false }
        }
        return isSame(two.at, replacement, in: message)
    }
}
