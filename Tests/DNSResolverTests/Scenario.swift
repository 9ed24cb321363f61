import DNSWire
import Foundation

/// A story in a text file, played against resolver, forwarder and cache with a clock of its own.
///
/// Shape: a step is a line that begins at its first column; the indented lines behind it belong to
/// it. A line that begins with `;` is a comment. What the verbs mean stands in `ScenarioPlayer`.
struct Scenario: Sendable {
    struct Line: Sendable {
        var number: Int
        var text: String
    }

    struct Step: Sendable {
        var line: Int
        var verb: String
        var words: [String]
        var block: [Line]

        /// The block as a text whose lines end in line feeds.
        var text: String { block.map { $0.text + "\n" }.joined() }

        func has(_ word: String) -> Bool { words.contains(word) }

        /// What follows each `name=` among the words.
        func values(_ name: String) -> [String] {
            words.filter { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
        }

        /// What follows `name=` among the words.
        func value(_ name: String) -> String? {
            words.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
        }
    }

    var path: String
    var steps: [Step] = []

    init(path: String, text: String) {
        self.path = path
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let trimmed = line.drop { $0 == " " }
            guard !trimmed.isEmpty, !line.hasPrefix(";") else { continue }
            if line.hasPrefix(" ") {
                guard !steps.isEmpty else { continue }
                steps[steps.count - 1].block.append(
                    Line(number: index + 1, text: String(trimmed)))
            } else {
                var words = line.split(separator: " ").map(String.init)
                let verb = words.removeFirst()
                steps.append(Step(line: index + 1, verb: verb, words: words, block: []))
            }
        }
    }

    var name: String { String(path.split(separator: "/").last ?? "") }

    /// Every file of the directory beside this one.
    static let all: [Scenario] = {
        let directory = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Scenarios")
        let names = try? FileManager.default.contentsOfDirectory(atPath: directory.path)
        return (names ?? []).filter { $0.hasSuffix(".scenario") }.sorted().map { name in
            let path = directory.appending(path: name).path
            let text = FileManager.default.contents(atPath: path) ?? Data()
            return Scenario(path: path, text: String(decoding: text, as: UTF8.self))
        }
    }()
}

/// Why a scenario ended before its end.
struct ScenarioFailure: Error {
    var line: Int
    var text: String
}
