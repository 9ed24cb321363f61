import Foundation
import Testing

/// The top of the tree, the scripts, and what the pages point at.
@Suite struct LayoutTests {
    private func strangers(_ files: [String]) -> Set<String> {
        Set(files.compactMap { $0.split(separator: "/").first.map(String.init) })
            .filter { !$0.hasPrefix(".") && !Lists.topLevel.contains($0) }
    }

    /// Targets of the links of a page that are files of this tree, without the anchor.
    private func relativeLinks(_ markdown: String) -> [String] {
        prose(markdown).matches(
            of: /\]\(\s*<?([^)\s>]+)|^\s*\[[^\]]+\]:\s*(\S+)/.anchorsMatchLineEndings()
        )
        .map { String($0.1 ?? $0.2 ?? "") }
        .filter { $0.firstMatch(of: /^(\w+:|#)/) == nil }
        .map { String($0.prefix { $0 != "#" }) }
    }

    /// The page without its code.
    private func prose(_ markdown: String) -> String {
        markdown.replacing(/(?s)```.*?```/, with: "").replacing(/`[^`\n]*`/, with: "")
    }

    private func brokenLinks(_ path: String, _ text: String) -> [Finding] {
        let directory = path.split(separator: "/").dropLast().joined(separator: "/")
        return relativeLinks(text)
            .filter { !Repository.exists(directory + "/" + ($0.removingPercentEncoding ?? $0)) }
            .map { Finding(line: 0, what: "there is no \($0)") }
    }

    /// The targets of `make` commands in a page that the Makefile lacks.
    private func unknownTargets(_ text: String, makefile: String) -> [Finding] {
        let targets = Set(makefile.matches(of: /^([\w-]+):/.anchorsMatchLineEndings()).map { $0.1 })
        return text.matches(
            of: /(?:`|^ *|\$ |; )make(?: --\w+)* ([a-z][a-z0-9-]*)/.anchorsMatchLineEndings()
        )
        .filter { !targets.contains($0.1) }
        .map { Finding(line: 0, what: "the Makefile has no \($0.1)") }
    }

    /// Lines with a fence that a diagram loses its form by: one among text, or one that nothing
    /// closes.
    private func lostFences(_ text: String) -> [Finding] {
        let fence = "```"
        var findings: [Finding] = []
        var opened: Int?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        where line.contains(fence) {
            var code = line.drop { $0 == " " }
            if code.hasPrefix("///") { code = code.dropFirst(3).drop { $0 == " " } }
            guard code.hasPrefix(fence), !code.dropFirst(3).contains(where: { " `".contains($0) })
            else {
                findings.append(Finding(line: index + 1, what: "a fence among text"))
                continue
            }
            opened = opened == nil ? index + 1 : nil
        }
        if let opened {
            findings.append(Finding(line: opened, what: "a fence that nothing closes"))
        }
        return findings
    }

    @Test func `diagrams have their fences`() throws {
        let files = Repository.files.filter {
            $0.hasPrefix("Sources/") && $0.hasSuffix(".swift") || $0.hasSuffix(".md")
        }
        for path in files { #expect(lostFences(try Repository.text(path)) == [], "\(path)") }
        let fence = "```"
        #expect(lostFences("a\n\(fence)sh\nx\n\(fence)\n  /// \(fence)\n  /// \(fence)\n") == [])
        #expect(
            lostFences("/// a \(fence)\n///  0 x\n/// \(fence) so that\n").map(\.line) == [1, 3])
        #expect(lostFences("\(fence)\nx\n").map(\.line) == [1])
    }

    @Test func `the top of the tree holds only what is allowed`() {
        #expect(strangers(Repository.files) == [])
        #expect(
            strangers(["README.md", ".ci/run", "tools/a.sh", "notes.txt"]) == [
                "tools", "notes.txt",
            ])
    }

    @Test func `scripts can run and stop at the first error`() throws {
        let scripts = Repository.files.filter {
            $0.hasPrefix("Tests/Tools/") && !$0.hasSuffix(".py") || $0.hasPrefix(".ci/")
        }
        #expect(scripts.contains(".ci/run"))
        for path in scripts {
            let file = Repository.root.appending(path: path).path
            #expect(FileManager.default.isExecutableFile(atPath: file), "\(path)")
            let text = try Repository.text(path)
            #expect(text.hasPrefix("#!/usr/bin/env bash\n"), "\(path)")
            #expect(text.contains("\nset -euo pipefail\n"), "\(path)")
        }
    }

    @Test(
        .enabled(if: Repository.isInstalled("shellcheck"), "shellcheck is not installed"))
    func `shellcheck is content with the scripts`() throws {
        for path in Repository.files where path.hasPrefix("Tests/Tools/") || path == ".ci/run" {
            let result = try Repository.run(["shellcheck", path])
            #expect(result.status == 0, "\(result.output)")
        }
    }

    @Test func `every relative link leads to a file`() throws {
        let pages = Repository.files.filter { $0.hasSuffix(".md") }
        #expect(pages.contains("README.md"))
        try expectNoFindings(in: pages, brokenLinks)
    }

    @Test func `a broken link is found`() {
        let page = """
            [a](README.md#top) [b](https://example.org/x) [c](#here) `[d](code.md)`
            [e](missing.md) ![f](<Sources/missing.png>)
            [g]: also/missing.md
            ```
            [h](block.md)
            ```
            """
        #expect(
            brokenLinks("page.md", page).map(\.what) == [
                "there is no missing.md", "there is no Sources/missing.png",
                "there is no also/missing.md",
            ])
        #expect(brokenLinks("Sources/page.md", "[a](../README.md) [b](README.md)").count == 1)
    }

    @Test func `every make command of README and FAQ is a target`() throws {
        let makefile = try Repository.text("Makefile")
        try expectNoFindings(in: ["README.md", "config/FAQ.md"]) {
            unknownTargets($1, makefile: makefile)
        }
        #expect(
            unknownTargets(
                "`make fly` and\n    make build\n$ make --silent crawl", makefile: makefile
            )
            .map(\.what) == ["the Makefile has no fly", "the Makefile has no crawl"])
    }

    @Test func `the changelog has versions, and under them only the four kinds`() throws {
        let headings = try Repository.text("CHANGELOG.md").split(separator: "\n")
            .filter { $0.hasPrefix("##") }
        #expect(headings.contains { $0.hasPrefix("## 0.1.0") })
        for heading in headings where heading.hasPrefix("###") {
            #expect(
                ["### Added", "### Changed", "### Fixed", "### Compatibility"].contains(heading))
        }
    }
}
