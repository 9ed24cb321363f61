import DNSWire
import Testing

/// The binary as clients see it: addresses, sizes, local answers.
@Suite(.serialized) struct WholeServerTests {
    private static let local = """
        host-record=a.test,10.0.0.1,fd00::1
        host-record=many.test,10.1.0.1
        local=/test/
        txt-record=t.test,hello

        """

    @Test(arguments: ["127.0.0.1", "::1"])
    func `a name is answered by UDP and TCP`(address: String) throws {
        guard address == "127.0.0.1" || Ports.hasIPv6 else { return skip("no IPv6 here") }
        let server = try ServerProcess(
            Self.local + "listen-address=\(address)\n", address: address)
        let datagram = try #require(try server.ask(Query("A.test")))
        let stream = try #require(try StreamClient(server.endpoint).ask(Query("A.test", .aaaa)))
        #expect(datagram.data == ["10.0.0.1"] && datagram.question == "A.test.")
        #expect(datagram.flags == "qr aa rd ra" && datagram.code == .noError)
        #expect(stream.data == ["fd00::1"])
    }

    @Test(arguments: ["127.0.0.2", "127.0.0.3"])
    func `the wildcard answers from the address that was asked`(address: String) throws {
        let server = try ServerProcess(
            Self.local,
            common: ServerProcess.common.replacing("listen-address=127.0.0.1\n", with: "")
                .replacing("bind-interfaces\n", with: ""))
        // A connected socket takes nothing from another address.
        let client = try DNSClient(Endpoint(address, server.port))
        #expect(try #require(client.ask(Query("a.test"))).data == ["10.0.0.1"])
        let stream = try StreamClient(Endpoint(address, server.port))
        #expect(try #require(stream.ask(Query("a.test"))).data == ["10.0.0.1"])
        guard Ports.hasIPv6 else { return skip("no IPv6 here") }
        let six = try DNSClient(Endpoint("::1", server.port))
        #expect(try #require(six.ask(Query("a.test"))).data == ["10.0.0.1"])
    }

    @Test func `a name that nobody has is denied`() throws {
        let server = try ServerProcess(Self.local)
        #expect(try server.ask("none.test").code == .nameError)
        #expect(try server.ask("t.test").code == .noError)
        #expect(try server.ask("t.test").answers == [])
    }
}
