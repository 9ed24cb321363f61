/// Reads a `servers-file`: nothing but `server=` and `rev-server=` lines.
package enum ServersFileParser {
    /// The rules of the file, with `source` in their origins, and what is wrong with it: warnings
    /// only, for the server goes on.
    package static func parse<Files: FileSource>(
        _ octets: [UInt8], path: String, source: UInt16 = 0, files: borrowing Files
    ) -> (rules: [DomainRule], diagnostics: [Diagnostic]) {
        var options = Options()
        var context = OptionContext()
        var diagnostics: [Diagnostic] = []
        for (index, line) in LineScanner.lines(of: octets).enumerated() {
            context.origin = Origin(source: source, line: UInt32(clamping: index + 1), column: 1)
            context.remarks = []
            context.requiredInterface = nil
            // Whatever a faulty line leaves behind is taken back.
            let count = options.domainRules.count
            var fault: OptionFault?
            switch LineScanner.scan(line) {
            case .blank: continue
            case .missingQuote(let column):
                let place = ValueText([], column: UInt16(clamping: column))
                fault = OptionFault("missing \"", at: place)
            case .statement(let name, let value):
                do throws(OptionFault) {
                    try apply(name, value, &options, &context)
                    if let interface = context.requiredInterface,
                        files.interfaceIndex(interface.string) == nil
                    {
                        throw OptionFault("bad interface name", interface.string, at: interface)
                    }
                } catch {
                    fault = error
                }
            }
            guard let fault else { continue }
            options.domainRules.removeSubrange(count...)
            diagnostics.append(
                Diagnostic(
                    .warning, source: path, line: index + 1, column: Int(fault.column),
                    message: "\(fault.text ?? "error") at line \(index + 1) of \(path)",
                    hint: fault.hint ?? fault.detail))
        }
        return (options.domainRules, diagnostics)
    }

    private static func apply(
        _ name: ValueText, _ value: ValueText, _ options: inout Options,
        _ context: inout OptionContext
    ) throws(OptionFault) {
        guard let row = OptionTable.row(named: name) else {
            throw OptionFault("bad option", at: name)
        }
        if row.argument == .none, !value.isAbsent {
            throw OptionFault("extraneous parameter", at: value)
        }
        if case .required = row.argument, value.isAbsent {
            throw OptionFault("missing parameter", at: name)
        }
        guard row.name == "server" || row.name == "rev-server" else {
            throw OptionFault(
                "illegal option", hint: "only server= and rev-server= may stand here", at: name)
        }
        context.origin.column = value.column
        try row.apply(value, &options, &context)
    }
}
