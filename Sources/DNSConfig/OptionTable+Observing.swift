package import DNSWire

extension OptionTable {
    /// How to see from outside what a server does.
    static let observing: [OptionRow] = [
        OptionRow(
            "metrics-listen", .required("[<address>]:<port>"), .anyNumber, .system,
            default: "off", reload: .restart,
            "Serves /metrics for Prometheus and /health by HTTP on this address.",
            details: OptionDetails.metricsListen,
            example: "metrics-listen=:9153",
            apply: applyMetricsListen),
        OptionRow(
            "log-format", .required("text|json"), .oncePerSource, .system,
            default: "text", reload: .restart,
            "Writes log lines as dnsmasq does, or each as a JSON object.",
            details: OptionDetails.logFormat,
            example: "log-format=json",
            apply: applyLogFormat),
    ]

    static func applyMetricsListen(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        let hint = "write 127.0.0.1:9153, [::1]:9153, or :9153 for all addresses"
        // The last colon: those before it belong to an IPv6 address.
        guard let colon = value.glyphs.lastIndex(where: { $0.octet == UInt8(ascii: ":") }) else {
            throw OptionFault(nil, "'\(value.string)' has no port", hint: hint, at: value)
        }
        let count = value.glyphs.distance(from: value.glyphs.startIndex, to: colon)
        let port = value.dropFirst(count + 1)
        guard let number = port.number16, number > 0 else {
            throw OptionFault(
                nil, "'\(port.string)' is not a number from 1 to 65535", hint: hint, at: port)
        }
        var text = ValueText(value.glyphs.prefix(count), column: value.column)
        let isBracketed =
            text.hasPrefix(UInt8(ascii: "[")) && text.glyphs.last?.octet == UInt8(ascii: "]")
        if isBracketed { text = ValueText(text.glyphs.dropFirst().dropLast(), column: text.column) }
        guard !text.isEmpty || isBracketed else {
            return options.process.metrics.append(MetricsEndpoint(address: nil, port: number))
        }
        guard let address = text.address, address.isIPv4 != isBracketed else {
            throw OptionFault(
                nil, "'\(text.string)' is not an address", hint: hint, at: text)
        }
        options.process.metrics.append(MetricsEndpoint(address: address, port: number))
    }

    static func applyLogFormat(
        _ value: ValueText, _ options: inout Options, _ context: inout OptionContext
    ) throws(OptionFault) {
        guard let format = ProcessOptions.LogFormat(rawValue: value.string) else {
            throw OptionFault(
                nil, "there is no format '\(value.string)'", hint: "write text or json", at: value)
        }
        options.process.logFormat = format
    }
}

/// Where metrics are served.
package struct MetricsEndpoint: Hashable, Sendable {
    /// nil for all addresses of this machine.
    package var address: IPAddress?
    package var port: UInt16
}

extension ProcessOptions {
    package enum LogFormat: String, Hashable, Sendable { case text, json }
}
