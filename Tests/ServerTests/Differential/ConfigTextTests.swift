import Foundation
import Testing

/// The text of configurations: what dnsmasq refuses is refused, at the same line, and nothing else.
@Suite struct ConfigTextTests {
    /// What `--test` said about a file.
    private struct Verdict: Hashable {
        var status: Int32
        /// The line of the first error; 0 without, nil where the error names none.
        var line: Int?
        var message: String

        /// The first line that one of them complains of. dnsmasq looks for loops of aliases when
        /// all is read.
        func firstLine(_ theirs: Verdict) -> Int? {
            let ours = message.contains("CNAME loop") && theirs.line ?? 0 > 0 ? nil : line
            return [ours, theirs.line].compactMap { $0 }.filter { $0 > 0 }.min()
        }

        func agrees(with other: Verdict) -> Bool {
            // Where dnsmasq names no line, ours is a help only.
            status == other.status && (line == other.line || other.line == nil)
        }
    }

    /// Two programs with one file.
    private final class Checker {
        private let directory: TemporaryDirectory
        private let dnsmasq: String
        /// Without a network: dnsmasq looks names of servers up, and no packet is to leave.
        private let wrapper = [
            "/usr/bin/unshare", "--net", "/bin/sh", "-c", "ulimit -n 256; exec \"$0\" \"$@\"",
        ]

        init(dnsmasq: String) throws {
            directory = try TemporaryDirectory()
            self.dnsmasq = dnsmasq
        }

        var isPossible: Bool {
            (try? Tool.run(["/usr/bin/unshare", "--net", "/bin/true"]))?.status == 0
        }

        func verdicts(_ lines: [[UInt8]]) throws -> (ours: Verdict, theirs: Verdict) {
            let path = directory.path("c")
            let text = Data(lines.flatMap { $0 + [UInt8(ascii: "\n")] })
            try text.write(to: URL(fileURLWithPath: path))
            let arguments = ["--test", "--conf-file=" + path]
            let ours = try Tool.run([Binary.debug] + arguments)
            let theirs = try Tool.run(wrapper + [dnsmasq] + arguments)
            return (
                Verdict(
                    status: ours.status ?? -1, line: Self.ourLine(ours, path),
                    message: Self.firstError(ours) ?? ""),
                Verdict(
                    status: theirs.status ?? -1, line: Self.theirLine(theirs, lines),
                    message: theirs.errors.trimmingCharacters(in: .whitespacesAndNewlines))
            )
        }

        /// The first error, a loop of aliases last.
        private static func firstError(_ result: ToolResult) -> String? {
            let errors = result.errors.split(separator: "\n").filter { $0.contains(": error: ") }
            return (errors.first { !$0.contains("CNAME loop") } ?? errors.first).map(String.init)
        }

        private static func ourLine(_ result: ToolResult, _ path: String) -> Int? {
            guard result.status != 0 else { return 0 }
            let line = firstError(result)
            guard let line, line.hasPrefix(path + ":") else { return nil }
            return Int(line.dropFirst(path.count + 1).prefix { $0.isNumber })
        }

        private static func theirLine(_ result: ToolResult, _ lines: [[UInt8]]) -> Int? {
            guard result.status != 0 else { return 0 }
            let words = result.errors.split(separator: " ")
            guard let at = words.lastIndex(of: "line"), at + 1 < words.count,
                var number = Int(words[at + 1])
            else { return nil }
            // dnsmasq counts the pieces of long lines.
            for (index, line) in lines.enumerated() {
                number -= line.count / TextDeparture.pieceOctets + 1
                if number <= 0 { return index + 1 }
            }
            return nil
        }

        /// Looks at one fault after the other, until both accept the rest: the first difference
        /// that no departure explains.
        func difference(_ all: [[UInt8]], _ tally: inout [String: Int]) throws -> String? {
            var lines = all
            while true {
                let (ours, theirs) = try verdicts(lines)
                let first =
                    ours.firstLine(theirs)
                    ?? (theirs.message.contains("memory") ? Self.quotedRecord(lines) : nil)
                if ours.agrees(with: theirs) {
                    guard theirs.status != 0 else { return nil }
                    // A fault of the whole, such as a loop of aliases.
                    guard let first else { return nil }
                    lines.remove(at: first - 1)
                    continue
                }
                let last = first.flatMap {
                    $0 <= lines.count ? String(decoding: lines[$0 - 1], as: UTF8.self) : nil
                }
                let our = ours.line == first ? ours.message : ""
                // A fault without a line is one of this line, or of the whole.
                let their = theirs.line == first || theirs.line == nil ? theirs.message : ""
                let departure = TextDeparture.all.first {
                    $0.explains(last ?? "", our, their)
                        || theirs.line == nil && $0.explains(last ?? "", our, "")
                }
                guard let departure, let first, first <= lines.count else {
                    return try show(lines, upTo: first ?? lines.count)
                }
                tally[departure.name, default: 0] += 1
                lines.remove(at: first - 1)
            }
        }

