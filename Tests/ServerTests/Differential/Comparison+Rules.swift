/// What the configuration of a comparison says about the name that was asked for.
extension Comparison {
    /// A line with domains, such as `address=/a.test/b.test/10.0.0.1`.
    private struct Rule {
        var keyword: Substring
        var domains: [Substring]
        var value: Substring
    }

    private var rules: [Rule] {
        config.split(separator: "\n").compactMap { line in
            guard let equals = line.firstIndex(of: "="), line[equals...].hasPrefix("=/") else {
                return nil
            }
            let pieces = line[equals...].dropFirst(2).split(
                separator: "/", omittingEmptySubsequences: false)
            return Rule(
                keyword: line[..<equals], domains: pieces.dropLast(), value: pieces.last ?? "")
        }
    }

    /// Whether a line of one of the options is about the name and has such a value.
    func hasRule(_ keywords: [String], for value: (Substring) -> Bool) -> Bool {
        let name = name
        return rules.contains { rule in
            keywords.contains(String(rule.keyword)) && value(rule.value)
                && rule.domains.contains { Self.covers($0.lowercased(), name) }
        }
    }

    /// An `address=` line with an address.
    var hasAddressLine: Bool { hasRule(["address"]) { !$0.isEmpty } }

    /// A line that names a server, or the usual ones.
    var hasServerLine: Bool { hasRule(["server", "local"]) { !$0.isEmpty } }

    /// A line that keeps the name from servers, or `domain-needed`.
    var isClosed: Bool {
        hasRule(["server", "local", "address"]) { $0.isEmpty }
            || config.contains("domain-needed") && !query.name.contains(".")
            || !config.contains("server=1")
    }

    /// Whether the configuration answers for a name, whatever servers say of it.
    private func isOwn(_ name: String) -> Bool {
        config.contains("synth-domain=") || isDefined(name)
            || rules.contains { rule in
                !rule.value.contains("#")
                    && rule.domains.contains { Self.covers($0.lowercased(), name) }
            }
            || rules.contains { $0.keyword == "address" && $0.value == "#" }
    }

    /// Whether a server's CNAME leads to a name of the configuration, and Waggle goes on from there
    /// by itself.
    var endsInOwnName: Bool {
        guard let ours, let theirs else { return false }
        let links = zip(ours.answers, theirs.answers).prefix {
            $0.type == .cname && Self.isEqual([$0], [$1])
        }
        return ours.authority == []
            && links.contains { isOwn($0.0.data.dropLast().lowercased()) }
    }

    /// Whether a line gives the name a record of its own, or a name below it.
    var isDefined: Bool { isDefined(name) }

    private func isDefined(_ name: String) -> Bool {
        definedNames.contains { $0 == name || $0.hasSuffix("." + name) }
    }

    private static let definingOptions: Set<String> = [
        "cname", "host-record", "txt-record", "mx-host", "srv-host", "ptr-record",
        "naptr-record", "interface-name", "synth-domain",
    ]

    private var definedNames: [String] {
        let parts = config.lowercased().split(separator: "--- hosts\n")
        let hosts = parts.count > 1 ? parts[1].split { $0.isWhitespace }.map(String.init) : []
        return hosts
            + (parts.first ?? "").split(separator: "\n").flatMap { line -> [String] in
                guard let equals = line.firstIndex(of: "="),
                    Self.definingOptions.contains(String(line[..<equals]))
                else { return [] }
                let pieces = line[equals...].dropFirst().split(separator: ",").map {
                    $0.trimmingPrefix(" ")
                }
                let names = ["cname=", "host-record="].contains { line.hasPrefix($0) }
                return (names ? pieces : Array(pieces.prefix(1))).map(String.init)
                    .filter { !line.hasPrefix("cname=") || $0 != pieces.last.map(String.init) }
            }
    }

    private static func covers(_ domain: String, _ name: String) -> Bool {
        if domain == "#" { return true }
        if domain.isEmpty { return !name.contains(".") }
        if domain.hasPrefix("*."), domain.count > 2 { return name.hasSuffix(domain.dropFirst()) }
        if domain.hasPrefix("*") { return name.hasSuffix(domain.dropFirst()) }
        let plain = domain.hasPrefix(".") ? String(domain.dropFirst()) : domain
        return name == plain || name.hasSuffix("." + plain)
    }

    /// Whether answers are for one client, so that they are not kept here.
    var isPersonal: Bool {
        ["umbrella", "add-subnet=", "add-mac"].contains { config.contains($0) }
    }

    /// Whether some servers refuse or fail.
    var hasFailingServer: Bool { config.contains("# fails") }
}
