/// Diagnostics as `waggle check` prints them: as compilers do, with the line and a caret, or as
/// JSON.
package enum DiagnosticReport {
    /// `file:line:column: severity: message`, the line that it is about, a caret and the hint.
    ///
    /// `lines` are the lines of the diagnostic's source, if it could be read.
    package static func text(_ diagnostic: Diagnostic, lines: [ArraySlice<UInt8>]?) -> String {
        var plain = diagnostic
        plain.hint = nil
        var text = "\(plain)\n"
        let number = "\(diagnostic.line)"
        let margin = String(repeating: " ", count: max(number.utf8.count + 1, 5))
        if let lines, diagnostic.line > 0, diagnostic.line <= lines.count {
            let padding = margin.dropLast(number.utf8.count)
            let line = printable(lines[diagnostic.line - 1].prefix(ConfigLimits.excerptOctets))
            text += "\(padding)\(number) | \(line)\n"
            if diagnostic.column > 0, diagnostic.column <= ConfigLimits.excerptOctets {
                text += "\(margin) | \(String(repeating: " ", count: diagnostic.column - 1))^\n"
            }
        }
        if let hint = diagnostic.hint { text += "\(margin) = \(hint)\n" }
        return text
    }

    /// An octet a column: control characters and tabs become blanks, what is no ASCII a `?`.
    private static func printable(_ line: ArraySlice<UInt8>) -> String {
        String(
            decoding: line.map {
                $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 > 0x7F ? UInt8(ascii: "?") : $0
            },
            as: UTF8.self)
    }

    /// One JSON object: `errors`, `warnings`, `diagnostics`.
    package static func json(_ diagnostics: [Diagnostic]) -> String {
        let items = diagnostics.map { item in
            "    {\"file\": \(quoted(item.source)), \"line\": \(item.line), "
                + "\"column\": \(item.column), \"severity\": \"\(item.severity)\", "
                + "\"message\": \(quoted(item.message)), "
                + "\"hint\": \(item.hint.map(quoted) ?? "null")}"
        }
        let list = items.isEmpty ? "" : "\n" + items.joined(separator: ",\n") + "\n  "
        return """
            {
              "errors": \(diagnostics.count { $0.severity == .error }),
              "warnings": \(diagnostics.count { $0.severity == .warning }),
              "diagnostics": [\(list)]
            }

            """
    }

    /// A JSON string. RFC 8259 §7.
    package static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
