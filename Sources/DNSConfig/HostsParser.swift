import DNSWire

/// Reads hosts files: an address and its names on each line.
///
/// `#` ends a line wherever it stands. A line with a bad address and a bad name are left out with a
/// warning; the other names of the line stay. Cost: about 100 ns a line, no allocation but for the
/// table itself.
package enum HostsParser {
    /// Adds the names of a file to the table and says what is wrong with it, in dnsmasq's words.
    package static func parse(
        _ octets: [UInt8], path: String, isFromHostsDirectory: Bool = false,
        options: HostsOptions, into table: inout HostsTable
    ) -> [Diagnostic] {
        guard table.files.count < ConfigLimits.hostsFiles else {
            return [
                Diagnostic(
                    .warning, source: path, message: "too many hosts files, \(path) is not read",
                    hint: "at most \(ConfigLimits.hostsFiles) are read: join some")
            ]
        }
        var reader = Reader(
            path: path, file: UInt16(table.files.count), options: options.expands ? options : nil)
        table.files.append(
            HostsTable.File(
                path: path, nameCount: 0, isFromHostsDirectory: isFromHostsDirectory))
        let text = octets.span
        var start = 0
        var line = 0
        while start < text.count {
            var end = start
            while end < text.count, text[end] != UInt8(ascii: "\n"), text[end] != UInt8(ascii: "#")
            {
                end += 1
            }
            line += 1
            reader.readLine(text.extracting(start..<end), line, &table)
            guard !reader.isFull else {
                reader.diagnostics.append(
                    Diagnostic(
                        .warning, source: path, line: line,
                        message: "too many names at \(path) line \(line), the rest is not read",
                        hint: "at most \(ConfigLimits.hostsNames) of all hosts files are kept"))
                break
            }
            while end < text.count, text[end] != UInt8(ascii: "\n") { end += 1 }
            start = end + 1
        }
        table.files[Int(reader.file)].nameCount = reader.nameCount
        if reader.faultCount > ConfigLimits.diagnosticsPerHostsFile {
            let more = reader.faultCount - ConfigLimits.diagnosticsPerHostsFile
            reader.diagnostics.append(
                Diagnostic(.warning, source: path, message: "and \(more) more faults in \(path)"))
        }
        return reader.diagnostics
    }

    private struct Reader {
        let path: String
        let file: UInt16
        /// nil where names are not expanded.
        let options: HostsOptions?
        var nameCount = 0
        var faultCount = 0
        /// Whether a name found the table full.
        var isFull = false
        var diagnostics: [Diagnostic] = []

        mutating func readLine(_ line: Span<UInt8>, _ number: Int, _ table: inout HostsTable) {
            guard let first = nextWord(line, from: 0) else { return }
            guard let address = IPAddress(parsing: line.extracting(first)) else {
                return report(
                    "bad address", number, first.lowerBound,
                    hint: "a line has an address, then its names")
            }
            let domain = options.flatMap { $0.domain(for: address) }
            var from = first.upperBound
            while let word = nextWord(line, from: from) {
                from = word.upperBound
                if !readName(line.extracting(word), address, domain, &table) {
                    report("bad name", number, word.lowerBound)
                }
            }
        }

        /// Stores a name, qualified first if it has no dots and there is a domain; false if it is
        /// none.
        private mutating func readName(
            _ word: Span<UInt8>, _ address: IPAddress, _ domain: DomainName?,
            _ table: inout HostsTable
        ) -> Bool {
            guard let plain = appendWire(word, to: &table.octets) else {
                return readUnusualName(word, address, domain, &table)
            }
            store(plain, address, domain, &table)
            return true
        }

        /// Names beyond ASCII and names that can never match, which count but are not stored.
        private mutating func readUnusualName(
            _ word: Span<UInt8>, _ address: IPAddress, _ domain: DomainName?,
            _ table: inout HostsTable
        ) -> Bool {
            switch parseName(word.indices.map { word[$0] }) {
            case .name(let name):
                let start = table.octets.count
                table.octets += name.octets
                store(start..<table.octets.count, address, domain, &table)
                return true
            case .unmatchable:
                nameCount += 1
                return true
            case .empty, .invalid: return false
            }
        }

        /// Enters the wire name at `range` of the arena, its last octets, and before it the
        /// qualified one.
        private mutating func store(
            _ range: Range<Int>, _ address: IPAddress, _ domain: DomainName?,
            _ table: inout HostsTable
        ) {
            let isDotless = Int(table.octets[range.lowerBound]) + 2 == range.count
            if isDotless, let domain, range.count - 1 + domain.octets.count <= WireLimits.nameOctets
            {
                let start = table.octets.count
                for index in range.dropLast() { table.octets.append(table.octets[index]) }
                table.octets += domain.octets
                enter(start..<table.octets.count, address, &table)
            }
            enter(range, address, &table)
        }

        private mutating func enter(
            _ range: Range<Int>, _ address: IPAddress, _ table: inout HostsTable
        ) {
            // A name has at most 255 octets: an offset keeps to 32 bits.
            guard table.entries.count < ConfigLimits.hostsNames else {
                isFull = true
                return
            }
            table.entries.append(
                HostsTable.Entry(
                    address: address, nameOffset: UInt32(range.lowerBound),
                    nameLength: UInt8(range.count), file: file))
            nameCount += 1
        }

        private mutating func report(
            _ what: String, _ line: Int, _ offset: Int, hint: String? = nil
        ) {
            faultCount += 1
            guard faultCount <= ConfigLimits.diagnosticsPerHostsFile else { return }
            diagnostics.append(
                Diagnostic(
                    .warning, source: path, line: line, column: offset + 1,
                    message: "\(what) at \(path) line \(line)", hint: hint))
        }
    }
}

/// The next run of octets without white space.
private func nextWord(_ line: Span<UInt8>, from offset: Int) -> Range<Int>? {
    var start = offset
    while start < line.count, LineScanner.isWhiteSpace(line[start]) { start += 1 }
    var end = start
    while end < line.count, !LineScanner.isWhiteSpace(line[end]) { end += 1 }
    return start < end ? start..<end : nil
}

/// Appends the folded wire form of a plain ASCII name; nil, and nothing appended, for any other.
private func appendWire(_ word: Span<UInt8>, to octets: inout [UInt8]) -> Range<Int>? {
    let start = octets.count
    let length = word[word.count - 1] == UInt8(ascii: ".") ? word.count - 1 : word.count
    guard length > 0, length <= WireLimits.nameOctets - 2 else { return nil }
    var labelStart = start
    octets.append(0)
    for index in 0..<length {
        let octet = word[index]
        if octet == UInt8(ascii: ".") {
            let labelLength = octets.count - labelStart - 1
            guard labelLength > 0, labelLength <= WireLimits.labelOctets else {
                octets.removeSubrange(start...)
                return nil
            }
            octets[labelStart] = UInt8(labelLength)
            labelStart = octets.count
            octets.append(0)
        } else {
            guard octet > 0x20, octet < 0x7F else {
                octets.removeSubrange(start...)
                return nil
            }
            octets.append(foldedOctet(octet))
        }
    }
    let labelLength = octets.count - labelStart - 1
    guard labelLength > 0, labelLength <= WireLimits.labelOctets else {
        octets.removeSubrange(start...)
        return nil
    }
    octets[labelStart] = UInt8(labelLength)
    octets.append(0)
    return start..<octets.count
}
