import DNSConfig
import DNSWire
import Testing

@Suite struct ConfigIdentityTests {
    /// The examples of FIPS 180-4 and the lengths around a block.
    @Test func `hashes are those of the standard`() {
        func hash(_ text: String) -> String {
            var hash = SHA256()
            hash.update(text.utf8)
            return hash.finish()
        }
        #expect(
            hash("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(
            hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
                == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
        #expect(
            hash(String(repeating: "a", count: 1_000_000))
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    private func identity(_ config: String, hosts: String = "") -> String {
        var table = HostsTable()
        let loaded = load(config)
        _ = HostsParser.parse(
            Array(hosts.utf8), path: "h", options: loaded.options.hosts, into: &table)
        return loaded.identity.text(table, hostName: DomainName(parsing: "node1"))
    }

    @Test func `what changes no answer changes no identity`() {
        let one = identity("port=53\ncname=a,b\n", hosts: "10.0.0.1 a.lan\n")
        #expect(
            one
                == identity(
                    "# x\n port = 53\r\n\ncname=a,\"b\" # y",
                    hosts: "::1 ip6-localhost\nff02::1 ip6-allnodes\n127.0.0.1 localhost\n"
                        + "10.0.0.1   A.lan # z\n10.9.9.9 node1\n"))
        #expect(one.utf8.count == 64)
    }

    @Test func `what may change an answer changes the identity`() {
        let all = [
            identity(""), identity("port=53"), identity("cname=a,b\ncname=c,d"),
            identity("cname=c,d\ncname=a,b"), identity("", hosts: "10.0.0.1 a\n"),
            identity("", hosts: "10.0.0.1 b\n"), identity("", hosts: "10.0.0.1 a\n10.0.0.1 b\n"),
            identity("", hosts: "10.0.0.1 b\n10.0.0.1 a\n"),
        ]
        #expect(Set(all).count == all.count)
    }
}
