import DNSConfig
import DNSResolver
import DNSWire

extension ExplanationReport {
    /// What the running server says of the same question.
    struct Live {
        /// `ADDRESS#PORT`.
        var server: String
        var fault: String?
        var code: ResponseCode?
        var records: [Explanation.Record] = []
        /// Of its configuration; nil where it does not tell.
        var identity: String?
        /// nil where the server was asked as a client asks.
        var state: LiveState?
    }

    // MARK: Text

    func text(_ live: Live) -> String {
        var text = "\nThe server at \(live.server)"
        if let fault = live.fault { return text + " does not answer: \(fault)\n" }
        text += "\(Self.verb(live)):\n" + Self.table(live.records)
        if explanation.code != nil {
            text += isSame(live) ? "  the same as here\n" : "  which is something else\n"
        }
        if let state = live.state { text += self.text(state) }
        switch live.identity {
        case identity: return text + "Its configuration is the one of these files.\n"
        case nil: return text + "It does not tell which configuration it has.\n"
        case .some(let other):
            return text + "Its configuration is another one than that of these files:\n"
                + "  running \(other)\n  files   \(identity)\n"
                + "Give the same -C, --hosts and options as the server, or reload it (HUP).\n"
        }
    }

    private static func verb(_ live: Live) -> String {
        let code = live.code?.text ?? "?"
        guard let state = live.state, state.source == nil else { return " answers \(code)" }
        switch state.entries.first?.freshness {
        case .fresh: return " answers \(code) from its cache"
        case .stale: return " would ask a server, and has an old answer (\(code))"
        case .none?, .never, nil: return " would ask a server"
        }
    }

    /// In any order: addresses take turns.
    private func isSame(_ live: Live) -> Bool {
        live.code == explanation.code
            && Set(live.records) == Set(explanation.records)
    }

    private func text(_ state: LiveState) -> String {
        guard state.source == nil else { return "" }
        var text = "  cache:\n"
        for alias in explanation.aliases {
            text += "    \(alias) \(explanation.type.text): an alias of the configuration\n"
        }
        for entry in state.entries {
            text += "    \(entry.name) \(entry.type.text): \(Self.words(entry))\n"
        }
        guard !state.servers.isEmpty else { return text }
        text += "  servers:\n"
        for server in state.servers { text += "    \(server.text): \(Self.words(server))\n" }
        return text
    }

    private static func words(_ entry: LiveState.Entry) -> String {
        let time = "\(entry.ageSeconds) s of \(entry.ttlSeconds) s"
        let what =
            !entry.isNegative
            ? "" : entry.code == .noError ? " (no such data)" : " (\(entry.code.text))"
        switch entry.freshness {
        case .none: return "not cached"
        case .never: return "not cached: answers of the type are not kept"
        case .fresh: return "cached\(what), \(time), \(entry.leftSeconds) s left"
        case .stale:
            let over = Int64(entry.ageSeconds) - Int64(entry.ttlSeconds)
            return "stale\(what), \(time), over for \(over) s"
        }
    }

    private static func words(_ server: LiveState.Server) -> String {
        let state =
            server.isFailing
            ? "failing" : server.roundTripMilliseconds == 0 ? "not known yet" : "answers"
        let time =
            server.roundTripMilliseconds == 0
            ? "" : ", \(server.roundTripMilliseconds) ms round trip"
        return "\(server.isFirst ? "asked first, " : "")\(state)\(time), "
            + "\(server.sent) sent, \(server.failed) failed"
    }

    // MARK: JSON

    func json(_ live: Live) -> String {
        let quoted = DiagnosticReport.quoted
        var members = [
            "\"server\": " + quoted(live.server),
            "\"fault\": " + (live.fault.map(quoted) ?? "null"),
            "\"rcode\": " + (live.code.map { quoted($0.text) } ?? "null"),
            "\"records\": " + Self.list(live.records.map(Self.json)),
        ]
        if let state = live.state {
            members += [
                "\"wouldAsk\": \(Self.asks(state))",
                "\"cache\": " + Self.list(state.entries.map(Self.json)),
                "\"servers\": " + Self.list(state.servers.map(Self.json)),
            ]
        }
        members += [
            "\"identity\": " + (live.identity.map(quoted) ?? "null"),
            "\"sameConfiguration\": \(live.identity == identity)",
        ]
        return "{" + members.joined(separator: ", ") + "}"
    }

    private static func asks(_ state: LiveState) -> Bool {
        state.source == nil && state.entries.first?.freshness != .fresh
    }

    private static func json(_ entry: LiveState.Entry) -> String {
        let quoted = DiagnosticReport.quoted
        let head =
            "{\"name\": \(quoted("\(entry.name)")), \"type\": \(quoted(entry.type.text)), "
            + "\"state\": \(quoted(entry.freshness.rawValue))"
        guard entry.freshness == .fresh || entry.freshness == .stale else { return head + "}" }
        return head + ", \"age\": \(entry.ageSeconds), \"ttl\": \(entry.ttlSeconds), "
            + "\"left\": \(entry.leftSeconds), \"rcode\": \(quoted(entry.code.text)), "
            + "\"negative\": \(entry.isNegative)}"
    }

    private static func json(_ server: LiveState.Server) -> String {
        let milliseconds = server.roundTripMilliseconds
        return "{\"address\": \(DiagnosticReport.quoted(server.text)), "
            + "\"first\": \(server.isFirst), \"failing\": \(server.isFailing), "
            + "\"rttMilliseconds\": \(milliseconds == 0 ? "null" : "\(milliseconds)"), "
            + "\"sent\": \(server.sent), \"failed\": \(server.failed)}"
    }
}
