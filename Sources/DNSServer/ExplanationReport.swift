import DNSConfig
import DNSResolver
import DNSWire

/// An explanation as text for people, or as JSON.
struct ExplanationReport {
    let explanation: Explanation
    /// Of the files.
    let identity: String
    var live: Live?
    private var lines = SourceLines()

    private static let width = 80
    /// Rules and names that are passed over beyond this are counted only.
    private static let shown = 20

    init(explanation: Explanation, identity: String) {
        self.explanation = explanation
        self.identity = identity
    }

    // MARK: Text

    /// Lines of at most 80 columns where names allow.
    mutating func text(_ files: inout FileSystem) -> String {
        var text = headline + "\n"
        text += Self.table(explanation.records)
        if case .servers(let servers) = explanation.decision {
            if let name = explanation.askedName, name != explanation.name {
                text += "  asked for: \(name)\n"
            }
            text += "  servers, in the order of the configuration:\n"
            for server in servers { text += "    \(server.zonedAddress)#\(server.port)\n" }
        }
        text += section("Why", explanation.steps, &files)
        text += section("Passed over", explanation.passedOver, &files)
        if let proposal = explanation.proposal { text += "\nDid you mean \(proposal)?\n" }
        if let live { text += self.text(live) }
        return text
    }

    private var headline: String {
        let question = "\(explanation.name) \(explanation.type.text)"
        guard let code = explanation.code else { return "\(question): a server is asked" }
        let count = explanation.records.count
        let records = count == 0 ? "no records" : "\(count) record" + (count == 1 ? "" : "s")
        return "\(question): \(code.text), \(records), \(Self.words(explanation.decision).text)"
    }

    private static func words(
        _ decision: Explanation.Decision
    ) -> (text: String, key: String) {
        switch decision {
        case .local: ("from hosts files and records", "local")
        case .literal: ("from an address rule", "literal")
        case .denied: ("by a local rule", "denied")
        case .filtered: ("by an option", "filtered")
        case .zone: ("with authority", "zone")
        case .servers: ("from a server", "servers")
        case .refused: ("nobody can be asked", "refused")
        }
    }

    /// The records in columns, as `dig` has them.
    static func table(_ records: [Explanation.Record]) -> String {
        let rows = records.map { record in
            [
                RecordText.final(record.owner), "\(record.ttlSeconds)", record.type.text,
                RecordText.text(record),
            ]
        }
        let widths = (0..<3).map { column in rows.map { $0[column].utf8.count }.max() ?? 0 }
        var text = ""
        for row in rows {
            var line = "  "
            for (column, width) in widths.enumerated() {
                let cell = row[column]
                line += cell + String(repeating: " ", count: width - cell.utf8.count + 2)
            }
            text += line + row[3] + "\n"
        }
        return text
    }

    private mutating func section(
        _ title: String, _ remarks: [Explanation.Remark], _ files: inout FileSystem
    ) -> String {
        guard !remarks.isEmpty else { return "" }
        var text = "\n\(title):\n"
        for remark in remarks.prefix(Self.shown) {
            text += Prose.wrap(remark.text, width: Self.width, indent: "    ", first: "  - ")
            guard let place = remark.place else { continue }
            text += line(place, &files) + "\n"
        }
        if remarks.count > Self.shown { text += "  - and \(remarks.count - Self.shown) more\n" }
        return text
    }

    /// `    file:line: what stands there`, cut to the width.
    private mutating func line(
        _ place: Explanation.Place, _ files: inout FileSystem
    ) -> String {
        var text = "    \(place.source)" + (place.line > 0 ? ":\(place.line)" : "")
        guard let excerpt = excerpt(place, &files) else { return text }
        let room = Self.width - text.utf8.count - 2
        if excerpt.utf8.count <= room {
            text += ": " + excerpt
        } else if room > 20 {
            text += ": " + String(excerpt.unicodeScalars.prefix(room - 3)) + "..."
        }
        return text
    }

    /// The line of a file, without blanks at its ends, as ASCII.
    private mutating func excerpt(
        _ place: Explanation.Place, _ files: inout FileSystem
    ) -> String? {
        // The command line, standard input and the output of scripts are no files to read again.
        guard place.line > 0, place.source != "command line", place.source != "-",
            !place.source.hasPrefix("output from ")
        else { return nil }
        let lines = lines.lines(of: place.source, &files)
        guard place.line <= lines.count else { return nil }
        let words = lines[place.line - 1].split(whereSeparator: LineScanner.isWhiteSpace)
        let octets = words.joined(separator: [0x20]).map { octet in
            octet < 0x20 || octet >= 0x7F ? UInt8(ascii: "?") : octet
        }
        return octets.isEmpty ? nil : String(decoding: octets, as: UTF8.self)
    }

    // MARK: JSON

    /// One object: `name`, `type`, `decision`, `rcode`, `records`, `servers`, `asked`, `why`,
    /// `passedOver`, `proposal`, `identity`, `live`.
    mutating func json(_ files: inout FileSystem) -> String {
        let quoted = DiagnosticReport.quoted
        var servers: [String] = []
        if case .servers(let options) = explanation.decision {
            servers = options.map { quoted("\($0.zonedAddress)#\($0.port)") }
        }
        let asked = explanation.askedName.map { quoted("\($0)") } ?? "null"
        return """
            {
              "name": \(quoted("\(explanation.name)")),
              "type": \(quoted(explanation.type.text)),
              "decision": \(quoted(Self.words(explanation.decision).key)),
              "rcode": \(explanation.code.map { quoted($0.text) } ?? "null"),
              "records": \(Self.list(explanation.records.map(Self.json))),
              "asked": \(asked),
              "servers": [\(servers.joined(separator: ", "))],
              "why": \(json(explanation.steps, &files)),
              "passedOver": \(json(explanation.passedOver, &files)),
              "proposal": \(explanation.proposal.map { quoted("\($0)") } ?? "null"),
              "identity": \(quoted(identity)),
              "live": \(live.map(json) ?? "null")
            }

            """
    }

    private mutating func json(
        _ remarks: [Explanation.Remark], _ files: inout FileSystem
    ) -> String {
        let quoted = DiagnosticReport.quoted
        var items: [String] = []
        for remark in remarks {
            let line = remark.place.flatMap { excerpt($0, &files) }
            items.append(
                "{\"text\": \(quoted(remark.text)), "
                    + "\"file\": \(remark.place.map { quoted($0.source) } ?? "null"), "
                    + "\"line\": \(remark.place?.line ?? 0), "
                    + "\"column\": \(remark.place?.column ?? 0), "
                    + "\"excerpt\": \(line.map(quoted) ?? "null")}")
        }
        return Self.list(items)
    }

    static func json(_ record: Explanation.Record) -> String {
        let quoted = DiagnosticReport.quoted
        return "{\"name\": \(quoted("\(record.owner)")), \"ttl\": \(record.ttlSeconds), "
            + "\"type\": \(quoted(record.type.text)), "
            + "\"data\": \(quoted(RecordText.text(record)))}"
    }

    static func list(_ items: [String]) -> String {
        items.isEmpty ? "[]" : "[\n    " + items.joined(separator: ",\n    ") + "\n  ]"
    }
}
