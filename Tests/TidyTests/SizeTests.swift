import Testing

/// Files, functions and lines stay small enough to read.
@Suite struct SizeTests {
    private func tooLong(_ text: String) -> [Finding] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        // What follows the last line end is no line.
        let count = lines.last == "" ? lines.count - 1 : lines.count
        var found: [Finding] = []
        if !lines.prefix(5).contains(where: { $0.hasPrefix(Lists.generatedMarker) }) {
            if count > Lists.fileLines {
                found.append(Finding(line: 0, what: "\(count) lines"))
            }
            for (offset, line) in lines.enumerated() where line.count > Lists.columns {
                found.append(Finding(line: offset + 1, what: "\(line.count) columns"))
            }
        }
        for function in FunctionScanner.functions(of: text)
        where function.lines > Lists.functionLines {
            found.append(
                Finding(line: function.line, what: "\(function.name) has \(function.lines) lines"))
        }
        return found
    }

    private func function(lines: Int) -> String {
        "func f(g: () -> Void = {}) -> Int\nwhere A: B {\n"
            + String(repeating: "    print(\"}\")  // }\n", count: lines - 3) + "}\n"
    }

    @Test func `no file, function or line is too long`() throws {
        let files = Repository.swiftFiles(under: "Sources", "Tests") + ["Package.swift"]
        try expectNoFindings(in: files) { tooLong($1) }
    }

    @Test(arguments: [(60, 0), (61, 1)])
    func `a function is counted from its keyword to its brace`(lines: Int, count: Int) {
        #expect(tooLong(function(lines: lines)).count == count)
        #expect(tooLong("struct S {\n" + function(lines: lines) + "}\n").count == count)
    }

    @Test(arguments: [(400, 0), (401, 1)])
    func `a file is counted in lines`(lines: Int, count: Int) {
        let text = String(repeating: "let a = 1\n", count: lines)
        #expect(tooLong(text).count == count)
        #expect(tooLong(Lists.generatedMarker + "\n" + text) == [])
    }

    @Test(arguments: [(100, 0), (101, 1)])
    func `a line is counted in characters`(columns: Int, count: Int) {
        #expect(tooLong(String(repeating: "ü", count: columns) + "\n").count == count)
    }

    @Test func `the marker does not excuse a function`() {
        #expect(tooLong(Lists.generatedMarker + "\n" + function(lines: 61)).count == 1)
    }

    @Test(arguments: [
        ("protocol P {\n    func a()\n    var b: Int { get }\n    init(c: Int)\n}", ["b"]),
        ("let a = S.init(b) { c }", []),
        ("var a: Int = b { c }\nvar d = 1", []),
        (
            "struct S {\n    var a: [Int]\n    init() {\n    }\n    deinit {}\n}",
            ["init", "deinit"]
        ),
        ("func a() {\n    func b() {\n    }\n}", ["a", "b"]),
        ("subscript(a: Int) -> Int {\n    get { 1 }\n}", ["subscript"]),
        ("func `a func { b`() {\n}", ["xxxxxxxxxx"]),
    ])
    func `declarations with a body are found`(text: String, names: [String]) {
        // A raw name scans as one word of x for each octet, blanks included.
        #expect(FunctionScanner.functions(of: text).map(\.name) == names)
    }
}
