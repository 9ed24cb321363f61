import Foundation
import Testing

/// Whole configurations of the kind that routers, clusters and offices have, as files: each is
/// taken or refused as by dnsmasq, and exactly what stands beside it is said.
///
/// `NAME.said` has `line:column: severity: the beginning of the message` for everything that is
/// said of `NAME.conf`, in its order, or `0:0` where no line is to blame. A line that begins with
/// `!` says why dnsmasq does not take and refuse it alike.
@Suite struct EverydayFileTests {
    private static let directory = "\(Binary.root)/Tests/ServerTests/Everyday"

    static let names: [String] = {
        let files = try? FileManager.default.contentsOfDirectory(atPath: directory)
        return (files ?? []).filter { $0.hasSuffix(".conf") }.map { String($0.dropLast(5)) }
            .sorted()
    }()

    private struct Expectation {
        var remarks: [String] = []
        var hasOwnVerdict = false

        init(_ name: String) {
            let path = "\(EverydayFileTests.directory)/\(name).said"
            let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            for line in text.split(separator: "\n") {
                if line.hasPrefix("!") { hasOwnVerdict = true } else { remarks.append("\(line)") }
            }
        }
    }

    @Test func `there is a collection`() { #expect(Self.names.count >= 30) }

    @Test(arguments: names) func `it is read as by dnsmasq`(name: String) throws {
        let path = "\(Self.directory)/\(name).conf"
        let expected = Expectation(name)
        let result = try Tool.run([Binary.debug, "--test", "--conf-file=" + path])
        let said = Remark.all(in: result.errors, about: path)
        #expect(said.count == expected.remarks.count, "\(said)")
        for (said, expected) in zip(said, expected.remarks) {
            #expect(said.hasPrefix(expected), "\(said)")
        }
        #expect((result.status == 0) == !said.contains { $0.contains(": error: ") })
        guard let theirs = try OfflineDnsmasq.test(path) else { return }
        #expect(
            ((result.status == 0) == (theirs.status == 0)) != expected.hasOwnVerdict,
            "\(result.errors)\(theirs.errors)")
        guard result.status != 0, theirs.status != 0 else { return }
        let first = said.first { $0.contains(": error: ") } ?? ""
        #expect(theirs.line == nil || first.hasPrefix("\(theirs.line ?? 0):"), "\(theirs.errors)")
    }

    @Test(arguments: names) func `check says the same`(name: String) throws {
        let path = "\(Self.directory)/\(name).conf"
        let result = try Tool.run([Binary.debug, "check", "-C", path, "--hosts", "/dev/null"])
        let errors = Remark.all(in: result.output, about: path).filter { $0.contains(": error: ") }
        let expected = Expectation(name).remarks.filter { $0.contains(": error: ") }
        #expect(errors.count == expected.count, "\(result.output)")
        for (said, expected) in zip(errors, expected) { #expect(said.hasPrefix(expected)) }
        #expect((result.status != 0) == !expected.isEmpty)
    }
}

/// What Waggle says of a configuration.
enum Remark {
    /// Every remark as `line:column: severity: message`.
    static func all(in text: String, about path: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            guard
                let severity = ["error", "warning", "note"].first(where: {
                    line.contains(": \($0): ")
                }), let at = line.range(of: ": \(severity): ")
            else { return nil }
            let place = line.hasPrefix(path + ":") ? line[..<at.lowerBound] : "0:0"
            let rest = line[at.lowerBound...]
            return place == "0:0" ? "0:0\(rest)" : "\(place.dropFirst(path.count + 1))\(rest)"
        }
    }
}

/// What the real dnsmasq says of a file, without a network: it looks names of servers up, and no
/// packet is to leave.
enum OfflineDnsmasq {
    struct Verdict {
        var status: Int32
        var errors: String
        /// The line of the fault; nil where dnsmasq names none.
        var line: Int?
    }

    private static let wrapper = [
        "/usr/bin/unshare", "--net", "/bin/sh", "-c", "ulimit -n 256; exec \"$0\" \"$@\"",
    ]

    /// nil where dnsmasq, or the right to a network of its own, is not to be had.
    static func test(_ path: String) throws -> Verdict? {
        guard let dnsmasq = Binary.dnsmasq, isPossible else { return nil }
        let result = try Tool.run(wrapper + [dnsmasq, "--test", "--conf-file=" + path])
        let words = result.errors.split(whereSeparator: \.isWhitespace)
        let line = words.lastIndex(of: "line").flatMap { at in
            at + 1 < words.count ? Int(words[at + 1]) : nil
        }
        return Verdict(status: result.status ?? -1, errors: result.errors, line: line)
    }

    private static let isPossible =
        (try? Tool.run(["/usr/bin/unshare", "--net", "/bin/true"]))?.status == 0
}
