import Testing

/// A place that breaks a rule.
struct Finding: Equatable, CustomStringConvertible {
    /// 1-based; 0 where the whole file is meant.
    var line: Int
    var what: String

    var description: String { "\(line): \(what)" }
}

/// Applies a rule to files and records an issue for each finding.
func expectNoFindings(
    in paths: [String], sourceLocation: SourceLocation = #_sourceLocation,
    _ rule: (_ path: String, _ text: String) throws -> [Finding]
) throws {
    for path in paths {
        for finding in try rule(path, Repository.text(path)) {
            Issue.record("\(path):\(finding)", sourceLocation: sourceLocation)
        }
    }
}
