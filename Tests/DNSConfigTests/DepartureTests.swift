import DNSConfig
import Foundation
import Testing

/// The departures of the reference, the `Differs:` comments of the sources, and those that the
/// comparison with dnsmasq allows are the same.
@Suite struct DepartureTests {
    /// What the `Differs:` comments of a file are called in the reference, comment by comment.
    private static let bySource: [String: [String]] = [
        "DNSConfig/ConfigLoader.swift": ["long lines"],
        "DNSConfig/LineScanner.swift": ["values in quotes"],
        "DNSConfig/OptionTable.swift": ["values of other services"],
        "DNSConfig/OptionTable+Authoritative.swift": ["faults of zones", "excluded interfaces"],
        "DNSConfig/OptionTable+Listening.swift": ["link-local listening"],
        "DNSConfig/OptionTable+RecordFunctions.swift": ["empty piece of host-record"],
        "DNSConfig/OptionTable+ServiceRecords.swift": ["wrong octets of dns-rr"],
        "DNSConfig/ServerText.swift": ["names of servers"],
        "DNSConfig/ValueText+Parsing.swift": ["large numbers"],
        "DNSResolver/AnswerCache.swift": ["size of the cache"],
        "DNSResolver/AnswerPolicy.swift": ["TTL of answers whose time is over"],
        "DNSResolver/CacheShard+Names.swift": ["denials of one type"],
        "DNSResolver/EDNSAdditions.swift": ["answers for one client"],
        "DNSResolver/FailureCache.swift": ["failures that repeat"],
        "DNSResolver/Forwarder+Timing.swift": ["refusals of servers"],
        "DNSResolver/Forwarder.swift": ["letters of questions"],
        "DNSResolver/Forwarder+Replies.swift": ["subnets of clients", "answers for one client"],
        "DNSResolver/ClientQuery+Reply.swift": ["bits of the header", "options of one hop"],
        "DNSResolver/Resolver.swift": ["transfers of others' zones"],
        "DNSResolver/Forwarder+Learning.swift": ["denials of capital letters"],
        "DNSResolver/AuthoritativeZones.swift": ["wildcards of zones"],
        "DNSResolver/Resolver+Authoritative.swift": [
            "incremental transfers", "refusals of zones",
        ],
        "DNSResolver/ZoneTransfer.swift": ["large transfers", "aliases in transfers"],
        "DNSResolver/RecordSet.swift": ["rotation"],
        "DNSResolver/ReplyComposer.swift": ["records that nobody asked for"],
        "DNSResolver/ReplyFilters.swift": ["filtered types in the cache"],
        "DNSResolver/ReplyJudgement.swift": [
            "ignored replies", "rebinding by way of an own name",
        ],
        "DNSResolver/Resolver+Chain.swift": [
            "alias of a foreign name", "cached answers whose time is over",
        ],
        "DNSResolver/Resolver+Filters.swift": ["names with an address line"],
        "DNSResolver/Resolver+Upstream.swift": [
            "answers without recursion", "addresses behind a CNAME", "bits of the header",
        ],
        "DNSResolver/Resolver+OwnNames.swift": ["own names behind an alias of a server"],
        "DNSResolver/Resolver+Refusals.swift": ["higher EDNS versions"],
        "DNSResolver/ServiceHints.swift": ["addresses in SVCB and HTTPS records"],
        "DNSResolver/ReverseName.swift": ["reverse names of networks"],
        "DNSResolver/SnapshotCompiler+Aliases.swift": ["alias with a star"],
        "DNSResolver/SyntheticDomains.swift": ["ranges of IPv6 addresses"],
        "DNSServer/ControlPlane+Interfaces.swift": ["interfaces that change"],
        "DNSServer/ControlPlane+Reload.swift": [
            "reload of the configuration", "watched hosts files",
        ],
        "DNSServer/ControlPlane.swift": ["interrupt", "drain"],
        "DNSServer/ListenPlan.swift": ["bound addresses"],
        "DNSServer/PIDFile.swift": ["pid file of a successor"],
        "DNSServer/Program.swift": ["foreground"],
        "LinuxIO/FileIO+Run.swift": ["commands that do not end"],
        "LinuxIO/FileIO+Write.swift": ["a log that is a link"],
        "DNSServer/QueryLogFormatter.swift": ["repeated warnings"],
        "DNSServer/StatisticsReport.swift": ["statistics"],
        "DNSServer/Startup.swift": ["users by number", "group of root", "default pid file"],
    ]

