import Foundation
import Testing

/// The targets may import only what stands in the table, and Package.swift says the same.
@Suite struct ImportTests {
    /// The import lines of a Swift file that its target may not have.
    private func forbidden(_ target: String, _ text: String) -> [Finding] {
        guard let row = Lists.imports[target] else {
            return [Finding(line: 0, what: "target \(target) is not in the table of imports")]
        }
        guard let allowed = row else { return [] }
        return SwiftText(text).codeLines.enumerated().compactMap { offset, line in
            guard let module = imported(line), module != "Swift" else { return nil }
            if !allowed.contains(module) {
                return Finding(line: offset + 1, what: "\(target) may not import \(module)")
            }
            return nil
        }
    }

    /// The module of an import line: `import struct A.B` and `package import A` both mean A.
    private func imported(_ line: Substring) -> String? {
        let words = line.split { " ;\t".contains($0) }
        guard let keyword = words.firstIndex(of: "import"),
            words[..<keyword].allSatisfy({ $0.hasPrefix("@") || Self.levels.contains($0) }),
            var module = words.dropFirst(keyword + 1).first
        else { return nil }
        if Self.kinds.contains(module) { module = words.dropFirst(keyword + 2).first ?? "" }
        return module.split(separator: ".").first.map(String.init)
    }

    private static let levels: Set<Substring> = [
        "public", "package", "internal", "fileprivate", "private",
    ]
    private static let kinds: Set<Substring> = [
        "class", "enum", "func", "let", "protocol", "struct", "typealias", "var",
    ]

    /// The `#include` lines of a C file that reach beyond the C library and the kernel.
    private func forbiddenIncludes(_ text: String) -> [Finding] {
        text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            .compactMap { offset, line in
                guard line.drop(while: { " \t#".contains($0) }).hasPrefix("include"),
                    line.contains("#")
                else { return nil }
                if line.contains("\"CLinux.h\"") { return nil }
                if let match = line.firstMatch(of: /<(?:(\w+)\/)*\w+\.h>/),
                    Lists.headerDirectories.contains(String(match.1 ?? ""))
                {
                    return nil
                }
                return Finding(line: offset + 1, what: "\(line) is not of the C library")
            }
    }

    @Test func `every import line is in the table`() throws {
        try expectNoFindings(in: Repository.swiftFiles(under: "Sources")) { path, text in
            forbidden(String(path.split(separator: "/")[1]), text)
        }
    }

    @Test func `the C target includes only the C library`() throws {
        let files = Repository.files.filter {
            $0.hasPrefix("Sources/") && ($0.hasSuffix(".c") || $0.hasSuffix(".h"))
        }
        #expect(!files.isEmpty)
        #expect(files.allSatisfy { $0.hasPrefix("Sources/CLinux/") }, "C outside CLinux")
        try expectNoFindings(in: files) { forbiddenIncludes($1) }
    }

    @Test func `the table and the directories of Sources name the same targets`() {
        let directories = Set(
            Repository.files.filter { $0.hasPrefix("Sources/") }
                .map { String($0.split(separator: "/")[1]) })
        #expect(directories.subtracting(Lists.imports.keys) == [])
        #expect(Set(Lists.imports.keys).subtracting(directories) == [])
    }

    @Test func `Package.swift states the same dependencies`() throws {
        // Blanks of any kind are one blank, so that the layout of a target does not matter.
        let manifest = try Repository.text("Package.swift")
            .split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let own = Set(Lists.imports.keys)
        for (target, row) in Lists.imports where target != "dnsbench" {
            let pattern = try Regex(
                #"\.(?:executableT|t)arget\( ?name: "\#(target)",(?: dependencies: \[([^\]]*)\])?"#,
                as: (Substring, Substring?).self)
            let match = try #require(manifest.firstMatch(of: pattern), "no target \(target)")
            let stated = (match.1 ?? "").split { !$0.isLetter }.map(String.init)
            #expect(Set(stated) == (row ?? []).intersection(own), "\(target)")
        }
    }

    @Test func `nothing from outside is a dependency`() throws {
        let manifest = try Repository.text("Package.swift")
        #expect(!manifest.contains(".package("))
    }

    @Test(arguments: [
        ("DNSWire", "import Foundation"),
        ("DNSWire", "package import DNSConfig"),
        ("DNSConfig", "@testable import struct Foundation.URL"),
        ("waggle", "import FoundationEssentials; import DNSWire"),
        ("DNSServer", "import Dispatch"),
        ("Extra", "let a = 1"),
    ])
    func `a forbidden import is found`(target: String, text: String) {
        #expect(forbidden(target, text).count == 1)
    }

    @Test(arguments: [
        ("DNSConfig", "package import DNSWire // import Foundation"),
        ("DNSServer", "package import LinuxIO"),
        ("LinuxIO", "import Swift\nlet a = \"\"\"\nimport B\n\"\"\""),
    ])
    func `an allowed import is not`(target: String, text: String) {
        #expect(forbidden(target, text) == [])
    }

    @Test(arguments: [
        ("#include <sys/socket.h>", 0), ("#include <errno.h>", 0), ("#include \"CLinux.h\"", 0),
        ("# include <curl/curl.h>", 1), ("#include \"other.h\"", 1), ("#include <vector>", 1),
    ])
    func `a foreign header is found`(line: String, count: Int) {
        #expect(forbiddenIncludes(line).count == count)
    }
}
