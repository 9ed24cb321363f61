import Testing

/// Words and habits that the sources do without.
@Suite struct BannedTests {
    private struct Rule {
        var word: Regex<Substring>
        var instead: String
    }

    private static var rules: [Rule] {
        [
            Rule(word: /\bnonisolated\s*\(\s*unsafe\s*\)/, instead: "share only `let` values"),
            Rule(word: /\bunowned\s*\(\s*unsafe\s*\)/, instead: "own it or borrow it"),
            Rule(word: /\btry!/, instead: "handle the error"),
            Rule(word: /\bfatalError\s*\(/, instead: "use `precondition` with a sentence"),
            Rule(
                word:
                    /\.(?:properties|is(?:Letter|Number|Whitespace|Newline|Uppercase|Lowercase))\b/,
                instead: "the program has no Unicode tables, see Unicode.c"),
            // Inlinable code may name foreign types only through a public import.
            Rule(
                word: /(?:^|[^.\w])public\s(?!import (?:CLinux|Synchronization))/,
                instead: "use `package`"),
        ]
    }

    /// What shipped code may not say.
    private func banned(_ path: String, _ text: String) -> [Finding] {
        var found: [Finding] = []
        for (offset, line) in SwiftText(text).codeLines.enumerated() {
            for rule in Self.rules where line.contains(rule.word) {
                found.append(Finding(line: offset + 1, what: "\(line): \(rule.instead)"))
            }
            if line.contains(/@unchecked\s+Sendable/), !Lists.uncheckedSendable.contains(path) {
                found.append(Finding(line: offset + 1, what: "not on the list: \(line)"))
            }
        }
        return found
    }

    /// What no comment may say.
    private func leftovers(_ text: String) -> [Finding] {
        SwiftText(text).comments.compactMap { comment in
            if comment.text.contains(/\bFIXME\b/) {
                return Finding(line: comment.line, what: "fix it, or open an issue")
            }
            if comment.text.contains(/\bTODO\b(?!.*#\d)/) {
                return Finding(line: comment.line, what: "needs the #number of an issue")
            }
            if isCode(comment.text) {
                return Finding(line: comment.line, what: "code in a comment: \(comment.text)")
            }
            return nil
        }
    }

    /// Whether the comment reads like a statement. Documentation may show code and is left alone.
    private func isCode(_ comment: String) -> Bool {
        guard comment.hasPrefix("//"), !comment.hasPrefix("///") else { return false }
        let text = comment.drop { "/ \t".contains($0) }
        return Self.statements.contains { text.wholeMatch(of: $0) != nil }
    }

    private static var statements: [Regex<Substring>] {
        [
            /\}.*/,
            /.*\S ?\{/,
            /.*;/,
            /import \w+/,
            /return(?: \w+)?/,
            /(?:let|var) \w+ ?[:=].*/,
            /(?:\w+ )*func \w+[(<].*/,
            /(?:try |await |_ = |unsafe )*\.?[a-z_][\w.]*\([^ ]+\)/,
            /(?:try |await |_ = |unsafe )*[a-z_]\w*\.[\w.]+\(.*\)/,
            /[a-z_]\w*\.[\w.]+ [-+*\/&|]?= .*/,
            /@\w+(?:\(.*\))?/,
            /#(?:if|else|endif)\b.*/,
        ]
    }

    @Test func `shipped code says none of the banned words`() throws {
        try expectNoFindings(in: Repository.swiftFiles(under: "Sources"), banned)
    }

    @Test func `no comment holds code or an open end`() throws {
        let files = Repository.swiftFiles(under: "Sources", "Tests") + ["Package.swift"]
        try expectNoFindings(in: files) { leftovers($1) }
    }

    @Test func `every row of the list of unchecked files is needed`() throws {
        for path in Lists.uncheckedSendable {
            let lines = try SwiftText(Repository.text(path)).codeLines
            #expect(lines.contains { $0.contains(/@unchecked\s+Sendable/) }, "\(path)")
        }
    }

    @Test(arguments: [
        "nonisolated(unsafe) var a = 1", "unowned(unsafe) let a: B", "let a = try! b()",
        "fatalError(\"\")", "public struct A {}", "@frozen public enum A {}",
        "final class A: @unchecked Sendable {}", "let a = \"\\(try! b())\"",
    ])
    func `a banned word is found`(text: String) {
        #expect(banned("Sources/A.swift", text).count == 1)
    }

    @Test(arguments: [
        "// public try! fatalError(", "let a = \"public try!\"", "a.public", "let publicSuffix = 1",
        "case `public`", "precondition(a, \"fatalError()\")",
    ])
    func `a harmless one is not`(text: String) {
        #expect(banned("Sources/A.swift", text) == [])
    }

    @Test(arguments: [
        "// TODO: later", "/* FIXME */", "/// TODO(me) say more", "// let a = b", "// }",
        "// if a == b {", "//return a", "// return", "// a.b(c, d)", "// try a(b)",
        "// self.count += 1", "// private func a() -> Int", "// #if DEBUG", "// import Glibc",
    ])
    func `an open end is found`(comment: String) {
        #expect(leftovers("let z = 1  \(comment)\n").count == 1)
    }

    @Test(arguments: [
        "// TODO: later, #12", "// Let the sum be small.", "/// let a = b", "// return early if so",
        "// Safe: `count` is at most 255 (RFC 1035).", "// if the name is ours, it is answered",
        "// import lines are held against the table", "// MARK: Helpers", "// See recvmmsg(2).",
        "// for every label (at most 127)", "// https://example.org/a.html",
    ])
    func `prose is not`(comment: String) {
        #expect(leftovers("let z = 1  \(comment)\n") == [])
    }
}
