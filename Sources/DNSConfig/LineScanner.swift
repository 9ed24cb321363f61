import DNSWire

/// One line of configuration, taken apart as far as the line alone allows.
package enum ConfigLine: Sendable {
    case blank
    case statement(name: ValueText, value: ValueText)
    /// Quotes are not closed; the column is that of the opening one.
    case missingQuote(column: Int)
}

/// Reads lines as dnsmasq does: comments, quotes, escapes, blanks.
package enum LineScanner {
    /// The lines of a text, without their line feeds; the last need not have one.
    package static func lines(of text: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    /// Takes a line apart at its first `=`.
    package static func scan(_ line: ArraySlice<UInt8>) -> ConfigLine {
        let text: ValueText
        switch unquote(line) {
        case .failure(let fault): return .missingQuote(column: fault.column)
        case .success(let glyphs): text = ValueText(glyphs[...], column: 1).trimmed
        }
        guard !text.isEmpty else { return .blank }
        // An equals sign keeps its meaning between quotes: `"port=53"` is a statement.
        guard let at = text.glyphs.firstIndex(where: { $0.octet == UInt8(ascii: "=") }) else {
            return .statement(name: text, value: .absent(column: text.column))
        }
        let after = UInt16(clamping: Int(text.glyphs[at].column) + 1)
        return .statement(
            name: ValueText(text.glyphs[..<at], column: text.column).trimmed,
            value: ValueText(text.glyphs[(at + 1)...], column: after).trimmed)
    }

    private struct UnclosedQuote: Error { var column: Int }

    /// Resolves quotes and escapes and drops the comment.
    private static func unquote(
        _ line: ArraySlice<UInt8>
    ) -> Result<[Glyph], UnclosedQuote> {
        var glyphs: [Glyph] = []
        glyphs.reserveCapacity(line.count)
        var index = line.startIndex
        var isAfterBlank = true
        while index < line.endIndex {
            if line[index] == UInt8(ascii: "\"") {
                let opening = index
                guard let end = appendQuoted(line, from: index + 1, to: &glyphs) else {
                    return .failure(UnclosedQuote(column: opening - line.startIndex + 1))
                }
                index = end
                isAfterBlank = false
                // A quote directly after a closing one is an ordinary octet, as in dnsmasq.
                guard index < line.endIndex else { break }
            }
            let octet = line[index]
            let column = index - line.startIndex + 1
            if isWhiteSpace(octet) {
                glyphs.append(Glyph(octet: 0x20, column: column))
                isAfterBlank = true
            } else {
                if isAfterBlank, octet == UInt8(ascii: "#") { break }
                isAfterBlank = false
                glyphs.append(Glyph(octet: octet, column: column))
            }
            index += 1
        }
        return .success(glyphs)
    }

    /// Appends what stands between quotes and returns the index after the closing one, or nil
    /// without one.
    private static func appendQuoted(
        _ line: ArraySlice<UInt8>, from start: Int, to glyphs: inout [Glyph]
    ) -> Int? {
        var index = start
        while index < line.endIndex, line[index] != UInt8(ascii: "\"") {
            let column = index - line.startIndex + 1
            var octet = line[index]
            if octet == UInt8(ascii: "\\"), index + 1 < line.endIndex,
                let escaped = escapedOctet(line[index + 1])
            {
                octet = escaped
                index += 1
            }
            glyphs.append(Glyph(octet: octet, isQuoted: isHidden(octet), column: column))
            index += 1
        }
        return index < line.endIndex ? index + 1 : nil
    }

    /// What dnsmasq has a code of its own for between quotes: separators, and with them the digits
    /// of hexadecimal numbers. A number sign is none of them: `"127.0.0.1#5353"` has a port.
    ///
    /// Differs: some options of dnsmasq do not undo the code.
    private static func isHidden(_ octet: UInt8) -> Bool {
        isWhiteSpace(octet) || ",:.".utf8.contains(octet)
            || IPAddress.hexadecimalValue(octet) != nil
    }

    private static func escapedOctet(_ octet: UInt8) -> UInt8? {
        switch octet {
        case UInt8(ascii: "\\"), UInt8(ascii: "\""): octet
        case UInt8(ascii: "t"): 9
        case UInt8(ascii: "n"): 10
        case UInt8(ascii: "b"): 8
        case UInt8(ascii: "r"): 13
        case UInt8(ascii: "e"): 27
        default: nil
        }
    }

    /// Blanks of text processors and web pages that are none in a configuration: U+00A0, U+2000 to
    /// U+200B, U+202F, U+3000, U+FEFF.
    package static func isForeignBlank(_ character: Character) -> Bool {
        character.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case 0xA0, 0x2000...0x200B, 0x202F, 0x3000, 0xFEFF: true
            default: false
            }
        }
    }

    /// What `isspace` says in the C locale.
    package static func isWhiteSpace(_ octet: UInt8) -> Bool {
        octet == 0x20 || (octet >= 9 && octet <= 13)
    }
}
