package import DNSWire

/// What the function of an option may see and leave behind besides the options.
package struct OptionContext: Sendable {
    /// Text that has to be read before the next statement.
    package enum Inclusion: Sendable {
        case file(String)
        case directory(String, suffixes: [String])
        case script(String)
    }

    package enum Request: Hashable, Sendable {
        case run
        case test
        case version
        /// `--help`, `--help dhcp`.
        case help(topic: String)
        /// `--options`, `--options cache- server`.
        case options(ReferenceText.Form, names: [String])
    }

    package struct Remark: Sendable {
        package var message: String
        package var hint: String?
        package var column: UInt16
    }

    /// The place of the statement; the column is that of the value.
    package var origin = Origin.builtIn
    package var isCommandLine = false
    package var request = Request.run
    /// Warnings about the statement.
    package var remarks: [Remark] = []
    package var inclusion: Inclusion?
    /// The interface that must exist for the statement to be right.
    package var requiredInterface: ValueText?
    /// Every alias so far; no name may have two.
    package var aliases: Set<DomainName> = []

    package init() {}

    /// Asks for something else than to run; the first wish but `--test` stands.
    ///
    /// Nothing in files.
    package mutating func ask(_ wish: Request) {
        if isCommandLine, request == .run || request == .test { request = wish }
    }

    package mutating func warn(_ message: String, hint: String? = nil, at place: ValueText) {
        remarks.append(Remark(message: message, hint: hint, column: place.column))
    }

    /// The origin of a piece of the statement.
    package func origin(of place: ValueText) -> Origin {
        Origin(source: origin.source, line: origin.line, column: place.column)
    }

    /// The number in a value, cut at `limit` with a warning.
    package mutating func number(
        _ value: ValueText, from least: Int = 0, upTo limit: Int = Int(UInt32.max)
    ) throws(OptionFault) -> Int {
        guard let number = value.number, !value.isAbsent else {
            throw OptionFault(
                nil, "'\(value.string)' is not a number", hint: "write digits only", at: value)
        }
        guard number >= least else {
            throw OptionFault(nil, "\(number) is less than \(least)", at: value)
        }
        guard number <= limit else {
            warn("\(value.string) is too large, \(limit) is used", at: value)
            return limit
        }
        return number
    }

    /// The seconds in a value.
    package mutating func seconds(_ value: ValueText) throws(OptionFault) -> UInt32 {
        UInt32(clamping: try number(value))
    }

    /// The port number in a value.
    package func port(_ value: ValueText, orElse text: String? = nil) throws(OptionFault) -> UInt16
    {
        guard let port = value.number16 else {
            throw OptionFault(text, "'\(value.string)' is not a number from 0 to 65535", at: value)
        }
        return port
    }

    /// The name in a value; nil, with a warning, for one that can never match.
    ///
    /// Nothing at all is nil too.
    package mutating func name(
        _ value: ValueText, orElse text: String?
    ) throws(OptionFault) -> DomainName? {
        switch value.name {
        case .name(let name):
            return name
        case .empty:
            return nil
        case .unmatchable(let why):
            warn("the name '\(value.string)' \(why): it can never match and is left out", at: value)
            return nil
        case .invalid(let why):
            throw OptionFault(text, "the name '\(value.string)' \(why)", at: value)
        }
    }
}
