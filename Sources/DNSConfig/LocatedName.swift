package import DNSWire

/// A name of a hosts or stack file and where it stands.
package struct LocatedName: Sendable {
    package var name: DomainName
    package var address: IPAddress
    package var source: String
    package var line: Int
    package var column: Int

    package init(
        name: DomainName, address: IPAddress, source: String, line: Int, column: Int
    ) {
        self.name = name
        self.address = address
        self.source = source
        self.line = line
        self.column = column
    }

    func warning(_ message: String, hint: String?) -> Diagnostic {
        Diagnostic(
            .warning, source: source, line: line, column: column, message: message, hint: hint)
    }

    /// The names of a hosts file with their places, whatever is wrong with other lines of it.
    package static func names(inHosts octets: [UInt8], source: String) -> [LocatedName] {
        var names: [LocatedName] = []
        for (index, line) in LineScanner.lines(of: octets).enumerated() {
            let words = line.prefix { $0 != UInt8(ascii: "#") }
                .split(whereSeparator: LineScanner.isWhiteSpace)
            guard let first = words.first,
                let address = IPAddress(parsing: String(decoding: first, as: UTF8.self))
            else { continue }
            for word in words.dropFirst() {
                guard let name = DomainName(parsing: String(decoding: word, as: UTF8.self)) else {
                    continue
                }
                names.append(
                    LocatedName(
                        name: name, address: address, source: source, line: index + 1,
                        column: word.startIndex - line.startIndex + 1))
            }
        }
        return names
    }
}
