package import DNSWire

/// What a resolv.conf says, as far as a DNS server needs it.
package struct ResolvFile: Sendable {
    package var servers: [ServerOption] = []
    /// The names after the last `search` or `domain`.
    package var searchDomains: [DomainName] = []

    package init() {}
}

package enum ResolvParser {
    /// Reads `nameserver` (or `server`) lines with literal addresses; everything else is left
    /// alone.
    package static func parse(_ octets: [UInt8], source: String) -> ResolvFile {
        var file = ResolvFile()
        for line in LineScanner.lines(of: octets) {
            let words = line.split(whereSeparator: LineScanner.isWhiteSpace)
            guard let keyword = words.first, words.count > 1 else { continue }
            switch String(decoding: keyword, as: UTF8.self) {
            case "nameserver", "server":
                if let server = parseServer(words[1]) { file.servers.append(server) }
            case "search":
                file.searchDomains = words.dropFirst().compactMap {
                    if case .name(let name) = parseName(Array($0)) { name } else { nil }
                }
            default: break
            }
        }
        return file
    }

    /// An address, with a zone for link-local ones.
    private static func parseServer(_ word: ArraySlice<UInt8>) -> ServerOption? {
        let parts = word.split(separator: UInt8(ascii: "%"), maxSplits: 1)
        guard let text = parts.first, let address = IPAddress(parsing: Array(text).span) else {
            return nil
        }
        var server = ServerOption(address: address)
        if parts.count > 1, !address.isIPv4 {
            server.interface = String(decoding: parts[1], as: UTF8.self)
            server.hasZone = true
        }
        return server
    }
}
