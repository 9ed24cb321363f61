package import DNSWire

/// What a resolv.conf says, as far as a DNS server needs it.
package struct ResolvFile: Sendable {
    package var servers: [ServerOption] = []
    /// Where each of the servers stands.
    package var places: [(line: Int, column: Int)] = []
    /// Where the address of a server should stand, and something else does.
    package var faults: [(line: Int, column: Int, text: String)] = []
    /// The names after the last `search` or `domain`.
    package var searchDomains: [DomainName] = []

    package init() {}
}

package enum ResolvParser {
    /// Reads `nameserver` (or `server`) lines with literal addresses; everything else is left
    /// alone.
    package static func parse(_ octets: [UInt8], source: String) -> ResolvFile {
        var file = ResolvFile()
        for (index, line) in LineScanner.lines(of: octets).enumerated() {
            let words = line.split(whereSeparator: LineScanner.isWhiteSpace)
            guard let keyword = words.first, words.count > 1 else { continue }
            switch String(decoding: keyword, as: UTF8.self) {
            case "nameserver", "server":
                let column = words[1].startIndex - line.startIndex + 1
                if let server = parseServer(words[1]) {
                    file.servers.append(server)
                    file.places.append((index + 1, column))
                } else {
                    let text = String(decoding: words[1], as: UTF8.self)
                    file.faults.append((index + 1, column, text))
                }
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
