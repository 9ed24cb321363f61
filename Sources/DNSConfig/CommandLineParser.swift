/// The arguments of the command line, taken apart as GNU getopt does.
enum CommandLineParser {
    struct Statement: Sendable {
        var row: OptionRow
        var value: ValueText
        /// 1-based.
        var position: Int
    }

    enum Item: Sendable {
        case statement(Statement)
        case fault(String, position: Int, hint: String?)
        /// A word that belongs to no option.
        case junk(String, position: Int)
    }

    /// Everything on the command line in its order.
    ///
    /// Words between options are junk wherever they stand.
    static func parse(_ arguments: [String]) -> [Item] {
        var items: [Item] = []
        var index = 0
        while index < arguments.count {
            let argument = arguments[index]
            let position = index + 1
            let next = index + 1 < arguments.count ? arguments[index + 1] : nil
            var takesNext = false
            if argument == "--" {
                items += arguments.indices.dropFirst(index + 1).map {
                    .junk(arguments[$0], position: $0 + 1)
                }
                break
            } else if argument.hasPrefix("--") {
                items.append(parseLong(argument.dropFirst(2), next, position, &takesNext))
            } else if argument.hasPrefix("-"), argument != "-" {
                items += parseShort(argument.dropFirst(), next, position, &takesNext)
            } else {
                items.append(.junk(argument, position: position))
            }
            index += takesNext ? 2 : 1
        }
        return items
    }

    private static func parseLong(
        _ text: Substring, _ next: String?, _ position: Int, _ takesNext: inout Bool
    ) -> Item {
        let parts = text.split(
            separator: Character("="), maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts.first ?? "")
        let value = parts.count > 1 ? parts[1] : nil
        let rows = name.isEmpty ? [] : OptionTable.rows(abbreviated: name)
        guard let row = rows.first else {
            let hint = OptionTable.nearestName(to: name).map { "did you mean --\($0)?" }
            return .fault("unrecognized option '--\(name)'", position: position, hint: hint)
        }
        guard rows.count == 1 else {
            let names = rows.prefix(6).map { "--" + $0.name }.joined(separator: ", ")
            return .fault(
                "option '--\(name)' is ambiguous", position: position, hint: "it may be \(names)")
        }
        var text = ValueText.absent(column: 1)
        switch row.argument {
        case .none:
            // `--help dhcp` takes a word for dnsmasq's lists of DHCP options.
            guard value == nil else {
                return .fault(
                    "option '--\(row.name)' doesn't allow an argument", position: position,
                    hint: nil)
            }
        case .optional:
            if let value { text = ValueText(argument: value) }
        case .required:
            guard let given = value ?? next.map({ $0[...] }) else {
                return .fault(
                    "option '--\(row.name)' requires an argument", position: position, hint: nil)
            }
            takesNext = value == nil
            text = ValueText(argument: given)
        }
        return .statement(Statement(row: row, value: text, position: position))
    }

    /// Flags may share one hyphen; the first letter with a value takes the rest of the word.
    private static func parseShort(
        _ letters: Substring, _ next: String?, _ position: Int, _ takesNext: inout Bool
    ) -> [Item] {
        var items: [Item] = []
        var rest = letters.unicodeScalars
        while let letter = rest.popFirst() {
            guard let row = OptionTable.byLetter[letter] else {
                items.append(
                    .fault("invalid option -- '\(letter)'", position: position, hint: nil))
                continue
            }
            var text = ValueText.absent(column: 1)
            if row.letterTakesValue {
                guard !rest.isEmpty || next != nil else {
                    items.append(
                        .fault(
                            "option requires an argument -- '\(letter)'", position: position,
                            hint: nil))
                    return items
                }
                takesNext = rest.isEmpty
                text = ValueText(argument: rest.isEmpty ? next ?? "" : String(rest))
                rest = Substring("").unicodeScalars
            }
            items.append(.statement(Statement(row: row, value: text, position: position)))
        }
        return items
    }
}