    /// What the names of the comparison are called in the reference.
    private static let byComparison: [String: String] = [
        "order": "rotation", "chased alias": "alias of a foreign name",
        "alias to address=": "alias of address data", "BADVERS": "higher EDNS versions",
        "NOTIMP": "other operations", "cut answers": "EDNS of truncated answers",
        "shared addresses": "shared addresses", "an answer for everyone": "an answer for everyone",
        "cached CNAME": "CNAME in the cache", "known by the cache": "names known by the cache",
        "known by address=": "names with an address line", "duplicates": "duplicate lines",
        "additional": "additional addresses", "ANY of address=": "ANY of address lines",
        "additional from the cache": "additional addresses",
        "converted denial": "denials of local names", "end of an alias": "alias of a local name",
        "filtered from the cache": "filtered types in the cache",
        "cached under its own name": "addresses behind a CNAME",
        "cache": "size of the cache", "reload": "reload of the configuration",
        "truncated upstream": "truncated replies of servers", "max-ttl": "highest TTL",
        "extended error of no server": "reasons of denials",
        "denied end": "denied end of an alias", "cached otherwise": "PTR in the cache",
        "cached denial of PTR": "PTR in the cache",
        "shortened chain": "local data behind a cached alias",
        "known by an SOA in the cache": "denials and the cache",
        "umbrella": "answers for one client", "after a departure": "denials and the cache",
        "stale denial": "denials and the cache", "authoritative CNAME": "CNAME in the cache",
        "cached alias": "local data behind a cached alias",
        "denied by a server of its own": "addresses of parents",
        "denial before the filter": "denials and the cache",
        "SOA of a denial": "denials and the cache",
        "ANY of a made-up name": "ANY of reverse names",
        "reverse name of a network": "reverse names of networks",
        "address of dotless names": "address lines of names without dots",
        "mail for parents": "mail of machines", "options of failures": "options of failures",
        "ignored by TCP": "ignored replies", "wait for an ignored answer": "ignored replies",
        "SOA of a bogus denial": "denials and the cache",
        "bogus denial before address=": "denials and the cache",
        "personal denial": "answers for one client", "failing servers": "failing servers",
        "denial without an SOA record": "denials and the cache",
        "options of cached answers": "denials behind a CNAME",
        "answers without recursion": "answers without recursion",
        "denied at the end of a chain": "denials and the cache",
        "denial with data": "denials of local names",
        "bogus denial kept": "denials and the cache",
        "answers and the cache": "denials and the cache",
        "denial of capital letters": "denials and the cache",
        "refusal of a server": "refusals of servers",
        "unrelated records": "records that nobody asked for",
        "own name behind an alias": "own names behind an alias of a server",
        "options of one hop": "options of one hop",
        "TTL of what is over": "TTL of answers whose time is over",
    ]

    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    private let names = Set(Departure.all.map(\.name))

    @Test func `every departure has a name of its own, and says both sides in sentences`() {
        #expect(names.count == Departure.all.count)
        for departure in Departure.all {
            for text in [departure.dnsmasq, departure.waggle] {
                #expect(text.hasSuffix("."), "\(departure.name)")
                #expect(text.count { $0 == "`" }.isMultiple(of: 2), "\(departure.name)")
            }
            if case .none(let reason) = departure.restoration {
                #expect(!reason.isEmpty && !reason.hasSuffix("."), "\(departure.name)")
            }
        }
    }

    @Test func `a line that brings dnsmasq's way back is right, and of an option that says so`()
        throws
    {
        var count = 0
        for departure in Departure.all {
            guard case .write(let line) = departure.restoration else { continue }
            count += 1
            #expect(load(line).diagnostics == [], "\(line)")
            let row = OptionTable.rows.first { $0.departures.contains(departure) }
            #expect(row != nil, "no option says \(departure.name)")
        }
        #expect(count > 3)
    }

    @Test func `rows point only at departures of the table`() {
        for row in OptionTable.rows {
            #expect(Set(row.departures.map(\.name)).subtracting(names) == [], "\(row.name)")
            #expect(Set(row.departures).count == row.departures.count, "\(row.name)")
        }
    }

    @Test func `every Differs comment of the sources is in the table`() throws {
        let sources = Self.root.appending(path: "Sources")
        let files =
            FileManager.default.enumerator(atPath: sources.path)?
            .compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") } ?? []
        #expect(files.count > 50)
        for path in files.sorted() {
            // `Differs:` between backticks speaks of the comments and is none.
            let comments = try Self.text("Sources/" + path).split(separator: "\n")
                .filter { $0.contains("Differs:") && !$0.contains("Differs:`") }
            let listed = Self.bySource[path] ?? []
            #expect(
                comments.count == listed.count,
                """
                \(path) has \(comments.count) Differs: comments and \(listed.count) are listed: \
                say the new one in Departure+*.swift, point the option's row at it, list it here
                """)
            #expect(Set(listed).subtracting(names) == [])
        }
        #expect(Set(Self.bySource.keys).subtracting(files) == [])
    }

    @Test func `what the comparison with dnsmasq allows is in the table`() throws {
        let files = ["Departures.swift", "Departures+Cache.swift", "Departures+Filters.swift"]
        let allowed = try files.flatMap { file in
            try Self.text("Tests/ServerTests/Differential/" + file)
                .matches(of: /Departure\(\s*"([^"]+)"/).map { String($0.1) }
        }
        #expect(allowed.count > 10)
        for name in allowed {
            let title = Self.byComparison[name]
            #expect(
                title.map(names.contains) == true,
                "\(name): say it in Departure+Answers.swift and list it here")
        }
    }
}
