/// Text in the format that Prometheus reads, version 0.0.4.
///
/// A family is a name with its help and type, and behind them its samples. Names and labels are
/// constants of this program; only values of labels come from outside, and are escaped.
struct MetricsText {
    enum Kind: String { case counter, gauge, histogram }

    struct Sample {
        var labels: [(name: StaticString, value: String)] = []
        var value: String

        init(_ value: UInt64, _ labels: (name: StaticString, value: String)...) {
            self.labels = labels
            self.value = "\(value)"
        }

        init(_ value: Double, _ labels: (name: StaticString, value: String)...) {
            self.labels = labels
            self.value = "\(value)"
        }
    }

    /// One row of a histogram: counts of each bucket alone, the last of them above all bounds.
    struct Histogram {
        var label: (name: StaticString, value: String)
        var buckets: [UInt64]
        var sum: Double
    }

    private(set) var octets: [UInt8] = []

    /// A family with one sample.
    mutating func add(_ kind: Kind, _ name: StaticString, _ help: StaticString, _ value: UInt64) {
        add(kind, name, help, [Sample(value)])
    }

    /// The same for a value with a fraction.
    mutating func add(_ kind: Kind, _ name: StaticString, _ help: StaticString, _ value: Double) {
        add(kind, name, help, [Sample(value)])
    }

    /// A family with its samples; none leaves the family out.
    mutating func add(
        _ kind: Kind, _ name: StaticString, _ help: StaticString, _ samples: [Sample]
    ) {
        guard !samples.isEmpty else { return }
        start(kind, name, help)
        for sample in samples { write("\(name)", sample.labels, sample.value) }
    }

    /// A family of histograms with the same upper bounds.
    mutating func addHistograms(
        _ name: StaticString, _ help: StaticString, bounds: [Double], _ rows: [Histogram]
    ) {
        start(.histogram, name, help)
        for row in rows {
            var total: UInt64 = 0
            for (index, count) in row.buckets.enumerated() {
                total += count
                let bound = index < bounds.count ? Self.decimal(bounds[index]) : "+Inf"
                write("\(name)_bucket", [row.label, ("le", bound)], "\(total)")
            }
            write("\(name)_sum", [row.label], "\(row.sum)")
            write("\(name)_count", [row.label], "\(total)")
        }
    }

    private mutating func start(_ kind: Kind, _ name: StaticString, _ help: StaticString) {
        octets += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n".utf8
    }

    private mutating func write(
        _ name: String, _ labels: [(name: StaticString, value: String)], _ value: String
    ) {
        octets += name.utf8
        for (index, label) in labels.enumerated() {
            octets += "\(index == 0 ? "{" : ",")\(label.name)=\"".utf8
            octets += Self.escaped(label.value)
            octets.append(UInt8(ascii: "\""))
        }
        octets += "\(labels.isEmpty ? "" : "}") \(value)\n".utf8
    }

    /// A value of a label between its quotes.
    static func escaped(_ text: String) -> [UInt8] {
        var octets: [UInt8] = []
        for octet in text.utf8 {
            switch octet {
            case UInt8(ascii: "\\"): octets += "\\\\".utf8
            case UInt8(ascii: "\""): octets += "\\\"".utf8
            case UInt8(ascii: "\n"): octets += "\\n".utf8
            default: octets.append(octet)
            }
        }
        return octets
    }

    /// Seconds of whole microseconds without an exponent: 0.00005, where Swift says 5e-05.
    private static func decimal(_ seconds: Double) -> String {
        let text = "\(Int((seconds * 1_000_000).rounded()) + 1_000_000_000)"
        var fraction = text.suffix(6)
        while fraction.last == "0" { fraction.removeLast() }
        let whole = "\(Int(seconds))"
        return fraction.isEmpty ? whole : "\(whole).\(fraction)"
    }
}
