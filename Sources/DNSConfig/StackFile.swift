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
    /// What cannot be read: a message and a hint at a place.
    private var faults: [(line: Int, column: Int, message: String, hint: String)] = []

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
            services[services.count - 1].entries += value(inline, lines, &index, of: line)
        }
        noteTabs(octets)
        let used = services.contains { $0.usesConfig && !$0.entries.isEmpty }
        entries = services.flatMap { !used || $0.usesConfig ? $0.entries : [] }
    }

    /// The entries of one `extra_hosts:`, in the lines below it, in brackets, or where an anchor
    /// says.
    private mutating func value(
        _ inline: ArraySlice<UInt8>, _ lines: [Line], _ index: inout Int, of line: Line
    ) -> [Entry] {
        var inline = inline
        if inline.first == UInt8(ascii: "&") {
            inline = Self.trimmed(inline.drop { !LineScanner.isWhiteSpace($0) })
        }
        if inline.isEmpty { return block(lines, from: &index, under: line.indent) }
        guard inline.first == UInt8(ascii: "*") else { return bracketed(inline, of: line) }
        let anchor = [UInt8(ascii: "&")] + inline.dropFirst()
        for (place, other) in lines.enumerated() {
            let words = other.text.split(separator: 0x20)
            guard let word = words.firstIndex(where: { $0.elementsEqual(anchor) }) else { continue }
            if word == words.count - 1 {
                var next = place + 1
                return block(lines, from: &next, under: other.indent)
            }
            return bracketed(Self.trimmed(other.text[words[word].endIndex...]), of: other)
        }
        faults.append(
            (
                line.number, line.indent + 1,
                "nothing in this file has the anchor "
                    + String(decoding: inline.dropFirst(), as: UTF8.self),
                "an anchor stands before its alias, in the same file"
            ))
        return []
    }

    /// YAML knows no tabs before the first word of a line, and Docker refuses the file.
    private mutating func noteTabs(_ octets: [UInt8]) {
        for (index, line) in LineScanner.lines(of: octets).enumerated() {
            let start: Int = line.firstIndex { $0 != 0x20 } ?? line.endIndex
            let text = line[start...].drop(while: LineScanner.isWhiteSpace)
            guard line[start...].first == 0x09, let first = text.first, first != UInt8(ascii: "#")
            else { continue }
            faults.append(
                (
                    index + 1, start - line.startIndex + 1, "a tab cannot indent a line of YAML",
                    "use blanks"
                ))
        }
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
        let unread = faults.map { fault in
            Diagnostic(
                .error, source: source, line: fault.line, column: fault.column,
                message: fault.message, hint: fault.hint)
        }
        return unread + entryDiagnostics(source)
    }

    private func entryDiagnostics(_ source: String) -> [Diagnostic] {
        entries.compactMap { entry in
            guard IPAddress(parsing: entry.address) == nil else { return nil }
            guard entry.address != "host-gateway" else {
                return Diagnostic(
                    .warning, source: source, line: entry.line, column: entry.column,
                    message: "the address of \(entry.name) is that of the node it runs on",
                    hint: "what depends on it is not checked")
            }
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
    private mutating func block(
        _ lines: [Line], from index: inout Int, under indent: Int
    ) -> [Entry] {
        var entries: [Entry] = []
        while index < lines.count {
            let line = lines[index]
            let isItem = line.text.first == UInt8(ascii: "-")
            guard line.indent > indent || (isItem && line.indent == indent) else { break }
            index += 1
            let text = isItem ? Self.trimmed(line.text.dropFirst()) : line.text
            if let entry = entry(text, in: line) { entries.append(entry) }
        }
        return entries
    }

    private mutating func bracketed(_ value: ArraySlice<UInt8>, of line: Line) -> [Entry] {
        guard value.first == UInt8(ascii: "["), value.last == UInt8(ascii: "]") else {
            noteUnread(value, in: line)
            return []
        }
        var entries: [Entry] = []
        for item in value.dropFirst().dropLast().split(separator: UInt8(ascii: ",")) {
            if let entry = entry(Self.trimmed(item), in: line) { entries.append(entry) }
        }
        return entries
    }

    private mutating func noteUnread(_ text: ArraySlice<UInt8>, in line: Line) {
        faults.append(
            (
                line.number, line.indent + text.startIndex - line.text.startIndex + 1,
                "'\(String(decoding: text, as: UTF8.self))' is no name with an address",
                "write \"name:192.0.2.1\" or \"name:2001:db8::1\""
            ))
    }

    /// Takes `name:address` or `name=address` apart, with or without quotes and brackets.
    private mutating func entry(_ text: ArraySlice<UInt8>, in line: Line) -> Entry? {
        let bare = Self.unquoted(text)
        guard
            let separator = bare.firstIndex(where: {
                $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "=")
            })
        else {
            noteUnread(bare, in: line)
            return nil
        }
        let name = Self.unquoted(Self.trimmed(bare[..<separator]))
        guard !name.contains(where: { $0 <= 0x20 }) else {
            noteUnread(bare, in: line)
            return nil
        }
        var address = Self.unquoted(Self.trimmed(bare[(separator + 1)...]))
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
