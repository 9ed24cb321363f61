extension OptionTable {
    /// What the process does around its job.
    static let process: [OptionRow] = [
        OptionRow(
            "test", .none, .flag, .system, default: "off", reload: .noEffect,
            "Checks the configuration, says what is wrong with it and ends; command line only.",
            details: OptionDetails.test,
            example: "waggle --test --conf-file=/etc/dnsmasq.conf",
            departures: [.allFaults]
        ) { _, _, context in
            context.ask(.test)
        },
        OptionRow(
            "version", letter: "v", .none, .flag, .system, default: "off", reload: .noEffect,
            "Prints the version and ends; command line only.",
            example: "waggle --version"
        ) { _, _, context in
            context.ask(.version)
        },
        OptionRow(
            "help", letter: "w", .none, .flag, .system, default: "off", reload: .noEffect,
            "Prints every option with one line about it and ends; command line only.",
            details: OptionDetails.help,
            example: "waggle --help"
        ) { _, _, context in
            context.ask(.help(topic: ""))
        },
        OptionRow(
            "options", .optional("text|markdown|man|bash|zsh|fish"), .anyNumber, .system,
            default: "off", reload: .noEffect,
            "Prints all that there is to know of the options and ends; command line only.",
            details: OptionDetails.options,
            example: "waggle --options cache-size",
            apply: applyOptions),
        OptionRow(
            "user", letter: "u", .optional("<username>"), .oncePerSource, .system,
            default: "nobody", reload: .restart,
            "Changes to this user after the sockets are open; nothing means stay.",
            details: OptionDetails.user,
            example: "user=waggle",
            departures: [.groupOfRoot, .accountNumbers]
        ) { value, options, _ in options.process.user = value.string },
        OptionRow(
            "group", letter: "g", .optional("<groupname>"), .oncePerSource, .system,
            default: "dip, else the group of the user", reload: .restart,
            "Changes to this group after the sockets are open.",
            details: OptionDetails.group,
            example: "group=waggle",
            departures: [.groupOfRoot, .accountNumbers]
        ) { value, options, _ in options.process.group = value.string },
        OptionRow(
            "pid-file", letter: "x", .optional("<path>"), .oncePerSource, .system,
            default: "/var/run/dnsmasq.pid", reload: .restart,
            "Writes the process number to this file; nothing means no file.",
            details: OptionDetails.pidFile,
            example: "pid-file=/run/waggle.pid",
            departures: [.defaultPidFile, .successors]
        ) { value, options, _ in options.process.pidFile = value.string },
        OptionRow(
            "keep-in-foreground", letter: "k", .none, .flag, .system, default: "off",
            reload: .restart,
            "Stays in the foreground, which Waggle always does.",
            example: "keep-in-foreground",
            departures: [.foreground]
        ) { _, options, _ in options.process.keepsInForeground = true },
        OptionRow(
            "drain", .required("<seconds>"), .oncePerSource, .system,
            default: "2, 0 with no-daemon",
            "Goes on answering for so long after a TERM, while health checks already fail.",
            details: OptionDetails.drain,
            example: "drain=5",
            departures: [.drain]
        ) { value, options, context throws(OptionFault) in
            options.process.drain = try context.number(
                value, upTo: ConfigLimits.longestDrainSeconds)
        },
        OptionRow(
            "no-daemon", letter: "d", .none, .flag, .system, default: "off", reload: .restart,
            "Stays in the foreground, logs to standard error and keeps user and pid file alone.",
            details: OptionDetails.noDaemon,
            example: "no-daemon",
            departures: [.interrupt]
        ) { _, options, _ in options.process.isDebugging = true },
        OptionRow(
            "log-queries", letter: "q", letterTakesValue: false,
            .optional("extra|proto|auth|only_failed"), .anyNumber, .dns,
            default: "off",
            "Logs questions and answers; extra adds the client and a serial number to each line.",
            details: OptionDetails.logQueries,
            example: "log-queries=extra",
            apply: applyLogQueries),
        OptionRow(
            "log-facility", letter: "8", .required("<facility>|<file>|-"), .oncePerSource, .system,
            default: "DAEMON, LOCAL0 with no-daemon", reload: .restart,
            "Logs to a syslog facility, to a file (any value with a slash) or, with -, to standard "
                + "error.",
            details: OptionDetails.logFacility,
            example: "log-facility=/var/log/waggle.log",
            departures: [.missingSyslog, .linkedLogs],
            apply: applyLogFacility),
        OptionRow(
            "log-async", .optional("<lines>"), .oncePerSource, .system,
            .acceptedWithoutEffect(
                reason: "no answer ever waits for the log: another thread writes it"),
            default: "off; 5 lines without a number", reload: .noEffect,
            "Keeps up to this many log lines (at most 100) while the log is busy.",
            example: "log-async=25",
            apply: applyLogAsync),
        OptionRow(
            "log-debug", .none, .flag, .system,
            .acceptedWithoutEffect(reason: "in dnsmasq it says more about DHCP and TFTP only"),
            default: "off", reload: .noEffect,
            "Logs more about what the process itself does.",
            example: "log-debug"
        ) { _, options, _ in options.process.logsDebug = true },
        OptionRow(
            "log-malloc", .none, .flag, .system,
            .acceptedWithoutEffect(reason: "it looks into dnsmasq's own memory management"),
            default: "off", reload: .noEffect, "Logs every allocation of memory.",
            example: "log-malloc",
            apply: ignore),
    ]

    static func applyOptions(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        guard let form = value.isAbsent ? .text : ReferenceText.Form(rawValue: value.string) else {
            throw OptionFault(nil, "there is no form '\(value.string)'", at: value)
        }
        context.ask(.options(form, names: []))
    }

    static func applyLogQueries(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        switch value.string {
        case "extra": options.process.queryLog = .extra
        case "proto": options.process.queryLog = .proto
        case "auth": options.process.queryLog = .auth
        case "only_failed": options.process.queryLog = .onlyFailed
        case let other:
            if !other.isEmpty {
                context.warn(
                    "log-queries knows no '\(other)', plain logging is used",
                    hint: "write extra, proto, auth or only_failed", at: value)
            }
            // A later plain line does not take the extra fields away, as in dnsmasq.
            if options.process.queryLog == .off { options.process.queryLog = .on }
        }
    }

    static func applyLogFacility(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        let text = value.string
        if text == "-" {
            options.process.logFacility = .standardError
        } else if text.utf8.contains(UInt8(ascii: "/")) {
            options.process.logFacility = .file(text)
        } else if facilities.contains(text.uppercased()) {
            options.process.logFacility = .syslog(text.uppercased())
        } else {
            throw OptionFault(
                "bad log facility", "'\(text)'",
                hint:
                    "write a file with its directory, - for standard error, or a facility such as "
                    + "DAEMON or LOCAL0",
                at: value)
        }
    }

    private static let facilities: Set<String> = [
        "AUTH", "AUTHPRIV", "CRON", "DAEMON", "FTP", "KERN", "LPR", "MAIL", "NEWS", "SECURITY",
        "SYSLOG", "USER", "UUCP", "LOCAL0", "LOCAL1", "LOCAL2", "LOCAL3", "LOCAL4", "LOCAL5",
        "LOCAL6", "LOCAL7",
    ]

    static func applyLogAsync(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        options.process.logAsyncLines =
            value.isAbsent ? 5 : try context.number(value, upTo: ConfigLimits.logAsyncLines)
    }
}
