import Foundation

/// A page of metrics, read by the rules of the format and of `promtool check metrics`.
///
/// https://prometheus.io/docs/instrumenting/exposition_formats, and promlint of client_golang.
struct MetricsPage {
    /// Samples as they are written, `name{label="value"}`, with their values.
    private(set) var samples: [String: Double] = [:]
    /// What is wrong, with the number of the line.
    private(set) var faults: [String] = []

    private var types: [String: String] = [:]
    private var helps: Set<String> = []
    /// Families in the order in which they came: none may come again.
    private var families: [String] = []
    private var line = 0

    private static let units = ["milliseconds", "microseconds", "minutes", "hours", "kilobytes"]
    private static let abbreviations = ["ms", "us", "s", "sec", "kb", "mb", "b"]
    private static let kinds = ["counter", "gauge", "histogram", "summary"]

    init(_ text: String) {
        if !text.hasSuffix("\n") { faults.append("the last line does not end") }
        for content in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            line += 1
            if content.hasPrefix("# ") { readComment(String(content)) } else { read(content) }
        }
        for family in families { lint(family) }
    }

    private mutating func fault(_ text: String) { faults.append("\(line): \(text)") }

    private mutating func readComment(_ text: String) {
        let words = text.split(separator: " ", maxSplits: 3).map(String.init)
        guard words.count == 4, words[1] == "HELP" || words[1] == "TYPE" else {
            return fault("no HELP and no TYPE: \(text)")
        }
        let name = words[2]
        if families.last != name {
            if families.contains(name) { fault("\(name) comes twice") }
            families.append(name)
        }
        if samples.keys.contains(where: { $0 == name || $0.hasPrefix("\(name){") }) {
            fault("\(words[1]) of \(name) comes after its samples")
        }
        if words[1] == "HELP" {
            if !helps.insert(name).inserted { fault("a second HELP of \(name)") }
        } else {
            if types[name] != nil { fault("a second TYPE of \(name)") }
            if !Self.kinds.contains(words[3]) { fault("no type: \(words[3])") }
            types[name] = words[3]
        }
    }

    private mutating func read(_ text: Substring) {
        let pattern = /([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(.*)\})? ([^ ]+)/
        guard let match = text.wholeMatch(of: pattern) else { return fault("no sample: \(text)") }
        guard let value = Double(match.4 == "+Inf" ? "inf" : match.4) else {
            return fault("no number: \(match.4)")
        }
        let name = String(match.1)
        let labels = match.3.map { readLabels($0) } ?? []
        guard let family = family(of: name) else { return fault("\(name) has no TYPE and HELP") }
        if families.last != family { fault("\(name) stands in another family") }
        let isBucket = types[family] == "histogram" && name.hasSuffix("_bucket")
        if labels.contains("le") != isBucket { fault("\(name) with or without le") }
        if Set(labels).count != labels.count { fault("a label of \(name) comes twice") }
        let key = String(text[..<match.4.startIndex].dropLast())
        if samples.updateValue(value, forKey: key) != nil { fault("\(key) comes twice") }
        if types[family] != "gauge", value < 0 || !value.isFinite { fault("\(key) is \(value)") }
    }

    /// The names of the labels between the braces.
    private mutating func readLabels(_ text: Substring) -> [String] {
        var rest = text
        var names: [String] = []
        // In quotes a backslash, a quote and a new line are escaped, and nothing else is.
        let label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(,|$)/
        while !rest.isEmpty {
            guard let match = rest.prefixMatch(of: label) else {
                fault("no labels: \(rest)")
                break
            }
            names.append(String(match.1))
            rest = rest[match.range.upperBound...]
        }
        return names
    }

    private func family(of name: String) -> String? {
        if types[name] != nil, helps.contains(name) { return name }
        for suffix in ["_bucket", "_sum", "_count"] where name.hasSuffix(suffix) {
            let base = String(name.dropLast(suffix.count))
            if types[base] == "histogram", helps.contains(base) { return base }
        }
        return nil
    }

    /// The rules of promlint about names.
    private mutating func lint(_ name: String) {
        guard let kind = types[name], helps.contains(name) else {
            return faults.append("\(name) has no TYPE or no HELP")
        }
        func check(_ holds: Bool, _ text: String) {
            if !holds { faults.append("\(name) \(text)") }
        }
        let parts = name.split(separator: "_").map(String.init)
        check((kind == "counter") == name.hasSuffix("_total"), "is a \(kind): _total")
        check(!Self.kinds.contains { parts.contains($0) }, "has its type in its name")
        check(!parts.contains { Self.units.contains($0) }, "is not in base units")
        check(!parts.contains { Self.abbreviations.contains($0) }, "has an abbreviated unit")
        check(name == name.lowercased() && !name.contains(":"), "is not in snake case")
        for suffix in ["_bucket", "_sum", "_count"] {
            check(!name.hasSuffix(suffix), "ends in \(suffix)")
        }
        check(
            samples.keys.contains { $0 == name || $0.hasPrefix("\(name){") }
                || kind == "histogram", "has no sample")
        if kind == "histogram" { checkHistogram(name) }
    }

    /// Buckets only grow, and the last of them is the count.
    private mutating func checkHistogram(_ name: String) {
        var rows: [String: [(bound: Double, count: Double)]] = [:]
        for (key, value) in samples where key.hasPrefix("\(name)_bucket{") {
            guard let range = key.range(of: "le=\""), let end = key.lastIndex(of: "\"") else {
                continue
            }
            let text = key[range.upperBound..<end]
            let bound = text == "+Inf" ? Double.infinity : Double(text) ?? -1
            let row = key[..<range.lowerBound].dropFirst("\(name)_bucket{".count)
            rows[String(row), default: []].append((bound, value))
        }
        if rows.isEmpty { faults.append("\(name) has no buckets") }
        for (row, buckets) in rows {
            let sorted = buckets.sorted { $0.bound < $1.bound }
            let counts = sorted.map(\.count)
            if counts != counts.sorted() { faults.append("\(name){\(row)} does not grow") }
            let labels = row.isEmpty ? "" : "{\(row.dropLast())}"
            if sorted.last?.bound != .infinity || samples["\(name)_count\(labels)"] != counts.last {
                faults.append("\(name){\(row)} has another count than its last bucket")
            }
            if samples["\(name)_sum\(labels)"] == nil {
                faults.append("\(name){\(row)} has no sum")
            }
        }
    }
}

