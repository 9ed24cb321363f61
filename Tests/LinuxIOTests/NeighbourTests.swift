import LinuxIO
import Testing

@Suite struct NeighbourTests {
    /// A container may have none: what is found has an address of a network card.
    @Test func `the neighbour table is read`() {
        let found = Neighbours.list(atMost: 64)
        #expect(found.count <= 64)
        for neighbour in found {
            #expect((1...32).contains(neighbour.hardware.count))
            #expect(neighbour.address.isIPv4 || neighbour.address.isIPv6)
        }
        #expect(Neighbours.list(atMost: 0).isEmpty)
    }
}
