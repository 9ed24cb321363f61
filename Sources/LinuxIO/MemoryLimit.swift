/// How much memory this process may have before it is killed.
package enum MemoryLimit {
    /// The tightest limit of the control groups, at most the memory of the machine; in octets.
    package static func octets() -> Int { octets(read: ControlGroups.text) }

    /// The same for any machine: `read` gives the text of a file, nil if there is none.
    ///
    /// Where nothing says anything it is `Int.max`.
    package static func octets(read: (String) -> String?) -> Int {
        let limits = ControlGroups.limits(of: "memory", read: read) { directory in
            // What is above `memory.high` is slowed down until nothing works in time.
            [number(read(directory + "/memory.max")), number(read(directory + "/memory.high"))]
                .compactMap(\.self).min()
        } old: { directory in
            number(read(directory + "/memory.limit_in_bytes"))
        }
        return (limits + [machine(read("/proc/meminfo"))]).compactMap(\.self).min() ?? .max
    }

    /// `max` is no number, and so no limit; version 1 writes one above 2⁶² then.
    private static func number(_ text: String?) -> Int? {
        let number = text?.split(separator: "\n").first.flatMap { Int($0) }
        return number.flatMap { $0 > 0 ? $0 : nil }
    }

    /// `MemTotal:  16303428 kB`, the first line of `/proc/meminfo`.
    private static func machine(_ text: String?) -> Int? {
        let line = text?.split(separator: "\n").first { $0.hasPrefix("MemTotal:") }
        let words = line?.split(separator: " ") ?? []
        guard words.count == 3, words[2] == "kB", let count = Int(words[1]), count > 0,
            count <= Int.max >> 10
        else { return nil }
        return count << 10
    }
}
