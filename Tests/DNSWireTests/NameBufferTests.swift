import DNSWire
import Testing

@Suite struct NameBufferTests {
    private enum Relation { case identical, equal, inside, apart }

    /// Each relation implies those behind it.
    private func check(_ left: NameBuffer, _ right: NameBuffer, _ expected: Relation) {
        #expect(left.isIdentical(to: right) == (expected == .identical))
        #expect(left.isEqual(to: right) == (expected == .identical || expected == .equal))
        #expect(left.isInside(right) == (expected != .apart))
        if expected == .inside { #expect(!right.isInside(left)) }
        guard let owned = left.domainName, let other = right.domainName else { return }
        #expect(owned.isInside(other) == (expected != .apart), "as DomainName")
        #expect((owned == other) == (expected == .identical || expected == .equal))
    }

    @Test func `letter case does not part names, spelling does`() {
        check(name("a.Test"), name("a.Test"), .identical)
        check(name("a.Test"), name("A.tEST"), .equal)
        check(name("."), name("."), .identical)
        check(name("aZ[`{@"), name("Az[`{@"), .equal)
        // Only ASCII letters fold: 0x40 and 0x60, 0x5B and 0x7B are different octets.
        check(name("@"), name("`"), .apart)
        check(name("["), name("{"), .apart)
        check(name("é"), name("É"), .apart)
        check(name("a"), name("b"), .apart)
        check(name("ab"), name("a.b"), .apart)
    }

    @Test func `a name lies inside its ancestors only`() {
        check(name("www.a.test"), name("A.Test"), .inside)
        check(name("www.a.test"), name("."), .inside)
        check(name("wwwa.test"), name("a.test"), .apart)
        check(name("a.test.b"), name("a.test"), .apart)
        check(name("b"), name("a.b"), .apart)
        // The octets of a label may look like a length and a label.
        check(name(labels: [[1, 0x61]]), name("a"), .apart)
        check(name(labels: [[0x78, 1, 0x61]]), name("a"), .apart)
    }

    @Test func `long names are compared to the last octet`() {
        let long = nameText(wireOctets: 255)
        check(name(long), name(long), .identical)
        check(name(long), name(long.uppercased()), .equal)
        check(name(long), name(String(long.dropLast()) + "y"), .apart)
        check(name(long), name("y" + String(long.dropFirst())), .apart)
    }

    @Test func `folding touches letters only`() {
        var folded = name("aZ@[`{-É")
        folded.fold()
        #expect(folded.wire == name("az@[`{-É").wire)
        folded = name(nameText(wireOctets: 255).uppercased())
        folded.fold()
        #expect(folded.wire == name(nameText(wireOctets: 255)).wire)
    }

    @Test func `folding works for each octet`() {
        for octet in UInt8.min...UInt8.max {
            let isCapital = (65...90).contains(octet)
            #expect(foldedOctet(octet) == (isCapital ? octet + 32 : octet))
        }
    }

    @Test func `a new buffer holds no name`() {
        #expect(NameBuffer().length == 0)
        #expect(NameBuffer().domainName == nil)
        #expect(NameBuffer().bytes.byteCount == 0)
    }

    @Test(arguments: [".", "a", "www.example.com"])
    func `an owned name comes back`(text: String) throws {
        let owned = try #require(DomainName(parsing: text))
        #expect(NameBuffer(owned).domainName == owned)
        expect(NameBuffer(owned).bytes.owned == owned.octets)
    }
}