        /// The first line of `dns-rr` with a quote: dnsmasq says of it that memory is short, and no
        /// more.
        private static func quotedRecord(_ lines: [[UInt8]]) -> Int? {
            lines.firstIndex { line in
                let text = String(decoding: line, as: UTF8.self)
                return text.contains("dns-rr") && text.contains("\"")
            }.map { $0 + 1 }
        }

        /// The least lines that show the difference.
        private func show(_ lines: [[UInt8]], upTo end: Int) throws -> String {
            var least = Array(lines.prefix(max(end, 1)))
            for index in least.indices.reversed() where least.count > 1 {
                var fewer = least
                fewer.remove(at: index)
                let (ours, theirs) = try verdicts(fewer)
                if !ours.agrees(with: theirs) { least = fewer }
            }
            let (ours, theirs) = try verdicts(least)
            let text = least.map { String(decoding: $0, as: UTF8.self).debugDescription }
            return """
                \(text.joined(separator: "\n"))
                waggle: \(ours.status) \(ours.message)
                dnsmasq: \(theirs.status) \(theirs.message)
                """
        }
    }

    /// 15 files of 25 lines, the same in every run; WAGGLE_SEED and WAGGLE_ROUNDS look further.
    @Test func `random lines are taken and refused alike`() throws {
        guard let dnsmasq = Binary.dnsmasq else { return skip("dnsmasq is not installed") }
        let checker = try Checker(dnsmasq: dnsmasq)
        guard checker.isPossible else { return skip("no network of its own for dnsmasq") }
        let environment = ProcessInfo.processInfo.environment
        let rounds = environment["WAGGLE_ROUNDS"].flatMap { Int($0) } ?? 15
        let start = environment["WAGGLE_SEED"].map { UInt64($0) ?? .random(in: 0...UInt64.max) }
        var tally: [String: Int] = [:]
        for round in 0..<rounds {
            let seed = (start ?? 1) &+ UInt64(round)
            let text = RandomConfigText(seed: seed, lines: 25)
            guard let difference = try checker.difference(text.lines, &tally) else { continue }
            Issue.record("WAGGLE_SEED=\(seed) WAGGLE_ROUNDS=1:\n\(difference)")
            guard environment["WAGGLE_ALL_DIFFERENCES"] != nil else { break }
        }
        print("\(rounds * 25) lines, explained by departures: \(tally)")
    }
}

/// A line that Waggle means to take or refuse otherwise than dnsmasq 2.90.
struct TextDeparture: Sendable {
    let name: String
    let reason: String
    /// The line, Waggle's error and dnsmasq's.
    let explains: @Sendable (String, String, String) -> Bool

