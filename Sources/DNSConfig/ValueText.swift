/// One octet of a configuration line with its column and whether quotes took its meaning away.
package struct Glyph: Hashable, Sendable {
    package var octet: UInt8
    /// A comma, colon, dot or white space between quotes, which separates nothing; or a hexadecimal
    /// digit there, which no name of an option may have.
    package var isQuoted: Bool
    /// 1-based, in octets; columns beyond 65535 stay there.
    package var column: UInt16

    package init(octet: UInt8, isQuoted: Bool = false, column: Int) {
        self.octet = octet
        self.isQuoted = isQuoted
        self.column = UInt16(clamping: column)
    }
}

/// A piece of a statement that still knows where each of its octets stood.
///
/// Splitting never copies; `octets` and `string` do. Blanks around the piece are gone, blanks
/// inside are single octets 0x20 whatever they were in the file.
package struct ValueText: Sendable {
    package private(set) var glyphs: ArraySlice<Glyph>
    /// The option stood alone, without `=`.
    package private(set) var isAbsent = false
    /// Where the piece would begin, for one that is empty.
    private var fallbackColumn: UInt16

    package init(_ glyphs: ArraySlice<Glyph>, column: UInt16 = 0) {
        self.glyphs = glyphs
        fallbackColumn = column
    }

    /// An argument of the command line: no quotes, no comments, columns count from the value's
    /// first octet.
    package init(argument text: some StringProtocol) {
        var column = 0
        self.init(
            text.utf8.map { octet in
                column += 1
                return Glyph(octet: octet, column: column)
            }[...], column: 1)
    }

    /// The value of an option that has none.
    package static func absent(column: UInt16) -> ValueText {
        var text = ValueText([], column: column)
        text.isAbsent = true
        return text
    }

    package var isEmpty: Bool { glyphs.isEmpty }
    package var octets: [UInt8] { glyphs.map(\.octet) }
    package var string: String { String(decoding: octets, as: UTF8.self) }
    package var column: UInt16 { glyphs.first?.column ?? fallbackColumn }

    package func hasPrefix(_ octet: UInt8) -> Bool { glyphs.first?.octet == octet }

    /// Whether the octets are those of `text`.
    package func equals(_ text: StaticString) -> Bool {
        glyphs.count == text.utf8CodeUnitCount && string == "\(text)"
    }

    package func dropFirst(_ count: Int = 1) -> ValueText {
        ValueText(glyphs.dropFirst(count), column: column)
    }

    /// Without blanks at both ends.
    package var trimmed: ValueText { trimmedFront.trimmedBack }

    private var trimmedFront: ValueText {
        ValueText(glyphs.drop { Self.isBlank($0) }, column: column)
    }

    private var trimmedBack: ValueText {
        var rest = glyphs
        while let last = rest.last, Self.isBlank(last) { rest.removeLast() }
        return ValueText(rest, column: column)
    }

    private static func isBlank(_ glyph: Glyph) -> Bool {
        glyph.octet == 0x20 && !glyph.isQuoted
    }

    /// What stands before and after the first `separator`, without the blanks beside it; nil where
    /// there is none.
    ///
    /// Blanks after the separator belong to nobody, those before it neither.
    package func split(_ separator: Unicode.Scalar) -> (head: ValueText, tail: ValueText)? {
        let octet = UInt8(ascii: separator)
        guard let at = glyphs.firstIndex(where: { $0.octet == octet && !$0.isQuoted }) else {
            return nil
        }
        let after = UInt16(clamping: Int(glyphs[at].column) + 1)
        return (
            ValueText(glyphs[..<at], column: column).trimmedBack,
            ValueText(glyphs[(at + 1)...], column: after).trimmedFront
        )
    }

    /// All pieces between separators; one empty piece for empty text.
    package func pieces(_ separator: Unicode.Scalar = ",") -> [ValueText] {
        var pieces: [ValueText] = []
        var rest = self
        while let (head, tail) = rest.split(separator) {
            pieces.append(head)
            rest = tail
        }
        pieces.append(rest)
        return pieces
    }
}
