import DNSWire
import Foundation
import Testing

/// The reference configuration, with its upstream servers on loopback.
@Suite(.serialized) struct ReferenceSwarmTests {
    private let upstream: ScriptedUpstream
    private let server: ServerProcess

    init() throws {
        upstream = try ScriptedUpstream(["www.example.org": .answer(["@ 60 A 192.0.2.1"])])
        let config = try String(
            contentsOfFile: Binary.root + "/config/dnsmasq.conf", encoding: .utf8)
        let kept = config.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.hasPrefix("server=") }.joined(separator: "\n")
        server = try ServerProcess(
            kept + "\n", upstreams: [upstream], common: "",
            arguments: [
                "--no-hosts", "--addn-hosts=\(Binary.root)/config/hosts", "--port={PORT}",
                "--listen-address=127.0.0.1", "--bind-interfaces", "--pid-file=",
                "--log-facility={DIR}/log",
            ])
    }

    @Test func `an alias leads to the managers, each first in turn`() throws {
        let managers: Set = ["192.168.2.240", "192.168.2.241", "192.168.2.242"]
        var first: [String: Int] = [:]
        for _ in 0..<12 {
            let reply = try server.ask("git.athome.ga")
            #expect(reply.answers.map(\.type) == [.cname, .a, .a, .a])
            #expect(reply.data[0] == "managers.swarm.sixeyed.")
            #expect(Set(reply.addresses) == managers && reply.addresses.count == 3)
            first[reply.addresses[0], default: 0] += 1
        }
        #expect(Set(first.keys) == managers && Set(first.values) == [4], "\(first)")
        #expect(upstream.queries.isEmpty)
    }

    @Test func `private names stay private and public ones are forwarded`() throws {
        #expect(try server.ask("none.sixeyed").code == .nameError)
        #expect(try server.ask("managers.swarm.sixeyed", .aaaa).code == .noError)
        #expect(upstream.queries.isEmpty)
        #expect(try server.ask("www.example.org").data == ["192.0.2.1"])
        let pointer = try server.ask("240.2.168.192.in-addr.arpa", .ptr)
        #expect(pointer.data == ["pine64-01.sixeyed."])
    }

    @Test func `the bare domain leads to the four workers`() throws {
        let reply = try server.ask("athome.ga")
        #expect(reply.data.first == "arm.workers.swarm.sixeyed." && reply.addresses.count == 4)
    }
}
