import DNSConfig
import DNSWire
import Testing

@testable import DNSResolver

@Suite struct LocalNamesTests {
    private func name(_ text: String) -> DomainName {
        DomainName(parsing: text) ?? .root
    }

    private func kinds(_ text: String, in names: LocalNames) -> [LocalNames.Kind]? {
        names.groupIndex(of: name(text)).map { group in
            names.entries[names.groups[group]].map(\.kind)
        }
    }

    @Test func `entries of one name lie together in the order they came`() {
        var names = LocalNames(seed: 1)
        for number in 0..<100 {
            names.add(
                .record, name: name("n\(number % 10).test").octets[...], payload: UInt32(number))
        }
        names.group()
        for number in 0..<10 {
            let group = names.groupIndex(of: name("n\(number).test"))
            let payloads = group.map { names.entries[names.groups[$0]].map(\.payload) }
            #expect(payloads == (0..<10).map { UInt32($0 * 10 + number) })
            #expect(group.flatMap { names.domainName(ofGroup: $0) } == name("n\(number).test"))
        }
        #expect(names.groupIndex(of: name("n10.test")) == nil)
    }

    @Test func `every ancestor is known once, the root is not`() {
        var names = LocalNames(seed: 1)
        names.add(.record, name: name("a.b.c.test").octets[...])
        names.add(.record, name: name("x.c.test").octets[...])
        names.group()
        #expect(kinds("b.c.test", in: names) == [.known])
        #expect(kinds("c.test", in: names) == [.known])
        #expect(kinds("test", in: names) == [.known])
        #expect(kinds(".", in: names) == nil)
        #expect(kinds("a.b.c.test", in: names) == [.record])
    }

    @Test func `a name that makes nothing known has no ancestors`() {
        var names = LocalNames(seed: 1)
        names.add(.record, name: name("a.b").octets[...], makesKnown: false)
        names.group()
        #expect(kinds("b", in: names) == nil)
    }

    @Test func `the first name of an address owns its PTR, and reverse zones are not known`() {
        var names = LocalNames(seed: 1)
        let address = IPAddress(ipv4: 0x0A00_0001)
        names.addAddress(address, name: name("none").octets[...], source: 0, ownsReverse: false)
        names.addAddress(address, name: name("first").octets[...], source: 0)
        names.addAddress(address, name: name("second").octets[...], source: 0)
        names.group()
        let reverse = DomainName(reverseOf: address)
        guard let group = names.groupIndex(of: reverse) else {
            Issue.record("no PTR")
            return
        }
        let entries = names.entries[names.groups[group]]
        #expect(entries.map(\.kind) == [.reverse])
        let target = Int(entries.first?.payload ?? 0)
        #expect(Array(names.names[target..<(target + 7)]) == name("first").octets)
        #expect(names.groupIndex(of: name("in-addr.arpa")) == nil)
    }

    @Test(arguments: 1...3)
    func `a thousand random names are all found`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var names = LocalNames(seed: seed)
        var model: Set<DomainName> = []
        for _ in 0..<1000 {
            let name = generator.name(labels: 1...4)
            names.add(.record, name: name.octets[...])
            var ancestor: DomainName? = name
            while let known = ancestor, !known.isRoot {
                model.insert(known)
                ancestor = known.parent
            }
        }
        names.group()
        #expect(names.groups.count == model.count)
        for name in model { #expect(names.groupIndex(of: name) != nil) }
    }
}
