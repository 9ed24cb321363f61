extension OptionTable {
    /// Where more configuration comes from.
    static let files: [OptionRow] = [
        OptionRow(
            "conf-file", letter: "C", .optional("<path>"), .anyNumber, .system,
            default: "/etc/dnsmasq.conf", reload: .rereadsContents,
            "Reads this configuration file; - is standard input. The same file is read only once.",
            details: OptionDetails.confFile,
            example: "conf-file=/etc/dnsmasq.d/names.conf",
            departures: [.reload, .longLines]
        ) { value, _, context in
            if !value.isEmpty { context.inclusion = .file(value.string) }
        },
        OptionRow(
            "conf-dir", letter: "7", .required("<path>[,<suffix>...]"), .anyNumber, .system,
            default: "none", reload: .rereadsContents,
            "Reads the files of a directory in the order of their names: all but those with a "
                + "<suffix>, or only those with a *<suffix>.",
            details: OptionDetails.confDir,
            example: "conf-dir=/etc/dnsmasq.d,*.conf",
            apply: applyConfDir),
        OptionRow(
            "conf-script", .required("<command>"), .anyNumber, .system,
            default: "none", reload: .rereadsContents,
            "Runs a command and reads what it prints as configuration.",
            details: OptionDetails.confScript,
            example: "conf-script=/usr/local/bin/print-names --zone=lan",
            departures: [.endlessCommands]
        ) { value, _, context in
            if !value.isEmpty { context.inclusion = .script(value.string) }
        },
        OptionRow(
            "servers-file", .required("<path>"), .oncePerSource, .dns, default: "none",
            reload: .rereadsContents,
            "Reads server= and rev-server= lines from this file, and again after a signal.",
            details: OptionDetails.serversFile,
            example: "servers-file=/etc/dnsmasq.servers"
        ) { value, options, context in
            guard !value.isEmpty else { return }
            options.resolv.serversFile = PathOption(
                path: value.string, origin: context.origin(of: value))
        },
    ]

    static func applyConfDir(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        let pieces = value.pieces()
        guard let directory = pieces.first, !directory.isEmpty else { return }
        context.inclusion = .directory(
            directory.string, suffixes: pieces.dropFirst().map(\.string))
    }
}
