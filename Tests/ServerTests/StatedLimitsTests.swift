import DNSConfig
import LinuxIO
import Testing

@testable import DNSResolver
@testable import DNSServer

/// What pages state is what the code does, also where the code cannot read it from there.
@Suite struct StatedLimitsTests {
    @Test func `limits that have a page of their own are the same`() {
        #expect(ForwarderLimits().flights == StatedLimits.flights)
        #expect(ServerLimits.streams == StatedLimits.streams)
        #expect(LinuxIO.Limits.rowOctets == StatedLimits.datagramOctets)
        #expect(LinuxIO.Limits.commandMilliseconds == StatedLimits.commandSeconds * 1_000)
        #expect(LinuxIO.Limits.leftoverMilliseconds == StatedLimits.leftoverSeconds * 1_000)
        #expect(LinuxIO.Limits.streamMilliseconds == StatedLimits.streamSeconds * 1_000)
    }

    @Test func `numbers have the bits that the configuration may need`() {
        #expect(ConfigLimits.tcpConnections == Token.indexes)
        #expect(ConfigLimits.servers <= Int(FlightTable.none))
        #expect(ConfigLimits.serverGroups <= Int(FlightTable.none))
        #expect(ConfigLimits.serverGroups <= Int(DomainTable.Rule.groupMask))
        for index in [0, 65_535, 65_536, Token.indexes - 1] {
            let token = Token(.stream, index: index, generation: .max)
            #expect(token.index == index && token.kind == .stream && token.generation == .max)
            #expect(Token(word: token.word) == token)
        }
    }
}