/// A client that asks by HTTP.
struct HTTPClient {
    struct Answer {
        var status: Int
        var fields: [String: String]
        var body: String
    }

    let endpoint: Endpoint

    /// Sends a request and reads to the end of the connection; nil if no answer comes in time.
    func get(_ path: String, method: String = "GET", within milliseconds: Int = 5000) -> Answer? {
        send("\(method) \(path) HTTP/1.1\r\nHost: waggle\r\n\r\n", within: milliseconds)
    }

    /// The same for a request as it stands.
    func send(_ request: String, within milliseconds: Int = 5000) -> Answer? {
        guard let socket = try? Socket.tcp(to: endpoint) else { return nil }
        socket.write(Array(request.utf8))
        return Self.read(socket, within: milliseconds)
    }

    static func read(_ socket: Socket, within milliseconds: Int) -> Answer? {
        let deadline = Deadline(milliseconds: milliseconds)
        var octets: [UInt8] = []
        while let part = socket.read(deadline) {
            guard !part.isEmpty else { break }
            octets += part
        }
        let text = String(decoding: octets, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { return nil }
        let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else {
            return nil
        }
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            fields[line[..<colon].lowercased()] =
                line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        return Answer(status: status, fields: fields, body: String(text[end.upperBound...]))
    }
}
