/// A statement about the configuration for the operator: where, what, and how to mend it.
package struct Diagnostic: Error, Hashable, Sendable {
    package enum Severity: Hashable, Sendable { case error, warning, note }

    /// dnsmasq's exit statuses.
    package enum ExitStatus: Int32, Hashable, Sendable {
        case configuration = 1
        case network = 2
        case file = 3
        case memory = 4
        case other = 5
        case script = 10
    }

    package var severity: Severity
    /// A file name, `command line`, or the output of a script.
    package var source: String
    /// 1-based; 0 where the statement is about no line.
    package var line: Int
    /// 1-based octet column; 0 where unknown.
    package var column: Int
    /// What is wrong, without a final full stop.
    package var message: String
    /// How to mend it, or nil.
    package var hint: String?
    package var exitStatus: ExitStatus

    package init(
        _ severity: Severity, source: String, line: Int = 0, column: Int = 0, message: String,
        hint: String? = nil, exitStatus: ExitStatus = .configuration
    ) {
        self.severity = severity
        self.source = source
        self.line = line
        self.column = column
        self.message = message
        self.hint = hint
        self.exitStatus = exitStatus
    }
}

extension Diagnostic: CustomStringConvertible {
    /// `file:line:column: error: message; hint`, the form that compilers and editors share.
    package var description: String {
        var place = source
        if line > 0 { place += ":\(line)" }
        if line > 0, column > 0 { place += ":\(column)" }
        return "\(place): \(severity): \(message)" + (hint.map { "; \($0)" } ?? "")
    }
}
