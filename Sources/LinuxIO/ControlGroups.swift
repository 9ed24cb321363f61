/// The control groups that this process is in, as far as they limit it.
///
/// Version 2 has one group for everything; version 1 has one for each controller. A container sees
/// its own group as the root, or the path that it has on the machine, so both are looked at.
enum ControlGroups {
    /// The text of a file, nil if there is none.
    typealias Read = (String) -> String?

    /// The values that a limit has in our group and all above it; the tightest holds.
    ///
    /// `unified` and `old` read it in one directory, of version 2 and 1; what is none is nil.
    static func limits<Value>(
        of controller: Substring, read: Read, unified: (String) -> Value?,
        old: (String) -> Value?
    ) -> [Value] {
        var found: [Value] = []
        for group in groups(of: controller, in: read("/proc/self/cgroup") ?? "0::/") {
            for path in ancestors(of: group.path) {
                for root in group.roots {
                    let limit = group.isUnified ? unified(root + path) : old(root + path)
                    if let limit { found.append(limit) }
                }
            }
        }
        return found
    }

    /// The text of a file of the system.
    static func text(_ path: String) -> String? {
        guard let file = try? FileIO.read(path) else { return nil }
        return String(decoding: file.octets, as: UTF8.self)
    }

    private struct Group {
        let path: String
        let roots: [String]
        let isUnified: Bool
    }

    /// Shape of a line: `number:controllers:path`; version 2 has the number 0 and no controllers.
    private static func groups(of controller: Substring, in text: String) -> [Group] {
        text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { return nil }
            if fields[0] == "0" && fields[1].isEmpty {
                let roots = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"]
                return Group(path: String(fields[2]), roots: roots, isUnified: true)
            }
            guard fields[1].split(separator: ",").contains(controller) else { return nil }
            let roots = ["/sys/fs/cgroup/" + controller, "/sys/fs/cgroup/" + fields[1]]
            return Group(path: String(fields[2]), roots: roots, isUnified: false)
        }
    }

    /// A group and all above it; the last is "", the mount itself.
    private static func ancestors(of path: String) -> [String] {
        let names = path.split(separator: "/")
        return (0...names.count).reversed().map { count in
            names.prefix(count).map { "/" + $0 }.joined()
        }
    }
}
