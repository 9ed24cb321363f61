/// A block of code in a page: between fences, or indented by four blanks after an empty line.
struct PageBlock: CustomStringConvertible, Sendable {
    var page: String
    /// The heading of the second level above it: what stands under one is read in one go.
    var section: String
    /// The line of the block's first line, 1-based.
    var line: Int
    /// The word behind the fence; empty for an indented block.
    var language: String
    var text: String

    var description: String { "\(page):\(line)" }

    /// The commands of a shell block: lines joined where a backslash ends one, comments left out.
    var commands: [String] {
        text.replacing("\\\n", with: " ").split(separator: "\n")
            .map { String($0.trimmingPrefix(while: { $0 == " " })) }.filter { !$0.hasPrefix("#") }
    }

    /// All blocks of a page, in order.
    static func all(of page: String, _ markdown: String) -> [PageBlock] {
        var blocks: [PageBlock] = []
        var section = ""
        var isFenced = false
        var before: Substring = ""
        for (index, line) in markdown.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            defer { before = line }
            if line.hasPrefix("```") {
                isFenced.toggle()
                guard isFenced else { continue }
                blocks.append(
                    PageBlock(
                        page: page, section: section, line: index + 2,
                        language: String(line.dropFirst(3)), text: ""))
            } else if isFenced {
                blocks[blocks.count - 1].text += line + "\n"
            } else if line.hasPrefix("## ") {
                section = String(line.dropFirst(3))
            } else if line.hasPrefix("    "), before.isEmpty {
                blocks.append(
                    PageBlock(
                        page: page, section: section, line: index + 1, language: "",
                        text: line + "\n"))
            }
        }
        return blocks
    }
}