    static let all: [TextDeparture] = [
        TextDeparture(
            name: "refused options",
            reason: "what Waggle cannot do, and answers would be wrong without, is an error"
        ) { _, ours, _ in ours.contains(": Waggle ") },
        TextDeparture(
            name: "names of servers",
            reason: "dnsmasq asks the system's resolver, which may be this process"
        ) { _, ours, theirs in
            ours.contains("Name or service not known") && !theirs.isEmpty
        },
        TextDeparture(
            name: "numbers for servers",
            reason: "01.2.3.4 and 65536 are addresses to the system's resolver, octal and short"
                + " ones, and most often mistakes"
        ) { _, ours, theirs in
            guard theirs.isEmpty, let open = ours.range(of: "not known: '") else { return false }
            let text = ours[open.upperBound...].prefix { $0 != "'" }
            return text.allSatisfy { $0.isNumber || $0 == "." } || text.hasPrefix("0x")
        },
        TextDeparture(
            name: "memory",
            reason: "dnsmasq says that memory is short where hexadecimal digits are"
                + " wrong"
        ) { line, ours, theirs in
            line.contains("dns-rr") && (!ours.isEmpty || line.contains("\""))
                && theirs.contains("could not get memory")
        },
        TextDeparture(
            name: "numbers that wrap",
            reason: "dnsmasq takes a number modulo 4294967296, where Waggle takes the greatest or"
                + " none"
        ) { line, ours, theirs in
            line.contains(/[0-9]{10}/)
                && (theirs.isEmpty && ours.contains(/is not a (number from 0|prefix length)/)
                    || ours.isEmpty && theirs.contains("error at line"))
        },
        TextDeparture(
            name: "empty digest",
            reason: "dnsmasq takes a trust anchor without digits"
        ) { line, ours, theirs in
            theirs.isEmpty && ours.contains("bad trust anchor") && line.contains(/,[: ]*(\s|$)/)
        },
        TextDeparture(
            name: "values of no use",
            reason: "dnsmasq takes a dot for a prefix, a star for octets, and lengths that no"
                + " address has"
        ) { line, ours, theirs in
            theirs.isEmpty
                && (ours.contains("bad prefix: '.'")
                    || ours.contains("'*' is not hexadecimal") && line.contains("dns-rr")
                    || ours.contains("is not a prefix length") && line.contains("auth-zone"))
        },
        TextDeparture(
            name: "excluded interfaces",
            reason: "dnsmasq takes the networks of an excluded interface in"
        ) { _, ours, theirs in
            theirs.isEmpty && ours.contains("exclude: takes an address")
        },
        TextDeparture(
            name: "names of zones",
            reason: "a zone without a name would be the root, and a label of more than 63 octets"
                + " fits into no message"
        ) { line, ours, theirs in
            theirs.isEmpty && line.contains("auth-")
                && (ours.contains("the zone has no name") || ours.contains("has a label of")
                    || line.contains(/l{64}|\.\./)
                        && ours.contains("is not the name of a hostmaster"))
        },
        TextDeparture(
            name: "blanks between domains",
            reason: "dnsmasq loses count of the domains where blanks stand before one"
        ) { line, ours, theirs in
            ours.isEmpty && !theirs.isEmpty && line.contains(/(server|local|address)\s*=.*\/\s/)
        },
        TextDeparture(
            name: "IDNA",
            reason: "of a name with capital letters dnsmasq asks more than of any other: IDNA bars"
                + " hyphens at the ends of labels, and great lengths"
        ) { line, ours, theirs in
            ours.isEmpty && !theirs.isEmpty && line.contains { $0.isUppercase }
                && (line.contains(/[.,\/=\s]-|-[.,\/\s]|-$/) || line.contains(/[^,\/=]{254}/)
                    || (line + ",").contains(#/-[Xx]|-[.,\s]/#))
        },
        TextDeparture(
            name: "values in quotes",
            reason: "some options of dnsmasq see the codes that it hides digits in, and find no"
                + " number or address; of a target that begins with a blank it makes a second alias"
        ) { line, ours, theirs in
            let names = [
                "alias", "log-facility", "interface-name", "auth-zone", "dynamic-host", "cname",
                "local-service",
            ]
            return ours.isEmpty && !theirs.isEmpty && line.contains("\"")
                && names.contains { line.contains($0) }
        },
        TextDeparture(
            name: "numbers beyond 32 bits",
            reason: "dnsmasq takes what is left of them, 4294967349 is its port 53"
        ) { line, ours, theirs in
            line.contains(#/\d{10}/#) && theirs.isEmpty != ours.isEmpty
        },
        TextDeparture(
            name: "excluded interfaces, zones without a name",
            reason: "dnsmasq takes `exclude:` before an interface in, and a zone of no name for"
                + " none"
        ) { _, ours, theirs in ours.contains("auth-zone") && theirs.isEmpty },
        TextDeparture(
            name: "closing quote",
            reason:
                "behind a quote at the end of a line dnsmasq reads on in what earlier lines left"
        ) { line, ours, theirs in
            let text = line.split(separator: "#").first ?? ""
            return ours.isEmpty && !theirs.isEmpty
                && text.trimmingCharacters(in: .whitespaces).hasSuffix("\"")
        },
        TextDeparture(
            name: "quoted values",
            reason: "dnsmasq does not know addresses and words of its own between quotes, and no"
                + " port there"
        ) { line, ours, theirs in
            guard line.contains("\"") else { return false }
            return ours.isEmpty && !theirs.isEmpty
                || theirs.isEmpty && ours.contains(/not known: '[^']*#/)
        },
        TextDeparture(
            name: "comment behind a quote",
            reason: "dnsmasq looks for the blank in front of a comment before the quote"
        ) { line, ours, theirs in
            !ours.isEmpty && theirs.isEmpty && line.contains(/\s"[^"]*"#/)
        },
        TextDeparture(
            name: "duplicates without effect",
            reason: "aliases that no question can have are left out"
        ) { line, ours, theirs in
            ours.isEmpty && theirs.contains("duplicate CNAME") && line.contains("..")
        },
        TextDeparture(
            name: "link-local listening",
            reason: "dnsmasq knows no zones there, so that it cannot listen on one link only"
        ) { line, ours, theirs in
            ours.isEmpty && !theirs.isEmpty && line.contains(/listen-address.*fe80.*%/)
        },
        TextDeparture(
            name: "outside DNS",
            reason: "the values of options without effect are not looked at"
        ) { line, ours, theirs in
            let name = line.trimmingCharacters(in: .whitespaces)
            return ours.isEmpty && !theirs.isEmpty
                && ["dhcp-", "tftp-"].contains { name.hasPrefix($0) }
        },
        TextDeparture(
            name: "long lines",
            reason: "dnsmasq cuts lines after 1024 octets and reads the rest as another line"
        ) { line, _, _ in line.utf8.count >= pieceOctets },
    ]

    /// What dnsmasq reads at once, with the end of the line.
    static let pieceOctets = 1024
}
