import DNSWire

/// The `extra_hosts` of a stack or compose file: what a container's hosts file will hold.
///
/// Reads only that part of the YAML, in all forms that Docker takes: a list of `name:address` or
/// `name=address`, a mapping, a list in brackets. Of several services those count whose block names
/// a `dnsmasq.conf`; if there is none, all.
package struct StackFile: Sendable {
    /// One name with its address.
    package struct Entry: Hashable, Sendable {
        package var name: String
        package var address: String
        /// 1-based.
        package var line: Int
        /// 1-based octet column of the name.
        package var column: Int
    }

    package private(set) var entries: [Entry] = []

    private struct Line {
        var number: Int
        var indent: Int
        /// Without indentation and comment.
        var text: ArraySlice<UInt8>
    }

    private struct Service {
        var entries: [Entry] = []
        var usesConfig = false
    }

    package init(_ octets: [UInt8]) {
        let lines = Self.lines(octets)
        var services: [Service] = [Service()]
        var serviceIndent: Int?
        var index = 0
        while index < lines.count {
            let line = lines[index]
            if line.indent == 0 {
                services.append(Service())
                serviceIndent = line.text.elementsEqual("services:".utf8) ? -1 : nil
            } else if serviceIndent == -1 || serviceIndent == line.indent {
                serviceIndent = line.indent
                services.append(Service())
            }
            if Self.holds("dnsmasq.conf", line.text) {
                services[services.count - 1].usesConfig = true
            }
            index += 1
            guard let inline = Self.value(of: "extra_hosts", line.text) else { continue }
            let found =
                inline.isEmpty
                ? Self.block(lines, from: &index, under: line.indent)
                : Self.bracketed(inline, of: line)
            services[services.count - 1].entries += found
        }
        let used = services.contains { $0.usesConfig && !$0.entries.isEmpty }
        entries = services.flatMap { !used || $0.usesConfig ? $0.entries : [] }
    }

    /// The entries as the text of a hosts file, each in the line where it stands in the stack file.
    package var hostsText: [UInt8] {
        var text: [UInt8] = []
        var line = 1
        for entry in entries {
            // Several on one line can only come of brackets: names of one line share it.
            while line < entry.line {
                text.append(UInt8(ascii: "\n"))
                line += 1
            }
            guard IPAddress(parsing: entry.address) != nil else { continue }
            if text.last.map({ $0 != UInt8(ascii: "\n") }) ?? false {
                text.append(UInt8(ascii: "\n"))
                line += 1
            }
            text += Array("\(entry.address) \(entry.name)".utf8)
        }
        return text
    }

    /// The names with their places in the stack file.
    package func names(source: String) -> [LocatedName] {
        entries.compactMap { entry in
            guard let address = IPAddress(parsing: entry.address),
                let name = DomainName(parsing: entry.name)
            else { return nil }
            return LocatedName(
                name: name, address: address, source: source, line: entry.line,
                column: entry.column)
        }
    }

    /// Entries that Docker would refuse or that cannot be known before the deployment.
    package func diagnostics(source: String) -> [Diagnostic] {
        entries.compactMap { entry in
            guard IPAddress(parsing: entry.address) == nil else { return nil }
            let isVariable = entry.address.utf8.contains(UInt8(ascii: "$"))
            return Diagnostic(
                isVariable ? .warning : .error, source: source, line: entry.line,
                column: entry.column,
                message: isVariable
                    ? "the address of \(entry.name) is filled in when the stack is deployed"
                    : "'\(entry.address)' is not an address",
                hint: isVariable
                    ? "what depends on it is not checked"
                    : "write \"\(entry.name):192.0.2.1\" or \"\(entry.name):2001:db8::1\"")
        }
    }

    // MARK: Reading

    private static func lines(_ octets: [UInt8]) -> [Line] {
        var lines: [Line] = []
        for (index, line) in LineScanner.lines(of: octets).enumerated() {
            let start: Int = line.firstIndex { $0 != 0x20 } ?? line.endIndex
            let text = withoutComment(line[start...])
            guard !text.isEmpty else { continue }
            lines.append(
                Line(number: index + 1, indent: start - line.startIndex, text: text))
        }
        return lines
    }

    private static func withoutComment(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var quote: UInt8?
        var end = text.endIndex
        for index in text.indices {
            let octet = text[index]
            if let open = quote {
                if octet == open { quote = nil }
            } else if octet == UInt8(ascii: "\"") || octet == UInt8(ascii: "'") {
                quote = octet
            } else if octet == UInt8(ascii: "#"),
                index == text.startIndex || text[index - 1] == 0x20
            {
                end = index
                break
            }
        }
        return trimmed(text[..<end])
    }

    private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text = text
        while let last = text.last, LineScanner.isWhiteSpace(last) { text.removeLast() }
        while let first = text.first, LineScanner.isWhiteSpace(first) { text.removeFirst() }
        return text
    }

    private static func holds(_ part: String, _ text: ArraySlice<UInt8>) -> Bool {
        text.indices.contains { text[$0...].starts(with: part.utf8) }
    }

    /// What stands behind `key:`; nil where the line has another key.
    private static func value(of key: String, _ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard text.starts(with: key.utf8) else { return nil }
        let rest = text.dropFirst(key.utf8.count)
        guard rest.first == UInt8(ascii: ":") else { return nil }
        return trimmed(rest.dropFirst())
    }

    /// The items of a list or mapping below a key; a list may stand in the key's own column.
    private static func block(_ lines: [Line], from index: inout Int, under indent: Int) -> [Entry]
    {
        var entries: [Entry] = []
        while index < lines.count {
            let line = lines[index]
            let isItem = line.text.first == UInt8(ascii: "-")
            guard line.indent > indent || (isItem && line.indent == indent) else { break }
            index += 1
            let text = isItem ? trimmed(line.text.dropFirst()) : line.text
            if let entry = entry(text, in: line) { entries.append(entry) }
        }
        return entries
    }

    private static func bracketed(_ value: ArraySlice<UInt8>, of line: Line) -> [Entry] {
        guard value.first == UInt8(ascii: "["), value.last == UInt8(ascii: "]") else { return [] }
        return value.dropFirst().dropLast().split(separator: UInt8(ascii: ","))
            .compactMap { entry(trimmed($0), in: line) }
    }

    /// Takes `name:address` or `name=address` apart, with or without quotes and brackets.
    private static func entry(_ text: ArraySlice<UInt8>, in line: Line) -> Entry? {
        let bare = unquoted(text)
        guard
            let separator = bare.firstIndex(where: {
                $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "=")
            })
        else { return nil }
        let name = unquoted(trimmed(bare[..<separator]))
        var address = unquoted(trimmed(bare[(separator + 1)...]))
        if address.first == UInt8(ascii: "["), address.last == UInt8(ascii: "]") {
            address = address.dropFirst().dropLast()
        }
        return Entry(
            name: String(decoding: name, as: UTF8.self),
            address: String(decoding: address, as: UTF8.self), line: line.number,
            column: line.indent + name.startIndex - line.text.startIndex + 1)
    }

    private static func unquoted(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard text.count > 1, let first = text.first, first == text.last,
            first == UInt8(ascii: "\"") || first == UInt8(ascii: "'")
        else { return text }
        return text.dropFirst().dropLast()
    }
}
