import DNSWire
import Testing

/// Names above and beside each other in one message, and the loops of RFC 9267.
@Suite struct NameWalkTests {
    /// `a` and a pointer back to it, twice: two walks that agree label for label for ever, if
    /// nothing ends them.
    private let loops = hex("'x' 00  'a' c003  'a' c007")

    @Test func `two loops with equal labels end`() {
        let message = loops.span.bytes
        let found = [
            NameWalk.isSame(3, 7, in: message), NameWalk.isSame(3, 3, in: message),
            NameWalk.isInside(3, 7, in: message), NameWalk.sharesTop(3, 7, in: message),
            NameWalk.isSubstituted(3, 7, by: 0, gives: 3, in: message),
        ]
        #expect(found == [false, false, false, false, false])
    }

    @Test func `a walk takes at most 128 turns`() {
        // As many labels and pointers as a message holds, each pointer to the label before.
        var octets = hex("00")
        var last = 0
        while octets.count < 16_000 {
            let at = octets.count
            octets += hex("'a'") + [0xC0 | UInt8(last >> 8), UInt8(last & 0xFF)]
            last = at
        }
        var walk = NameWalk(at: last)
        var turns = 0
        while case .label = walk.next(in: octets.span.bytes) { turns += 1 }
        #expect(turns == 127)
    }

    @Test func `pointers lead to before everything since the last one`() {
        // Into the labels that were walked just now, though before the pointer itself.
        let octets = hex("'x' 00  'a' 'b' c005")
        var walk = NameWalk(at: 3)
        var steps: [NameWalk.Step] = []
        steps.append(walk.next(in: octets.span.bytes))
        steps.append(walk.next(in: octets.span.bytes))
        steps.append(walk.next(in: octets.span.bytes))
        #expect(steps == [.label(1), .label(1), .malformed])
    }

    @Test(arguments: [
        ("'a' 'b' 00", "'A' 'B' 00", true), ("'a' 'b' 00", "'a' 00", false),
        ("00", "00", true), ("'a' 00", "00", false), ("'ab' 00", "'a' 'b' 00", false),
        ("'a' 'b' 00", "'a' c002", true),
    ])
    func `names are one, without regard to case`(first: String, second: String, isSame: Bool) {
        let octets = hex(first) + hex(second)
        let found = NameWalk.isSame(0, hex(first).count, in: octets.span.bytes)
        #expect(found == isSame)
    }

    @Test(arguments: [
        ("'a' 'b' 00", "'B' 00", true), ("'a' 'b' 00", "'a' 'b' 00", false),
        ("'a' 'b' 00", "00", true), ("00", "00", false), ("'b' 00", "'a' 'b' 00", false),
        ("'a' 'xb' 00", "'b' 00", false), ("'a' 'b' 00", "c002", true),
    ])
    func `a name lies below another`(name: String, ancestor: String, isInside: Bool) {
        let octets = hex(name) + hex(ancestor)
        let found = NameWalk.isInside(0, hex(name).count, in: octets.span.bytes)
        #expect(found == isInside)
    }

    @Test(arguments: [
        ("'w' 'new' 00", true), ("'W' 'NEW' 00", true), ("'x' 'new' 00", false),
        ("'w' 'old' 00", false), ("'new' 00", false), ("'w' 'x' 'new' 00", false),
    ])
    func `a DNAME makes one name of another`(result: String, isMade: Bool) {
        let name = hex("'w' 'old' 00")
        let replacement = hex("'new' 00")
        let octets = name + replacement + hex(result)
        let found = NameWalk.isSubstituted(
            0, 2, by: name.count, gives: name.count + replacement.count, in: octets.span.bytes)
        #expect(found == isMade)
    }
}
